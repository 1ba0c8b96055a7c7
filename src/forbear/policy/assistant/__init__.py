"""What does a person want who writes to the assistant, and what may it answer?"""

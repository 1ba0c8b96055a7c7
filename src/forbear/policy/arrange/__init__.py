"""What can a person pay, what can be offered on it, and is what was agreed being kept?"""

"""What can a person pay, what was agreed or promised, and is it kept?"""

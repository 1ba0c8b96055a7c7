"""What is made for a reader outside, and written down as made."""

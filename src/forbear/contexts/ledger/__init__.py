"""What was paid, what does that make of each loan, and does it all add up?"""

"""How does a person pay, and what becomes of what a payment page tells?"""

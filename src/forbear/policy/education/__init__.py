"""What can be learned about money: lessons, situations to decide, and what a plan comes to."""

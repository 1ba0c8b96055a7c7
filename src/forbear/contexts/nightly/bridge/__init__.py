"""How do the night's tables become the day's rows, and the day's facts the next night's book?"""

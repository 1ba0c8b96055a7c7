"""Whose debt is in the care of which team today, and what was done about it?"""

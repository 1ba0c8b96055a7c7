"""Who owes what, how may they be reached, and what have they agreed to or asked for?"""

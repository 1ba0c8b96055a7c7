"""How are models learned from a lender's own past, kept, watched, and given to the night?"""

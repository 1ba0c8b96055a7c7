"""How does the person who owes get to their own pages, and nobody else?"""

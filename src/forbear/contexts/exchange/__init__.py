"""How do a lender's own systems speak with Forbear?"""

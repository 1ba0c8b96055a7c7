"""Which rules has the lender let count by two persons, beside those of the files?"""

"""How is a month's file written in the American bureaus' common format, and read again?"""

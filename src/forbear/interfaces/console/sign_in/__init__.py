"""How does staff sign in: password, then second factor, then work?"""

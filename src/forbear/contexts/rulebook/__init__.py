"""Which laws, house rules, products and wording are shipped, and how are they opened?"""

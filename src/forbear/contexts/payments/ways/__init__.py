"""By which ways can somebody pay?"""

"""Which contacts were tried, and how did they end?"""

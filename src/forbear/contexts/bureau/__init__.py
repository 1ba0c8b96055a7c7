"""What is told about a loan to a credit bureau, when, and how is it put right?"""

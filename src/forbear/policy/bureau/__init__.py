"""What is reported of a loan for a month, in which form, when it may go, and what follows from it.

Pure: facts of one loan in, lines and bytes out.
"""

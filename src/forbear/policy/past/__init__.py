"""What would a set of rules have said to every contact of the past?

The same kinds as ``decide``, for millions of contacts at once: each is judged with what happened
and was recorded before it.
"""

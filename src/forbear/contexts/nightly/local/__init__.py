"""Local teams in the night: which count, what a change would do, and whether local works."""

"""What was said in a call, as a machine wrote it down, and the moments in it to look at."""

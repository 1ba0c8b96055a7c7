"""What was done, by whom, to what, and with which outcome; kept for whoever checks."""

"""What each page of the portal does when it is asked for."""

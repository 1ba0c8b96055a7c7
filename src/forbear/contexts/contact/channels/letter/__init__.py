"""Letters: pages ready for print, a list for the printing house, and what came back."""

"""One module for each question that rules are asked."""

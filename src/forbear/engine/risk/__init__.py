"""What is likely to come, what a contact changes, and how surely do we know: measured models."""

"""What every page and answer has in common: who asks, who may, and what is said when not."""

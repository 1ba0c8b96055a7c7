"""What happens to offers of lessons."""

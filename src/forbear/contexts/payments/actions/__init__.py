"""What is begun, taken in and settled about payments."""

"""What carries a contact: one module or package a kind of provider."""

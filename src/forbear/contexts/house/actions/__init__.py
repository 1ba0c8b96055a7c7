"""What somebody does to own rules: propose, decide, withdraw."""

"""What is done about contacts: one module a use-case."""

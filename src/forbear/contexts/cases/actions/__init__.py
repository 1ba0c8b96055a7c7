"""What is done about cases: one module a use-case."""

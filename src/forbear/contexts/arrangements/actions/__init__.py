"""What may be done about arrangements and promises, one module a use-case."""

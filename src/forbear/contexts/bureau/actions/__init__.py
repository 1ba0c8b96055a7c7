"""What may be done about lines: one module a use-case."""

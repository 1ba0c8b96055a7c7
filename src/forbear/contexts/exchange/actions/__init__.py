"""What is done about keys and webhooks: one module a use-case."""

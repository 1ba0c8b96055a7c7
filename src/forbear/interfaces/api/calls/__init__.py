"""The calls: one module a noun."""

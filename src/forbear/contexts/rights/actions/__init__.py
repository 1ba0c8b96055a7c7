"""What can be done about what persons put before the lender? One module a use-case."""

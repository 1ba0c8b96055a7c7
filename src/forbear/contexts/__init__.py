"""The bounded contexts: where facts live and actions happen."""

"""The one way out: whatever is sent to, or dialled for, a person passes here."""

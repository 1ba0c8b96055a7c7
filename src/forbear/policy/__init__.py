"""The law and the house's rules as data, and what they answer. Pure."""

"""Approved wording as data: loaded, checked, and filled in only where it is true. Pure."""

"""Calls under way: where each stands, what a desk wants of it, and what was recorded."""

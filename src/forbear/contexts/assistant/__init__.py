"""Conversations with the assistant of people who are in: what was said, and what was done."""

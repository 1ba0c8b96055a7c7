"""Mail that comes to us: what was returned, what people complain of, and what they write."""

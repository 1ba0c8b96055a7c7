"""The edges: they translate in, make one call, and translate out."""

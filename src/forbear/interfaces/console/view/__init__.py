"""The console's pages: translate in, one call, translate out."""

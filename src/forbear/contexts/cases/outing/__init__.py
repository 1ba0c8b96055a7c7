"""One approved message to a chosen set of persons: tried first, started by a second person."""

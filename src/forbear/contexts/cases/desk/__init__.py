"""How collectors work on cases: what is theirs to do, who has a case, and calls they make."""

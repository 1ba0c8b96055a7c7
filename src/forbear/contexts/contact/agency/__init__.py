"""Outside agencies: they get permits, never numbers, and what they report is held against them."""

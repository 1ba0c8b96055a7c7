"""The bridge between the lender's files, the night and the day; the only caller of the engine."""

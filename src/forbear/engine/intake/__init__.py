"""From a lender's text to the columnar book: checks, relations, running totals. Pure."""

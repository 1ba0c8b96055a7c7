"""Forbear runs a consumer lender's collections, lawfully and explainably."""

__version__ = "0.1.0"

"""A lender's extract becomes the book that counts, or the previous book stays."""

from forbear.contexts.nightly.intake.run import ImportSettings, import_extract

__all__ = ["ImportSettings", "import_extract"]

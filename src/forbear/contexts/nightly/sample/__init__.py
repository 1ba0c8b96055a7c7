"""A lender that does not exist: its extract, and apart from it the truth behind the extract."""

from forbear.contexts.nightly.sample.chunk import SampleSettings
from forbear.contexts.nightly.sample.write import write_sample

__all__ = ["SampleSettings", "write_sample"]

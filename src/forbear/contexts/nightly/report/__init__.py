"""How does a night become one page that a board can read?"""

from forbear.contexts.nightly.report.page import write_report
from forbear.contexts.nightly.report.source import NightIncomplete

__all__ = ["NightIncomplete", "write_report"]

"""What does a report show of a night: counts and sums, never a person."""

from forbear.engine.summary.tally import Tallied, tally
from forbear.engine.summary.total import totals

__all__ = ["Tallied", "tally", "totals"]

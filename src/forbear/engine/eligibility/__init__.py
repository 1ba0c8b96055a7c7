"""For every person with a reason to be contacted: which ways do the rules allow today?"""

from forbear.engine.eligibility.eligibility import Rulebook, clocks_of, eligibility

__all__ = ["Rulebook", "clocks_of", "eligibility"]

"""What would another set of rules have said to every past contact of the book?"""

from forbear.contexts.nightly.replay.replay import Replayed, ReplaySettings, replay

__all__ = ["ReplaySettings", "Replayed", "replay"]

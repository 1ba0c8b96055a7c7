"""The night from a book to an agenda: which steps are done, by which engine, into which files."""

from forbear.contexts.nightly.run.run import NightSettings, Ran, run_night

__all__ = ["NightSettings", "Ran", "run_night"]

"""For what may a language model be asked, and what became of a question to it?"""

from __future__ import annotations

from forbear.values.code import Code


class Task(Code):
    """For what a model is asked."""

    UNDERSTAND = "UNDERSTAND"
    """Which of our meanings did somebody mean, where that was not clear?"""
    PHRASE = "PHRASE"
    """Say approved sentences more shortly."""


class Fate(Code):
    """What became of a question. Whatever is not USED left no trace in what the person sees."""

    USED = "USED"
    TIMED_OUT = "TIMED_OUT"
    BUSY = "BUSY"
    """So many questions are under way here that this one was not asked."""
    RESTING = "RESTING"
    """The model failed several times in a row and is left alone for a while."""
    NOT_REACHED = "NOT_REACHED"
    """No connection, or it broke off."""
    REFUSED = "REFUSED"
    """Another status than 200; redirects are not followed."""
    NOT_READ = "NOT_READ"
    """Too large, another kind of content, no whole answer, or not the JSON that was asked for."""
    NO_MEANING = "NO_MEANING"
    """None of the meanings that were offered, or none that fits."""
    DOUBTED = "DOUBTED"
    """A text that may not be said."""

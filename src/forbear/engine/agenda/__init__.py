"""Whom do we contact today, how, when and by which team, and why?"""

from forbear.engine.agenda.agenda import agenda
from forbear.engine.agenda.loading import load_settings
from forbear.engine.agenda.measured import Measured, Usual, only_kind, only_warned
from forbear.engine.agenda.option import option
from forbear.engine.agenda.position import position
from forbear.engine.agenda.reason import reason
from forbear.engine.agenda.settings import AgendaSettings, Slot, Team
from forbear.engine.agenda.solve import Solution, load, solve
from forbear.engine.agenda.words import RuleWords, Words, load_words

__all__ = [
    "AgendaSettings",
    "Measured",
    "RuleWords",
    "Slot",
    "Solution",
    "Team",
    "Usual",
    "Words",
    "agenda",
    "load",
    "load_settings",
    "load_words",
    "only_kind",
    "only_warned",
    "option",
    "position",
    "reason",
    "solve",
]

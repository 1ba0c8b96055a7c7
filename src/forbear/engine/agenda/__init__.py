"""Whom do we contact today, how, when and by which team, and why?"""

from forbear.engine.agenda.loading import load_settings
from forbear.engine.agenda.option import option
from forbear.engine.agenda.position import position
from forbear.engine.agenda.settings import AgendaSettings, Slot, Team
from forbear.engine.agenda.solve import Solution, load, solve

__all__ = [
    "AgendaSettings", "Slot", "Solution", "Team", "load", "load_settings", "option", "position",
    "solve",
]

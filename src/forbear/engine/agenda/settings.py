"""How does a lender weigh contacts, and what may it spend on them?

The settings are data of the house policy; ``loading`` reads and checks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forbear.values.code import Channel, Dialect, Jurisdiction, Language

PPM = 1_000_000
# Some engines divide through floating point, which is exact below 2**53; a chance is at most PPM,
# so factors up to this keep every product far below it.
FACTOR_PPM_MAX = 100 * PPM
OTHER = "other"
DAY_MINUTES = 1_440


@dataclass(frozen=True, slots=True)
class Slot:
    """A span of the person's local day, half-open, in minutes."""

    name: str
    name_en: str
    name_zh: str
    start_minute: int
    end_minute: int

    @property
    def seconds(self) -> int:
        """How long the slot is."""
        return (self.end_minute - self.start_minute) * 60


@dataclass(frozen=True, slots=True)
class Team:
    """A local team: whom it knows, what it speaks, how many seats it staffs in each slot."""

    name: str
    name_en: str
    name_zh: str
    jurisdiction: Jurisdiction
    zone: str
    provinces: tuple[str, ...]
    languages: tuple[Language, ...]
    dialects: tuple[Dialect, ...]
    seats: tuple[int, ...]
    reserve: bool
    """It also takes people of its jurisdiction whom no local team serves."""
    barred: tuple[str, ...] = ()
    """Provinces in which it may not act today, since a licence has ended."""


@dataclass(frozen=True, slots=True)
class ChannelTerms:
    """What a contact by one channel costs, burdens and brings."""

    channel: Channel
    cost_minor: int
    seconds: int
    """Seconds of a seat; 0 when no seat is needed."""
    budget: int | None
    """Contacts a day; None when not limited (a seat may still limit it)."""
    harm_minor: int
    chance_ppm: Mapping[str, int]
    """By bucket; ``other`` for the rest."""


@dataclass(frozen=True, slots=True)
class Lots:
    """What is drawn by lot, so that the effect of contact can be measured."""

    seed: int
    hold_out_ppm: int
    hold_out_days: int
    exploration_ppm: int


@dataclass(frozen=True, slots=True)
class Trial:
    """The experiment that asks whether a local team does better than one from elsewhere.

    Another ``number`` draws everybody anew. ``share_ppm``: so many take part, half in each arm.
    ``persons_min``: with fewer persons in an arm nothing is said of the difference.
    """

    number: int
    share_ppm: int
    persons_min: int


@dataclass(frozen=True, slots=True)
class Factors:
    """What the chance of a contact is multiplied by, parts per million."""

    reach_ppm: Mapping[str, int]
    kind_ppm: Mapping[str, int]
    slot_ppm: tuple[int, ...]
    dialect_ppm: int
    language_ppm: int
    local_ppm: int
    away_ppm: int
    region_sure_percent: int
    """A person whose region is less sure than this is nobody's local."""
    known_officer_ppm: int


@dataclass(frozen=True, slots=True)
class Harm:
    """How the burden of a contact grows."""

    window_days: int
    growth_ppm: int
    contacts_max: int
    vulnerable_ppm: int


@dataclass(frozen=True, slots=True)
class AgendaSettings:
    """Everything the agenda needs to know beside the book."""

    teams: tuple[Team, ...]
    slots: tuple[Slot, ...]
    channels: tuple[ChannelTerms, ...]
    seconds_ppm: Mapping[str, int]
    factors: Factors
    harm: Harm
    lots: Lots
    currency: str
    rates_ppm: Mapping[str, int]
    due_soon_days: int
    options_max: int
    teams_max: int
    capacity_for_candidates: int | None
    occupancy_ppm: int
    trial: Trial | None = None

    def team_number(self, name: str) -> int | None:
        """Return the position of the team of a name; None for a team that is not listed."""
        return next((i for i, team in enumerate(self.teams) if team.name == name), None)

    def terms(self, channel: Channel) -> ChannelTerms:
        """Return the terms of a channel; a KeyError when the lender does not use it."""
        for terms in self.channels:
            if terms.channel is channel:
                return terms
        raise KeyError(channel.value)

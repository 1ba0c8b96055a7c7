"""What is known of the past, column by column?

Whole numbers in arrays of equal length; ``NONE`` stands for null. Everything belongs to one part of
the book, so that no more than a part is ever held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NONE = -1


@dataclass(frozen=True, slots=True)
class Labels:
    """A column of words: positions in ``names``, ``NONE`` where not known."""

    codes: Ints
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Events:
    """Attempts, in and out.

    Grain: one entry per attempt, sorted by person, time and number. ``local_day`` is the day in
    the first of the person's zones and never falls within a person.
    """

    debtor_no: Ints
    contact_point_no: Ints
    loan_no: Ints
    channel: Ints
    direction: Ints
    outcome: Ints
    local_day: Ints
    started_s: Ints


@dataclass(frozen=True, slots=True)
class Contacts:
    """The attempts to be judged: positions among the events, and what is known of each.

    ``clock`` names the person's zones parted by |, ``>``, and all zones that must agree.
    """

    position: Ints
    jurisdiction: Ints
    relation: Ints
    quality: Ints
    origin: Ints
    region: Labels
    product: Labels
    clock: Labels


@dataclass(frozen=True, slots=True)
class Holds:
    """Holds, in any order; ``end_day`` ``NONE`` means open."""

    debtor_no: Ints
    loan_no: Ints
    channel: Ints
    kind: Ints
    start_day: Ints
    end_day: Ints
    recorded_s: Ints


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements, in any order."""

    debtor_no: Ints
    contact_point_no: Ints
    channel: Ints
    kind: Ints
    state: Ints
    recorded_s: Ints


@dataclass(frozen=True, slots=True)
class History:
    """One part of the book as the judging needs it."""

    events: Events
    contacts: Contacts
    holds: Holds
    statements: Statements

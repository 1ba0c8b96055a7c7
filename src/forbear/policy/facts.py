"""What may the rules know about one contact?"""

from __future__ import annotations

from dataclasses import dataclass, field

from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    ContactPurpose,
    Direction,
    HoldKind,
    Origin,
    Outcome,
    PointQuality,
    Relation,
)

_DIRECTIONS = len(Direction) + 1
_OUTCOMES = len(Outcome) + 1
_PURPOSES = len(ContactPurpose) + 1


def signature(
    channel: Channel, direction: Direction, outcome: Outcome, purpose: ContactPurpose
) -> int:
    """Return one number for the four words by which attempts are counted."""
    number = channel.number * _DIRECTIONS + direction.number
    return (number * _OUTCOMES + outcome.number) * _PURPOSES + purpose.number


@dataclass(frozen=True, slots=True)
class Event:
    """An earlier attempt.

    ``local_day`` is the day in the first of the person's zones; ``at_s`` the UTC second, None
    where not recorded; ``relation`` whose contact point it was.
    """

    channel: Channel
    direction: Direction
    outcome: Outcome
    local_day: int
    contact_point_no: int | None
    loan_no: int | None
    at_s: int | None = None
    purpose: ContactPurpose = ContactPurpose.COLLECT
    relation: Relation = Relation.OWN
    signature: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        number = signature(self.channel, self.direction, self.outcome, self.purpose)
        object.__setattr__(self, "signature", number)


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold; ``end_day`` None means open, ``loan_no`` and ``channel`` None mean all."""

    kind: HoldKind
    start_day: int
    end_day: int | None
    loan_no: int | None
    channel: Channel | None


@dataclass(frozen=True, slots=True)
class Consent:
    """A statement; ``contact_point_no`` and ``channel`` None mean all."""

    kind: ConsentKind
    state: ConsentState
    recorded_s: int
    contact_point_no: int | None
    channel: Channel | None


@dataclass(frozen=True, slots=True)
class Limit:
    """A time that the person called inconvenient: minutes [opens, closes) of some weekdays.

    Monday is 0. ``contact_point_no`` and ``channel`` None mean all.
    """

    weekdays: frozenset[int]
    opens_minute: int
    closes_minute: int
    contact_point_no: int | None = None
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What the rules may know about one outbound contact that is being considered.

    ``person_zones`` empty means unknown. ``zones`` are all clocks that must agree: the person's
    and the number's. ``loan_no`` is the loan to be spoken of, None where none is chosen.
    ``relation`` or ``origin`` None: not recorded, which refuses. ``contact_point_no`` None: not
    recorded, so no event counts against it. ``region`` and ``product`` None mean unknown; rules
    of a narrower scope are then asked.
    """

    channel: Channel
    contact_point_no: int | None
    relation: Relation | None
    quality: PointQuality | None
    origin: Origin | None
    person_zones: tuple[str, ...]
    zones: tuple[str, ...]
    loan_no: int | None
    events: tuple[Event, ...] = ()
    holds: tuple[Hold, ...] = ()
    consents: tuple[Consent, ...] = ()
    limits: tuple[Limit, ...] = ()
    purpose: ContactPurpose = ContactPurpose.COLLECT
    region: str | None = None
    product: str | None = None
    workplace: bool = False

"""What of a talk about an arrangement is written down, so that it is shown again as it was shown?

Amounts are minor units, days are numbers; all of it comes from proposals, which come from the
ledger. What is written can be held against what could be offered today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from forbear.policy.arrange.propose import Proposal
from forbear.policy.arrange.word import PlanKind
from forbear.policy.assistant.bargain import Move, Where
from forbear.values.money import Currency


@dataclass(frozen=True, slots=True)
class OfferShown:
    """One arrangement as it is offered, with ``count`` instalments."""

    kind: PlanKind
    count: int
    first_minor: int
    least_minor: int
    largest_minor: int
    total_minor: int
    regular_minor: int
    waived_minor: int
    charge_minor: int
    first_day: int
    last_day: int

    @classmethod
    def of(cls, made: Proposal) -> OfferShown:
        """Return what is shown of a proposal."""
        amounts = [each.amount_minor for each in made.instalments]
        return cls(
            kind=made.kind,
            count=len(amounts),
            first_minor=amounts[0],
            least_minor=min(amounts),
            largest_minor=max(amounts),
            total_minor=made.total_minor,
            regular_minor=made.regular_minor,
            waived_minor=made.waived_minor,
            charge_minor=made.charge_minor,
            first_day=made.instalments[0].due_day,
            last_day=made.last_day,
        )


@dataclass(frozen=True, slots=True)
class Stood:
    """How a talk stood after a message. ``turn`` is named by whoever answers to it.

    ``monthly_minor``: the most a month on which offers rest. ``needed_minor`` null: it is not
    about what would do, or nothing would. ``pressed``: what was done by a button; null: the person
    wrote.
    """

    ref: str
    turn: int
    where: Where
    currency: Currency
    monthly_minor: int
    granted_minor: int
    needed_minor: int | None
    offers: tuple[OfferShown, ...]
    chosen: PlanKind | None
    pressed: Move | None = None


def written(stood: Stood) -> dict[str, Any]:
    """Return it as plain data."""
    return asdict(stood)


def read(told: Mapping[str, Any]) -> Stood:
    """Return what was written down."""
    chosen, pressed = told["chosen"], told.get("pressed")
    return Stood(
        **{
            **told,
            "where": Where(told["where"]),
            "currency": Currency(told["currency"]),
            "offers": offers_read(told["offers"]),
            "chosen": None if chosen is None else PlanKind(chosen),
            "pressed": None if pressed is None else Move(pressed),
        }
    )


def offers_written(offers: Sequence[OfferShown]) -> list[dict[str, Any]]:
    """Return offers as plain data."""
    return [asdict(each) for each in offers]


def offers_read(told: Sequence[Mapping[str, Any]]) -> tuple[OfferShown, ...]:
    """Return offers that were written down."""
    return tuple(OfferShown(**{**each, "kind": PlanKind(each["kind"])}) for each in told)

"""Which arrangements can be offered on what a person owes and can afford?

From the debts of today and an affordable amount a month come two or three arrangements, each to the
minor unit. Every one is held against its own sums and bounds before it leaves. The same question
has the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from forbear.policy.arrange.flow import Flow, Planned, find_level, run
from forbear.policy.arrange.owed import Ask, LoanOwed, Pot, pot_of
from forbear.policy.arrange.terms import Terms
from forbear.policy.arrange.word import LeftOut, PlanKind, Target
from forbear.values.errors import BrokenInvariant
from forbear.values.money import Currency

__all__ = ["Ask", "LoanOwed", "Offered", "Planned", "Proposal", "proposals"]


class ProposalOff(BrokenInvariant):
    """An arrangement does not add up, or leaves its bounds."""

    code = "PROPOSAL_OFF"


@dataclass(frozen=True, slots=True)
class Share:
    """What of an arrangement goes to one loan, and what is given up of that loan's penalty."""

    loan: str
    amount_minor: int
    waived_minor: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """One arrangement. Amounts in minor units; days are numbers.

    ``total_minor`` = ``owed_minor`` - ``waived_minor`` + ``regular_minor`` + ``charge_minor`` = all
    instalments = all shares. ``regular_minor``: instalments of the contracts that fall due
    meanwhile. ``charge_minor``: what is added for the time it takes. ``saves_minor``: about what
    the person pays less than if the debt went on growing meanwhile.
    """

    kind: PlanKind
    target: Target
    currency: Currency
    frozen: bool
    owed_minor: int
    waived_minor: int
    regular_minor: int
    charge_minor: int
    total_minor: int
    saves_minor: int
    instalments: tuple[Planned, ...]
    shares: tuple[Share, ...]

    @property
    def last_day(self) -> int:
        """The day of the last instalment."""
        return self.instalments[-1].due_day

    @property
    def largest_minor(self) -> int:
        """The largest instalment."""
        return max(each.amount_minor for each in self.instalments)


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be offered, and why something cannot.

    ``needed_minor``: the least a month that would make equal instalments possible; None where no
    amount would.
    """

    proposals: tuple[Proposal, ...]
    left_out: tuple[tuple[PlanKind, LeftOut], ...]
    needed_minor: int | None


def proposals(owed: Sequence[LoanOwed], terms: Terms, ask: Ask) -> Offered:
    """Return what can be offered.

    Raises:
        CannotAsk: the loans or bounds do not allow the question.
    """
    pot = pot_of(owed, terms, ask)
    if pot.balance_minor == 0:
        return Offered((), tuple((kind, LeftOut.NOTHING_OWED) for kind in PlanKind), None)
    found: list[Proposal] = []
    left_out: list[tuple[PlanKind, LeftOut]] = []
    for kind in PlanKind:
        made = _made(kind, pot, terms, ask)
        if isinstance(made, LeftOut):
            left_out.append((kind, made))
        elif any(made.instalments == other.instalments for other in found):
            left_out.append((kind, LeftOut.SAME))
        else:
            hold_against_bounds(made, pot, ask)
            found.append(made)
    needed = None if found else _needed(pot, terms, ask)
    return Offered(tuple(found), tuple(left_out), needed)


def _flow(kind: PlanKind, pot: Pot, terms: Terms) -> Flow:
    return Flow(
        pot=pot,
        percents=terms.step_percents if kind is PlanKind.STEPPED else (100,),
        step_places=max(1, pot.places(terms.step_months)),
        paused_places=pot.places(terms.pause_first_months) if kind is PlanKind.PAUSE_FIRST else 0,
    )


def _made(kind: PlanKind, pot: Pot, terms: Terms, ask: Ask) -> Proposal | LeftOut:
    if kind is PlanKind.PAUSE_FIRST and not pot.frozen:
        return LeftOut.NOT_FROZEN
    most = ask.level_minor
    if most < min(pot.least_minor, pot.balance_minor):
        return LeftOut.BELOW_MINIMUM
    flow = _flow(kind, pot, terms)
    quickest = run(flow, most)
    if quickest is None:
        return _why_not(flow, ask)
    if most < pot.least_minor and len(quickest) > 1:
        return LeftOut.BELOW_MINIMUM
    months = len(quickest) if ask.months is None else ask.months
    if months < len(quickest):
        return LeftOut.BEYOND_MEANS
    level = find_level(flow, most=most, months=months)
    rows = run(flow, max(level, min(pot.least_minor, most)))
    assert rows is not None, "a higher level never takes longer"
    return _told(kind, pot, rows, ask)


def _why_not(flow: Flow, ask: Ask) -> LeftOut:
    pot = flow.pot
    asked = pot.regular_minor[flow.paused_places] if flow.paused_places < len(pot.due_days) else 0
    standing_still = asked + pot.charge(pot.balance_minor, 0)
    return LeftOut.BELOW_REGULAR if ask.level_minor <= standing_still else LeftOut.TOO_LONG


def _needed(pot: Pot, terms: Terms, ask: Ask) -> int | None:
    flow = _flow(PlanKind.EQUAL, pot, terms)
    most = pot.balance_minor + sum(pot.regular_minor) + pot.charge(pot.balance_minor, 0)
    months = len(pot.due_days) if ask.months is None else ask.months
    if run(flow, most) is None:
        return None
    at_once = pot.balance_minor + pot.regular_minor[0] + pot.charge(pot.balance_minor, 0)
    level = find_level(flow, most=most, months=months)
    return ask.monthly_of(max(level, min(pot.least_minor, at_once)))


def _told(kind: PlanKind, pot: Pot, rows: tuple[Planned, ...], ask: Ask) -> Proposal:
    regular = sum(each.regular_minor for each in rows)
    charge = sum(each.charge_minor for each in rows)
    paid = tuple(each for each in rows if each.amount_minor)
    numbered = tuple(each._replace(number=n) for n, each in enumerate(paid, start=1))
    return Proposal(
        kind=kind,
        target=ask.target,
        currency=pot.currency,
        frozen=pot.frozen,
        owed_minor=pot.balance_minor + pot.waived_minor,
        waived_minor=pot.waived_minor,
        regular_minor=regular,
        charge_minor=charge,
        total_minor=sum(each.amount_minor for each in paid),
        saves_minor=pot.waived_minor + pot.spared(rows),
        instalments=_regular_moved(rows, numbered),
        shares=tuple(Share(*each) for each in pot.shares(rows[-1].due_day, charge)),
    )


def _regular_moved(rows: tuple[Planned, ...], paid: tuple[Planned, ...]) -> tuple[Planned, ...]:
    """Let what fell due in months without an instalment stand in the first one that there is."""
    lost = sum(each.regular_minor for each in rows if not each.amount_minor)
    first = paid[0]
    return (first._replace(regular_minor=first.regular_minor + lost), *paid[1:])


def hold_against_bounds(made: Proposal, pot: Pot, ask: Ask) -> None:
    """Hold an arrangement against its sums and bounds.

    Raises:
        ProposalOff: a defect; the arrangement must not leave.
    """
    rows = made.instalments
    told = made.owed_minor - made.waived_minor + made.regular_minor + made.charge_minor
    claims = {
        "instalments": sum(each.amount_minor for each in rows) == made.total_minor,
        "total": told == made.total_minor,
        "shares": sum(each.amount_minor for each in made.shares) == made.total_minor,
        "regular": sum(each.regular_minor for each in rows) == made.regular_minor,
        "charges": sum(each.charge_minor for each in rows) == made.charge_minor,
        "above nothing": all(each.amount_minor > 0 for each in rows),
        "affordable": all(each.amount_minor <= ask.level_minor for each in rows),
        "given up": sum(each.waived_minor for each in made.shares) == made.waived_minor,
        "least": all(each.amount_minor >= pot.least_minor for each in rows[:-1]),
        "order": all(a.due_day < b.due_day for a, b in pairwise(rows)),
        "begins": ask.today <= ask.first_day <= rows[0].due_day,
        "ends": rows[-1].due_day <= ask.last_day,
        "never grows": made.frozen
        or all(each.amount_minor >= each.charge_minor + each.regular_minor for each in rows),
    }
    wrong = [name for name, holds in claims.items() if not holds]
    if wrong:
        raise ProposalOff(
            f"An arrangement fails: {', '.join(wrong)}.",
            remedy="Report this with the amounts; offer nothing meanwhile.",
            message_zh=f"还款安排核对不符：{'、'.join(wrong)}。",
            remedy_zh="请连同金额一并报告；在此期间不要提供该方案。",
        )

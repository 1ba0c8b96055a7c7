"""Who negotiates, what is true of them, and what becomes of what they agree to? All invented.

A simulated person has an income, necessities, other debts, a will to pay, trust, and a reaction to
how they are spoken to; their moves follow from that and from what is offered. Afterwards three
years are lived through month by month: income swings, misfortune strikes, and what cannot be paid
is not paid. The same seed gives the same people and the same fate, whoever negotiates with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from forbear.contexts.rulebook.library import open_arrangements, open_living
from forbear.policy.arrange.afford import Budget, OtherDebt
from forbear.policy.arrange.owed import Ask, LoanOwed
from forbear.policy.arrange.propose import Proposal
from forbear.policy.arrange.terms import Authority
from forbear.policy.arrange.word import PlanKind, Target
from forbear.policy.assistant.bargain import (
    ENDED,
    Move,
    Said,
    Table,
    Talk,
    Where,
    go_on,
    within_bounds,
)
from forbear.values.code import Jurisdiction
from forbear.values.day import day_number
from forbear.values.money import Currency

TODAY = date(2026, 11, 26)
MONTHS = 36
MISSED_MAX = 2
"""So many instalments missed in a row end an arrangement."""


@dataclass(frozen=True)
class Person:
    """What is true of somebody. Amounts in minor units a month; shares from 0 to 1."""

    seed: int
    income: int
    needs: int
    adults: int
    children: int
    others: int
    others_owed: int
    willing: float
    trust: float
    soft: float
    """How far pressure makes them say yes to what they cannot pay."""
    patience: int
    told_of_income: float
    misfortune: float
    owed: LoanOwed

    @property
    def left(self) -> int:
        """What is truly left a month."""
        return self.income - self.needs - self.others


@dataclass(frozen=True)
class Fate:
    """What came of it. ``cut``: the share of months in which necessities were cut for the debt."""

    agreed: bool
    turns: int
    recovered: float
    broken: bool
    cut: float
    kept_for_needs: float
    ended: Where
    bounded: bool


def people(number: int, *, seed: int) -> list[Person]:
    """Return so many invented people."""
    return [_person(Random(f"{seed}.{each}"), each + seed * 1_000_003) for each in range(number)]


def _person(by: Random, seed: int) -> Person:
    adults, children = by.choice((1, 1, 1, 2, 2)), by.choice((0, 0, 0, 1, 1, 2))
    income = round(by.lognormvariate(0, 0.45) * 520_000)
    floor = open_living().protected(
        Jurisdiction.CN, None, adults=adults, children=children, on=TODAY
    )
    needs = round(floor.floor_minor * by.uniform(0.95, 1.6)) + round(income * by.uniform(0.0, 0.25))
    has_others = by.random() < 0.6
    others = round(income * by.uniform(0.03, 0.25)) if has_others else 0
    payoff = round(by.lognormvariate(0, 0.8) * 1_500_000)
    penalty = round(payoff * by.uniform(0.0, 0.12))
    return Person(
        seed=seed,
        income=income,
        needs=needs,
        adults=adults,
        children=children,
        others=others,
        others_owed=others * by.randint(4, 40),
        willing=by.betavariate(4, 2),
        trust=by.betavariate(3, 2),
        soft=by.betavariate(2, 3),
        patience=by.randint(3, 9),
        told_of_income=by.choice((1.0, 1.0, 1.0, 0.9, 0.8, 1.1)),
        misfortune=by.uniform(0.005, 0.04),
        owed=LoanOwed(
            "L-1", "instalment_loan", Currency.CNY, payoff, penalty, payoff, (), 150_000, 225_000
        ),
    )


def table_of(person: Person, *, authority: Authority | None = None) -> Table:
    """Return what is negotiated about; ``authority`` null: none beyond the house's own."""
    terms = open_arrangements()
    ask = Ask(
        Target.PAYOFF,
        0,
        day_number(TODAY),
        day_number(date(2026, 12, 20)),
        day_number(date(2031, 11, 26)),
    )
    protected = open_living().protected(
        Jurisdiction.CN, None, adults=person.adults, children=person.children, on=TODAY
    )
    return Table((person.owed,), terms, ask, protected, authority or terms.authority["DEBTOR"])


def assistant(person: Person, *, authority: Authority | None = None) -> Fate:
    """Let somebody talk with the assistant, and live with what came of it."""
    by, table, talk = Random(person.seed), table_of(person, authority=authority), Talk()
    bounded = True
    while talk.where not in ENDED:
        talk = go_on(talk, _move(person, talk, by), table)
        bounded = bounded and within_bounds(talk, table)
    plan = _plan(talk.chosen)
    return _lived(person, plan, talk.turns, ended=talk.where, bounded=bounded)


def full_demanded(person: Person) -> Fate:
    """Demand everything at once, until they say yes or stop answering."""
    by, turns = Random(person.seed), 0
    while turns < person.patience:
        turns += 1
        can = person.left * 2 >= person.owed.payoff_minor
        if by.random() < (person.willing if can else person.soft * 0.35):
            return _lived(person, [person.owed.payoff_minor], turns, ended=Where.CHOSEN)
    return _lived(person, [], turns, ended=Where.LEFT)


def longest_always(person: Person) -> Fate:
    """Offer everybody the longest plan, whatever they can pay."""
    months = open_arrangements().products["instalment_loan"].months_max
    each = -(-person.owed.payoff_minor // months)
    by = Random(person.seed)
    takes = by.random() < person.willing * (1.0 if each <= max(person.left, 0) else 0.6)
    return _lived(person, [each] * months if takes else [], 2, ended=Where.CHOSEN)


def _move(person: Person, talk: Talk, by: Random) -> Said:
    if talk.turns >= person.patience:
        return Said(Move.WANTS_A_PERSON if by.random() < 0.4 else Move.LEAVES)
    if by.random() < (1 - person.trust) * 0.3:
        return Said(Move.PRESSES)
    if talk.where is Where.ASKING:
        if person.left <= 0 and by.random() < 0.5:
            return Said(Move.CANNOT)
        return Said(Move.TELLS, _budget(person, by))
    if talk.granted_minor == 0 and by.random() < 0.25:
        return Said(Move.WANTS_REDUCTION)
    best = min(talk.offered, key=lambda each: (each.largest_minor, each.kind is not PlanKind.EQUAL))
    bearable = max(person.left, 0) * (0.6 + 0.5 * person.willing)
    if best.largest_minor <= bearable and by.random() < 0.5 + 0.5 * person.willing:
        return Said(Move.CHOOSES, kind=best.kind)
    return Said(Move.WANTS_LESS_A_MONTH)


def _budget(person: Person, by: Random) -> Budget:
    # Whoever trusts little names one amount and no more.
    if by.random() > person.trust + 0.3:
        said = round(max(person.left, 0) * by.uniform(0.4, 1.2))
        return Budget(Currency.CNY, can_pay_month_minor=said)
    return Budget(
        Currency.CNY,
        debts=(OtherDebt(person.others, owed_minor=person.others_owed),) if person.others else (),
        adults=person.adults,
        children=person.children,
        income_month_minor=round(person.income * person.told_of_income),
        outgoing_month_minor=person.needs,
    )


def _plan(chosen: Proposal | None) -> list[int]:
    if chosen is None:
        return []
    first = chosen.instalments[0].due_day - day_number(date(2026, 12, 20))
    return [0] * round(first / 30.4) + [each.amount_minor for each in chosen.instalments]


def _lived(
    person: Person, plan: list[int], turns: int, *, ended: Where, bounded: bool = True
) -> Fate:
    by = Random(person.seed ^ 0x5EED)
    savings, low, missed, paid, cut, kept, broken = 0, 0, 0, 0, 0, 1.0, False
    for month in range(MONTHS):
        low = 3 if by.random() < person.misfortune else max(0, low - 1)
        income = person.income * by.lognormvariate(0, 0.08) * (0.55 if low else 1.0)
        spare = max(-person.needs, round(income - person.needs - person.others)) + savings
        dip, gift = by.random(), by.random()
        due = plan[month] if month < len(plan) and not broken else 0
        if due and spare >= due:
            paid, spare, missed = paid + due, spare - due, 0
        elif due and dip < person.willing * 0.35 and spare + person.needs // 4 >= due:
            # They pay, and go without something that they need.
            cut, kept = cut + 1, min(kept, (spare + person.needs - due) / person.needs)
            paid, spare, missed = paid + due, 0, 0
        elif due:
            missed += 1
            broken = missed >= min(MISSED_MAX, len(plan))
        elif (broken or not plan) and gift < 0.05 * person.willing and spare > 0:
            paid, spare = paid + spare // 3, spare - spare // 3
        savings = min(max(spare, 0) // 2, 3 * person.needs)
    owed = person.owed.payoff_minor
    return Fate(
        agreed=bool(plan),
        turns=turns,
        recovered=min(paid, owed) / owed,
        broken=broken,
        cut=cut / MONTHS,
        kept_for_needs=kept,
        ended=ended,
        bounded=bounded,
    )

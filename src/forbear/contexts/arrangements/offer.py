"""What can a person afford, and what can be offered to them by law and house, today?

Nothing is written here: the same is asked for advice and for a proposal that is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forbear.contexts.arrangements.owed import Covered, owed_by
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.held import PersonHeld, held_person
from forbear.contexts.rulebook.library import open_arrangements, open_living, pack_in_force
from forbear.policy.arrange.afford import Afforded, Budget, afford
from forbear.policy.arrange.owed import Ask
from forbear.policy.arrange.propose import Offered, proposals
from forbear.policy.arrange.word import Every, Target
from forbear.policy.ask.clock import due
from forbear.policy.ask.deed import DeedFacts, may_do
from forbear.policy.kind import ClockStart
from forbear.values.code import Deed, Matter
from forbear.values.day import add_years, day_number
from forbear.values.errors import Denied, InvalidInput
from forbear.values.principal import Principal
from forbear.values.wording import Fact

# Where no law bounds an arrangement, the house's months do; a calendar needs some end.
_YEARS_MAX = 20
_FIRST_DAYS = 30


class RuleForbids(Denied):
    """A rule forbids to offer an arrangement."""

    code = "RULE_FORBIDS"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to arrange.

    ``first_date`` None: in a month. ``months``: how many instalments; None: as few as can be
    afforded. ``every``: how far apart they lie.
    """

    debtor_ref: str
    loan_refs: tuple[str, ...]
    target: Target
    budget: Budget
    first_date: date | None = None
    months: int | None = None
    waive_minor: int = 0
    freeze: bool = False
    every: Every = Every.MONTH


@dataclass(frozen=True, slots=True)
class Worked:
    """What was worked out: who, on what, what they can afford, and what can be offered."""

    signer: PersonHeld
    covered: tuple[Covered, ...]
    afforded: Afforded
    ask: Ask
    offered: Offered
    rules: str


def affordable(
    debtor_ref: str,
    loan_refs: Sequence[str],
    budget: Budget,
    *,
    actor: Principal,
    today: date,
) -> Afforded:
    """Return what a person can pay a month towards their loans; nothing is written.

    Raises:
        NotPermitted, UnknownRef, NoSuchLoan, LoanOfOther, NotOwed, InvalidBudget, NoLivingCost.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        signer = held_person(debtor_ref)
        covered = owed_by(signer.id, loan_refs, today=today)
        return _afforded(signer, covered, Target.PAYOFF, budget, today=today)


def offers(wanted: Wanted, *, actor: Principal, today: date, now: datetime) -> Worked:
    """Return what can be offered; nothing is written.

    Raises:
        NotPermitted, UnknownRef, NoSuchLoan, LoanOfOther, NotOwed, InvalidBudget, NoLivingCost,
        CannotAsk: the question is not allowed as it stands.
        RuleForbids: a law forbids an arrangement here.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        return worked_out(wanted, held_person(wanted.debtor_ref), today=today, now=now)


def worked_out(wanted: Wanted, signer: PersonHeld, *, today: date, now: datetime) -> Worked:
    """Do the same inside another action, which holds the person's row."""
    covered = owed_by(signer.id, wanted.loan_refs, today=today)
    if not covered:
        raise InvalidInput(
            "loan_refs: name at least one loan.",
            remedy="Name the loans that are to be covered.",
            message_zh="loan_refs：请至少填写一笔借款。",
            remedy_zh="请填写要涵盖的借款。",
            field="loan_refs",
        )
    afforded = _afforded(signer, covered, wanted.target, wanted.budget, today=today)
    ask = Ask(
        target=wanted.target,
        monthly_minor=afforded.monthly_minor,
        today=day_number(today),
        first_day=day_number(wanted.first_date or today + timedelta(days=_FIRST_DAYS)),
        last_day=_last_day(signer, today),
        months=wanted.months,
        waive_minor=wanted.waive_minor,
        freeze=wanted.freeze,
        every=wanted.every,
    )
    offered = proposals([each.owed for each in covered], open_arrangements(), ask)
    rules = _permitted(signer, covered, ask, today=today, now=now)
    return Worked(signer, tuple(covered), afforded, ask, offered, rules)


def _afforded(
    signer: PersonHeld, covered: Sequence[Covered], target: Target, budget: Budget, *, today: date
) -> Afforded:
    protected = open_living().protected(
        signer.jurisdiction,
        signer.region,
        adults=budget.adults,
        children=budget.children,
        on=today,
    )
    return afford(
        budget,
        protected,
        owed_minor=sum(each.owed.owed_minor(target) for each in covered),
        keep_back_percent=open_arrangements().keep_back_percent,
    )


def _last_day(signer: PersonHeld, today: date) -> int:
    """Return the last day on which every law lets an agreement that starts today run."""
    pack = pack_in_force(signer.jurisdiction, today)
    starts = {ClockStart.STARTED: day_number(today)}
    ends = [each.day for each in due(pack, Matter.INSTALMENT_AGREEMENT, starts=starts)]
    return min([*ends, day_number(add_years(today, _YEARS_MAX))])


def _permitted(
    signer: PersonHeld, covered: Sequence[Covered], ask: Ask, *, today: date, now: datetime
) -> str:
    """Ask the law whether the debt may be arranged anew; return the hash of the rules asked.

    Beyond means: not to be paid at once out of what is affordable. Willing: the person asks for it.
    """
    owed = sum(each.owed.owed_minor(ask.target) for each in covered)
    beyond = owed == 0 or ask.monthly_minor < owed
    facts = frozenset({Fact.WILLING_BEYOND_MEANS}) if beyond else frozenset[Fact]()
    pack = pack_in_force(signer.jurisdiction, today)
    decision = may_do(pack, DeedFacts(Deed.RESTRUCTURE, day_number(today), facts), now=now)
    refused = [found for found in decision.findings if found.refuses]
    if refused:
        about = refused[0].about
        raise RuleForbids(
            f"{about.text_en} ({refused[0].rule_id})",
            remedy="What can be paid at once needs no arrangement: take a promise to pay instead.",
            message_zh=f"{about.text_zh}（{refused[0].rule_id}）",
            remedy_zh="能够一次还清的，无需分期安排，请登记还款承诺。",
            rule=refused[0].rule_id,
        )
    return decision.pack

"""A fact came in by day: what do standings, case, plan and past contacts become, at once?

Everything happens in the transaction of the action that took the fact in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.refresh import Refreshed, refresh_person
from forbear.contexts.cases.wrong_basis import Known, find_wrong_basis
from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.standing import refresh_standings
from forbear.policy.debt.facts import LoanFacts
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class LateFact:
    """What came in. ``cause`` names it, such as ``posting:42``.

    ``since``: the first day that it changes. ``believed``: what was believed of loans before it,
    by loan id, where the facts themselves do not tell from when on they were known.
    """

    debtor_id: int
    loan_ids: Collection[int]
    cause: str
    since: date
    believed: Mapping[int, LoanFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a late fact changed: the person's sums, case and plan, and contacts now doubtful.

    ``on_wrong_basis``: contacts that were made while a loan was believed to stand worse.
    """

    after: Refreshed
    on_wrong_basis: int


Follower = Callable[..., None]
_FOLLOWERS: dict[str, Follower] = {}


def register_follower(name: str, follow: Follower) -> None:
    """Let a context above follow every late fact, inside its transaction; a name is kept once.

    ``follow`` takes ``debtor_id`` and ``loan_ids``, and by name ``actor``, ``today`` and ``now``.
    It changes nothing when it is called again, since what it does may itself be such a fact.
    """
    _FOLLOWERS[name] = follow


def take_in(fact: LateFact, *, actor: Principal, today: date, now: datetime) -> TakenIn:
    """Let a late fact of a held person count.

    Raises:
        BrokenInvariant: no transaction is open.
        InvalidFacts: what is stored of a loan contradicts itself.
    """
    required()
    refresh_standings(fact.loan_ids, as_of=today, known=today, now=now)
    after = refresh_person(fact.debtor_id, because=fact.cause, actor=actor, today=today, now=now)
    wrong = sum(
        _listed(fact, loan_id, actor=actor, today=today, now=now) for loan_id in fact.loan_ids
    )
    for _name, follow in sorted(_FOLLOWERS.items()):
        follow(fact.debtor_id, fact.loan_ids, actor=actor, today=today, now=now)
    return TakenIn(after, wrong)


def _listed(fact: LateFact, loan_id: int, *, actor: Principal, today: date, now: datetime) -> int:
    return list_contacts(
        fact.debtor_id,
        loan_id,
        since=fact.since,
        cause=fact.cause,
        believed=fact.believed.get(loan_id),
        actor=actor,
        today=today,
        now=now,
    )


def list_contacts(
    debtor_id: int,
    loan_id: int,
    *,
    since: date,
    cause: str,
    believed: LoanFacts | None = None,
    found: Known | None = None,
    actor: Principal,
    today: date,
    now: datetime,
) -> int:
    """List a loan's contacts that a fact puts in another light, and write it down.

    Returns how many are new.
    """
    required()
    wrong = find_wrong_basis(
        loan_id, since=since, cause=cause, believed=believed, found=found, today=today, now=now
    )
    if wrong:
        record(
            AuditEvent.STANDING_CORRECTED,
            actor=actor,
            subject=f"loan:{loan_id}",
            now=now,
            debtor_id=debtor_id,
            body={"cause": cause, "contacts": wrong},
        )
    return wrong

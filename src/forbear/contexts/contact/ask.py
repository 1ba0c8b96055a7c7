"""Would this contact be allowed at an instant, by every rule and by all that is known?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forbear.contexts.contact.history import WAS_MADE
from forbear.contexts.database.prepared import Question, ask
from forbear.contexts.database.transaction import reading
from forbear.contexts.house.own import OwnRules
from forbear.contexts.house.standing import own_rules
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.policy import (
    LoanFacts,
    PersonFacts,
    PointFacts,
    facts_for_policy,
)
from forbear.contexts.rulebook.library import pack_in_force
from forbear.policy import facts
from forbear.policy.ask.contact import decide, next_change
from forbear.policy.pack import Pack
from forbear.values.code import (
    Channel,
    ContactPurpose,
    Direction,
    Jurisdiction,
    Outcome,
    Relation,
)
from forbear.values.day import day_number, instant_s
from forbear.values.decision import Decision
from forbear.values.errors import NotFound
from forbear.values.principal import Principal

_PAST = (
    "SELECT a.channel, a.direction, a.outcome, a.started_at, a.contact_point_id, a.loan_id, "
    "coalesce(p.relation, 'OWN'), a.debtor_id FROM contact_attempt a "
    "LEFT JOIN portfolio_contactpoint p ON p.id = a.contact_point_id "
)
_OF_ONE = (
    f"{_PAST} WHERE a.debtor_id = %s AND a.started_at <= %s "
    f"AND {WAS_MADE} ORDER BY a.started_at, a.id"
)
_OF_HELD = (
    f"{_PAST} WHERE a.debtor_id = %s AND a.id <> %s AND {WAS_MADE} ORDER BY a.started_at, a.id"
)
_OF_OTHERS = (
    f"{_PAST} WHERE a.debtor_id = %s AND a.started_at <= %s AND a.id <> ALL(%s) "
    f"AND {WAS_MADE} ORDER BY a.started_at, a.id"
)
_OF_SOME = (
    f"{_PAST} WHERE a.debtor_id = ANY(%s) AND a.started_at <= %s "
    f"AND {WAS_MADE} ORDER BY a.started_at, a.id"
)
Past = Sequence[tuple[Any, ...]]
"""A person's earlier contacts as they are stored, the oldest first."""


class NotOfPerson(NotFound):
    """The person has no such contact point or loan in use."""

    code = "NOT_OF_PERSON"


@dataclass(frozen=True, slots=True)
class ContactAsked:
    """A contact that is considered; ``loan_ref`` null: no loan is chosen."""

    debtor_ref: str
    contact_point_ref: str
    channel: Channel
    loan_ref: str | None = None
    purpose: ContactPurpose = ContactPurpose.COLLECT


@dataclass(frozen=True, slots=True)
class ContactAnswer:
    """What the rules of the person's own day answer; ``turns_at``: when the whole answer turns."""

    decision: Decision
    turns_at: datetime | None
    day: date
    time_zone: str


def ask_contact(asked: ContactAsked, *, actor: Principal, now: datetime) -> ContactAnswer:
    """Return every rule's answer about a contact at ``now``; nothing is written down or used up.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownRef, NotOfPerson: the person, contact point or loan is not there for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    person = facts_for_policy(asked.debtor_ref, actor=actor)
    point, loan = parts_of(person, asked)
    with reading(actor):
        pack, known, clock = as_rules_see(
            person, asked.channel, point, loan, asked.purpose, now=now
        )
    answer = decide(pack, known, now=now)
    turns_at = next_change(pack, known, now=now, decision=answer)
    return ContactAnswer(answer, turns_at, now.astimezone(ZoneInfo(clock)).date(), clock)


def parts_of(person: PersonFacts, asked: ContactAsked) -> tuple[PointFacts, LoanFacts | None]:
    """Return the contact point and the loan that are asked about.

    Raises:
        NotOfPerson: the person has no such one in use.
    """
    point = next((each for each in person.points if each.ref == asked.contact_point_ref), None)
    if point is None:
        raise _absent("contact_point_ref")
    loan = next((each for each in person.loans if each.ref == asked.loan_ref), None)
    if asked.loan_ref is not None and loan is None:
        raise _absent("loan_ref")
    return point, loan


def as_rules_see(
    person: PersonFacts,
    channel: Channel,
    point: PointFacts,
    loan: LoanFacts | None,
    purpose: ContactPurpose,
    *,
    now: datetime,
    but: int | None = None,
    ahead: timedelta = timedelta(0),
    past: Past | None = None,
    own: OwnRules | None = None,
) -> tuple[Pack, facts.ContactFacts, str]:
    """Return the rules of the person's own day, what they may know of a contact, and whose clock.

    Inside an open transaction. ``but``: an attempt that is not counted. ``ahead``: attempts that
    began so much later than ``now`` count too. ``past``: earlier contacts that were read already.
    ``own``: the lender's own rules where they were read already.
    """
    clock = next(iter(person.zones), "UTC")
    pack = _pack(person.jurisdiction, now.astimezone(ZoneInfo(clock)).date(), own)
    if past is None:
        until = now + ahead
        past = [row for row in ask(*about_past(person.id, but=but)) if row[3] <= until]
    events = _events(past, clock)
    return pack, person.contact(channel, point, loan=loan, purpose=purpose, events=events), clock


def _pack(law: Jurisdiction, day: date, own: OwnRules | None) -> Pack:
    counting = own_rules() if own is None else own
    return counting.pack(law, day) if counting.rows else pack_in_force(law, day)


def about_past(debtor_id: int, *, but: int | None = None) -> Question:
    """Return what ``as_rules_see`` asks the database about earlier contacts."""
    return _OF_HELD, [debtor_id, but or 0]


def events_of(debtor_id: int, *, zone: str, before: datetime) -> tuple[facts.Event, ...]:
    """Return a person's earlier contacts as the rules count them, inside an open transaction.

    A contact whose point is not recorded counts as one with the person.
    """
    return _events(ask(_OF_ONE, [debtor_id, before]), zone)


def past_of(debtor_ids: Collection[int], *, before: datetime) -> dict[int, Past]:
    """Return earlier contacts of some persons with one question, inside an open transaction."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in ask(_OF_SOME, [list(debtor_ids), before]):
        found[row[-1]].append(row)
    return {debtor_id: found[debtor_id] for debtor_id in debtor_ids}


def past_but(debtor_id: int, *, before: datetime, but: Collection[int]) -> Past:
    """Return a person's earlier contacts but for some attempts, inside an open transaction."""
    return ask(_OF_OTHERS, [debtor_id, before, list(but)])


def _events(past: Past, zone: str) -> tuple[facts.Event, ...]:
    clock = ZoneInfo(zone)
    return tuple(
        facts.Event(
            channel=Channel(channel),
            direction=Direction(direction),
            outcome=Outcome(outcome),
            local_day=day_number(started_at.astimezone(clock).date()),
            contact_point_no=point_id,
            loan_no=loan_id,
            at_s=instant_s(started_at),
            relation=Relation(relation),
        )
        for channel, direction, outcome, started_at, point_id, loan_id, relation, _debtor in past
    )


def _absent(field: str) -> NotOfPerson:
    return NotOfPerson(
        f"The person has no such {field} in use.",
        remedy="Check the refs; retired contact points are not asked about.",
        message_zh=f"该债务人没有在用的 {field}。",
        remedy_zh="请核对编号；已停用的联系方式不予询问。",
        field=field,
    )

"""What does every rule say to one contact of one person, at one instant?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from forbear.contexts.nightly.explain_rows import BookReader, Row, code_of, find_person
from forbear.contexts.nightly.person_facts import PersonFacts, zones_of
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.rulebook.library import Shelved, open_lender, open_shelf
from forbear.engine.eligibility.eligibility import WAYS
from forbear.policy.ask.contact import decide, next_change
from forbear.policy.ask.moment import zone_of
from forbear.values.code import Channel, ContactPurpose, Jurisdiction, PointKind, Relation
from forbear.values.day import instant_s
from forbear.values.decision import Decision
from forbear.values.errors import NotFound

_ATTEMPTS = ("attempt_old", "attempt")


@dataclass(frozen=True)
class Contact:
    """The contact that is asked about; ``loan_id`` None: no loan is chosen.

    ``point_id`` None: every contact point of the person that carries the channel is asked about.
    """

    person_id: str
    channel: Channel
    at: datetime
    loan_id: str | None = None
    point_id: str | None = None
    purpose: ContactPurpose = ContactPurpose.COLLECT


@dataclass(frozen=True)
class Answer:
    """The whole answer for one contact point; ``turns`` is when time alone turns it."""

    point_id: str
    relation: Relation
    zones: tuple[str, ...]
    decision: Decision
    turns: datetime | None


@dataclass(frozen=True)
class Answers:
    """The answers for every contact point that was asked about, by the rules of ``as_of``."""

    contact: Contact
    jurisdiction: Jurisdiction
    as_of: date
    zone: str
    answers: tuple[Answer, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "person": self.contact.person_id,
            "channel": self.contact.channel.value,
            "purpose": self.contact.purpose.value,
            "loan_id": self.contact.loan_id,
            "at": self.contact.at.isoformat(),
            "jurisdiction": self.jurisdiction.value,
            "as_of": self.as_of.isoformat(),
            "contacts": [
                {
                    "contact_point_id": answer.point_id,
                    "relation": answer.relation.value,
                    "zones": list(answer.zones),
                    "turns_at": answer.turns.isoformat() if answer.turns else None,
                    "sha256": answer.decision.sha256,
                    **answer.decision.as_dict(),
                }
                for answer in self.answers
            ],
        }


def ask_rules(
    contact: Contact, *, workspace: Workspace, rules: str | Shelved = "shipped"
) -> Answers:
    """Ask every rule about a contact, knowing what happened and was recorded before its instant.

    The rules are those of the person's local day, or of the day that ``rules`` names.

    Raises:
        NotFound: there is no book, person, loan, contact point or set of rules of that name.
    """
    shelved = open_shelf(rules) if isinstance(rules, str) else rules
    book = workspace.current_book()
    person = find_person(contact.person_id, book)
    reader = BookReader(book, person["debtor_no"])
    loans = reader.book("loan")
    facts = PersonFacts(
        person,
        loan_no=_loan_no(contact, loans),
        loans=loans,
        attempts=_before(contact, "started_s", *(reader.book(each) for each in _ATTEMPTS)),
        holds=_before(contact, "recorded_s", reader.book("hold")),
        consents=_before(contact, "recorded_s", reader.book("consent")),
    )
    zone = next(iter(zones_of(person)), "UTC")
    law = code_of(Jurisdiction, person["jurisdiction"])
    day = shelved.as_of or contact.at.astimezone(zone_of(zone)).date()
    pack = shelved.library.pack(law, as_of=day, actor=open_lender().actors.get(law))
    found = []
    for point in _points(contact, reader.book("contact_point")):
        own = replace(facts.of(point, contact.channel), purpose=contact.purpose)
        found.append(
            Answer(
                point["contact_point_id"],
                code_of(Relation, point["relation"]),
                own.zones,
                decide(pack, own, now=contact.at),
                next_change(pack, own, now=contact.at),
            )
        )
    return Answers(contact, law, day, zone, tuple(found))


def _before(contact: Contact, column: str, *tables: list[Row]) -> list[Row]:
    """Return the rows that were there before the contact."""
    at_s = instant_s(contact.at)
    return [row for rows in tables for row in rows if row[column] < at_s]


def _loan_no(contact: Contact, loans: list[Row]) -> int | None:
    if contact.loan_id is None:
        return None
    by_id = {row["loan_id"]: row["loan_no"] for row in loans}
    if contact.loan_id not in by_id:
        raise _not_theirs(contact, "loan", "借款", contact.loan_id, sorted(by_id))
    return int(by_id[contact.loan_id])


def _points(contact: Contact, points: list[Row]) -> list[Row]:
    by_id = {row["contact_point_id"]: row for row in points}
    if contact.point_id is not None:
        if contact.point_id not in by_id:
            raise _not_theirs(contact, "contact point", "联系方式", contact.point_id, sorted(by_id))
        return [by_id[contact.point_id]]
    found = [row for row in points if _carries(code_of(PointKind, row["kind"]), contact.channel)]
    if not found:
        raise NotFound(
            f"{contact.person_id} has no contact point for {contact.channel}.",
            remedy="Choose another channel, or name a contact point with --point.",
            message_zh=f"{contact.person_id} 没有可用于 {contact.channel} 的联系方式。",
            remedy_zh="请换一个渠道，或用 --point 指定联系方式。",
        )
    return found


def _carries(kind: PointKind, channel: Channel) -> bool:
    if channel is Channel.VISIT:
        return kind is PointKind.POSTAL
    return channel in WAYS.get(kind, ())


def _not_theirs(
    contact: Contact, what: str, what_zh: str, wrong: str, known: list[str]
) -> NotFound:
    named = ", ".join(known) or "none"
    return NotFound(
        f"{contact.person_id} has no {what} {wrong}.",
        remedy=f"Known: {named}",
        message_zh=f"{contact.person_id} 没有编号为 {wrong} 的{what_zh}。",
        remedy_zh=f"已知：{'、'.join(known) or '无'}",
    )

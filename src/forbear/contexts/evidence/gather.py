"""What does a person's record hold, put together as one value that can be sealed?

Everything is read inside one transaction of the asker, so that row security decides what there is.
Values are text, whole numbers, true, false and null, so that there is one way of writing them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.prove import prove_signed
from forbear.contexts.audit.queries import Done, done_about
from forbear.contexts.bureau.queries import NotReported, reported_of
from forbear.contexts.cases.mandate import care_of
from forbear.contexts.contact.record import Recorded, contacts_recorded
from forbear.contexts.evidence.loan import instant, loan_rows, mandate_rows
from forbear.contexts.ledger.facts import loan_facts
from forbear.contexts.ledger.history import postings_told
from forbear.contexts.people.care import teams_named
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.reveal import reveal_inside
from forbear.contexts.portfolio.particular import particulars
from forbear.contexts.portfolio.queries.person import get_person
from forbear.contexts.portfolio.queries.shown import LoanShown, PersonShown
from forbear.contexts.portfolio.word import Revealable
from forbear.contexts.protection.reveal import RevealReason
from forbear.contexts.rulebook.library import (
    open_documents,
    open_helpers,
)
from forbear.policy.bureau.form import NoBureau
from forbear.policy.debt.steps import Row
from forbear.policy.help import HelpKind, helpers_for
from forbear.values.code import Jurisdiction
from forbear.values.day import day_number
from forbear.values.principal import Principal

CONTACTS_MAX = 2_000
_TURN_TO = (HelpKind.REGULATOR, HelpKind.LEGAL_AID, HelpKind.DEBT_ADVICE)
_ENTRIES_MAX, _POSTINGS_MAX = 50_000, 20_000
_NAMED = (
    AuditEvent.POSTING_RECORDED,
    AuditEvent.ATTEMPT_RECORDED,
    AuditEvent.CONTACT_AUTHORISED,
    AuditEvent.CONTACT_REFUSED,
    AuditEvent.CONTACT_WITHDRAWN,
    AuditEvent.CONTACT_INTENDED,
    AuditEvent.CONTACT_ANSWERED,
    AuditEvent.CONTACT_OUTCOME,
)


@dataclass(frozen=True, slots=True)
class About:
    """Whose record, on which day, and for whom it is put together.

    ``reason``: why the name is needed in full; null: it is masked.
    """

    debtor_ref: str
    as_of: date
    actor: Principal
    now: datetime
    reason: RevealReason | None = None


def gathered(
    about: About, loan_refs: Collection[str] | None, *, document: str, contacts: bool
) -> tuple[PersonShown, Row]:
    """Return the person and everything that a document says but its own number and seal.

    ``loan_refs`` null: every loan. ``contacts`` False: the record of contacts is left out.

    Raises:
        NotPermitted, UnknownRef, TooManyLooks: nothing may be shown.
        InvalidFacts: what is stored of a loan contradicts itself.
        UnknownWording: no wording is approved.
    """
    person = get_person(about.debtor_ref, as_of=about.as_of, actor=about.actor, now=about.now)
    loans = tuple(one for one in person.loans if loan_refs is None or one.ref in loan_refs)
    done = done_about(person.id, _NAMED, behind=None, limit=_ENTRIES_MAX)
    entries: dict[str, list[Done]] = defaultdict(list)
    for each in reversed(done):
        entries[each.subject].append(each)
    postings = postings_told(person.id, behind=None, limit=_POSTINGS_MAX)
    reckoned = loan_facts([loan.id for loan in loans])
    rows = loan_rows(
        loans,
        reckoned,
        postings,
        entries,
        as_of_day=day_number(about.as_of),
        said=particulars(about.now),
    )
    care = care_of(person.id)
    told: Row = {
        "as_of": about.as_of.isoformat(),
        "wording": _wording(document, person, about.as_of),
        "issuer": _issuer(about.now),
        "person": _person(person, about),
        "loans": rows,
        "mandate": mandate_rows(care, teams_named({each.team_id for each in care} - {None})),
        "bureau": [row for loan in loans for row in _reported(loan, about)],
        "rights": _rights(person, about.as_of),
    }
    named = [i for row in rows for posting in row["postings"] for i in posting["entries"]]
    if contacts:
        told |= _contacts(person, loans, entries)
        named += [i for row in told["contacts"] for i in row["entries"]]
    told["proof"] = prove_signed(named)
    return person, told


def _wording(document: str, person: PersonShown, day: date) -> list[str]:
    found = open_documents()
    names = {document, "document.pack"}
    rights = found.rights_on(Jurisdiction(person.jurisdiction), day)
    return [f"{name}@{found.on(name, day).version}" for name in sorted(names)] + [
        f"{rights.id}@{rights.version}"
    ]


def _issuer(now: datetime) -> Row:
    said = particulars(now)
    where = said.reached
    return {
        "en": said.name.en,
        "zh": said.name.zh,
        "licence": {"en": where.licence.en, "zh": where.licence.zh},
        "phone": where.phone,
        "email": where.email,
        "address": {"en": where.address.en, "zh": where.address.zh},
        "site": where.site,
    }


def _person(person: PersonShown, about: About) -> Row:
    name = person.name_masked
    if about.reason is not None:
        name = reveal_inside(
            Revealable.NAME, person.ref, about.reason, actor=about.actor, now=about.now
        )
    return {
        "ref": person.ref,
        "name": name,
        "name_is_masked": about.reason is None,
        "time_zone": _zone(person),
        "jurisdiction": person.jurisdiction,
    }


def _zone(person: PersonShown) -> str:
    return person.time_zones[0] if person.time_zones else "UTC"


def _reported(loan: LoanShown, about: About) -> list[Row]:
    """Return the lines about a loan that went to a credit bureau, the oldest month first."""
    # Whoever may make the document may have in it what was told of the person to others.
    held = about.actor.permissions | {Permission.BUREAU_SEE.value}
    reader = replace(about.actor, permissions=held)
    try:
        found = reported_of(loan.ref, actor=reader, today=about.as_of, now=about.now)
    except (NotReported, NoBureau):
        return []
    return [
        {
            "loan": loan.ref,
            "bureau": found.bureau,
            "month": line.month,
            "number": line.number,
            "code": line.code,
            "status": {"en": line.text_en, "zh": line.text_zh},
            "counts": line.counts,
            "told": [{"whom": told.whom, "at": instant(told.at)} for told in line.told],
        }
        for line in sorted(found.lines, key=lambda each: (each.month, each.number))
        if line.told
    ]


def _rights(person: PersonShown, day: date) -> Row:
    law = Jurisdiction(person.jurisdiction)
    found = open_documents().rights_on(law, day)
    helpers = [
        each
        for kind in _TURN_TO
        for each in helpers_for(open_helpers(), law, region=person.region, kind=kind)
    ]
    return {
        "rights": [{"en": each.en, "zh": each.zh} for each in found.rights],
        "lines": [
            {"en": each.name_en, "zh": each.name_zh, "address": each.phone or each.web}
            for each in helpers
        ],
    }


def _contacts(
    person: PersonShown, loans: Iterable[LoanShown], entries: dict[str, list[Done]]
) -> Row:
    found, left_out = contacts_recorded(person.id, most=CONTACTS_MAX)
    refs = {loan.id: loan.ref for loan in loans}
    zone = ZoneInfo(_zone(person))
    rows = [_contact(each, refs, zone, entries) for each in found]
    return {"contacts": rows, "contacts_left_out": left_out}


def _contact(
    one: Recorded, refs: dict[int, str], zone: ZoneInfo, entries: dict[str, list[Done]]
) -> Row:
    subjects = [f"attempt:{one.attempt_id}"] if one.attempt_id else [f"permit:{one.permit_id}"]
    let: dict[str, Any] = {"permit": None, "purpose": None, "way": None, "message": None}
    if one.let is not None:
        let = {
            "permit": str(one.let.permit_id),
            "purpose": one.let.purpose,
            "way": one.let.way,
            "message": one.let.message,
        }
    return {
        "at": instant(one.at),
        "local": one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "made": one.attempt_id is not None,
        "channel": one.channel,
        "direction": one.direction,
        "outcome": one.outcome,
        "loan": refs.get(one.loan_id or 0),
        "team": one.team,
        "source": one.source,
        **let,
        "decisions": [
            {
                "stage": each.stage,
                "at": instant(each.at),
                "allowed": each.allowed,
                "reasons": [
                    {"en": why["en"], "zh": why["zh"], "detail": why["detail"]}
                    for why in json.loads(each.text)["reasons"]
                ],
                "sha256": each.sha256,
                "text": each.text,
            }
            for each in one.decisions
        ],
        "entries": [each.id for subject in subjects for each in entries.get(subject, ())],
    }

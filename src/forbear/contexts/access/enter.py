"""How does somebody get in?

Whoever has a link, or names a number, asks for a code. The answer is the same for everybody, and
so is the work: the code is made and sent by a worker, outside the question. The code and the last
four signs of the identity number, typed together, let them in. Whether it was the one or the other
that did not fit is told to nobody.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from forbear.contexts.access.limit import count_codes, count_tries, may_have_a_code, may_try
from forbear.contexts.access.models import Entry, Guess, Link
from forbear.contexts.access.port import CodeToEnter, send_entry_code
from forbear.contexts.access.principal import DOOR
from forbear.contexts.access.token import DIGEST_BYTES, digest_of, new_digits, new_token, same
from forbear.contexts.access.visit import begin_visit
from forbear.contexts.access.word import Tried
from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.portfolio.queries.door import (
    OwnPoint,
    acts_now,
    is_own_point,
    own_point_at,
    tail_fits,
)
from forbear.contexts.portfolio.queries.find import phone_values
from forbear.contexts.rulebook.library import open_portal
from forbear.values.principal import ANYBODY, Principal


@dataclass(frozen=True, slots=True)
class Asked:
    """A try that was begun. ``token``: what the browser holds."""

    entry_id: int
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a try. ``token``: what the browser of whoever is in holds; null: not in."""

    tried: Tried
    token: str | None = field(default=None, repr=False)


def ask_by_link(token: str, *, source: bytes, now: datetime) -> Asked:
    """Begin a try by a link, whether there is such a link or not.

    Raises:
        TooManyTries.
    """
    given = digest_of("link", token)
    with acting(DOOR):
        count_codes(given, source, now=now)
        link = Link.objects.filter(
            digest=given, revoked_at__isnull=True, expires_at__gt=now
        ).first()
        return _begun(given, source, link=link, now=now)


def ask_by_number(number: str, *, source: bytes, now: datetime) -> Asked:
    """Begin a try by a telephone number, whether anybody is known by it or not.

    Raises:
        TooManyTries.
    """
    with acting(DOOR):
        values = phone_values(number, now=now)
        given = digest_of("number", ",".join(sorted(each.hex() for each in values)) or number)
        count_codes(given, source, now=now)
        point = own_point_at(number, now=now)
        return _begun(given, source, point=point, now=now)


def send_code(entry_id: int, *, actor: Principal, now: datetime) -> bool:
    """Make the code of a try and send it; say whether one was sent. Once for each try."""
    with acting(actor):
        row = (
            Entry.objects.select_for_update().filter(pk=entry_id, code_digest__isnull=True).first()
        )
        if row is None or row.debtor_id is None or row.contact_point_id is None:
            return False
        terms = open_portal()
        code = new_digits(terms.code_digits)
        # The gate decides for itself whether a message may go there now.
        sent = (
            row.expires_at > now
            and is_own_point(row.debtor_id, row.contact_point_id)
            and may_have_a_code(row.debtor_id, but=row.pk, now=now)
            and send_entry_code(
                CodeToEnter(
                    row.debtor_id, row.contact_point_id, code, row.expires_at - now, made_at=now
                ),
                actor=actor,
            )
        )
        if sent:
            row.code_digest, row.sent_at = _code_digest(row.pk, code), now
            row.save(update_fields=["code_digest", "sent_at"])
        event = AuditEvent.ACCESS_CODE_SENT if sent else AuditEvent.ACCESS_CODE_NOT_SENT
        _note(event, row, actor=actor, now=now)
        return sent


def try_to_enter(token: str, *, code: str, tail: str, source: bytes, now: datetime) -> Answer:
    """Let somebody in whose code and last four signs both fit; each try counts, whatever it is.

    Raises:
        TooManyTries.
    """
    with acting(DOOR):
        count_tries(source, now=now)
        row = (
            Entry.objects.select_for_update(of=("self",))
            .select_related("link")
            .filter(
                digest=digest_of("entry", token),
                passed_at__isnull=True,
                tries_left__gt=0,
                expires_at__gt=now,
            )
            .first()
        )
        debtor = None if row is None else row.debtor_id
        point = None if row is None else row.contact_point_id
        open_to_try = may_try(debtor, point, now=now)
        tried = _tried(row, code, tail, now=now) if open_to_try else Tried.NO_FIT
        Guess.objects.create(
            at=now, source=source, debtor_id=debtor, contact_point_id=point, tried=tried.value
        )
        if row is not None:
            row.tries_left -= 1
            row.passed_at = now if tried is Tried.IN else None
            row.save(update_fields=["tries_left", "passed_at"])
        if tried is not Tried.IN:
            _note(AuditEvent.ACCESS_REFUSED, row, actor=ANYBODY, now=now, tried=tried.value)
            return Answer(tried)
        assert row is not None
        assert row.debtor_id is not None
        representative = None if row.link is None else row.link.representative_id
        return Answer(
            tried,
            begin_visit(row.debtor_id, link=row.link, representative=representative, now=now),
        )


def _tried(row: Entry | None, code: str, tail: str, *, now: datetime) -> Tried:
    kept, typed = _kept(row), _typed(row, code)
    if not same(kept, typed) or row is None or row.debtor_id is None:
        return Tried.NO_FIT
    if row.link is not None:
        link = Link.objects.filter(pk=row.link.pk, revoked_at__isnull=True, expires_at__gt=now)
        acts = row.link.representative_id is None or acts_now(
            row.link.representative_id, row.debtor_id, now=now
        )
        if not (acts and link.exists()):
            return Tried.NO_FIT
    fits = tail_fits(row.debtor_id, tail, now=now)
    if fits is None:
        return Tried.NOTHING_HELD
    return Tried.IN if fits else Tried.CODE_ALONE


def _begun(
    given: bytes,
    source: bytes,
    *,
    link: Link | None = None,
    point: OwnPoint | None = None,
    now: datetime,
) -> Asked:
    required()
    terms, token = open_portal(), new_token()
    if link is not None and link.contact_point_id is not None:
        point = OwnPoint(link.debtor_id, link.contact_point_id)
    row = Entry.objects.create(
        digest=digest_of("entry", token),
        source=source,
        given=given,
        link=link,
        debtor_id=link.debtor_id if link is not None else point and point.debtor_id,
        contact_point_id=point and point.contact_point_id,
        asked_at=now,
        expires_at=now + timedelta(minutes=terms.code_minutes),
        tries_left=terms.code_tries,
    )
    return Asked(row.pk, token)


def _kept(row: Entry | None) -> bytes:
    """Return what a typed code must fit; where there is none, what nothing fits."""
    if row is not None and row.link is not None and row.link.code_digest is not None:
        return bytes(row.link.code_digest)
    if row is not None and row.code_digest is not None:
        return bytes(row.code_digest)
    return secrets.token_bytes(DIGEST_BYTES)


def _typed(row: Entry | None, code: str) -> bytes:
    digits = "".join(str(int(sign)) for sign in code if sign.isdecimal())
    if row is not None and row.link is not None and row.link.code_digest is not None:
        return given_code_digest(row.link.pk, digits)
    return _code_digest(0 if row is None else row.pk, digits)


def given_code_digest(link_id: int, digits: str) -> bytes:
    """Return the keyed hash of a code that the person gave to whoever acts for them."""
    return digest_of("given code", f"{link_id}\n{digits}")


def _code_digest(entry_id: int, digits: str) -> bytes:
    return digest_of("code", f"{entry_id}\n{digits}")


def _note(
    event: AuditEvent, row: Entry | None, *, actor: Principal, now: datetime, **body: object
) -> None:
    record(
        event,
        actor=actor,
        subject="entry:none" if row is None else f"entry:{row.pk}",
        debtor_id=None if row is None else row.debtor_id,
        now=now,
        body=body,
    )

"""Has somebody who is not known asked for too many codes, or tried too often?

Every question leaves a row, whatever comes of it: so known and unknown cost the same, and the rows
themselves are the count. What is counted by a person is never told, since it would tell that there
is one: a code over that limit is simply not sent, and a try over it does not fit.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from forbear.contexts.access.models import Entry, Guess, Question, Reopening
from forbear.contexts.access.principal import DOOR
from forbear.contexts.access.word import Tried
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.rulebook.library import open_portal
from forbear.values.errors import Transient

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
KEPT, KEPT_CODE_ALONE = timedelta(days=2), timedelta(days=90)


class TooManyTries(Transient):
    """Somebody who is not known has asked, or tried, too often."""

    code = "TOO_MANY_TRIES"


def source_of(address: str) -> bytes:
    """Return a network address as a keyed hash: it counts tries and tells nobody's address."""
    said = f"forbear.access.source.1\n{address}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), said, "sha256")[:16]


def count_codes(given: bytes, source: bytes, *, now: datetime) -> None:
    """Let one code be asked for, or refuse it: the same for what is known and what is not.

    Raises:
        TooManyTries: by what was given, from this address, or of everybody.
    """
    required()
    most = open_portal().limits
    _one_at_a_time(given, source)
    rows = Entry.objects
    _refuse(
        HOUR,
        when=rows.filter(given=given, asked_at__gt=now - HOUR).count()
        >= most.codes_of_one_person_an_hour,
    )
    _refuse(
        HOUR,
        when=rows.filter(source=source, asked_at__gt=now - HOUR).count()
        >= most.codes_of_one_address_an_hour,
    )
    _refuse(
        MINUTE,
        when=rows.filter(asked_at__gt=now - MINUTE).count() >= most.codes_of_all_a_minute,
    )


def may_have_a_code(debtor_id: int, *, but: int, now: datetime) -> bool:
    """Say whether a person may be sent one more code; their row of this try is left out."""
    required()
    _one_at_a_time(b"person %d" % debtor_id)
    most = open_portal().limits
    sent = Entry.objects.filter(debtor_id=debtor_id, sent_at__isnull=False).exclude(pk=but)
    return (
        sent.filter(asked_at__gt=now - HOUR).count() < most.codes_of_one_person_an_hour
        and sent.filter(asked_at__gt=now - DAY).count() < most.codes_of_one_person_a_day
    )


def count_tries(source: bytes, *, now: datetime) -> None:
    """Let one try go on, or refuse it.

    Raises:
        TooManyTries: from this address, or of everybody.
    """
    required()
    most = open_portal().limits
    _one_at_a_time(source)
    rows = Guess.objects
    _refuse(
        HOUR,
        when=rows.filter(source=source, at__gt=now - HOUR).count()
        >= most.tries_of_one_address_an_hour,
    )
    _refuse(MINUTE, when=rows.filter(at__gt=now - MINUTE).count() >= most.tries_of_all_a_minute)


def take_question(source: bytes, *, now: datetime) -> None:
    """Let one question to the assistant go on of somebody who is not in, or refuse it.

    Raises:
        TooManyTries: from this address, or of everybody.
    """
    most = open_portal().limits
    with acting(DOOR):
        _one_at_a_time(source)
        rows = Question.objects
        _refuse(
            HOUR,
            when=rows.filter(source=source, at__gt=now - HOUR).count()
            >= most.questions_of_one_address_an_hour,
        )
        _refuse(
            MINUTE, when=rows.filter(at__gt=now - MINUTE).count() >= most.questions_of_all_a_minute
        )
        rows.create(at=now, source=source)


def may_try(debtor_id: int | None, contact_point_id: int | None, *, now: datetime) -> bool:
    """Say whether a try about a person can fit at all.

    Where the code fitted several times but the identity number never did, the number has probably
    changed hands: nobody gets in by it until the lender has taken up another number, or two of
    those who work here have made sure and opened it again.
    """
    required()
    hold_tries(debtor_id or 0)
    person = -1 if debtor_id is None else debtor_id
    return tries_left(person, now=now) > 0 and alone_left(person, contact_point_id) > 0


def hold_tries(debtor_id: int) -> None:
    """Let nothing else be tried about a person until this transaction ends."""
    required()
    _one_at_a_time(b"person %d" % debtor_id)


def tries_left(debtor_id: int, *, now: datetime) -> int:
    """Return how many tries about a person still count today, inside a transaction."""
    required()
    limits = open_portal().limits
    opened = reopened(debtor_id, None).filter(at__gt=now - DAY).first()
    rows = Guess.objects.filter(
        debtor_id=debtor_id, at__gt=now - DAY, id__gt=0 if opened is None else opened.last_guess_id
    )
    failed = rows.exclude(tried=Tried.IN.value).count()
    most = limits.tries_of_one_person_a_day if opened is None else limits.tries_after_reopening
    return most - failed


def alone_left(debtor_id: int, contact_point_id: int | None) -> int:
    """Return how often the code may still fit by a number, and the identity number not."""
    required()
    limits = open_portal().limits
    rows = Guess.objects.filter(debtor_id=debtor_id, contact_point_id=contact_point_id)
    since, most = _entered(debtor_id, contact_point_id), limits.code_alone
    opened = None if contact_point_id is None else reopened(debtor_id, contact_point_id).first()
    if opened is not None and opened.last_guess_id >= since:
        since, most = opened.last_guess_id, limits.code_alone_after_reopening
    return most - rows.filter(tried=Tried.CODE_ALONE.value, id__gt=since).count()


def may_reopen(debtor_id: int, contact_point_id: int | None, *, now: datetime) -> bool:
    """Say whether a shut way may be opened again: it was not, or not so often that it adds up.

    A number is opened again once, until somebody gets in by it.
    """
    required()
    before = reopened(debtor_id, contact_point_id)
    if contact_point_id is not None:
        entered = _entered(debtor_id, contact_point_id)
        return not before.filter(last_guess_id__gte=entered).exists()
    most = open_portal().limits.reopened_of_one_person_a_day
    return before.filter(at__gt=now - DAY).count() < most


def _entered(debtor_id: int, contact_point_id: int | None) -> int:
    """Return the guess by which somebody last got in by a number; 0: nobody did."""
    rows = Guess.objects.filter(
        debtor_id=debtor_id, contact_point_id=contact_point_id, tried=Tried.IN.value
    )
    return rows.order_by("-id").values_list("id", flat=True).first() or 0


def reopened(debtor_id: int, contact_point_id: int | None) -> QuerySet[Reopening]:
    """Return when a way was opened again, the newest first; no point: what tries had shut."""
    rows = Reopening.objects.filter(debtor_id=debtor_id, contact_point_id=contact_point_id)
    return rows.order_by("-id")


def _one_at_a_time(*names: bytes) -> None:
    """Let questions of one kind follow each other, or several could each be the last."""
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"door:{name.hex()}"]
            )


def _refuse(wait: timedelta, *, when: bool) -> None:
    if not when:
        return
    minutes = int(wait.total_seconds()) // 60
    raise TooManyTries(
        "There were too many tries.",
        remedy=f"Try again in {minutes} minutes, or telephone us.",
        message_zh="尝试次数过多。",
        remedy_zh=f"请在 {minutes} 分钟后重试，或致电我们。",
        retry_after_s=int(wait.total_seconds()),
    )

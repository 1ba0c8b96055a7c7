"""How is a request that is sent twice done once?

A key is bound to the request that first carried it. What was answered is kept and given again. A
key is held by a lock of the database session while its request is under way, so it frees itself
when a process dies; such a request may be run again, since actions know by ``ref`` or ``version``
what was done before. A refusal changes nothing and is therefore not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from forbear.contexts.database.transaction import acting
from forbear.contexts.exchange.models import Answered
from forbear.values.errors import Conflict, ForbearError
from forbear.values.principal import system

KEY_LENGTH_MAX = 255
_SELF = system("exchange")


class KeyReused(Conflict):
    """The idempotency key belongs to another request."""

    code = "IDEMPOTENCY_KEY_REUSED"


class KeyInProgress(Conflict):
    """A request with this idempotency key is still under way."""

    code = "IDEMPOTENCY_KEY_IN_PROGRESS"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: whose, with which key, and a keyed hash of everything that it says."""

    token_id: int
    key: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    body: bytes
    content_type: str


def answer_once(asked: Asked, act: Callable[[], Answer], *, now: datetime) -> tuple[Answer, bool]:
    """Do a request unless it was done; return the answer and whether it is one given before.

    ``act`` runs its own transaction and must be safe to run again.

    Raises:
        KeyReused, KeyInProgress: nothing was done.
    """
    with _held(asked):
        kept = _claim(asked, now=now)
        if kept is not None:
            return kept, True
        try:
            answer = act()
        except ForbearError:
            with acting(_SELF):
                _row(asked).filter(status=None).delete()
            raise
        with acting(_SELF):
            _row(asked).update(
                status=answer.status, body=answer.body, content_type=answer.content_type
            )
        return answer, False


@contextmanager
def _held(asked: Asked) -> Iterator[None]:
    name = f"forbear.answered:{asked.token_id}:{asked.key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        if not cursor.fetchone()[0]:
            raise KeyInProgress(
                "A request with this idempotency key is still under way.",
                remedy="Wait a moment, then send the same request with the same key again.",
                message_zh="带有此幂等键的请求仍在处理中。",
                remedy_zh="请稍候，然后以相同的键重新发送同一请求。",
            )
    try:
        yield
    finally:
        # A session that has broken has given its locks back.
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _claim(asked: Asked, *, now: datetime) -> Answer | None:
    with acting(_SELF):
        row, new = Answered.objects.get_or_create(
            token_id=asked.token_id,
            key=asked.key,
            defaults={"request_sha256": asked.sha256, "asked_at": now},
        )
    if not new and bytes(row.request_sha256) != asked.sha256:
        raise KeyReused(
            "This idempotency key was sent before, with another request.",
            remedy="Give every request a key of its own; repeat a request without any change.",
            message_zh="此幂等键曾用于另一请求。",
            remedy_zh="请为每个请求使用各自的键；重复发送时请勿改动。",
        )
    if row.status is None:
        return None
    return Answer(row.status, bytes(row.body or b""), row.content_type)


def _row(asked: Asked) -> QuerySet[Answered]:
    return Answered.objects.filter(token_id=asked.token_id, key=asked.key)

"""What is written down before a message leaves, and before a carrier's receipt is acknowledged?

A receipt may come before the answer to the message that it tells of, in another process, or when
the answer never came. So receipts are only stored when they come; ``match`` brings both together
later, as often as it is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from forbear.contexts.contact.channels.port import (
    Absent,
    Accepted,
    NotAccepted,
    NotKnown,
)
from forbear.contexts.contact.channels.port import Receipt as Told
from forbear.contexts.contact.channels.smpp.receipt import Receipt, same_form
from forbear.contexts.contact.gate.permit import LOST_AFTER, Permit
from forbear.contexts.contact.parts import PartState
from forbear.contexts.database.prepared import ask, tell
from forbear.contexts.database.transaction import acting, reading, required
from forbear.contexts.protection.index import IndexPurpose
from forbear.contexts.protection.normal import NotIndexable
from forbear.contexts.protection.store import index_values
from forbear.values.code import Outcome
from forbear.values.principal import system

CARRIER = system("carrier")
_BATCH = 1000
_MATCHED_FOR = timedelta(days=4)
"""So long after it came a receipt may still find its message; carriers end sooner."""
_BEGIN = (
    "WITH numbered AS (SELECT nextval('contact_sms_reference') AS reference) "
    "INSERT INTO contact_smspart (provider, permit_id, debtor_id, number, count, reference, "
    "address_mark, state, message_id, status, fate, submitted_at, ripe) "
    "SELECT %(provider)s, %(permit)s, %(debtor)s, n, %(count)s::smallint, reference, "
    "%(index)s, 'SUBMITTED', '', 0, '', %(now)s, false "
    "FROM generate_series(1, %(count)s::integer) AS n, numbered RETURNING reference"
)
_ANSWERED = (
    "UPDATE contact_smspart p SET state = t.state, message_id = t.message_id, status = t.status "
    "FROM unnest(%s::int[], %s::text[], %s::text[], %s::int[]) "
    "AS t (number, state, message_id, status) WHERE p.permit_id = %s AND p.number = t.number"
)
_KEEP = (
    "INSERT INTO contact_smsdelivery (provider, digest, message_id, state, error, reference, "
    "address_mark, taken_at) SELECT %s, * FROM unnest(%s::bytea[], %s::text[], %s::text[], "
    "%s::text[], %s::int[], %s::bytea[], %s::timestamptz[]) ON CONFLICT (provider, digest) "
    "DO NOTHING"
)
_BY_ID = (
    "SELECT d.id, p.id, p.permit_id, p.debtor_id, d.message_id, d.state, d.taken_at "
    "FROM contact_smsdelivery d JOIN LATERAL (SELECT id, permit_id, debtor_id "
    "FROM contact_smspart WHERE provider = d.provider AND message_id = d.message_id "
    "AND message_id <> '' ORDER BY id DESC LIMIT 1) p ON true "
    "WHERE d.provider = %s AND d.part_id IS NULL AND d.taken_at > %s ORDER BY d.id LIMIT %s "
    "FOR UPDATE OF d SKIP LOCKED"
)
# An answer that was lost leaves a part without an id. What a receipt says else may name it: our own
# number where the carrier gives it back, or the address, where there is exactly one such part.
_BY_NAME = (
    "SELECT d.id, p.id, p.permit_id, p.debtor_id, d.message_id, d.state, d.taken_at "
    "FROM contact_smsdelivery d JOIN LATERAL (SELECT min(id) AS id, "
    "(array_agg(permit_id))[1] AS permit_id, min(debtor_id) AS debtor_id, count(*) AS found "
    "FROM contact_smspart WHERE provider = d.provider AND state = 'SUBMITTED' AND message_id = '' "
    "AND fate = '' AND submitted_at BETWEEN d.taken_at - %s AND d.taken_at "
    "AND address_mark = d.address_mark "
    "AND (d.reference IS NULL OR reference = d.reference)) p ON p.found = 1 "
    "WHERE d.provider = %s AND d.part_id IS NULL AND d.taken_at > %s AND d.taken_at < %s "
    "AND d.message_id <> '' AND d.address_mark IS NOT NULL ORDER BY d.id LIMIT %s "
    "FOR UPDATE OF d SKIP LOCKED"
)
_HOLD = "SELECT id FROM contact_smspart WHERE permit_id = ANY(%s) ORDER BY id FOR UPDATE"
_FATED = (
    "UPDATE contact_smspart p SET message_id = t.message_id, state = 'TAKEN', "
    "fate = CASE WHEN t.fate = '' THEN p.fate ELSE t.fate END, "
    "fate_at = CASE WHEN t.fate = '' THEN p.fate_at ELSE t.at END "
    "FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[]) "
    "AS t (id, message_id, fate, at) WHERE p.id = t.id AND p.fate IN ('', 'UNKNOWN')"
)
_MATCHED = (
    "UPDATE contact_smsdelivery d SET part_id = t.part_id, debtor_id = t.debtor_id "
    "FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS t (id, part_id, debtor_id) "
    "WHERE d.id = t.id"
)
_RIPEN = (
    "UPDATE contact_smspart p SET ripe = true WHERE p.permit_id = ANY(%s) AND p.number = 1 "
    "AND NOT EXISTS (SELECT 1 FROM contact_smspart o WHERE o.permit_id = p.permit_id "
    "AND o.fate = '' AND o.state IN ('SUBMITTED', 'TAKEN'))"
)
_TOLD = (
    "UPDATE contact_smspart p SET ripe = false WHERE p.provider = %s AND p.ripe AND EXISTS ("
    "SELECT 1 FROM contact_receipttaken r WHERE r.provider = p.provider "
    "AND r.event_id = p.permit_id || ':' || ({outcome}))"
)
# A message came through when each of its parts did.
_OUTCOME = (
    "SELECT CASE WHEN bool_or(o.fate = 'NOT_CONNECTED' OR o.state IN ('REFUSED', 'UNSENT')) "
    "THEN 'NOT_CONNECTED' WHEN bool_or(o.fate IN ('UNKNOWN', '')) THEN 'UNKNOWN' "
    "ELSE 'DELIVERED' END FROM contact_smspart o WHERE o.permit_id = p.permit_id"
)
_RIPE = (
    "SELECT p.permit_id, ({outcome}), (SELECT max(o.fate_at) FROM contact_smspart o "
    "WHERE o.permit_id = p.permit_id) FROM contact_smspart p "
    "WHERE p.provider = %s AND p.ripe ORDER BY p.id LIMIT %s"
)
_PARTS = (
    "SELECT number, state, message_id, status FROM contact_smspart "
    "WHERE permit_id = %s AND provider = %s ORDER BY number"
)
_OVERDUE = (
    "UPDATE contact_smspart SET asked_at = %(now)s WHERE id IN (SELECT id FROM contact_smspart "
    "WHERE provider = %(provider)s AND fate = '' AND state = 'TAKEN' "
    "AND submitted_at BETWEEN %(oldest)s AND %(newest)s "
    "AND (asked_at IS NULL OR asked_at < %(newest)s) ORDER BY submitted_at LIMIT %(limit)s "
    "FOR UPDATE SKIP LOCKED) RETURNING message_id, address_mark"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """How the carrier answered one part. ``message_id`` "": it did not take it."""

    number: int
    state: PartState
    message_id: str = ""
    status: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A receipt as it is stored; ``address``: the number that the message had gone to."""

    receipt: Receipt
    address: str = field(repr=False)
    at: datetime


class Store:
    """What one carrier's channel remembers, in the database."""

    def __init__(
        self, provider: str, *, calling_code: str, receipt_ids: str, answer_ids: str
    ) -> None:
        """``receipt_ids``, ``answer_ids``: in which form the carrier writes its ids there."""
        self._provider, self._calling_code = provider, calling_code
        self._receipt_ids, self._answer_ids = receipt_ids, answer_ids

    def begin(self, permit: Permit, address: str, *, count: int, now: datetime) -> int:
        """Write down that a message is about to leave, before it does; return its number.

        Numbers go from 1 to 65535 and on after a restart.
        """
        with acting(CARRIER):
            rows = ask(
                _BEGIN,
                {
                    "provider": self._provider,
                    "permit": permit.id,
                    "debtor": permit.debtor_id,
                    "count": count,
                    "index": self._index(address, now=now) or b"",
                    "now": now,
                },
            )
        return int(rows[0][0])

    def answered(self, permit_id: UUID, answers: Sequence[Answered]) -> None:
        """Write down how the carrier answered."""
        with acting(CARRIER):
            tell(
                _ANSWERED,
                [
                    [one.number for one in answers],
                    [one.state.value for one in answers],
                    [same_form(one.message_id, self._answer_ids) for one in answers],
                    [one.status for one in answers],
                    permit_id,
                ],
            )

    def keep(self, receipts: Sequence[Kept]) -> None:
        """Store receipts; the same one told again is one."""
        with acting(CARRIER):
            self.keep_within(receipts)

    def keep_within(self, receipts: Sequence[Kept]) -> None:
        """Do the same inside a transaction that is open."""
        required()
        ids = [same_form(one.receipt.message_id, self._receipt_ids) for one in receipts]
        tell(
            _KEEP,
            [
                self._provider,
                [_digest(one.receipt) for one in receipts],
                [each[:80] for each in ids],
                [one.receipt.state for one in receipts],
                [one.receipt.error for one in receipts],
                [one.receipt.reference for one in receipts],
                [self._index(one.address, now=one.at) for one in receipts],
                [one.at for one in receipts],
            ],
        )

    def ripe(self, *, now: datetime) -> list[Told]:
        """Bring receipts and messages together; return what is known of whole messages now.

        What the gate has taken is not told again.
        """
        with acting(CARRIER):
            tell(_TOLD.format(outcome=_OUTCOME), [self._provider])
            since = now - _MATCHED_FOR
            self._match(ask(_BY_ID, [self._provider, since, _BATCH]))
            lost = now - LOST_AFTER
            by_name = [_MATCHED_FOR, self._provider, since, lost, _BATCH]
            self._match(ask(_BY_NAME, by_name))
            rows = ask(_RIPE.format(outcome=_OUTCOME), [self._provider, _BATCH])
        return [
            Told(
                f"{permit_id}:{word}",
                permit_id,
                None if word == Outcome.UNKNOWN.value else Outcome(word),
                at or now,
            )
            for permit_id, word, at in rows
        ]

    def stand_of(self, permit_id: UUID) -> Accepted | NotAccepted | Absent | NotKnown:
        """Return what is known of whether the carrier took a message."""
        with reading(CARRIER):
            rows = ask(_PARTS, [permit_id, self._provider])
        if not rows:
            return Absent()
        _, state, message_id, status = rows[0]
        if state == PartState.TAKEN.value:
            return Accepted(message_id)
        if state == PartState.SUBMITTED.value:
            return NotKnown("NO_ANSWER")
        return NotAccepted(f"SMPP_{status:02X}")

    def overdue(self, *, after: timedelta, now: datetime, limit: int) -> list[str]:
        """Return ids of parts that were taken so long ago, and of which nothing was told since."""
        with acting(CARRIER):
            found = ask(
                _OVERDUE,
                {
                    "now": now,
                    "provider": self._provider,
                    "oldest": now - _MATCHED_FOR,
                    "newest": now - after,
                    "limit": limit,
                },
            )
        return [message_id for message_id, _ in found]

    def _match(self, rows: Sequence[tuple[object, ...]]) -> None:
        """Let parts know what became of them. A part in doubt that a receipt names was taken."""
        if not rows:
            return
        permits = list({row[2] for row in rows})
        ask(_HOLD, [permits])
        fates: dict[object, tuple[object, str, object]] = {}
        for _, part, _, _, message_id, state, at in rows:
            fate = Receipt("", str(state), "", None).fate
            if fate is not None or part not in fates:
                fates[part] = (message_id, "" if fate is None else fate.value, at)
        ids, words, ats = zip(*fates.values(), strict=True)
        tell(_FATED, [list(fates), list(ids), list(words), list(ats)])
        tell(_MATCHED, [[row[at] for row in rows] for at in (0, 1, 3)])
        tell(_RIPEN, [permits])

    def _index(self, address: str, *, now: datetime) -> bytes | None:
        try:
            found = index_values(
                IndexPurpose.PHONE, address, now=now, calling_code=self._calling_code
            )
        except NotIndexable:
            return None
        return found[0]


def _digest(receipt: Receipt) -> bytes:
    said = f"{receipt.message_id}\0{receipt.state}\0{receipt.error}\0{receipt.reference}"
    return hashlib.sha256(said.encode()).digest()

"""What did the trial of a message to a chosen set say, and how far has it come? Counts first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.cases.outing.act import unknown_outing
from forbear.contexts.cases.outing.models import Outing
from forbear.contexts.cases.outing.word import OutingState
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.code import Channel
from forbear.values.principal import Principal, system

EXAMPLES = 3
_LISTED_MAX = 50
_COUNTS = """
SELECT r.outing_id, count(*) FILTER (WHERE r.ask_at IS NOT NULL OR r.asked_at IS NOT NULL
    OR r.cause <> ''), count(*) FILTER (WHERE r.tried),
  count(*) FILTER (WHERE r.tried AND r.said = ''),
  count(*) FILTER (WHERE r.asked_at IS NOT NULL), count(r.attempt_id),
  count(*) FILTER (WHERE r.cause <> '' AND r.ask_at IS NULL AND r.attempt_id IS NULL),
  count(*) FILTER (WHERE d.state IN ('ACCEPTED', 'UNKNOWN', 'INTENT')),
  count(*) FILTER (WHERE d.state IN ('AUTHORISED', 'CLAIMED')),
  count(*) FILTER (WHERE d.state IN ('REJECTED', 'WITHDRAWN'))
FROM cases_outingrow r LEFT JOIN contact_dispatch d ON d.attempt_id = r.attempt_id
WHERE r.outing_id = ANY(%s) GROUP BY 1
"""
_REFUSED = {
    "tried": (
        "SELECT said, said_rules, count(*) FROM cases_outingrow "
        "WHERE outing_id = %s AND said <> '' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    ),
    "asked": (
        "SELECT cause, rules, count(*) FROM cases_outingrow WHERE outing_id = %s "
        "AND cause <> '' AND asked_at IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    ),
}
_EXAMPLES = """
SELECT said, said_rules, debtor_id FROM (SELECT said, said_rules, debtor_id,
  row_number() OVER (PARTITION BY said, said_rules ORDER BY debtor_id) AS place
  FROM cases_outingrow WHERE outing_id = %s AND said <> '') r WHERE place <= %s
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Persons of a set. ``would``: of the ``tried`` would have left then; ``left``: went out."""

    persons: int = 0
    tried: int = 0
    would: int = 0
    asked: int = 0
    allowed: int = 0
    refused: int = 0
    left: int = 0
    waiting: int = 0
    came_back: int = 0


@dataclass(frozen=True, slots=True)
class OutingShown:
    """One message to a chosen set, with its counts."""

    id: int
    message_id: str
    message_version: int
    channel: Channel
    chosen: Mapping[str, object]
    state: OutingState
    prepared_by: int
    prepared_at: datetime
    started_by: int | None
    started_at: datetime | None
    until_at: datetime | None
    ended_at: datetime | None
    counts: Counts
    persons_found: int | None = None
    persons_max: int | None = None
    searching: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Persons refused for one reason. ``examples``: ids, of those whom the reader may see."""

    cause: str
    rules: tuple[str, ...]
    persons: int
    examples: tuple[int, ...] = ()


def outings(*, actor: Principal) -> tuple[OutingShown, ...]:
    """Return the latest, the newest first.

    Raises:
        NotPermitted: CONTACTS_SEE is missing.
    """
    may(actor, Permission.CONTACTS_SEE)
    with reading(system("figures")):
        rows = list(Outing.objects.order_by("-id")[:_LISTED_MAX])
        counts = _counts([row.pk for row in rows])
    return tuple(_shown(row, counts.get(row.pk, Counts())) for row in rows)


def outing(outing_id: int, *, actor: Principal) -> OutingShown:
    """Return one.

    Raises:
        NotPermitted: CONTACTS_SEE is missing.
        UnknownOuting: there is none of that id.
    """
    may(actor, Permission.CONTACTS_SEE)
    with reading(system("figures")):
        row = Outing.objects.filter(pk=outing_id).first()
        if row is None:
            raise unknown_outing(outing_id)
        return _shown(row, _counts([row.pk]).get(row.pk, Counts()))


def refused(outing_id: int, *, actor: Principal) -> tuple[tuple[Refused, ...], tuple[Refused, ...]]:
    """Return why persons would not have been written to when it was tried, and why they were not.

    Raises:
        NotPermitted: CONTACTS_SEE is missing.
    """
    may(actor, Permission.CONTACTS_SEE)
    examples: dict[tuple[str, str], list[int]] = {}
    if actor.may(Permission.PERSON_SEE.value):
        with reading(actor):
            for said, rules, person in ask(_EXAMPLES, [outing_id, EXAMPLES]):
                examples.setdefault((said, rules), []).append(person)
    with reading(system("figures")):
        tried, asked = (ask(_REFUSED[name], [outing_id]) for name in ("tried", "asked"))
    return (
        tuple(
            Refused(cause, tuple(rules.split()), n, tuple(examples.get((cause, rules), ())))
            for cause, rules, n in tried
        ),
        tuple(Refused(cause, tuple(rules.split()), n) for cause, rules, n in asked),
    )


def _counts(ids: list[int]) -> dict[int, Counts]:
    return {row[0]: Counts(*row[1:]) for row in ask(_COUNTS, [ids])}


def _shown(row: Outing, counts: Counts) -> OutingShown:
    return OutingShown(
        row.pk,
        row.message_id,
        row.message_version,
        Channel(row.channel),
        row.chosen,
        OutingState(row.state),
        row.prepared_by_id,
        row.prepared_at,
        row.started_by_id,
        row.started_at,
        row.until_at,
        row.ended_at,
        counts,
        row.persons_found,
        row.persons_max,
        row.search_after is not None,
    )

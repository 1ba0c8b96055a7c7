"""What is held of a person, where, why and until when?

The list of places is the database's own: whatever table names a person is counted, so nothing can
be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection
from psycopg import sql

from forbear.contexts.cases.transition import Said
from forbear.contexts.database.transaction import required
from forbear.contexts.people.permission import doing
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.own import own_values
from forbear.contexts.portfolio.queries.person import get_person
from forbear.contexts.portfolio.queries.retention import enter_retention
from forbear.contexts.portfolio.queries.shown import PersonShown
from forbear.contexts.protection.retention import Reason
from forbear.values.day import from_day_number
from forbear.values.principal import Principal, Sight

PLACES = {
    "access": Said("visits to the portal", "门户访问记录"),
    "arrangements": Said("arrangements to pay", "还款安排"),
    "assistant": Said("conversations with the assistant", "与智能助手的对话"),
    "audit": Said("the record of what was done", "操作记录"),
    "bureau": Said("lines for the credit bureau", "征信报送"),
    "cases": Said("cases, notes and each day's plans", "案件、备注与每日计划"),
    "contact": Said("contacts that were made or refused, and why", "联系记录及决定依据"),
    "education": Said("lessons that were offered", "推荐过的短课"),
    "evidence": Said("documents of evidence", "证据文件"),
    "exchange": Said("what lenders' systems told or were told", "与放款方系统的往来"),
    "ledger": Said("payments and what is owed", "还款与应还金额"),
    "nightly": Said("what a night reckoned", "夜间计算结果"),
    "payments": Said("payments that were begun, and references", "付款编号与在线付款"),
    "people": Said("approvals by a second person", "双人审批"),
    "portfolio": Said("who the person is, and their contracts", "身份、联系方式与合同"),
    "protection": Said("the key of sealed values, and who looked", "加密密钥与查看记录"),
    "rights": Said("disputes, complaints, hardship and requests", "异议、投诉、困难申报与请求"),
}
_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
AND a.attname = 'debtor_id' AND NOT a.attisdropped ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True)
class Held:
    """How many rows about a person stand in one place."""

    place: str
    en: str
    zh: str
    rows: int


@dataclass(frozen=True, slots=True)
class Owned:
    """What is held of a person. ``values``: in full, to the person alone; else null.

    ``stays`` says why data stay; ``keep_until``: the last day on which something must stay, null
    where no rule names one or its clock has not begun.
    """

    person: PersonShown
    held: tuple[Held, ...]
    stays: tuple[Reason, ...]
    keep_until: date | None
    values: dict[str, str] | None = field(repr=False)


def owned(ref: str, *, actor: Principal, as_of: date, now: datetime) -> Owned:
    """Return what is held of a person, inside an action that records who was shown it.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownRef: there is no such person for this reader.
    """
    required()
    person = get_person(ref, as_of=as_of, actor=actor, now=now)
    by = doing(actor, Permission.RETENTION_MANAGE)
    verdict = enter_retention(ref, actor=by, now=now)
    until = verdict.keep_until
    return Owned(
        person,
        held_in(person.id),
        verdict.reasons,
        None if until is None else from_day_number(until),
        own_values(ref, now=now) if actor.sight is Sight.PERSON else None,
    )


def held_in(debtor_id: int) -> tuple[Held, ...]:
    """Return how many rows each place holds about a person; places with none are left out."""
    required()
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table in tables_of_persons():
            cursor.execute(
                sql.SQL("SELECT count(*) FROM {} WHERE debtor_id = %s").format(
                    sql.Identifier(table)
                ),
                [debtor_id],
            )
            place = place_of(table)
            counts[place] = counts.get(place, 0) + int(cursor.fetchone()[0])
    return tuple(
        Held(place, PLACES[place].en, PLACES[place].zh, rows)
        for place, rows in sorted(counts.items())
        if rows
    )


def tables_of_persons() -> tuple[str, ...]:
    """Return every table that names a person, by name."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return tuple(name for (name,) in cursor.fetchall())


def place_of(table: str) -> str:
    """Return the place that a table stands in."""
    return table.partition("_")[0]

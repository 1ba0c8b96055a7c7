"""How do a lender's persons, contact points and contracts enter the tables, very many at once?

Each merge takes a filled stage: rows of the contract of the book, named by the lender's ids. It
adds what is new, changes what differs, leaves alone what is equal, and takes nothing away: a row
that an extract no longer tells of may still be needed by somebody. What staff, portal or API have
recorded (``source`` other than EXTRACT) is never overwritten by an extract; of an extract's row,
the fields that were changed by day are left alone until an extract says the same of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection

from forbear.contexts.database.bulk import Merge, Merged, Stage, run
from forbear.values.naming import both_names

DEBTOR = {
    "ref": "text",
    "key_id": "uuid",
    "wrapped": "bytea",
    "ring_key": "text",
    "name": "bytea",
    "national_id": "bytea",
    "national_id_index": "bytea",
    "personal_print": "bytea",
    "resealed": "boolean",
    "jurisdiction": "text",
    "region": "text",
    "region_source": "text",
    "region_confidence_percent": "smallint",
    "time_zones": "varchar[]",
    "language": "text",
    "dialect": "text",
    "officer_ref": "text",
    "team": "text",
    "vulnerable": "boolean",
}
CONTACT_POINT = {
    "ref": "text",
    "debtor_ref": "text",
    "kind": "text",
    "relation": "text",
    "origin": "text",
    "quality": "text",
    "address": "bytea",
    "address_index": "bytea",
    "personal_print": "bytea",
    "resealed": "boolean",
    "number_read": "boolean",
    "number_type": "text",
    "number_region": "text",
    "number_confidence_percent": "smallint",
    "number_zones": "varchar[]",
    "recorded_at": "timestamptz",
}
LOAN = {
    "ref": "text",
    "debtor_ref": "text",
    "product": "text",
    "currency": "text",
    "contract_date": "date",
    "disbursed_date": "date",
    "principal_minor": "bigint",
    "annual_rate_bp": "integer",
    "state": "text",
}
INSTALMENT = {
    "loan_ref": "text",
    "number": "smallint",
    "due_date": "date",
    "principal_minor": "bigint",
    "interest_minor": "bigint",
    "fee_minor": "bigint",
}
HOLD = {
    "ref": "text",
    "debtor_ref": "text",
    "loan_ref": "text",
    "channel": "text",
    "kind": "text",
    "start_date": "date",
    "end_date": "date",
    "recorded_at": "timestamptz",
}
CONSENT = {
    "ref": "text",
    "debtor_ref": "text",
    "contact_point_ref": "text",
    "channel": "text",
    "kind": "text",
    "state": "text",
    "recorded_at": "timestamptz",
}


_OWNER = "JOIN portfolio_debtor d ON d.ref = s.debtor_ref"
# Of an erased person no number or address comes back, whatever an extract still tells.
_LIVING = f"{_OWNER} AND d.erased_at IS NULL"
# The team of the collector whom the person knows, else the first team that knows the region.
_CARE = (
    "LEFT JOIN LATERAL (SELECT id FROM people_team WHERE code = s.team OR "
    "s.region = ANY(regions) OR left(s.region, 2) = ANY(regions) "
    "ORDER BY (code = s.team) DESC NULLS LAST, id LIMIT 1) team ON true"
)

_NUMBER = {
    "number_type": "s.number_type",
    "number_region": "s.number_region",
    "number_confidence_percent": "s.number_confidence_percent",
    "number_read_at": "CASE WHEN s.number_read THEN %(now)s::timestamptz END",
}
_BACK = {"absent_since": "NULL::timestamptz"}


def merge_debtors(stage: Stage, *, now: datetime) -> Merged:
    """Merge persons, their keys first. Sealed values change only where ``resealed`` says so."""
    run(
        f"INSERT INTO protection_personkey (id, ring_key, wrapped, made_at) "
        f"SELECT s.key_id, s.ring_key, s.wrapped, %(now)s FROM {stage.name} s "
        f"WHERE NOT EXISTS (SELECT 1 FROM portfolio_debtor t WHERE t.ref = s.ref)",
        {"now": now},
    )
    plain = {
        name: f"s.{name}"
        for name in (
            "jurisdiction",
            "region",
            "region_source",
            "time_zones",
            "language",
            "dialect",
            "officer_ref",
            "vulnerable",
        )
    }
    plain["officer_team"] = "s.team"
    sealed = ("name", "national_id", "national_id_index", "personal_print")
    first = {"key_id": "s.key_id", "recorded_at": "%(now)s", "team_id": "team.id"}
    merged = Merge(
        "portfolio_debtor",
        columns=plain,
        fixed={**first, **{name: f"s.{name}" for name in sealed}},
        joins=_CARE,
        by_day=True,
    ).merge(stage, {"now": now})
    run(
        f"UPDATE protection_personkey k SET debtor_id = d.id FROM portfolio_debtor d "
        f"JOIN {stage.name} s ON s.ref = d.ref WHERE k.id = d.key_id AND k.debtor_id IS NULL"
    )
    _believe(stage, now=now)
    # An identity number that files leave out may have been told by another way; it stays.
    written = {
        "name": {"name": "s.name"},
        "national_id": {
            name: f"coalesce(s.{name}, t.{name})" for name in ("national_id", "national_id_index")
        },
    }
    return _with(merged, _reseal(stage, "portfolio_debtor", written))


def _believe(stage: Stage, *, now: datetime) -> None:
    """Keep how sure a file is of a person's region, unless the region was changed by day since."""
    run(
        f"INSERT INTO portfolio_regionbelief AS b (debtor_id, source, region, confidence_percent, "
        f"recorded_at) SELECT d.id, s.region_source, s.region, s.region_confidence_percent, "
        f"%(now)s FROM {stage.name} s JOIN portfolio_debtor d ON d.ref = s.ref "
        f"WHERE s.region_confidence_percent IS NOT NULL AND s.region IS NOT NULL "
        f"AND s.region_source IS NOT NULL AND NOT 'region' = ANY(d.said_by_day) "
        f"ON CONFLICT (debtor_id, source) DO UPDATE SET region = excluded.region, "
        f"confidence_percent = excluded.confidence_percent, recorded_at = excluded.recorded_at "
        f"WHERE (b.region, b.confidence_percent) IS DISTINCT FROM "
        f"(excluded.region, excluded.confidence_percent)",
        {"now": now},
    )


def merge_contact_points(stage: Stage, *, creditor: str, now: datetime) -> Merged:
    """Merge contact points. What was learned about reaching somebody by day is kept."""
    plain = {name: f"s.{name}" for name in ("kind", "relation", "origin", "number_zones")}
    sealed = ("address", "address_index", "personal_print")
    merged = Merge(
        "portfolio_contactpoint",
        columns={**plain, **_BACK},
        fixed={
            "debtor_id": "d.id",
            "quality": "s.quality",
            "recorded_at": "s.recorded_at",
            **{name: f"s.{name}" for name in sealed},
            **_NUMBER,
        },
        joins=_LIVING,
        by_day=True,
    ).merge(stage, {"now": now})
    gone = _mark_absent(stage, "portfolio_contactpoint", creditor=creditor, now=now)
    written = {"address": {name: f"s.{name}" for name in ("address", "address_index")}}
    changed = _reseal(stage, "portfolio_contactpoint", written)
    _keep_numbers(stage, now=now)
    return _with(merged, changed + gone)


def _keep_numbers(stage: Stage, *, now: datetime) -> None:
    """Keep what numbers tell that changed, or were never read; no extract says it, so none counts.

    A number that was changed by day is another than the extract's: its print differs. Where a new
    number cannot be read, what the one before it told goes.
    """
    sets = ", ".join(f"{column} = {value}" for column, value in _NUMBER.items())
    run(
        f"UPDATE portfolio_contactpoint t SET {sets} FROM {stage.name} s "
        f"WHERE t.ref = s.ref AND t.source = 'EXTRACT' AND t.personal_print = s.personal_print "
        f"AND (s.resealed OR s.number_read AND t.number_read_at IS NULL)",
        {"now": now},
    )


def merge_loans(stage: Stage, *, creditor: str, now: datetime) -> Merged:
    """Merge contracts, all of one creditor."""
    names = ("product", "currency", "contract_date", "disbursed_date")
    numbers = ("principal_minor", "annual_rate_bp", "state")
    merged = Merge(
        "portfolio_loan",
        columns={**{name: f"s.{name}" for name in (*names, *numbers)}, **_BACK},
        fixed={
            "debtor_id": "d.id",
            "creditor_id": "(SELECT id FROM portfolio_creditor WHERE code = %(creditor)s)",
            "recorded_at": "%(now)s",
        },
        joins=_OWNER,
        by_day=True,
    ).merge(stage, {"creditor": creditor, "now": now})
    _date_states(stage, now=now)
    return _with(merged, _mark_absent(stage, "portfolio_loan", creditor=creditor, now=now))


def _date_states(stage: Stage, *, now: datetime) -> None:
    """Note since when loans are no longer open: an extract does not say, so since it was learned.

    Duties to keep data run from there; a later day keeps them longer, never shorter.
    """
    run(
        f"UPDATE portfolio_loan t SET state_date = CASE WHEN t.state = 'OPEN' THEN NULL "
        f"ELSE (%(now)s AT TIME ZONE 'UTC')::date END FROM {stage.name} s "
        f"WHERE t.ref = s.ref AND t.source = 'EXTRACT' "
        f"AND (t.state = 'OPEN') <> (t.state_date IS NULL)",
        {"now": now},
    )


def merge_instalments(stage: Stage, *, now: datetime) -> Merged:
    """Merge whole schedules: what differs or is gone is superseded, what is new is added.

    A schedule that was changed by day (another source) keeps its changed instalments.
    """
    amounts = "due_date, principal_minor, interest_minor, fee_minor"
    old = ", ".join(f"t.{name.strip()}" for name in amounts.split(","))
    new = ", ".join(f"s.{name.strip()}" for name in amounts.split(","))
    current = "t.superseded_at IS NULL AND t.source = 'EXTRACT'"
    rows = f"{stage.name} s JOIN portfolio_loan l ON l.ref = s.loan_ref"
    changed = run(
        f"UPDATE portfolio_instalment t SET superseded_at = %(now)s FROM {rows} "
        f"WHERE t.loan_id = l.id AND t.number = s.number AND {current} "
        f"AND ({old}) IS DISTINCT FROM ({new})",
        {"now": now},
    )
    changed += run(
        f"UPDATE portfolio_instalment t SET superseded_at = %(now)s FROM "
        f"(SELECT l.id, array_agg(s.number) AS numbers FROM {rows} GROUP BY l.id) told "
        f"WHERE t.loan_id = told.id AND {current} AND t.number <> ALL(told.numbers)",
        {"now": now},
    )
    added = run(
        f"INSERT INTO portfolio_instalment (loan_id, number, {amounts}, source, recorded_at) "
        f"SELECT l.id, s.number, {new}, 'EXTRACT', %(now)s FROM {rows} WHERE NOT EXISTS "
        f"(SELECT 1 FROM portfolio_instalment t WHERE t.loan_id = l.id AND t.number = s.number "
        f"AND t.superseded_at IS NULL)",
        {"now": now},
    )
    return Merged(stage.rows, added, changed)


def merge_holds(stage: Stage, *, creditor: str, now: datetime) -> Merged:
    """Merge holds. A hold that was released by day stays released."""
    merged = Merge(
        "portfolio_hold",
        columns={"start_date": "s.start_date", "end_date": "s.end_date", **_BACK},
        fixed={
            "debtor_id": "d.id",
            "loan_id": "l.id",
            "channel": "s.channel",
            "kind": "s.kind",
            "recorded_at": "s.recorded_at",
            "release_evidence": "''",
        },
        joins=f"{_OWNER} LEFT JOIN portfolio_loan l ON l.ref = s.loan_ref",
        changes_when="AND t.released_at IS NULL",
    ).merge(stage, {})
    return _with(merged, _mark_absent(stage, "portfolio_hold", creditor=creditor, now=now))


def merge_consents(stage: Stage) -> Merged:
    """Merge statements of consent; a statement never changes."""
    names = ("channel", "kind", "state", "recorded_at")
    return Merge(
        "portfolio_consent",
        columns={},
        fixed={
            "debtor_id": "d.id",
            "contact_point_id": "p.id",
            **{name: f"s.{name}" for name in names},
        },
        joins=f"{_OWNER} LEFT JOIN portfolio_contactpoint p ON p.ref = s.contact_point_ref",
    ).merge(stage, {})


def _mark_absent(stage: Stage, table: str, *, creditor: str, now: datetime) -> int:
    """Mark what the creditor's extract told before and tells no more; return how many."""
    owned = (
        "t.creditor_id = (SELECT id FROM portfolio_creditor WHERE code = %(creditor)s)"
        if table == "portfolio_loan"
        else "t.debtor_id IN (SELECT l.debtor_id FROM portfolio_loan l JOIN portfolio_creditor c "
        "ON c.id = l.creditor_id WHERE c.code = %(creditor)s)"
    )
    return run(
        f"UPDATE {table} t SET absent_since = %(now)s WHERE t.source = 'EXTRACT' "
        f"AND t.absent_since IS NULL AND {owned} "
        f"AND NOT EXISTS (SELECT 1 FROM {stage.name} s WHERE s.ref = t.ref)",
        {"creditor": creditor, "now": now},
    )


def _reseal(stage: Stage, table: str, written: Mapping[str, Mapping[str, str]]) -> int:
    """Write sealed values that changed: by field, the columns and what each gets.

    A field that was changed by day stays, and so does the row's print, which is then of what was
    said by day: a stage of the same print says the same.
    """
    sets = {
        column: f"CASE WHEN '{field}' = ANY(t.said_by_day) THEN t.{column} ELSE {value} END"
        for field, columns in written.items()
        for column, value in columns.items()
    }
    fields = f"ARRAY[{', '.join(repr(field) for field in written)}]::varchar[]"
    sets["personal_print"] = (
        f"CASE WHEN t.said_by_day && {fields} THEN t.personal_print ELSE s.personal_print END"
    )
    confirmed = run(
        f"UPDATE {table} t SET said_by_day = "
        f"ARRAY(SELECT f FROM unnest(t.said_by_day) f WHERE f <> ALL({fields})) "
        f"FROM {stage.name} s WHERE t.ref = s.ref AND t.source = 'EXTRACT' "
        f"AND t.said_by_day && {fields} AND t.personal_print = s.personal_print"
    )
    return confirmed + run(
        f"UPDATE {table} t SET {', '.join(f'{c} = {value}' for c, value in sets.items())} "
        f"FROM {stage.name} s WHERE t.ref = s.ref AND s.resealed AND t.source = 'EXTRACT' "
        f"AND t.personal_print IS DISTINCT FROM s.personal_print"
    )


def _with(merged: Merged, changed: int) -> Merged:
    return Merged(merged.rows, merged.added, merged.changed + changed)


def merge_care(stage: Stage) -> int:
    """Give persons into the care of the team that the day's plan names; return how many moved.

    ``stage`` has debtor_ref and team; where no team is named, nothing changes.
    """
    return run(
        f"UPDATE portfolio_debtor t SET team_id = team.id FROM {stage.name} s "
        f"JOIN people_team team ON team.code = s.team "
        f"WHERE t.ref = s.debtor_ref AND t.team_id IS DISTINCT FROM team.id"
    )


def told_by(name: str, *, extract_date: date) -> str:
    """Return the code of the creditor of a name, whose extract of a day is being taken in."""
    code = hashlib.sha256(name.encode()).hexdigest()[:12]
    name_en, name_zh = both_names(name or "not named")
    run(
        "INSERT INTO portfolio_creditor (code, name_en, name_zh, extract_date) VALUES "
        "(%(code)s, %(name_en)s, %(name_zh)s, %(day)s) ON CONFLICT (code) DO UPDATE SET "
        "extract_date = greatest(portfolio_creditor.extract_date, excluded.extract_date)",
        {"code": code, "name_en": name_en, "name_zh": name_zh, "day": extract_date},
    )
    return code


def latest_extract_date() -> date | None:
    """Return the day of the oldest of the creditors' newest extracts; None: there are none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(extract_date) FROM portfolio_creditor")
        found: date | None = cursor.fetchone()[0]
        return found

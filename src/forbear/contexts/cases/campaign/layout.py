"""Which plans of a day go by machine, and from when until when may the gate be asked for each?

A plan names a part of the person's own day; here it becomes two instants. Where a person lives on
several clocks, all of them must agree. A row that was asked for stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from forbear.contexts.cases.slot import shipped_slots
from forbear.contexts.database.transaction import acting
from forbear.contexts.rulebook.library import open_sending
from forbear.values.principal import Principal

_DAY_MINUTES = 24 * 60
_FORGET = "DELETE FROM cases_asking WHERE day = ANY(%(days)s) AND asked_at IS NULL AND cause = ''"
_ADD = """
INSERT INTO cases_asking (day, debtor_id, channel, zone, opens_at, until_at, ask_at, cause, rules,
  spent)
SELECT p.day, p.debtor_id, p.channel, c.zones[1], w.opens_at, w.until_at, w.opens_at, '', '', ''
FROM cases_plan p JOIN portfolio_debtor d ON d.id = p.debtor_id
JOIN unnest(%(names)s::text[], %(starts)s::int[], %(ends)s::int[]) AS s(name, starts, ends)
  ON s.name = p.slot
CROSS JOIN LATERAL (SELECT CASE WHEN cardinality(d.time_zones) = 0 THEN '{UTC}'
  ELSE d.time_zones END AS zones) c
CROSS JOIN LATERAL (
  SELECT max((p.day + make_interval(mins => s.starts)) AT TIME ZONE zone) AS opens_at,
    min((p.day + make_interval(mins => s.ends)) AT TIME ZONE zone) AS until_at
  FROM unnest(c.zones) AS zone) w
WHERE p.day = ANY(%(days)s) AND p.state = 'OPEN' AND p.channel = ANY(%(channels)s)
ON CONFLICT (day, debtor_id) DO NOTHING
"""


def lay_out(days: Sequence[date], *, early: bool, actor: Principal) -> int:
    """Lay out what goes by machine on some days; return how many rows are new.

    Doing it again, also while others ask, changes nothing but what the plan itself has changed.
    ``early``: from the first part of the person's day to its end, instead of the planned part.
    """
    slots = shipped_slots()
    first = min(slot.start_minute for slot in slots)
    told = {
        "days": list(days),
        "channels": sorted(open_sending().by_machine),
        "names": [slot.name for slot in slots],
        "starts": [first if early else slot.start_minute for slot in slots],
        "ends": [_DAY_MINUTES if early else slot.end_minute for slot in slots],
    }
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(_FORGET, told)
        cursor.execute(_ADD, told)
        return cursor.rowcount

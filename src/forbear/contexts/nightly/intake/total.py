"""Do the rows and amounts that were read add up to what the lender says it handed over?"""

from __future__ import annotations

from typing import Any

from forbear.engine.tables import EXTRACT
from forbear.values.errors import InvalidInput
from forbear.values.money import format_minor


def reconcile(
    claimed: dict[str, dict[str, Any]], checked: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Hold what was read against the lender's control totals; return one comparison a table.

    Rows must match exactly. Amounts must match too, unless rows were rejected whose amount could
    not be read or was changed: then the difference is shown beside the number of such rows.

    Raises:
        InvalidInput: a total does not match, so the extract is not the one the lender meant.
    """
    compared = {}
    for name, table in EXTRACT.items():
        read, stated = checked[name], claimed.get(name, {})
        if stated.get("rows") is not None and stated["rows"] != read["rows"]:
            raise InvalidInput(
                f"{name}: {read['rows']:,} rows were read, but the lender states "
                f"{stated['rows']:,}. The file may be cut.",
                remedy="Hand over the whole file, or a manifest that fits it.", table=name)
        compared[name] = {
            column: _compare(name, column, read, stated.get("sums", {}).get(column))
            for column in table.sums
        }
    return compared


def _compare(
    name: str, column: str, read: dict[str, Any], stated: int | None
) -> dict[str, int | None]:
    kept, lost = read["kept"].get(column, 0), read["lost"].get(column, 0)
    rejected = read["rejected"]
    difference = None if stated is None else stated - kept - lost
    if difference and not rejected:
        raise InvalidInput(
            f"{name}.{column} adds up to {format_minor(kept)}, but the lender states "
            f"{format_minor(stated or 0)}, though every row could be read.",
            remedy="Find out which of the two is right, and hand both over anew.", table=name,
            column=column)
    return {"read_minor": kept + lost, "rejected_on_reading_minor": lost, "stated_minor": stated,
            "in_rejected_rows_minor": difference}

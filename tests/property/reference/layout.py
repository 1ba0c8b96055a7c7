"""What must the import lay down beside each instalment and payment? The slow, obvious way.

Rows are plain mappings with the extract's facts. Nothing here is shared with the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = dict[str, Any]


def standing(postings: Iterable[Mapping[str, Any]], known_at: int) -> list[Row]:
    """Return the payments known at a day, each with the day of its known reversal or None."""
    known = [p for p in postings if p["posting_day"] <= known_at]
    reversals = {p["reverses"]: p["posting_day"] for p in known if p["reverses"] is not None}
    rows = []
    for posting in known:
        if posting["reverses"] is None:
            row = dict(posting)
            row["void_posting_day"] = reversals.get(posting["payment_id"])
            rows.append(row)
    rows.sort(key=lambda p: (p["purpose"], p["value_day"], p["posting_day"], p["payment_id"]))
    return rows


def lay_instalments(
    loan: Mapping[str, Any],
    schedule: Sequence[Mapping[str, Any]],
    postings: Iterable[Mapping[str, Any]],
    known_at: int,
) -> list[Row]:
    """Return one loan's instalments as the book holds them."""
    payments = [
        p
        for p in standing(postings, known_at)
        if p["void_posting_day"] is None and p["purpose"] == 1
    ]
    rows = []
    start, due_before, principal_before = loan["disbursed_day"], 0, 0
    for number, item in enumerate(schedule, start=1):
        own = item["principal_minor"] + item["interest_minor"] + item["fee_minor"]
        settled, paid = None, 0
        for payment in payments:
            paid += payment["amount_minor"]
            if paid >= due_before + own:
                settled = payment["value_day"]
                break
        rows.append(
            {
                "loan_no": loan["loan_no"],
                "instalment_no": number,
                "start_day": start,
                **item,
                "due_before_minor": due_before,
                "principal_before_minor": principal_before,
                "settled_day": settled,
            }
        )
        start = item["due_day"]
        due_before += own
        principal_before += item["principal_minor"]
    return rows


def lay_payments(
    loan: Mapping[str, Any],
    schedule: Sequence[Mapping[str, Any]],
    postings: Iterable[Mapping[str, Any]],
    known_at: int,
) -> list[Row]:
    """Return one loan's payments as the book holds them, without payment_no."""
    known = standing(postings, known_at)
    rows = []
    for at, payment in enumerate(known):
        others = [p for p in known if p["purpose"] == payment["purpose"]]
        place = others.index(payment)
        before = sum(p["amount_minor"] for p in others[:place] if p["void_posting_day"] is None)
        later = [p["value_day"] for p in others[place + 1 :] if p["void_posting_day"] is None]
        is_void = payment["void_posting_day"] is not None
        until = payment["value_day"] if is_void else (later[0] if later else None)
        rows.append(
            {
                "loan_no": loan["loan_no"],
                "payment_id": payment["payment_id"],
                "value_day": payment["value_day"],
                "posting_day": payment["posting_day"],
                "void_posting_day": payment["void_posting_day"],
                "amount_minor": payment["amount_minor"],
                "purpose": payment["purpose"],
                "paid_before_minor": before,
                "until_day": until,
                "oldest_open_day": None
                if is_void or payment["purpose"] != 1
                else _oldest_open(schedule, before),
            }
        )
        assert rows[at]["payment_id"] == payment["payment_id"]
    return rows


def _oldest_open(schedule: Sequence[Mapping[str, Any]], paid: int) -> int | None:
    for item in schedule:
        own = item["principal_minor"] + item["interest_minor"] + item["fee_minor"]
        if own > paid:
            return int(item["due_day"])
        paid -= own
    return None


def lay_loan(loan: Mapping[str, Any], schedule: Sequence[Mapping[str, Any]]) -> Row:
    """Return a loan as the book holds it."""
    return {
        **loan,
        "instalments": len(schedule),
        "scheduled_minor": sum(
            i["principal_minor"] + i["interest_minor"] + i["fee_minor"] for i in schedule
        ),
        "interest_total_minor": sum(i["interest_minor"] for i in schedule),
        "fee_total_minor": sum(i["fee_minor"] for i in schedule),
        "final_due_day": schedule[-1]["due_day"],
    }

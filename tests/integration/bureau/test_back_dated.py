"""A payment that was made before a month's end and becomes known after its file went out.

From the posting, told by the API, to the written correction, in China and in America.
"""

from __future__ import annotations

import csv
from datetime import date

import pytest

from forbear.contexts.bureau.actions.export_file import NothingMore, export_file
from forbear.contexts.contact.models import Attempt
from forbear.contexts.database.transaction import acting
from forbear.contexts.portfolio.actions.schedule import record_schedule
from forbear.contexts.portfolio.models import Loan
from forbear.contexts.portfolio.said import InstalmentSaid
from forbear.values.code import Jurisdiction, PointKind
from tests.integration.bureau.test_export import told
from tests.support.api import api
from tests.support.arrangement import answered
from tests.support.bureau import AUGUST, NOW, OCTOBER, SEPTEMBER, TODAY, counting, lines_made, right
from tests.support.case import BY_API
from tests.support.metro2_reader import read_file
from tests.support.portfolio import SETUP, new_loan, new_person, new_point

__all__ = ["api"]
BY = {"actor": SETUP, "today": TODAY, "now": NOW}


def american() -> int:
    """Lay down a loan that is late since August, its months reported and its person told."""
    who = new_person(
        name="Lindqvist, Maja", national_id="123-45-6789", jurisdiction=Jurisdiction.US
    )
    new_point(who, kind=PointKind.POSTAL, address="12 Example Street, Springfield, IL 62701")
    terms_of = {"product": "us_personal_loan", "currency": "USD", "ref": "L-1"}
    lent = {"contract_date": date(2026, 7, 1), "disbursed_date": date(2026, 7, 6)}
    loan = new_loan(who, **terms_of, **lent)
    terms = [InstalmentSaid(n, date(2026, 7 + n, 6), 40_000, 1_000) for n in (1, 2, 3)]
    record_schedule(loan, terms, **BY_API)
    with acting(SETUP):
        row = Loan.objects.get(ref=loan)
        Attempt.objects.create(
            ref="notice",
            debtor_id=row.debtor_id,
            loan_id=row.pk,
            channel="LETTER",
            direction="OUTBOUND",
            started_at="2026-08-20T03:00Z",
            outcome="DELIVERED",
            source="STAFF",
            recorded_at="2026-08-20T03:00Z",
        )
    for month in (AUGUST, SEPTEMBER, OCTOBER):
        lines_made(month, bureau="US_BUREAUS")
    return row.pk


def pay(api, loan: str, ref: str, amount: int, value: str, **more: str) -> None:
    said = {"ref": ref, "loan_ref": loan, "amount_minor": amount, "value_date": value, **more}
    answered(api.post("/payments", said), 201)


def shown(api, loan: str, month: date) -> set[tuple[str, bool]]:
    """Return a month's lines as the API tells them: the word, and whether it counts."""
    lines = answered(api.get(f"/loans/{loan}/bureau-lines"))["lines"]
    return {(row["code"], row["counts"]) for row in lines if row["month"] == f"{month:%Y-%m}"}


def test_in_china_goes_as_a_correction_of_the_line_that_was_sent(api, late, tmp_path):
    months, sent = (SEPTEMBER, OCTOBER), {}
    for month in months:
        lines_made(month)
    told(late)
    for month in months:
        export_file("CN_CREDIT", month, tmp_path / f"{month}", **BY)
        (sent[month],) = rows_of(tmp_path / f"{month}")
    assert [sent[month]["status"] for month in months] == ["1", "2"]

    pay(api, late.loan, "Y-1", 41_000, "2026-09-06")

    assert counting(late.loan_id) == right(late.loan_id)
    for month, was, code in ((SEPTEMBER, "1", "N"), (OCTOBER, "2", "1")):
        export_file("CN_CREDIT", month, tmp_path / f"{month}-more", more=True, **BY)
        (row,) = rows_of(tmp_path / f"{month}-more")
        assert (row["corrects"], row["status"]) == (sent[month]["line"], code)
        assert shown(api, late.loan, month) == {(was, False), (code, True)}
        with pytest.raises(NothingMore):
            export_file("CN_CREDIT", month, tmp_path / "none", more=True, **BY)
    pay(api, late.loan, "Y-1-void", 41_000, "2026-09-06", reverses="Y-1")
    assert [counting(late.loan_id)[month].code for month in months] == ["1", "2"]


def rows_of(place) -> list[dict[str, str]]:
    return list(csv.DictReader(place.read_text(encoding="utf-8").splitlines()[1:-1]))


def test_in_america_goes_as_a_correction_with_the_history_put_right(api, tmp_path):
    loan = american()
    for month in (AUGUST, SEPTEMBER, OCTOBER):
        export_file("US_BUREAUS", month, tmp_path / f"{month}", **BY)
    (october,) = [row for row in exported(tmp_path / f"{OCTOBER}") if row["of"] == OCTOBER]
    assert october["account_status"] == "78"

    pay(api, "L-1", "Y-1", 41_000, "2026-08-30")

    assert counting(loan) == right(loan, bureau="US_BUREAUS")
    export_file("US_BUREAUS", OCTOBER, tmp_path / "more", more=True, **BY)
    rows = {row["of"]: row for row in exported(tmp_path / "more")}
    assert {row["correction_indicator"] for row in rows.values()} == {1}
    assert rows[OCTOBER]["account_status"] == "71"
    assert rows[OCTOBER]["amount_past_due"] == 820
    assert rows[OCTOBER]["date_first_delinquency"] == date(2026, 9, 6)
    assert rows[OCTOBER]["payment_history"] == "00" + "B" * 22


def exported(place) -> list[dict[str, object]]:
    """Return the accounts of a written file, as an independent reader finds them, by month."""
    found = read_file(place.read_text(encoding="ascii")).accounts
    return [{**row, "of": row["date_of_information"].replace(day=1)} for row in found]

"""An American loan from its first line to a correction, as a second reader sees the file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from forbear.contexts.bureau.actions.correct import mark_disputed
from forbear.contexts.bureau.actions.export_file import export_file
from forbear.contexts.bureau.queries import withheld_lines
from forbear.contexts.contact.models import Attempt
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.actions.schedule import record_schedule
from forbear.contexts.portfolio.models import Debtor, Loan
from forbear.contexts.portfolio.said import InstalmentSaid
from forbear.values.code import Jurisdiction, PointKind
from tests.support.bureau import AUGUST, NOW, OCTOBER, SEPTEMBER, TODAY, lines_made
from tests.support.case import BY_API
from tests.support.metro2_reader import read_file
from tests.support.portfolio import SETUP, new_loan, new_person, new_point

BY = {"actor": SETUP, "today": TODAY, "now": NOW}


@pytest.fixture
def loan(portfolio) -> str:
    """A loan that is late since August, of somebody with a name, number and address."""
    who = new_person(
        name="Lindqvist, Maja", national_id="123-45-6789", jurisdiction=Jurisdiction.US
    )
    new_point(who, kind=PointKind.POSTAL, address="12 Example Street, Springfield, IL 62701")
    told = {"product": "us_personal_loan", "currency": "USD", "ref": "US-1"}
    ref = new_loan(who, **told, contract_date=date(2026, 7, 1), disbursed_date=date(2026, 7, 6))
    terms = [InstalmentSaid(n, date(2026, 7 + n, 6), 40_000, 1_000) for n in (1, 2, 3)]
    record_schedule(ref, terms, **BY_API)
    for month in (AUGUST, SEPTEMBER, OCTOBER):
        lines_made(month, bureau="US_BUREAUS")
    return ref


def written_to(ref: str, *, days_ago: int, outcome: str = "SENT") -> None:
    """Note a letter about the loan."""
    with acting(SETUP):
        row = Loan.objects.get(ref=ref)
        at = datetime(2026, 11, 25, 3, tzinfo=UTC) - timedelta(days=days_ago)
        Attempt.objects.create(
            ref=f"letter-{days_ago}",
            debtor_id=row.debtor_id,
            loan_id=row.pk,
            channel="LETTER",
            direction="OUTBOUND",
            started_at=at,
            outcome=outcome,
            source="STAFF",
            recorded_at=at,
        )


def exported(place, **given):
    export_file("US_BUREAUS", OCTOBER, place, **BY, **given)
    return read_file(place.read_text(encoding="ascii"))


class TestFirstReport:
    @pytest.mark.parametrize(
        ("days_ago", "outcome", "waits"),
        [(13, "SENT", True), (14, "SENT", False), (40, "FAILED", True), (1, "CONVERSATION", False)],
    )
    def test_waits_for_a_message_that_did_not_come_back(self, loan, days_ago, outcome, waits):
        written_to(loan, days_ago=days_ago, outcome=outcome)

        count, lines = withheld_lines("US_BUREAUS", OCTOBER, **BY)

        assert bool(count) is waits
        assert {line.reasons[0].rule for line in lines} <= {"us.furnish_wait"}
        if days_ago == 13:
            assert {line.until.date() for line in lines} == {date(2026, 11, 26)}

    def test_never_told_waits_without_an_end(self, loan):
        count, lines = withheld_lines("US_BUREAUS", OCTOBER, **BY)

        assert count == 3
        assert {line.until for line in lines} == {None}


class TestFile:
    def test_is_read_by_another_reader(self, loan, tmp_path):
        written_to(loan, days_ago=20)

        found = exported(tmp_path / "october")

        august, september, october = found.accounts
        assert [each["account_status"] for each in found.accounts] == ["11", "71", "78"]
        assert october["payment_history"] == "10" + "B" * 22
        assert september["payment_history"] == "0" + "B" * 23
        assert (october["surname"], october["social_security_number"]) == ("LINDQVIST", 123456789)
        assert (october["city"], october["state"], october["postal_code"]) == (
            "SPRINGFIELD",
            "IL",
            "62701",
        )
        assert october["amount_past_due"] == 1_230
        assert august["amount_past_due"] == 0
        assert october["date_first_delinquency"] == date(2026, 8, 6)
        assert october["date_of_information"] == date(2026, 10, 31)
        assert sum(found.statuses.values()) == found.base_total == 3

    def test_again_is_the_same_and_a_dispute_goes_as_a_correction(self, loan, tmp_path):
        written_to(loan, days_ago=20)
        exported(tmp_path / "a")
        mark_disputed(loan, "D-1", received=TODAY, from_month=OCTOBER, actor=SETUP, now=NOW)

        again, later = exported(tmp_path / "b"), exported(tmp_path / "c", more=True)

        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
        assert len(again.accounts) == 3
        (october,) = later.accounts
        assert (october["correction_indicator"], october["compliance_condition"]) == (1, "XB")
        assert october["payment_history"] == "10" + "B" * 22


def test_somebody_elsewhere_is_not_in_it(loan, tmp_path):
    new_person(jurisdiction=Jurisdiction.UK, name="Otto Brandt")
    written_to(loan, days_ago=20)

    found = exported(tmp_path / "a")

    assert {each["surname"] for each in found.accounts} == {"LINDQVIST"}
    with reading(SETUP):
        assert Debtor.objects.count() == 2

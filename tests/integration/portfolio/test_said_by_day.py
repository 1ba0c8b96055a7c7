"""What is changed by day stands against later files, field by field, until a file says the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forbear.contexts.database.bulk import staged
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio import bulk
from forbear.contexts.portfolio.actions.debtor import change_debtor, record_region
from forbear.contexts.portfolio.actions.loan import set_loan_state
from forbear.contexts.portfolio.actions.point import change_contact_point
from forbear.contexts.portfolio.export import OWN_ROWS, TABLES
from forbear.contexts.portfolio.models import ContactPoint, Debtor, Loan, RegionBelief
from forbear.contexts.portfolio.said import RegionSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.protection.store import open_values
from forbear.values.code import LoanState, RegionSource
from tests.support.portfolio import NOW, SETUP
from tests.support.told import PERSON, file_tells

DAY = date(2026, 11, 24)
BY_STAFF = {"source": Source.STAFF, "actor": SETUP, "now": NOW}
pytestmark = pytest.mark.usefixtures("portfolio")


def person() -> Debtor:
    with reading(SETUP):
        return Debtor.objects.get(ref="P-1")


def name_of(row) -> str | None:
    with reading(SETUP):
        return open_values(row, "name", now=NOW)["name"]


def number_of() -> tuple[str | None, list[str]]:
    with reading(SETUP):
        row = ContactPoint.objects.get(ref="C-1")
        return open_values(row, "address", now=NOW)["address"], row.said_by_day


def loan() -> tuple[str, list[str]]:
    with reading(SETUP):
        row = Loan.objects.get(ref="L-1")
        return row.state, row.said_by_day


def anything_by_day() -> bool:
    from django.db import connection

    with reading(SETUP), connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({OWN_ROWS})")
        return cursor.fetchone()[0]


def test_a_file_changes_every_other_field():
    file_tells()
    change_debtor("P-1", {"language": "EN"}, **BY_STAFF)
    assert anything_by_day()

    file_tells(person={"region": "310100", "language": "ZH"})

    row = person()
    assert (row.language, row.region, row.said_by_day) == ("EN", "310100", ["language"])
    assert row.source == Source.EXTRACT


def test_a_file_that_says_the_same_governs_again():
    file_tells()
    change_debtor("P-1", {"language": "EN", "region": "310100"}, **BY_STAFF)

    file_tells(person={"language": "EN"})
    assert person().said_by_day == ["region"]

    file_tells(person={"language": "ZH", "region": "310100"})
    row = person()
    assert (row.language, row.region, row.said_by_day) == ("ZH", "310100", [])
    assert not anything_by_day()


def test_the_same_file_again_changes_nothing():
    file_tells()
    change_debtor("P-1", {"language": "EN"}, **BY_STAFF)
    set_loan_state("L-1", LoanState.SETTLED, since=DAY, **BY_STAFF)
    file_tells()

    assert file_tells() == {"person": 0, "point": 0, "loan": 0}


@pytest.mark.parametrize("number", [None, "11010519491231002X"])
def test_a_sealed_name_stands_until_a_file_has_it_too(number):
    file_tells(person={"national_id": number})
    change_debtor("P-1", {"name": "改名虚构"}, **BY_STAFF)

    file_tells(person={"national_id": number})
    assert (name_of(person()), person().said_by_day) == ("改名虚构", ["name"])

    file_tells(person={"name": "改名虚构", "national_id": number})
    assert (name_of(person()), person().said_by_day) == ("改名虚构", [])

    file_tells(person={"name": "欧阳虚构", "national_id": number})
    assert name_of(person()) == "欧阳虚构"


def test_a_number_stands_until_a_file_has_it_too():
    file_tells()
    change_contact_point("C-1", {"address": "19900002222"}, **BY_STAFF)

    file_tells(point={"origin": "LEFT_BY_DEBTOR"})
    assert number_of() == ("19900002222", ["address"])
    with reading(SETUP):
        assert ContactPoint.objects.get(ref="C-1").origin == "LEFT_BY_DEBTOR"

    file_tells(point={"address": "19900002222"})
    assert number_of() == ("19900002222", [])


def test_a_loan_that_was_paid_off_here_stays_so_while_files_are_behind():
    file_tells()
    set_loan_state("L-1", LoanState.SETTLED, since=DAY, **BY_STAFF)

    file_tells()
    assert loan() == ("SETTLED", ["state"])

    file_tells(loan={"state": "SETTLED"})
    assert loan() == ("SETTLED", [])
    with reading(SETUP):
        assert Loan.objects.get(ref="L-1").state_date == DAY

    # A payment that bounced: the lender's word counts again.
    file_tells(loan={"state": "OPEN"})
    assert loan() == ("OPEN", [])


def test_a_loan_that_files_no_longer_tell_of_is_absent_though_changed_by_day():
    file_tells()
    set_loan_state("L-1", LoanState.SETTLED, since=DAY - timedelta(1), **BY_STAFF)

    with acting(SETUP), staged("test_loan", bulk.LOAN) as stage:
        with reading(SETUP):
            code = Loan.objects.get(ref="L-1").creditor.code
        bulk.merge_loans(stage, creditor=code, now=NOW)

    with reading(SETUP):
        assert Loan.objects.get(ref="L-1").absent_since == NOW


def exported() -> tuple[str | None, int | None]:
    """The region that the night is told, and how sure it is."""
    from django.db import connection

    with reading(SETUP), connection.cursor() as cursor:
        # Whoever has no loan that a file still tells of is not in the book.
        cursor.execute(
            f"SELECT region, region_confidence_percent FROM ({TABLES['debtor']}) d "
            "WHERE debtor_id = 'P-1'"
        )
        return cursor.fetchone()


def test_how_sure_a_file_is_of_a_region_reaches_the_night():
    file_tells()
    assert exported()[1] is None
    for percent in (70, 40):
        file_tells(person={"region_confidence_percent": percent})
        assert exported() == (PERSON["region"], percent)

    record_region("P-1", RegionSaid(RegionSource.ADDRESS, "44", 90), actor=SETUP, now=NOW)

    assert exported() == ("44", 90)
    file_tells(person={"region_confidence_percent": 40})
    region, percent = exported()
    with reading(SETUP):
        (belief,) = RegionBelief.objects.filter(debtor__ref="P-1")
    assert (region, percent) == (belief.region, belief.confidence_percent)

"""Identity numbers that a lender's files tell of are sealed, found again, and never lost."""

from __future__ import annotations

import pytest
from django.db import connection

from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.models import Debtor
from forbear.contexts.portfolio.queries.door import tail_fits
from forbear.contexts.portfolio.queries.find import find_by_national_id
from forbear.contexts.portfolio.sealing import seal_persons
from tests.support.portfolio import NOW, SETUP, new_person, portfolio, ring  # noqa: F401

ID = "11010519491231002X"


def _seal(*rows):
    with acting(SETUP):
        return seal_persons(rows, now=NOW)


@pytest.mark.parametrize("number", [ID, None])
def test_of_somebody_new_opens_with_their_key_alone(portfolio, number):  # noqa: F811
    (made,) = _seal(("P-1", "欧阳虚构", number, "CN"))

    assert (made.national_id is None) is (number is None)
    assert (made.national_id_index is None) is (number is None)
    assert ID.encode() not in (made.national_id or b"") + (made.national_id_index or b"")


def test_that_is_told_later_is_sealed_and_found(portfolio):  # noqa: F811
    ref = new_person(name="欧阳虚构")
    (made,) = _seal((ref, "欧阳虚构", ID, "CN"))
    assert made.resealed
    with acting(SETUP):
        row = Debtor.objects.get(ref=ref)
        Debtor.objects.filter(pk=row.pk).update(national_id_index=made.national_id_index)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE portfolio_debtor SET national_id = %s, personal_print = %s WHERE id = %s",
                [made.national_id, made.personal_print, row.pk],
            )

    (found,) = find_by_national_id(ID, actor=SETUP, now=NOW)
    assert found.ref == ref
    with reading(SETUP):
        assert tail_fits(row.pk, "002x", now=NOW)
        assert not tail_fits(row.pk, "0021", now=NOW)
    (again,) = _seal((ref, "欧阳虚构", ID, "CN"))
    assert not again.resealed

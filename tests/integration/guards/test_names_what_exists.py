"""Columns checked a statement at a time name what exists, as with a foreign key."""

from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models

from forbear.contexts.database.transaction import acting
from forbear.contexts.portfolio.models import Debtor, Instalment, Loan
from tests.support.portfolio import NOW, SETUP, new_loan, new_person, portfolio, ring

__all__ = ["portfolio", "ring"]
CHECKED = """
SELECT c.relname, encode(t.tgargs, 'escape'), t.tgtype & 4 > 0 FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE 'names_what_exists%'
"""
NEVER_REMOVED = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname IN ('never_removed', 'only_grows')
"""
MANY = """
INSERT INTO portfolio_instalment
  (loan_id, number, due_date, principal_minor, interest_minor, fee_minor, source, recorded_at)
SELECT CASE WHEN n = %s THEN -1 ELSE %s END, n, '2026-12-01', 1, 0, 0, 'API', now()
FROM generate_series(1, 200) n
"""


def without_a_key() -> set[tuple[str, str, str]]:
    """Return table, column and parent of every field that has no foreign key in the database."""
    return {
        (model._meta.db_table, field.column, field.related_model._meta.db_table)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and not field.db_constraint
    }


def checked(made, *, on_insert: bool) -> set[tuple[str, str, str]]:
    """Return the same of every column that a statement's check covers."""
    with psycopg.connect(made.urls["owner"]) as owner:
        rows = owner.execute(CHECKED).fetchall()
    found = set()
    for table, told, inserting in rows:
        words = told.split("\\000")
        if inserting == on_insert:
            found |= {(table, *pair) for pair in zip(words[::2], words[1::2], strict=False)}
    return found


def test_covers_every_column_without_a_key_whatever_is_done(application):
    wanted = without_a_key()

    assert len(wanted) >= 8
    assert wanted <= checked(application, on_insert=True)
    assert checked(application, on_insert=True) == checked(application, on_insert=False)


def test_names_only_what_is_never_removed(application):
    with psycopg.connect(application.urls["owner"]) as owner:
        kept = {name for (name,) in owner.execute(NEVER_REMOVED).fetchall()}

    assert {parent for _, _, parent in checked(application, on_insert=True)} <= kept


@pytest.mark.parametrize("wrong", [1, 117, 200])
def test_refuses_a_whole_load_for_one_row_that_names_nothing(portfolio, wrong):
    ref = new_loan(new_person())
    with acting(SETUP):
        loan = Loan.objects.get(ref=ref)

    with (
        pytest.raises(IntegrityError, match="portfolio_loan, which does not exist"),
        acting(SETUP),
        connection.cursor() as cursor,
    ):
        cursor.execute(MANY, [wrong, loan.pk])

    with acting(SETUP):
        assert not Instalment.objects.filter(due_date="2026-12-01").exists()
        with connection.cursor() as cursor:
            cursor.execute(MANY, [0, loan.pk])
        assert Instalment.objects.filter(due_date="2026-12-01").count() == 200


def test_refuses_a_change_to_what_is_not_there(portfolio):
    from forbear.contexts.cases.models import Case
    from forbear.contexts.cases.transition import CaseState

    person = new_person()
    with acting(SETUP):
        case = Case.objects.create(
            debtor=Debtor.objects.get(ref=person),
            state=CaseState.NEW.value,
            opened_at=NOW,
            moved_at=NOW,
            bucket="M1",
            days_past_due=3,
            currency="CNY",
            overdue_minor=100,
        )

    with pytest.raises(IntegrityError, match="team_id of cases_case"), acting(SETUP):
        Case.objects.filter(pk=case.pk).update(team_id=987_654)


@pytest.mark.parametrize("model", [Debtor, Loan])
def test_what_is_named_is_never_removed(portfolio, model):
    ref = new_loan(new_person())

    with pytest.raises(IntegrityError, match="never changed or removed"), acting(SETUP):
        Loan.objects.filter(ref=ref)._raw_delete("default")
    with pytest.raises(IntegrityError, match="never changed or removed"), acting(SETUP):
        model.objects.all()._raw_delete("default")

"""A lender's files and yesterday's facts become today's agenda, whole or not at all."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from django.db import connections

from forbear.contexts.cases.actions.record_posting import enter_agreed, record_posting
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.ledger.models import PostingSource, Standing
from forbear.contexts.ledger.post import Payment
from forbear.contexts.nightly.bridge.facts import write_facts
from forbear.contexts.nightly.bridge.morning import StaleExtract, begin_day
from forbear.contexts.nightly.models import Night
from forbear.contexts.nightly.workspace import Workspace
from forbear.values.code import Purpose
from forbear.values.errors import ForbearError
from tests.support.application import on_database
from tests.support.database import Cluster
from tests.support.morning import (
    ACTOR,
    NOW,
    TODAY,
    begin,
    extract_of,
    morning,
    own_ring,
    prints,
)

LOANS = 400
LATE_FACTS = 60
LATE_FACTS_NIGHTLY = 1_000


@dataclass(frozen=True)
class Begun:
    """A lender whose day has begun."""

    home: Path
    extract: Path
    night: Night


@pytest.fixture(scope="module")
def begun(
    cluster: Cluster, application_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Begun]:
    folder = tmp_path_factory.mktemp("begun")
    with (
        cluster.database(template=application_template) as made,
        on_database(made),
        own_ring(folder),
    ):
        extract = extract_of(folder / "extract", loans=LOANS)
        yield Begun(folder / "home", extract, begin(folder / "home", extract))


def _seen(*tables: str) -> dict[str, tuple[int, str]]:
    with reading(ACTOR):
        return prints(*tables)


def _standings() -> dict[str, dict[str, object]]:
    names = [
        field.attname
        for field in Standing._meta.fields
        if field.attname not in {"computed_by", "computed_at", "known_date"}
    ]
    with reading(ACTOR):
        return {row["loan__ref"]: row for row in Standing.objects.values("loan__ref", *names)}


class TestMorning:
    def test_every_amount_is_the_night_s(self, begun):
        night, book = Workspace(begun.home).latest_night(), Workspace(begun.home).current_book()
        refs = book.scan("loan").select("loan_no", "loan_id")
        rows = night.scan("delinquency").join(refs, on="loan_no").collect().to_dicts()

        stored = _standings()

        assert len(stored) == len(rows) > 0
        for row in rows:
            found = stored[row["loan_id"]]
            same = {name: row[name] for name in found if name in row and name.endswith("_minor")}
            assert {name: found[name] for name in same} == same
            assert found["days_past_due"] == row["days_past_due"]
            assert found["bucket"] == row["bucket"]

    def test_doing_it_again_changes_nothing(self, begun):
        # Another test may have begun the day from other files meanwhile.
        begin(begun.home, begun.extract)
        before = _seen()

        begin(begun.home, begun.extract)

        assert _seen() == before

    def test_no_personal_value_is_in_the_book_or_readable_in_the_database(self, begun):
        people = (
            pl.read_csv(begun.extract / "debtor.csv", infer_schema=False)["name"]
            .drop_nulls()
            .to_list()[:50]
        )
        points = pl.read_csv(begun.extract / "contact_point.csv")["address"].drop_nulls()
        said = [*people, *points.to_list()[:50]]

        with reading(ACTOR), connections["default"].cursor() as cursor:
            cursor.execute("SELECT string_agg(t::text, '') FROM portfolio_debtor t")
            stored = cursor.fetchone()[0]
            cursor.execute("SELECT string_agg(t::text, '') FROM portfolio_contactpoint t")
            stored += cursor.fetchone()[0]
        book = b"".join(path.read_bytes() for path in begun.home.rglob("*.parquet"))

        assert said
        assert [value for value in said if value in stored or value.encode().hex() in stored] == []
        assert [value for value in said if value.encode() in book] == []

    def test_what_the_database_tells_gives_the_same_night(self, begun, tmp_path):
        # Another test may have recorded late facts meanwhile; the night then knows them too.
        night = begin(begun.home, None)
        write_facts(tmp_path / "facts", lender="the same", as_of=TODAY, actor=ACTOR)

        again = begin(tmp_path / "home", tmp_path / "facts")

        assert again.manifest["figures"] == night.manifest["figures"]

    def test_no_day_begins_on_files_that_are_too_old(self, begun):
        before = _seen()

        with pytest.raises(StaleExtract) as refused:
            begin_day(morning(begun.home, None, as_of=TODAY + timedelta(days=3)))

        assert refused.value.remedy
        assert _seen() == before
        assert Night.objects.get(id="2026-11-27-failed").failure == refused.value.message


class TestLateFacts:
    def test_the_day_says_what_the_night_then_says(self, begun):
        self._hold(begun, LATE_FACTS)

    @pytest.mark.nightly
    def test_a_thousand_of_them(self, begun):
        self._hold(begun, LATE_FACTS_NIGHTLY)

    def _hold(self, begun: Begun, many: int) -> None:
        rng = random.Random(many)
        recorded = sum(self._record(rng, number, many) for number in range(many))
        by_day, cases = _standings(), _seen("cases_case")

        begin(begun.home, None)

        assert recorded > many // 2
        assert _standings() == by_day
        assert _seen("cases_case") == cases

    def _record(self, rng: random.Random, number: int, many: int) -> bool:
        with reading(ACTOR):
            rows = list(
                Standing.objects.order_by("loan_id").values_list("loan__ref", "payoff_minor")
            )
            paid = self._paid()
        loan, payoff = rng.choice(rows)
        day = TODAY - timedelta(days=rng.randrange(90))
        fact = Payment(f"LATE-{many}-{number}", loan, day, 1 + rng.randrange(max(2, payoff)))
        if rng.random() < 0.2:
            fact = Payment(fact.ref, loan, day, 1 + rng.randrange(5_000), purpose=Purpose.PENALTY)
        elif rng.random() < 0.2:
            fact = Payment(fact.ref, loan, day, 1 + rng.randrange(5_000), purpose=Purpose.WAIVER)
        elif rng.random() < 0.3 and paid:
            ref, loan, amount, purpose = rng.choice(paid)
            fact = Payment(fact.ref, loan, day, amount, purpose=Purpose(purpose), reverses=ref)
        if fact.purpose is Purpose.WAIVER:
            return self._given_up(fact)
        source = PostingSource.STAFF
        try:
            done = record_posting(fact, source=source, actor=ACTOR, today=TODAY, now=NOW)
        except ForbearError as refused:
            assert refused.code == "CANNOT_REVERSE"
            return False
        again = record_posting(fact, source=source, actor=ACTOR, today=TODAY, now=NOW)
        assert again.posted.posting_id == done.posted.posting_id
        return not again.posted.new

    @staticmethod
    def _given_up(fact: Payment) -> bool:
        """Give penalty up, or take that back, as an arrangement does."""
        with acting(ACTOR):
            try:
                enter_agreed(fact, actor=ACTOR, today=TODAY, now=NOW)
            except ForbearError as refused:
                assert refused.code == "CANNOT_REVERSE"
                return False
        return True

    @staticmethod
    def _paid() -> list[tuple[str, str, int, str]]:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT p.ref, l.ref, p.amount_minor, p.purpose FROM ledger_posting p "
                "JOIN portfolio_loan l ON l.id = p.loan_id WHERE p.reverses_id IS NULL "
                "ORDER BY p.id LIMIT 500"
            )
            return cursor.fetchall()

"""Do Polars, DuckDB and a Spark engine give the same agenda, to the last micro unit and word?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import narwhals as nw
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from forbear.engine.agenda import agenda, option, position, reason, solve
from forbear.engine.tables import OUTPUT
from forbear.values.code import AgendaOutcome
from tests.support.agenda_book import AS_OF, made_up
from tests.support.agenda_house import DEMO, RULES, WORDS, with_lots

if TYPE_CHECKING:
    from collections.abc import Callable

HOUSE = with_lots(DEMO, hold_out_ppm=100_000, exploration_ppm=100_000)
DATA = made_up(700, seed=11, settings=HOUSE)
Scan = "Callable[[str, pl.DataFrame], nw.LazyFrame]"


def _night(scan: Callable[[str, pl.DataFrame], nw.LazyFrame]) -> dict[str, pl.DataFrame]:
    book = {name: scan(name, table) for name, table in DATA.items()}
    done: dict[str, pl.DataFrame] = {}

    def stored(name: str, frame: nw.LazyFrame) -> nw.LazyFrame:
        rows = pl.DataFrame(frame.collect("pyarrow").to_native())
        done[name] = rows.sort(OUTPUT[name].key)
        return scan(name, done[name])

    where = stored("position", position(book, book["delinquency"], as_of=AS_OF, settings=HOUSE))
    judged = book["eligibility"]
    ways = stored("option", option(book, where, judged, as_of=AS_OF, settings=HOUSE))
    columns = {name: done["option"][name].to_numpy() for name in done["option"].columns}
    hashes = DATA["debtor"]["person_hash"].to_numpy()
    solution = solve(columns, hashes, as_of=AS_OF, settings=HOUSE)
    chosen = scan("assignment", pl.DataFrame(solution.assignment))
    stored("agenda", agenda(book, where, ways, chosen, settings=HOUSE))
    stored(
        "reason",
        reason(
            book,
            where,
            judged,
            ways,
            chosen,
            as_of=AS_OF,
            settings=HOUSE,
            words=WORDS,
            rules=RULES,
            resources=solution.resources.labels,
        ),
    )
    return done


@pytest.fixture(scope="module")
def by_polars() -> dict[str, pl.DataFrame]:
    return _night(lambda _, table: nw.from_native(table.lazy()))


class TestEngines:
    def test_duckdb_agrees(self, by_polars):
        connection = duckdb.connect()

        def scan(name: str, table: pl.DataFrame) -> nw.LazyFrame:
            connection.register(f"{name}_rows", table.to_arrow())
            return nw.from_native(connection.table(f"{name}_rows"))

        for name, table in _night(scan).items():
            assert_frame_equal(table, by_polars[name])

    @pytest.mark.nightly
    def test_a_spark_engine_agrees(self, by_polars, tmp_path):
        server = pytest.importorskip("pysail.spark").SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
        session = pytest.importorskip("pyspark.sql").SparkSession
        spark = session.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").create()

        def scan(name: str, table: pl.DataFrame) -> nw.LazyFrame:
            path = str(tmp_path / f"{name}.parquet")
            table.write_parquet(path)
            return nw.from_native(spark.read.parquet(path))

        for name, table in _night(scan).items():
            assert_frame_equal(table, by_polars[name])


class TestReason:
    def test_speaks_to_every_person_once_in_both_languages(self, by_polars):
        reasons = by_polars["reason"]

        assert reasons["debtor_no"].to_list() == list(range(DATA["debtor"].height))
        assert reasons["text_en"].null_count() == reasons["text_zh"].null_count() == 0
        assert not reasons["text_en"].str.contains(r"[{}]|  ").any()
        assert not reasons["text_zh"].str.contains(r"[{}]").any()

    def test_meets_every_outcome(self, by_polars):
        met = set(by_polars["reason"]["outcome"].to_list())

        assert met == {outcome.number for outcome in AgendaOutcome}

    def test_names_the_rule_that_refuses(self, by_polars):
        refused = by_polars["reason"].filter(outcome=AgendaOutcome.REFUSED.number)
        judged = DATA["eligibility"].filter(~pl.col("allowed"))
        allowed = DATA["eligibility"].filter("allowed")

        assert refused.join(allowed, on="debtor_no", how="semi").is_empty()
        assert refused.join(judged, on="debtor_no", how="anti").is_empty()
        for cause, text in refused.select("cause", "text_en").iter_rows():
            assert cause in {rule.id for rule in RULES}
            assert text.endswith(f"Rule {cause[-1]} refuses.")

    def test_everyone_on_the_agenda_is_told_so(self, by_polars):
        told = by_polars["reason"].filter(
            pl.col("outcome").is_in([AgendaOutcome.PLANNED.number, AgendaOutcome.EXPLORED.number])
        )

        assert sorted(by_polars["agenda"]["debtor_no"]) == told["debtor_no"].to_list()


class TestAgenda:
    def test_ranks_each_teams_slot_from_one_without_gaps(self, by_polars):
        groups = by_polars["agenda"].group_by("team", "slot").agg("rank")

        assert groups.height > 5
        for ranks in groups["rank"].to_list():
            assert sorted(ranks) == list(range(1, len(ranks) + 1))

    def test_names_the_officer_only_within_their_team(self, by_polars):
        known = (
            by_polars["agenda"]
            .filter(pl.col("officer_id").is_not_null())
            .join(DATA["debtor"], on="debtor_no", suffix="_known")
        )

        assert known.height > 0
        assert (known["team"] == known["team_known"]).all()

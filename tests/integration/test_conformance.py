"""The same night on every engine gives the same rows in every table."""

from __future__ import annotations

import shutil

import pytest

from forbear.contexts.nightly.run import NightSettings, run_night
from forbear.contexts.nightly.workspace import TableFolder, Workspace
from forbear.engine.tables import OUTPUT
from forbear.values.code import Channel
from tests.support.home import home_with_book, made_once
from tests.support.insight import complain, cure, gain, let_count, miss, reach, roll

LOANS = 20_000


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    """A book with its night by Polars, a copy for each worker to run more nights in."""

    def run(folder):
        made = home_with_book(folder, loans=LOANS, partition_loans=12_000)
        let_models_count(made)
        run_night(workspace=made, settings=NightSettings())

    home = tmp_path_factory.mktemp("conformance") / "home"
    shutil.copytree(made_once(tmp_path_factory, "conformance", run) / "home", home)
    return Workspace(home)


@pytest.fixture(scope="module")
def reference(workspace) -> TableFolder:
    return run_night(workspace=workspace, settings=NightSettings()).night


@pytest.fixture(scope="module")
def sail():
    server = pytest.importorskip("pysail.spark").SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    yield f"sc://127.0.0.1:{server.listening_address[1]}"
    server.stop()


def let_models_count(made: Workspace) -> None:
    """Let one model of every kind count, so that every table has rows."""
    let_count(
        made, miss(), cure(), roll(), reach(Channel.WECHAT), gain(Channel.SMS, added=0.03),
        gain(Channel.VOICE, added=0.08), reach(Channel.VOICE, hours_weight=0.7), complain(),
    )  # fmt: skip


def assert_same_rows(one: TableFolder, other: TableFolder) -> None:
    for name, table in OUTPUT.items():
        rows, others = (night.scan(name).collect().sort(table.key) for night in (one, other))
        assert rows.schema == others.schema, name
        differing = [c for c in rows.columns if not rows[c].equals(others[c], null_equal=True)]
        assert (name, rows.height, differing) == (name, others.height, [])


class TestConformance:
    @pytest.mark.nightly
    def test_duckdb_gives_the_same_rows(self, workspace, reference):
        night = run_night(workspace=workspace, settings=NightSettings(engine="duckdb")).night

        assert night.path != reference.path
        assert_same_rows(reference, night)

    @pytest.mark.nightly
    def test_sail_over_the_spark_protocol_gives_the_same_rows(self, workspace, reference, sail):
        settings = NightSettings(engine="spark", remote=sail)
        night = run_night(workspace=workspace, settings=settings).night

        assert_same_rows(reference, night)

    @pytest.mark.nightly
    def test_every_table_of_the_contract_has_rows(self, reference):
        empty = [name for name in OUTPUT if not reference.manifest["tables"][name]["rows"]]

        assert empty == []

    @pytest.mark.nightly
    def test_partitions_do_not_change_the_amounts(self, reference, tmp_path):
        whole = home_with_book(tmp_path, loans=LOANS)
        night = run_night(workspace=whole, settings=NightSettings()).night
        mine, other = (n.scan("delinquency").collect() for n in (reference, night))

        assert mine.drop("loan_no").equals(other.drop("loan_no"))

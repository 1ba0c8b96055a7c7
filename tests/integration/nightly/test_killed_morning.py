"""A morning that is killed leaves the day before, and is simply begun again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from forbear.contexts.database.transaction import reading
from forbear.contexts.nightly.bridge import night_load, portfolio_load
from tests.support.application import on_database
from tests.support.database import Cluster, Database
from tests.support.home import forbear
from tests.support.morning import ACTOR, TABLES, TODAY, extract_of, own_ring, prints

TABLES_OF_THE_NIGHT = ("ledger_standing", "cases_case", "cases_plan")
# Killed after a commit, only what comes later must not have begun.
LATER = ("load.portfolio", *night_load.CHAOS_POINTS[:-1])
KILLS = (*portfolio_load.CHAOS_POINTS, *night_load.CHAOS_POINTS[:-1])
KILLS_BY_DAY = ("load.debtor", "load.attempt", "load.portfolio", "load.plans", "load.recorded")


@dataclass(frozen=True)
class Killable:
    """A lender whose morning may be killed at any point."""

    folder: Path
    made: Database

    def morning(self, monkeypatch: pytest.MonkeyPatch, *, chaos: str) -> int:
        """Begin the day by command; return how it ended."""
        monkeypatch.setenv("DATABASE_URL", self.made.urls["app"])
        monkeypatch.setenv("FORBEAR_KEYRING_FILE", str(self.folder / "keyring.json"))
        told = ("--home", self.folder / "home", "--as-of", TODAY.isoformat())
        return forbear("morning", self.folder / "extract", *told, chaos=chaos).returncode


def _seen(*tables: str) -> dict[str, tuple[int, str]]:
    with reading(ACTOR):
        return prints(*tables)


@pytest.fixture(scope="module")
def killable(
    cluster: Cluster, application_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Killable]:
    folder = tmp_path_factory.mktemp("killed")
    extract_of(folder / "extract", loans=120)
    with (
        cluster.database(template=application_template) as made,
        on_database(made),
        own_ring(folder),
    ):
        yield Killable(folder, made)


class TestKilledMorning:
    @pytest.mark.parametrize("point", KILLS_BY_DAY)
    def test_leaves_the_day_before(self, killable, point, monkeypatch):
        self._hold(killable, point, monkeypatch)

    @pytest.mark.nightly
    @pytest.mark.parametrize("point", [each for each in KILLS if each not in KILLS_BY_DAY])
    def test_leaves_the_day_before_at_every_other_point(self, killable, point, monkeypatch):
        self._hold(killable, point, monkeypatch)

    def test_and_then_finishes(self, killable, monkeypatch):
        assert killable.morning(monkeypatch, chaos="") == 0

        assert _seen("ledger_standing")["ledger_standing"][0] == 120
        assert _seen("cases_plan")["cases_plan"][0] > 0

    def _hold(self, killable: Killable, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
        # The portfolio enters in one transaction and the night in another.
        tables = TABLES_OF_THE_NIGHT if point in LATER else TABLES
        before = _seen(*tables)

        code = killable.morning(monkeypatch, chaos=point)

        assert code == -9
        assert _seen(*tables) == before

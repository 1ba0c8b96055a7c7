"""Does a model count only after two persons, and is what cannot be trusted passed over?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from forbear.contexts.nightly.insight.registry import Registry
from forbear.contexts.nightly.workspace import Workspace
from forbear.engine.risk.model import ModelInvalid
from forbear.values.errors import Conflict, NotFound
from tests.unit.engine.risk.test_model import model

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)


@pytest.fixture
def registry(tmp_path):
    registry = Registry(Workspace(tmp_path))
    for version in (1, 2):
        registry.keep(model(version=version), by="ann", now=NOW)
    return registry


def activated(registry: Registry, version: int) -> None:
    assert not registry.activate("late30", version, by="ann", now=NOW)
    assert registry.activate("late30", version, by="ben", now=NOW)


def used(registry: Registry) -> list[int]:
    return [one.version for one in registry.trusted().models]


class TestActivate:
    def test_needs_two_persons_for_the_very_same_model(self, registry):
        assert not registry.activate("late30", 1, by="ann", now=NOW)
        with pytest.raises(Conflict, match="second person"):
            registry.activate("late30", 1, by="ann", now=NOW)
        assert not registry.activate("late30", 2, by="ben", now=NOW)
        assert used(registry) == []

        assert registry.activate("late30", 1, by="ben", now=NOW)

        assert used(registry) == [1]
        with pytest.raises(Conflict, match="already"):
            registry.activate("late30", 1, by="cat", now=NOW)

    def test_asks_two_again_after_a_step_back(self, registry):
        activated(registry, 1)
        assert registry.roll_back("late30", by="cat", now=NOW) is None
        assert used(registry) == []
        activated(registry, 1)
        assert used(registry) == [1]

    def test_refuses_what_is_not_there_or_not_whole(self, registry):
        with pytest.raises(NotFound):
            registry.activate("late30", 9, by="ann", now=NOW)
        with pytest.raises(NotFound):
            registry.activate("../late30", 1, by="ann", now=NOW)
        registry.path("late30", 1).write_text("{}")
        with pytest.raises(ModelInvalid):
            registry.activate("late30", 1, by="ann", now=NOW)

    def test_versions_are_never_written_over(self, registry):
        with pytest.raises(Conflict):
            registry.keep(model(version=2), by="ann", now=NOW)
        assert registry.next_version("late30") == 3


class TestRollBack:
    def test_lets_the_one_before_count_again(self, registry):
        activated(registry, 1)
        activated(registry, 2)
        assert used(registry) == [2]

        before = registry.roll_back("late30", by="ann", now=NOW)

        assert before is not None
        assert before.version == 1
        assert used(registry) == [1]

    def test_of_nothing_is_refused(self, registry):
        with pytest.raises(NotFound):
            registry.roll_back("late30", by="ann", now=NOW)


class TestTrusted:
    @pytest.mark.parametrize("harm", ["cut", "digit", "gone", "swapped", "format"])
    def test_passes_over_what_was_harmed_for_the_last_good_one(self, registry, harm):
        activated(registry, 1)
        activated(registry, 2)
        path = registry.path("late30", 2)
        text = path.read_text()
        match harm:
            case "cut":
                path.write_text(text[:100])
            case "digit":
                path.write_text(text.replace("0.6", "0.7"))
            case "gone":
                path.unlink()
            case "swapped":
                path.write_text(registry.path("late30", 1).read_text())
            case "format":
                path.write_text(text.replace('"format_version": 1', '"format_version": 2'))

        found = registry.trusted()

        assert [one.version for one in found.models] == [1]
        assert [notice.name for notice in found.notices] == ["late30"]
        assert "late30 2" in found.notices[0].en
        assert found.notices[0].zh != found.notices[0].en

    def test_falls_back_to_the_tables_and_says_so(self, registry):
        activated(registry, 1)
        registry.path("late30", 1).unlink()

        found = registry.trusted()

        assert found.models == ()
        assert "tables" in found.notices[-1].en

    def test_trusts_nothing_when_the_record_was_changed(self, registry):
        activated(registry, 1)
        path = registry.root / "events.jsonl"
        path.write_text(path.read_text().replace("ben", "bob").replace("ann", "eve"))

        found = registry.trusted()

        assert found.models == ()
        assert "events.jsonl" in found.notices[0].en

    def test_of_nothing_is_nothing(self, tmp_path):
        assert Registry(Workspace(tmp_path)).trusted().models == ()

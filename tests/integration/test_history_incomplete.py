"""Whoever may have been contacted more often than can be counted is not contacted."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from forbear.contexts.nightly.explain import explain_person
from forbear.contexts.nightly.intake import ImportSettings, import_extract
from forbear.contexts.nightly.run import NightSettings, run_night
from forbear.contexts.nightly.workspace import Workspace
from tests.support.extract import Extract

HELD = "house.cn.history"
Spoil = Callable[[Extract], None]


def put(**changed: str) -> Spoil:
    """Spoil the second person's attempt."""
    return lambda extract: extract.tables["attempt"][1].update(changed)


def again(**changed: str) -> Spoil:
    return lambda extract: extract.tables["attempt"].append(
        {**extract.tables["attempt"][1], **changed}
    )


def cut(extract: Extract) -> None:
    extract.raw["attempt"] = (extract.text("attempt") + "A9,D2\n").encode()


def night_of(extract: Extract, folder) -> tuple[Workspace, set[str], dict[str, int]]:
    """Import and run a night; return who was refused by the rule, and the book's quality."""
    extract.tables["hold"].clear()
    workspace = Workspace(folder / "home")
    book = import_extract(
        extract.write(folder / "extract"),
        workspace=workspace,
        settings=ImportSettings(max_reject_share=1.0),
    ).book
    ran = run_night(workspace=workspace, settings=NightSettings())
    rules = [rule["id"] for rule in ran.night.manifest["rules"]]
    ways = ran.night.scan("eligibility").collect()
    held = ways.filter(pl.col("rule") == rules.index(HELD))["debtor_no"].unique().to_list()
    people = book.scan("debtor").collect()
    for number in held:  # a person who is held is held on every way
        assert not ways.filter(debtor_no=number)["allowed"].any()
    ids = set(people.filter(pl.col("debtor_no").is_in(held))["debtor_id"])
    return workspace, ids, book.manifest["quality"]


class TestWhoseHistoryIsIncomplete:
    @pytest.mark.parametrize(
        ("spoil", "held", "nobody"),
        [
            (put(outcome="MAYBE"), {"D2"}, 0),
            (put(started_at="yesterday"), {"D2"}, 0),
            (put(debtor_id=""), {"D2"}, 0),
            (put(debtor_id="D9"), {"D2"}, 0),
            (put(debtor_id="D9", contact_point_id="P3"), {"D2", "D3"}, 0),
            (again(outcome="RANG"), {"D2"}, 0),
            (put(outcome="MAYBE", started_at="2026-10-10T10:00:00+08:00"), set(), 0),
            (put(debtor_id="", contact_point_id="", loan_id=""), set(), 1),
            (cut, set(), 1),
            (again(), set(), 0),
            (lambda extract: extract.tables["debtor"][1].update(language="?"), set(), 0),
        ],
        ids=[
            "an unknown word",
            "no readable time",
            "no person named",
            "a person not in the book",
            "several persons named",
            "two rows that differ",
            "too old to be counted",
            "nobody named at all",
            "a line cut short",
            "the same row twice",
            "a person who is not taken into the book",
        ],
    )
    def test_is_refused_while_it_could_matter(self, spoil, held, nobody, tmp_path):
        extract = Extract()
        spoil(extract)

        _, refused, quality = night_of(extract, tmp_path)

        assert refused == held
        assert quality["attempts_of_nobody"] == nobody

    def test_is_told_so_and_both_executions_agree(self, tmp_path):
        extract = Extract()
        put(outcome="MAYBE")(extract)

        workspace, _, quality = night_of(extract, tmp_path)
        told = explain_person("D2", workspace=workspace)
        other = explain_person("D1", workspace=workspace)

        assert quality["people_with_rejected_attempts"] == 1
        assert told.reason["cause"] == HELD
        assert "earlier contact is not known" in told.reason["text_en"]
        assert "联系记录不完整" in told.reason["text_zh"]
        assert told.ways
        for way in told.ways:
            refusing = {f["rule_id"] for f in way["findings"] if not f["allows"]}
            assert HELD in refusing
        assert all(
            f["rule_id"] != HELD or f["allows"] for way in other.ways for f in way["findings"]
        )

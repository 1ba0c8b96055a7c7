"""The night plans with the own rules that count, names them, and is explained with them later."""

from __future__ import annotations

import json
from datetime import timedelta

import polars as pl
import pytest

from forbear.contexts.house.own import OwnRow, OwnRules
from forbear.contexts.nightly.explain import explain_person
from forbear.contexts.nightly.run.given import own_told, policies_of
from forbear.contexts.nightly.workspace import Workspace
from forbear.values.code import Channel, Jurisdiction
from tests.support.application import on_database
from tests.support.home import forbear
from tests.support.morning import NOW, TODAY, begin, extract_of, own_ring
from tests.support.own import Two, quiet


def test_a_night_names_every_text_that_it_plans_with():
    row = OwnRow(1, "own.cn.quiet", 1, quiet(effective=TODAY), "0" * 64, NOW, None)

    plain, told = policies_of(TODAY), policies_of(TODAY, own=[row])

    assert "own_rules" not in plain.described
    assert own_told(told.described) == (row,)
    assert "own.cn.quiet" in {rule.id for rule in told.given.rules}
    assert told.packs[Jurisdiction.CN].sha256 != plain.packs[Jurisdiction.CN].sha256


@pytest.fixture(scope="module")
def days(cluster, application_template, tmp_path_factory):
    """A day that began without own rules, and again with one that forbids calls in China."""
    folder = tmp_path_factory.mktemp("own")
    with (
        own_ring(folder),
        cluster.database(template=application_template) as made,
        on_database(made),
    ):
        extract = extract_of(folder / "extract", loans=400)
        begin(folder, extract)
        workspace = Workspace(folder)
        before = workspace.latest_night()
        two = Two()
        row = two.adopt(quiet(effective=TODAY, channels="VOICE, BOT"), now=NOW, today=TODAY)
        begin(folder, None)
        yield workspace, before, workspace.latest_night(), two, row, made


def _calls(night):
    """Return the persons whom a night plans to call."""
    calls = night.scan("agenda").filter(pl.col("channel").is_in([Channel.VOICE, Channel.BOT]))
    return set(calls.select("debtor_no").collect()["debtor_no"])


@pytest.mark.nightly
def test_the_night_takes_them_and_writes_down_which(days):
    workspace, before, after, _two, _row, _made = days

    told = after.manifest["own_rules"]
    assert "own_rules" not in before.manifest
    assert [each["rule"] for each in told["rules"]] == ["own.cn.quiet"]
    assert told["hash"] == OwnRules(own_told(after.manifest)).sha256
    packs = {
        name: {each["jurisdiction"]: each["hash"] for each in night.manifest["packs"]}
        for name, night in (("before", before), ("after", after))
    }
    assert packs["before"]["CN"] != packs["after"]["CN"]
    assert any(rule["id"] == "own.cn.quiet" for rule in after.manifest["rules"])
    book = workspace.current_book().scan("debtor").filter(pl.col("jurisdiction") == 1)
    chinese = set(book.select("debtor_no").collect()["debtor_no"])
    assert _calls(before) & chinese
    assert not _calls(after) & chinese


@pytest.mark.nightly
def test_a_past_night_is_explained_by_what_it_knew(days):
    workspace, before, after, two, row, _made = days
    two.withdraw(row, now=NOW)
    book = workspace.current_book().scan("debtor").filter(pl.col("jurisdiction") == 1)
    person = book.select("debtor_id").collect()["debtor_id"][0]

    ways = {
        name: json.dumps(
            explain_person(
                person, workspace=workspace, night_id=night.manifest["night_id"]
            ).as_dict(),
            default=str,
        )
        for name, night in (("before", before), ("after", after))
    }

    assert "own.cn.quiet" in ways["after"]
    assert "own.cn.quiet" not in ways["before"]
    assert [each.rule_id for each in own_told(after.manifest)] == ["own.cn.quiet"]


@pytest.mark.nightly
def test_they_are_read_compared_explained_replayed_and_exported_at_a_terminal(
    days, monkeypatch, tmp_path
):
    workspace, _before, _after, two, _row, made = days
    two.adopt(quiet("own.cn.terminal", effective=TODAY), now=NOW, today=TODAY)
    monkeypatch.setenv("DATABASE_URL", made.urls["app"])
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "forbear.settings.test")
    home = ("--home", workspace.root)

    listed = forbear("rules", "list", "in-force", "-j", "CN", "--as-of", TODAY, *home)
    differs = forbear("rules", "diff", f"shipped@{TODAY}", f"in-force@{TODAY}", *home)
    checked = forbear("rules", "check", "in-force", *home)
    written = forbear("rules", "export", tmp_path / "own", *home, "--lang", "en")
    again = forbear("rules", "export", tmp_path / "own", *home)
    replayed = forbear(
        "rules", "replay", "--pack", f"in-force@{TODAY}", "--against", f"shipped@{TODAY}", "--json",
        *home,
    )  # fmt: skip

    assert "own.cn.terminal" in listed.stdout
    assert "own.cn.terminal" in differs.stdout
    assert checked.returncode == 0, checked.stdout
    assert "own rules written." in written.stdout
    file = tmp_path / "own" / "cn" / "own.cn.terminal.yaml"
    assert file.read_text(encoding="utf-8") == quiet("own.cn.terminal", effective=TODAY)
    assert again.returncode == 4
    found = json.loads(replayed.stdout)
    assert found["newly_refused"] > 0
    assert found["newly_allowed"] == 0
    book = workspace.current_book().scan("debtor").filter(pl.col("jurisdiction") == 1)
    person = book.select("debtor_id").collect()["debtor_id"][0]
    said = [
        forbear("rules", "explain", person, "--channel", "voice", "--at", at, *home).stdout
        for at in ((NOW - timedelta(minutes=1)).isoformat(), "2030-01-01T10:00:00+08:00")
    ]
    assert "own.cn.terminal" not in said[0], "it was approved a minute later"
    assert "own.cn.terminal" in said[1]

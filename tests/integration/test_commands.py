"""What a person at a terminal sees: answers, errors in words, exit codes, JSON."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from forbear.interfaces.commands.main import run
from tests.support.home import forbear, home_with_book, made_once


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    def run(folder):
        workspace = home_with_book(folder, loans=2_000)
        done = forbear("night", "--home", workspace.root)
        assert done.returncode == 0, done.stderr

    # Tests only ask for the finished night again, but each worker may have its own lock.
    home = tmp_path_factory.mktemp("commands") / "home"
    shutil.copytree(made_once(tmp_path_factory, "commands", run) / "home", home)
    return home


class TestErrors:
    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (["nihgt"], 2, "Did you mean 'night'"),
            (["night", "--home", "{empty}"], 3, "forbear import"),
            (["report", "--home", "{empty}"], 3, "forbear night"),
            (["explain", "D1", "--home", "{home}"], 3, "Nobody in the book has the id D1"),
            (["explain", "D1", "--home", "{home}", "--lang", "fr"], 2, "Use en or zh"),
            (["night", "--home", "{home}", "--engine", "abacus"], 2, "polars, duckdb, spark"),
            (["night", "--home", "{home}", "--engine", "spark"], 2, "--remote"),
            (["night", "--home", "{home}", "--as-of", "2027-01-01"], 2, "newer extract"),
            (["night", "--home", "{home}", "--known-at", "2027-01-01"], 2, "earlier day"),
            (["import", "{empty}/nothing"], 2, "There is no folder"),
            (["sample", "{home}", "--loans", "10"], 4, "not empty"),
            (["sample", "{empty}/x", "--loans", "0"], 2, "between 1 and"),
            (["sample", "{empty}/x", "--format", "xml"], 2, "csv or parquet"),
        ],
    )
    def test_each_names_the_fault_and_the_remedy(self, arguments, code, said, home, tmp_path):
        filled = [each.format(home=home, empty=tmp_path) for each in arguments]

        done = forbear(*filled)

        assert (done.returncode, said in done.stdout + done.stderr) == (code, True), done.stderr
        assert "Traceback" not in done.stdout + done.stderr

    def test_json_errors_are_json(self, tmp_path):
        done = forbear("night", "--home", tmp_path, "--json")

        assert json.loads(done.stdout)["error"]["code"] == "NOT_FOUND"
        assert done.returncode == 3


class TestStopping:
    def test_a_command_by_the_keyboard_ends_in_words(self, tmp_path):
        code = "import sys; from forbear.interfaces.commands.main import run; sys.exit(run())"
        started = subprocess.Popen(
            [sys.executable, "-c", code, "sample", tmp_path / "x", "--loans", "20000000"],
            env={**os.environ, "PYTHONPATH": "src", "LC_ALL": "zh_CN.UTF-8"},
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(  # noqa: PLW1509  # no thread is at work here
                signal.SIGINT, signal.default_int_handler
            ),
        )
        while started.poll() is None and not list(tmp_path.glob(".x.unfinished/*")):
            time.sleep(0.05)

        started.send_signal(signal.SIGINT)
        said = started.communicate()[1]

        assert started.returncode == 130
        assert said.startswith("已停止。")
        assert "Traceback" not in said
        assert not (tmp_path / "x").exists()

    def test_reading_an_answer_midway_is_no_fault(self, home):
        person = _somebody(home, (home / "nights" / "LATEST").read_text().strip())
        code = "import sys; from forbear.interfaces.commands.main import run; sys.exit(run())"
        with subprocess.Popen(
            [sys.executable, "-c", code, "explain", person, "--home", home],
            env={**os.environ, "PYTHONPATH": "src"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as reading:
            assert reading.stdout is not None
            assert reading.stderr is not None
            reading.stdout.close()

            assert reading.stderr.read() == b""


class TestAnswers:
    def test_night_ends_with_the_agenda_and_the_report(self, home):
        done = forbear("night", "--home", home)

        assert "Today's agenda" in done.stdout
        assert "Report: " in done.stdout

    @pytest.mark.parametrize(("lang", "said"), [("en", "By channel"), ("zh", "按渠道")])
    def test_night_fits_a_narrow_terminal(self, home, lang, said, capfd, monkeypatch):
        monkeypatch.setenv("COLUMNS", "60")

        assert run(["night", "--home", str(home), "--lang", lang]) == 0
        out = capfd.readouterr().out

        assert said in out
        shown = [line for line in out.split("\n") if str(home) not in line]
        assert max(cell_len(line) for line in shown) <= 60

    def test_night_answers_with_json(self, home):
        answer = json.loads(forbear("night", "--home", home, "--json").stdout)

        assert answer["figures"]["planned"] > 0
        assert answer["report"].endswith("report.html")

    @pytest.mark.parametrize(("lang", "word"), [("en", "penalty"), ("zh", "罚息")])
    def test_explain_shows_how_the_debt_adds_up(self, home, lang, word):
        night = json.loads(forbear("night", "--home", home, "--json").stdout)
        person = _somebody(home, night["night_id"])

        done = forbear("explain", person, "--home", home, "--lang", lang)
        answer = json.loads(forbear("explain", person, "--home", home, "--json").stdout)

        assert word in done.stdout
        for loan in answer["loans"]:
            parts = (
                "overdue_principal_minor",
                "overdue_interest_minor",
                "overdue_fee_minor",
                "penalty_minor",
            )
            assert sum(loan[part] for part in parts) == loan["overdue_minor"]
        assert any(option["chosen"] for option in answer["options"])
        asked = {f["rule_id"] for way in answer["ways"] for f in way["findings"]}
        assert "cn.hours.gbt" in asked or "us.hours" in asked or "house.uk.hours" in asked

    def test_explain_shows_every_zone_and_the_hours_they_share(self, home):
        answer = json.loads(forbear("explain", _between(home), "--home", home, "--json").stdout)

        assert len(answer["person"]["time_zones"]) > 1
        for way in answer["ways"]:
            assert set(answer["person"]["time_zones"]) <= set(way["zones"])
            for start, end in way["lawful_hours"]:
                assert start < end
        assert answer["reason"]["outcome"] in {
            "PLANNED",
            "EXPLORED",
            "REFUSED",
            "NOTHING_DUE",
            "NOT_WORTH_IT",
            "HELD_OUT",
            "PRICED_OUT",
        }

    def test_explain_names_who_may_have_been_meant(self, home):
        import polars as pl

        book = Path(home) / "books" / (home / "books" / "CURRENT").read_text().strip()
        loan = pl.read_parquet(book / "loan" / "*.parquet").row(0, named=True)

        slip = forbear("explain", "D0000000001O", "--home", home, "--lang", "en")
        small = forbear("explain", "d00000000011", "--home", home, "--lang", "zh")
        other = forbear("explain", loan["loan_id"], "--home", home, "--lang", "en")

        assert (slip.returncode, small.returncode, other.returncode) == (3, 3, 3)
        assert "Is it D000000000" in slip.stderr
        assert "是否为 D00000000011？" in small.stderr
        assert "That is the id of a loan; it is owed by D" in other.stderr

    def test_version_and_help_need_nothing(self):
        assert forbear("--version").stdout.startswith("forbear ")
        assert "sample" in forbear("--help").stdout

    def test_explain_agrees_with_the_night_about_every_way(self, home):
        """The single decision and the mask of the book are two executions of one law."""
        import polars as pl

        from forbear.contexts.nightly.explain import explain_person
        from forbear.contexts.nightly.workspace import Workspace

        workspace = Workspace(home)
        night, book = workspace.latest_night(), workspace.current_book()
        people = night.scan("eligibility").select("debtor_no").unique().sort("debtor_no")
        ids = (
            people.join(book.scan("debtor"), on="debtor_no")
            .select("debtor_no", "debtor_id")
            .head(40)
            .collect()
        )
        points = book.scan("contact_point").select("contact_point_no", "contact_point_id")
        for debtor_no, debtor_id in ids.iter_rows():
            masked = (
                night.scan("eligibility")
                .filter(pl.col("debtor_no") == debtor_no)
                .join(points, on="contact_point_no")
                .collect()
            )
            by_mask = sorted(
                (r["contact_point_id"], r["channel"], r["slot"], r["allowed"])
                for r in masked.to_dicts()
            )
            explained = explain_person(debtor_id, workspace=workspace)
            assert sorted(_as_codes(explained.ways)) == by_mask


def _as_codes(ways):
    from forbear.values.code import Channel

    slots = {"morning": 0, "afternoon": 1, "evening": 2}
    return [
        (w["contact_point_id"], Channel(w["channel"]).number, slots[w["slot"]], w["allowed"])
        for w in ways
    ]


def _between(home):
    """Return somebody who may be in several zones."""
    import polars as pl

    book = home / "books" / (home / "books" / "CURRENT").read_text().strip()
    people = pl.read_parquet(book / "debtor" / "*.parquet")
    return people.filter(pl.col("time_zones").str.contains("|", literal=True))["debtor_id"][0]


def _somebody(home, night_id):
    import polars as pl

    agenda = pl.read_parquet(home / "nights" / night_id / "agenda" / "*.parquet")
    return agenda.filter(pl.col("channel") == "VOICE")["debtor_id"][0]

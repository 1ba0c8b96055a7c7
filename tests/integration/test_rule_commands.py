"""Rules are asked about one contact and about all the contacts of a book, at a terminal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

import forbear as package
from forbear.interfaces.commands.main import run
from tests.support.home import home_with_book

POLICIES = Path(package.__file__).parent / "policies"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return home_with_book(tmp_path_factory.mktemp("rules"), loans=600, partition_loans=250)


@pytest.fixture
def ask(workspace, capsys, monkeypatch):
    # Where there is a database, a lender's own rules are read from it; here there is none.
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def command(*arguments: object) -> tuple[int, str]:
        code = run(["rules", *map(str, arguments), "--home", str(workspace.root)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


@pytest.fixture
def stricter(tmp_path):
    """The shipped rules, but the house calls until six in the evening only."""
    folder = tmp_path / "stricter"
    shutil.copytree(POLICIES, folder)
    for hours in folder.glob("house/demo/rules/*/hours.yaml"):
        text = hours.read_text(encoding="utf-8")
        assert 'closes: "20:30"' in text
        hours.write_text(text.replace('closes: "20:30"', 'closes: "18:00"'), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def person(workspace):
    """Somebody in China with a mobile number, as the rows of person and number together."""
    points = workspace.current_book().scan("contact_point").filter(pl.col("kind") == 1)
    debtors = workspace.current_book().scan("debtor").filter(pl.col("jurisdiction") == 1)
    rows = points.join(debtors, on="debtor_no").sort("debtor_id", "contact_point_id")
    return rows.head(1).collect().to_dicts()[0]


class TestReplay:
    def test_the_same_rules_change_nothing(self, ask):
        code, said = ask("replay", "--pack", "shipped", "--json")

        found = json.loads(said)
        assert code == 0
        assert found["contacts"] > 0
        assert (found["newly_refused"], found["newly_allowed"], found["people"]) == (0, 0, 0)
        assert found["refused_before"] == found["refused_after"] > 0

    def test_a_stricter_set_refuses_more_and_says_whose_and_by_which_rule(
        self, ask, stricter, tmp_path
    ):
        file = tmp_path / "changed.parquet"

        code, said = ask("replay", "--pack", stricter, "--save", file, "--show", 3, "--json")

        found, rows = json.loads(said), pl.read_parquet(file)
        assert code == 0
        assert found["newly_refused"] == rows.height > 3
        assert found["newly_allowed"] == 0
        assert found["people"] == rows["debtor_id"].n_unique()
        assert len(found["shown"]) == 3
        assert found["shown"] == json.loads(json.dumps(rows.head(3).to_dicts(), default=str))
        assert {each["rule"] for each in found["newly_refused_by"]} <= {
            f"house.{law}.hours" for law in ("cn", "us", "uk")
        }
        assert sum(each["contacts"] for each in found["by_month"].values()) == found["contacts"]
        for groups in (found["by_month"], found["by_channel"]):
            changed = sum(each["newly_refused"] for each in groups.values())
            assert changed == found["newly_refused"]

    def test_the_reverse_allows_what_was_newly_refused(self, ask, stricter):
        _, one = ask("replay", "--pack", stricter, "--json")
        _, two = ask("replay", "--pack", "shipped", "--against", stricter, "--json")

        assert json.loads(one)["newly_refused"] == json.loads(two)["newly_allowed"]
        assert json.loads(one)["newly_refused_by"] == json.loads(two)["newly_allowed_by"]

    def test_a_span_of_days_is_part_of_the_whole(self, ask, stricter):
        first = ("--to", "2026-09-30")
        then = ("--from", "2026-10-01")
        counts = [
            json.loads(ask("replay", "--pack", stricter, *span, "--json")[1])["newly_refused"]
            for span in ((), first, then)
        ]

        assert counts[0] == counts[1] + counts[2]
        assert min(counts) > 0

    @pytest.mark.parametrize(
        ("lang", "said"),
        [("en", "that were allowed would be refused"), ("zh", "次由允许变为拒绝")],
    )
    def test_it_is_told_in_words(self, ask, stricter, lang, said):
        code, told = ask("replay", "--pack", stricter, "--lang", lang, "--show", 1)

        assert code == 0
        assert said in told.replace("\n", " ")
        assert "--save changed.csv" in told

    def test_a_csv_file_holds_the_same_rows(self, ask, stricter, tmp_path):
        ask("replay", "--pack", stricter, "--save", tmp_path / "a.csv")
        ask("replay", "--pack", stricter, "--save", tmp_path / "a.parquet")

        csv = pl.read_csv(tmp_path / "a.csv", schema_overrides={"local_date": pl.Date})
        assert (
            csv["attempt_no"].to_list()
            == pl.read_parquet(tmp_path / "a.parquet")["attempt_no"].to_list()
        )
        assert sorted(path.name for path in tmp_path.glob("*a.*")) == ["a.csv", "a.parquet"]

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (("--pack", "nowhere"), 3, "holds no policies"),
            (("--pack", "shipped@soon"), 2, "is not a day"),
            (("--pack", "shipped", "--save", "x.txt"), 2, ".csv or .parquet"),
            (("--pack", "shipped", "--save", __file__), 2, ".csv or .parquet"),
            (
                ("--pack", "shipped", "--from", "2026-11-02", "--to", "2026-11-01"),
                2,
                "not after --to",
            ),
        ],
    )
    def test_bad_input_is_refused_with_its_remedy(self, ask, arguments, code, said):
        found, told = ask("replay", *arguments)

        assert (found, said in told.replace("\n", " ")) == (code, True), told
        assert "→" in told

    def test_a_file_that_exists_is_left_alone(self, ask, tmp_path):
        file = tmp_path / "kept.csv"
        file.write_text("mine")

        code, told = ask("replay", "--pack", "shipped", "--save", file)

        assert (code, file.read_text()) == (4, "mine")
        assert "exists already" in " ".join(told.split())


class TestExplain:
    def test_every_rule_is_asked_with_what_it_saw_and_when_it_changes(self, ask, person):
        code, said = ask(
            "explain",
            person["debtor_id"],
            *("--channel", "voice", "--at", "2026-11-24T23:00:00+08:00"),
            *("--point", person["contact_point_id"], "--json"),
        )

        found = json.loads(said)
        (contact,) = found["contacts"]
        assert code == 0
        assert found["as_of"] == "2026-11-24"
        assert not contact["allowed"]
        assert len(contact["sha256"]) == 64
        by_rule = {each["rule_id"]: each for each in contact["findings"]}
        hours = by_rule["cn.hours.cba"]
        assert hours["facts"] == [["Asia/Shanghai", "23:00"]]
        assert (hours["answer_en"], hours["answer_zh"]) == ("refused", "不允许")
        assert hours["changes_en"] == "from 08:00 tomorrow"
        assert hours["changes_zh"] == "明天 08:00 起"
        assert hours["source"]
        assert {"cn.calls.attempts_daily", "house.cn.holds", "cn.target.debtor_only"} <= set(
            by_rule
        )

    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_it_is_told_in_words(self, ask, person, lang):
        code, told = ask(
            "explain",
            person["debtor_id"],
            *("--channel", "sms", "--at", "2026-11-24T23:00:00+08:00", "--lang", lang),
        )

        assert code == 0
        assert "cn.hours.gbt" in told
        assert {"en": "refused", "zh": "不允许"}[lang] in told

    def test_it_agrees_with_the_replay_about_every_past_contact(self, ask, workspace, tmp_path):
        """Asked at the second of a past contact, the rules answer as the replay says."""
        file = tmp_path / "changed.parquet"
        ask("replay", "--pack", "shipped@2024-12-01", "--save", file, "--from", "2026-11-01")
        rows = pl.read_parquet(file).filter(pl.col("contact_point_id").is_not_null()).head(6)
        assert rows.height > 3
        for row in rows.to_dicts():
            loan = ("--loan", row["loan_id"]) if row["loan_id"] else ()
            code, said = ask(
                "explain",
                row["debtor_id"],
                *("--channel", row["channel"], "--at", row["started_at"], *loan),
                *("--point", row["contact_point_id"], "--json"),
            )
            (contact,) = json.loads(said)["contacts"]
            refusing = [
                each["rule_id"]
                for each in contact["findings"]
                if not each["allows"] and each["effect"] != "ADVISE"
            ]
            assert code == 0
            assert sorted(refusing) == sorted(row["rules_before"].split("|"))

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (("--channel", "fax"), 2, "is no channel"),
            (("--channel", "voice", "--at", "noon"), 2, "is no instant"),
            (("--channel", "voice", "--loan", "L0"), 3, "has no loan L0"),
            (("--channel", "voice", "--point", "P0"), 3, "has no contact point P0"),
        ],
    )
    def test_bad_input_is_refused_with_its_remedy(self, ask, person, arguments, code, said):
        found, told = ask("explain", person["debtor_id"], *arguments)

        assert (found, said in told) == (code, True), told
        assert "→" in told

    def test_an_unknown_person_is_refused(self, ask):
        assert ask("explain", "D0", "--channel", "voice")[0] == 3

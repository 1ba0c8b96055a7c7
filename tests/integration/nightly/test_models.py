"""Are models learned, let count by two, explained and watched at a terminal?"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from forbear.contexts.nightly.insight.desk import StandsApart, explain
from forbear.contexts.nightly.insight.lesson import complaint_lesson, lesson_of
from forbear.contexts.nightly.insight.registry import Registry
from forbear.contexts.nightly.insight.settings import open_model_settings
from forbear.contexts.nightly.report import write_report
from forbear.contexts.nightly.run import NightSettings, Ran, run_night
from forbear.contexts.nightly.workspace import Workspace
from forbear.engine.risk.outcome import Target
from forbear.interfaces.commands.main import run
from forbear.values.code import (
    AgendaOutcome,
    Channel,
    ConsentKind,
    ConsentState,
    Direction,
    HoldKind,
)
from forbear.values.day import DAY_S, day_number
from tests.support.home import home_with_book
from tests.support.insight import gain, let_count, miss, roll


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return home_with_book(tmp_path_factory.mktemp("models"), loans=4_000).root


@pytest.fixture(scope="module")
def home(made, tmp_path_factory):
    return shutil.copytree(made, tmp_path_factory.mktemp("desk") / "home")


@pytest.fixture
def models(home, capsys, monkeypatch):
    # Where there is a database, whoever approves is looked up in it; here there is none.
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def ask(*words: str) -> dict:
        code = run(["models", *words, "--home", str(home), "--json"])
        return {"code": code, "said": json.loads(capsys.readouterr().out)}

    return ask


def _named(rows: list[dict], name: str) -> list[dict]:
    return [row for row in rows if row["name"] == name]


class TestModels:
    def test_go_from_learning_to_counting_and_back(self, models, home):
        made = models("train", "MISS", "--readable", "--by", "ann")["said"]
        assert (made["name"], made["version"], made["chosen"]) == ("miss", 1, "scorecard")
        assert made["figures"]["scorecard"]["auc"] > 0.6

        first = models("activate", "miss", "--version", "1", "--by", "ann")["said"]
        again = models("activate", "miss", "--version", "1", "--by", "ann")
        second = models("activate", "miss", "--version", "1", "--by", "ben")["said"]
        assert (first["counts"], again["code"], second["counts"]) == (False, 4, True)

        told = models("explain", "D00000000012")["said"]
        assert 0 <= told[0]["answer"] <= 1
        assert all(reason["zh"] and reason["en"] for reason in told[0]["reasons"])

        (listed,) = _named(models("list")["said"]["models"], "miss")
        assert listed["counts"]
        (watched,) = _named(models("monitor")["said"], "miss")
        assert watched["answers_moved"] < 0.1
        assert abs(watched["auc"] - made["figures"]["scorecard"]["auc"]) < 1e-6
        judged = models("evaluate", "miss")["said"]
        assert judged["calibration_error"] == made["figures"]["scorecard"]["calibration_error"]

        assert models("rollback", "miss", "--by", "ben")["said"]["counts"] is None
        assert models("explain", "D00000000012")["said"] == []

    def test_raise_an_alarm_where_the_book_has_moved_until_taken_back(self, models, home):
        # Learned where nearly everybody had been late again and again; and from a steady feature.
        elsewhere = {"cuts": [0.0, 3.0], "shares": [0.02, 0.08, 0.9, 0.0]}
        alike = {"cuts": [1e9], "shares": [1.0, 0.0, 0.0]}
        parts = {"late_half_year": elsewhere, "unpaid_count": alike}
        score = {"cuts": [0.99], "shares": [0.1, 0.9, 0.0]}
        card = {**roll().card, "feature_parts": parts, "score_parts": score}
        let_count(Workspace(home), replace(roll(), card=card))

        (watched,) = _named(models("monitor")["said"], "roll")
        assert {"late_half_year", "answers"} <= set(watched["warn"])
        assert "unpaid_count" not in watched["warn"]
        assert watched["features_moved"]["late_half_year"] > 0.25

        assert models("rollback", "roll", "--by", "ben")["said"]["counts"] is None
        assert _named(models("monitor")["said"], "roll") == []

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (["train", "FORTUNE", "--by", "ann"], 2),
            (["train", "GAIN", "--by", "ann"], 2),
            (["train", "MISS", "--channel", "sms", "--by", "ann"], 2),
            (["train", "GAIN", "--channel", "sms", "--by", "ann"], 2),
            (["train", "COMPLAIN", "--channel", "sms", "--by", "ann"], 2),
            (["train", "COMPLAIN", "--by", "ann"], 2),  # too few in so small a book
            (["train", "MISS", "--by", " "], 2),
            (["evaluate", "nothing"], 3),
            (["activate", "../x", "--version", "1", "--by", "ann"], 3),
            (["rollback", "nothing", "--by", "ann"], 3),
            (["explain", "nobody"], 3),
        ],
    )
    def test_name_what_is_wrong(self, models, words, code):
        assert models(*words)["code"] == code


def test_complaints_are_learned_from_every_contact_whose_complaints_are_known(made):
    book = Workspace(made).current_book()
    day = day_number(date.fromisoformat(book.manifest["book_date"])) - 14
    spans = 5

    lesson = complaint_lesson(book, days=spans)

    apart = book.scan("consent").filter(
        pl.col("kind") == ConsentKind.WEIGHING.number,
        pl.col("state") == ConsentState.WITHDRAWN.number,
    )
    every = pl.concat([book.scan(name).collect() for name in ("attempt", "attempt_old")])
    contacts = every.join(apart.collect(), on="debtor_no", how="anti").filter(
        pl.col("direction") == Direction.OUTBOUND.number,
        pl.col("started_s") >= (day - 30 * spans) * DAY_S,
        pl.col("started_s") < day * DAY_S,
    )
    told = book.scan("hold").filter(pl.col("kind") == HoldKind.COMPLAINT.number).collect()
    followed = [
        debtor
        for debtor, when in told.select("debtor_no", "recorded_s").rows()
        if contacts.filter(
            pl.col("debtor_no") == debtor,
            pl.col("started_s").is_between(when - 14 * DAY_S, when),
        ).height
    ]
    assert lesson.rows == contacts.height
    assert lesson.hit.sum() == len(followed) > 0
    assert len(set(lesson.day)) == 2
    assert {"VOICE", "SMS", "LETTER"} <= set(lesson.groups["channel"])


@pytest.fixture(scope="module")
def workspace(made, tmp_path_factory) -> Workspace:
    return Workspace(shutil.copytree(made, tmp_path_factory.mktemp("insight") / "home"))


@pytest.fixture(scope="module")
def without(workspace) -> Ran:
    return run_night(workspace=workspace, settings=NightSettings())


@pytest.fixture(scope="module")
def ran(workspace, without) -> Ran:
    let_count(workspace, miss(), gain(Channel.VOICE, added=0.01))
    return run_night(workspace=workspace, settings=NightSettings())


class TestNight:
    def test_without_models_knows_nothing_of_them(self, without):
        manifest = without.night.manifest

        assert not {"feature", "risk", "because"} & set(manifest["tables"])
        assert not {"models", "model_notices"} & set(manifest)

    def test_names_its_models_and_measures_the_worth_of_a_way(self, ran, without):
        night = ran.night
        risk = night.scan("risk").collect()
        ways = night.scan("option").collect().join(risk, on="debtor_no")
        called = ways.filter(pl.col("channel") == Channel.VOICE.number)

        assert [model["name"] for model in night.manifest["models"]] == ["gain_voice", "miss"]
        assert night.path != without.night.path
        # Asked of whoever may be called today, and not of everybody.
        assert called["gain_voice_ppm"].min() >= 0
        assert risk["gain_voice_ppm"].min() < 0
        # A gain whose card does not say how sure it is counts like the table: their geometric mean,
        # times the root of the team's factor, from 0.93 to 1.34; within the bound of the house.
        most = open_model_settings().bounds.gain_rise_max_ppm / 1e6
        key = ["debtor_no", "contact_point_no", "channel", "slot", "team"]
        usual = without.night.scan("option").collect().select(*key, believed="chance_ppm")
        both = called.join(usual, on=key)
        mean = (both["gain_voice_ppm"].cast(pl.Float64) * both["believed"]).sqrt()
        least = pl.select(pl.min_horizontal(mean, both["believed"] * most)).to_series()
        known = both["believed"] > 100
        times = (both["chance_ppm"] / least).filter(known)
        assert times.is_between(0.96, 1.16).all()
        assert known.sum() > 50
        assert called.height > 50

    def test_reminds_the_warned_gently_and_earlier(self, ran, without):
        risk = ran.night.scan("risk").filter(pl.col("miss_ppm") >= 150_000).collect()
        gentle = {"SMS", "WECHAT", "EMAIL"}

        def planned(night):
            return night.scan("agenda").collect().join(risk, on="debtor_no", how="semi")

        with_model, before = planned(ran.night), planned(without.night)
        assert set(with_model["channel"]) <= gentle
        assert with_model.height > before.height
        assert set(before["channel"]) - gentle

    def test_says_in_the_reason_which_model_spoke(self, ran):
        told = ran.night.scan("reason").collect().join(
            ran.night.scan("because").collect().rename({"text_en": "en", "text_zh": "zh"}),
            on="debtor_no",
        )  # fmt: skip

        assert told.height > 50
        assert (told["text_en"].str.ends_with(told["en"])).all()
        assert (told["text_zh"].str.ends_with(told["zh"])).all()
        assert told["model"].unique().sort().to_list() == ["gain_voice 1", "miss 1"]

    def test_passes_over_a_harmed_model_and_says_so_everywhere(self, workspace, ran, without):
        registry = Registry(workspace)
        for name in ("miss", "gain_voice"):
            registry.path(name, 1).write_text("{}")

        fallen = run_night(workspace=workspace, settings=NightSettings())
        report = write_report(fallen.night.path, fallen.book.path).read_text()

        assert {notice.name for notice in fallen.notices} == {"miss", "gain_voice"}
        assert "tables count instead" in report
        assert "改用机构表格" in report
        for name in ("option", "assignment", "agenda", "reason"):
            one, other = (each.night.scan(name).collect() for each in (fallen, without))
            assert one.equals(other), name


@pytest.fixture(scope="module")
def others(made, tmp_path_factory) -> Workspace:
    return Workspace(shutil.copytree(made, tmp_path_factory.mktemp("apart") / "home"))


def let_stand_apart(workspace: Workspace, seed: int) -> pl.DataFrame:
    """Let a tenth of the persons say that no model may weigh them; return all who said so."""
    book = workspace.current_book()
    ids = book.scan("debtor").select("debtor_no").collect()
    file = book.file("consent", 0)
    said = pl.read_parquet(file)
    asked = ids.sample(fraction=0.1, seed=seed).select(
        debtor_no="debtor_no",
        kind=pl.lit(ConsentKind.WEIGHING.number),
        state=pl.lit(ConsentState.WITHDRAWN.number),
        recorded_s=pl.lit(1_700_000_000),
    )
    rows = pl.concat([said, _like(asked, said)])
    rows.write_parquet(file)
    return (
        rows.filter(
            pl.col("kind") == ConsentKind.WEIGHING.number,
            pl.col("state") == ConsentState.WITHDRAWN.number,
        )
        .select("debtor_no")
        .unique()
    )


def _like(rows: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(
        {
            name: rows[name].cast(kind)
            if name in rows.columns
            else pl.Series([None] * rows.height, dtype=kind)
            for name, kind in other.schema.items()
        }
    )


class TestApart:
    """Whoever asked that no model weigh them."""

    @pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.nightly)])
    def test_is_scored_by_none_and_keeps_what_the_tables_say(self, others, seed):
        shutil.rmtree(others.root / "models", ignore_errors=True)
        apart = let_stand_apart(others, seed)
        plain = run_night(workspace=others, settings=NightSettings()).night
        gains = [gain(Channel.VOICE, added=0.05), gain(Channel.SMS, added=0.02)]
        let_count(others, miss(), *gains)
        night = run_night(workspace=others, settings=NightSettings()).night

        def mine(name: str, of=night) -> pl.DataFrame:
            return of.scan(name).collect().join(apart, on="debtor_no", how="semi")

        assert apart.height > 200
        for name in ("feature", "risk", "because"):
            assert mine(name).is_empty(), name
        for name in ("position", "eligibility", "option"):
            assert mine(name).equals(mine(name, plain)), name
            assert not mine(name).is_empty(), name
        every, before = (each.scan("option").collect() for each in (night, plain))
        assert not every.equals(before)

        told = (
            night.scan("reason")
            .collect()
            .join(apart, on="debtor_no", how="left")
            .with_columns(
                is_apart=pl.col("debtor_no").is_in(apart["debtor_no"].to_list())
                & (pl.col("outcome") != AgendaOutcome.NOTHING_DUE.number)
            )
        )
        says = told["text_en"].str.ends_with(
            "no measured model was used; the house's tables counted."
        )
        says_zh = told["text_zh"].str.ends_with("仅按机构表格数值安排。")
        assert says.equals(told["is_apart"], check_names=False)
        assert says_zh.equals(told["is_apart"], check_names=False)

    def test_is_told_to_whoever_asks_a_model_and_teaches_nothing(self, others):
        workspace = others
        apart = let_stand_apart(workspace, 3)
        book = workspace.current_book()
        named = book.scan("debtor").select("debtor_no", "debtor_id").collect()
        one = named.join(apart, on="debtor_no", how="semi")["debtor_id"][0]

        with pytest.raises(StandsApart):
            explain(workspace, one)
        taught = lesson_of(book, Target.MISS, days=1)
        hashes = book.scan("debtor").select("debtor_no", "person_hash").collect()
        theirs = hashes.join(apart, on="debtor_no", how="semi")["person_hash"]
        assert not set(theirs.to_list()) & set(taught.person.tolist())

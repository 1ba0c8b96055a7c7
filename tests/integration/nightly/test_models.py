"""Are models learned, let count by two, explained and watched at a terminal?"""

from __future__ import annotations

import json

import pytest

from forbear.interfaces.commands.main import run
from tests.support.home import home_with_book


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return home_with_book(tmp_path_factory.mktemp("models"), loans=4_000).root


@pytest.fixture
def models(home, capsys):
    def ask(*words: str) -> dict:
        code = run(["models", *words, "--home", str(home), "--json"])
        return {"code": code, "said": json.loads(capsys.readouterr().out)}

    return ask


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

        (listed,) = models("list")["said"]["models"]
        assert listed["counts"]
        (watched,) = models("monitor")["said"]
        assert abs(watched["auc"] - made["figures"]["scorecard"]["auc"]) < 1e-6
        judged = models("evaluate", "miss")["said"]
        assert judged["calibration_error"] == made["figures"]["scorecard"]["calibration_error"]

        assert models("rollback", "miss", "--by", "ben")["said"]["counts"] is None
        assert models("explain", "D00000000012")["said"] == []

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (["train", "FORTUNE", "--by", "ann"], 2),
            (["train", "GAIN", "--by", "ann"], 2),
            (["train", "MISS", "--channel", "sms", "--by", "ann"], 2),
            (["train", "GAIN", "--channel", "sms", "--by", "ann"], 2),
            (["train", "MISS", "--by", " "], 2),
            (["evaluate", "nothing"], 3),
            (["activate", "../x", "--version", "1", "--by", "ann"], 3),
            (["rollback", "nothing", "--by", "ann"], 3),
            (["explain", "nobody"], 3),
        ],
    )
    def test_name_what_is_wrong(self, models, words, code):
        assert models(*words)["code"] == code

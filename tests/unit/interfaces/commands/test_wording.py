"""Words can be tried from the command line, in both languages."""

from __future__ import annotations

import json

import pytest

from forbear.interfaces.commands.main import run

CHECK = ["rules", "wording", "check"]
THREAT = "今天不还清，我叫人打断你的腿！"
SUIT = "We filed a claim against you in Sample County Court."


def test_lawful_words_end_well(capsys):
    assert run([*CHECK, "您的还款已到账，谢谢。", "--lang", "zh"]) == 0
    assert "没有发现禁止的内容" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "no fact makes it lawful"), ("zh", "没有事实能使其合法")]
)
def test_a_threat_ends_with_a_refusal(capsys, lang, said):
    assert run([*CHECK, THREAT, "--lang", lang]) == 5

    out = capsys.readouterr().out
    assert "VIOLENCE" in out
    assert said in out


def test_a_fact_clears_a_claim(capsys):
    assert run([*CHECK, SUIT, "--locale", "en-US"]) == 5
    assert "SUIT_FILED" in capsys.readouterr().out
    assert run([*CHECK, SUIT, "--locale", "en-US", "--fact", "SUIT_FILED"]) == 0


def test_json_holds_the_places(capsys):
    run([*CHECK, THREAT, "--json"])

    answer = json.loads(capsys.readouterr().out)
    assert not answer["allowed"]
    for finding in answer["findings"]:
        assert THREAT[finding["start"] : finding["end"]] == finding["text"]


def test_a_file_is_read(tmp_path):
    draft = tmp_path / "draft.txt"
    draft.write_text(THREAT, encoding="utf-8")

    assert run([*CHECK, "--file", str(draft)]) == 5


@pytest.mark.parametrize("given", [["--file", "missing.txt"], ["words", "--file", "x"]])
def test_what_cannot_be_read_is_told_in_words(capsys, given):
    assert run([*CHECK, *given]) not in {0, 5}
    assert "Traceback" not in capsys.readouterr().err


def test_a_file_in_another_encoding_is_refused(capsys, tmp_path):
    draft = tmp_path / "draft.txt"
    draft.write_bytes("今天".encode("gb18030"))

    assert run([*CHECK, "--file", str(draft)]) == 2
    assert "UTF-8" in capsys.readouterr().err

"""What documents say beside their figures is approved, whole in both languages, and calm."""

from __future__ import annotations

import re
from datetime import date

import pytest

from forbear.contexts.rulebook.library import open_caller, open_content, open_documents
from forbear.policy.caller import load_caller
from forbear.policy.content.check import check
from forbear.policy.debt.line import InstalmentState
from forbear.policy.document import load_documents
from forbear.policy.reading import InvalidRule
from forbear.policy.wording.form import UnknownWording
from forbear.values.code import Channel, Direction, Jurisdiction, LoanState, Outcome, Purpose
from forbear.values.product import Component

DAY = date(2026, 11, 25)
TEXT = """
id: document.one
versions:
  - version: 1
    effective: 2026-11-01
    approved_by: {zh: 甲, en: A}
    approved_on: 2026-10-20
    texts:
      hello: {zh: "您好{name}", en: "Hello {name}"}
"""
KINDS = {
    "channel": Channel,
    "direction": Direction,
    "outcome": Outcome,
    "loan_state": LoanState,
    "instalment": InstalmentState,
    "purpose": Purpose,
    "part": Component,
}


class TestShippedWords:
    @pytest.mark.parametrize(("kind", "codes"), KINDS.items())
    def test_name_every_code(self, kind, codes):
        assert set(open_documents().words[kind]) == {each.value for each in codes}

    def test_commit_no_forbidden_act(self):
        pack = open_content()
        for document in open_documents().texts:
            for name, said in document.says.items():
                for locale, text in (("zh", said.zh), ("en", said.en)):
                    found = check(text, locale=locale, facts=frozenset(), pack=pack)
                    # Single words such as "fee" say too little to be weighed by the tally.
                    cues = [each for each in found.findings if each.cue != "tally"]
                    assert cues == [], (document.id, name)

    def test_are_chinese_in_chinese_and_not_in_english(self):
        han = re.compile(r"[一-鿕]")
        for document in open_documents().texts:
            for name, said in document.says.items():
                assert han.search(said.zh) or not re.search(r"[a-z]{4}", said.en), (name, said.zh)
                assert not han.search(said.en), (name, said.en)

    @pytest.mark.parametrize("law", list(Jurisdiction))
    def test_tell_of_rights_under_every_law(self, law):
        assert open_documents().rights_on(law, DAY).rights

    def test_are_none_before_they_are_approved(self):
        with pytest.raises(UnknownWording):
            open_documents().on("document.pack", date(2020, 1, 1))

    def test_give_each_channel_a_time_for_its_code(self):
        assert set(open_caller().valid_hours) == set(Channel)


class TestAFile:
    def test_is_read(self):
        (texts,) = load_documents({"one.yaml": TEXT}).texts

        assert texts.says["hello"].en == "Hello {name}"

    @pytest.mark.parametrize(
        ("was", "now", "says"),
        [
            ("您好{name}", "您好", "other places"),
            ("version: 1", "version: 2", "does not follow"),
            ("2026-10-20", "2026-11-20", "after effective"),
            ("    texts:", "    words:", "not a field"),
        ],
    )
    def test_that_is_wrong_is_refused_with_its_place(self, was, now, says):
        with pytest.raises(InvalidRule, match=says) as refused:
            load_documents({"one.yaml": TEXT.replace(was, now)})

        assert "one.yaml" in refused.value.message

    def test_of_callers_names_a_number_that_is_none(self):
        text = (
            "valid_hours: {VOICE: 1, BOT: 1, SMS: 1, WECHAT: 1, EMAIL: 1, LETTER: 1, VISIT: 1}\n"
            "near_minutes: 15\n"
            "limits: {of_one_address: 1, of_all: 1, reports_of_one_address: 1}\n"
            "lines: [{number: abc, since: 2026-03-01, name: {zh: 甲, en: A}}]\n"
        )

        with pytest.raises(InvalidRule, match="is no number"):
            load_caller("caller.yaml", text)

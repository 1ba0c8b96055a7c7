"""Every lesson is approved, whole in both languages, calm, and sells nothing."""

from __future__ import annotations

import re
from datetime import date

import pytest

from forbear.contexts.rulebook.library import (
    open_content,
    open_lessons,
    open_situations,
    policy_texts,
)
from forbear.policy.content.check import check
from forbear.policy.education.lesson import LeadsTo, Moment, load_lessons
from forbear.policy.education.plan import Debt, Order, pay_off
from forbear.policy.education.situation import SituationKind, load_situations
from forbear.policy.reading import InvalidRule
from forbear.policy.wording.form import UnknownWording

DAY = date(2026, 11, 25)
SENTENCE = re.compile(r"[^。！？.!?]+[。！？.!?]*")
SELLS = re.compile(
    r"立即申请|额度|点击借款|低至|秒批|apply now|instant|credit limit|pre-approved|lowest rate",
    re.IGNORECASE,
)
BLAMES = re.compile(
    r"您的错|不该|乱花|不负责任|must be ashamed|your fault|should have|irresponsible", re.IGNORECASE
)
LESSON = """
code: one
moments: [ANYTIME]
links: [BUDGET]
versions:
  - version: 1
    effective: 2026-11-01
    approved_by: {zh: 甲, en: A}
    approved_on: 2026-10-20
    title: {zh: 标题, en: Title}
    parts:
      - {zh: 内容, en: Words}
"""
SITUATION = """
code: what
kind: QUIZ
lesson: one
versions:
  - version: 1
    effective: 2026-11-01
    approved_by: {zh: 甲, en: A}
    approved_on: 2026-10-20
    tells: {zh: 情景, en: Situation}
    answers:
      - {code: a, sound: true, text: {zh: 甲, en: A}, says: {zh: 好, en: Good}}
      - {code: b, sound: false, text: {zh: 乙, en: B}, says: {zh: 再想想, en: Think}}
      - {code: c, sound: false, text: {zh: 丙, en: C}, says: {zh: 再想想, en: Think}}
"""


def _objections(text, locale):
    found = check(text, locale=locale, facts=frozenset(), pack=open_content())
    return [str(each) for each in found.findings]


def _claims(text, locale):
    """Return what is claimed; a title of four words says too little to be weighed."""
    found = check(text, locale=locale, facts=frozenset(), pack=open_content())
    return [str(each) for each in found.findings if each.cue != "tally"]


def _sides(said):
    return (("zh", said.zh), ("en", said.en))


class TestShippedLessons:
    def test_are_ten_at_least_and_serve_every_moment(self):
        lessons = open_lessons()

        assert len(lessons) >= 10
        for moment in Moment:
            assert any(moment in each.moments for each in lessons.values()), moment
        assert {link for each in lessons.values() for link in each.links} == set(LeadsTo)

    @pytest.mark.parametrize("lesson", open_lessons().values(), ids=lambda each: each.code)
    def test_commit_no_forbidden_act_in_any_sentence(self, lesson):
        text = lesson.on(DAY)
        for said in text.parts:
            for locale, words in _sides(said):
                assert _objections(words, locale) == [], words
                for sentence in SENTENCE.findall(words):
                    assert _claims(sentence, locale) == [], sentence
        for locale, words in _sides(text.title):
            assert _claims(words, locale) == [], words

    @pytest.mark.parametrize("lesson", open_lessons().values(), ids=lambda each: each.code)
    def test_sell_no_loan_and_blame_nobody(self, lesson):
        for version in lesson.versions:
            for said in (version.title, *version.parts):
                for _, words in _sides(said):
                    assert not SELLS.search(words), words
                    assert not BLAMES.search(words), words

    @pytest.mark.parametrize("lesson", open_lessons().values(), ids=lambda each: each.code)
    def test_are_chinese_in_chinese_and_not_in_english(self, lesson):
        for version in lesson.versions:
            for said in (version.title, *version.parts):
                assert re.search("[一-鿕]", said.zh)
                assert not re.search("[一-鿕]", said.en)

    def test_name_amounts_that_the_calculator_finds(self):
        (said,) = (each for each in open_lessons()["minimum"].on(DAY).parts if "47" in each.en)
        slow, fast = (
            pay_off([Debt(1_000_000, 1_800, monthly)], order=Order.DEAREST_FIRST)
            for monthly in (30_000, 40_000)
        )

        for words in (said.zh, said.en):
            numbers = [int(each.replace(",", "")) for each in re.findall(r"\d[\d,]*\d", words)]
            assert numbers == [
                slow.months,
                (slow.interest_minor + 50) // 100,
                400,
                fast.months,
                (fast.interest_minor + 50) // 100,
            ]

    def test_are_none_before_they_were_approved(self):
        with pytest.raises(UnknownWording):
            open_lessons()["month"].on(date(2020, 1, 1))


class TestShippedSituations:
    def test_are_some_of_each_kind(self):
        kinds = [each.kind for each in open_situations().values()]

        assert min(kinds.count(kind) for kind in SituationKind) >= 5

    @pytest.mark.parametrize("found", open_situations().values(), ids=lambda each: each.code)
    def test_explain_every_answer_kindly(self, found):
        text = found.on(DAY)
        for answer in text.answers:
            for locale, words in _sides(answer.says):
                assert _objections(words, locale) == [], words
                assert not BLAMES.search(words)
                assert not re.search(r"错误|答错|wrong answer|you fail", words, re.IGNORECASE)
            if answer.sound:
                for locale, words in _sides(answer.text):
                    assert _claims(words, locale) == [], words
        # What a fraudster says is quoted as it is said.
        if found.kind is SituationKind.QUIZ:
            for locale, words in _sides(text.tells):
                assert _claims(words, locale) == [], words


class TestAFile:
    @pytest.mark.parametrize(
        ("was", "now", "says"),
        [
            ("[ANYTIME]", "[EVER]", r"one.yaml:3, moments: 'EVER' is not known"),
            ("[BUDGET]", "[BANK]", r"one.yaml:4, links: 'BANK' is not known"),
            ("code: one", "code: two", r"one.yaml:2, code: 'two' is not the file's name"),
            ("version: 1", "version: 2", "does not follow"),
            ("2026-10-20", "2026-11-20", "after effective"),
            (", en: Words", "", r"one.yaml:12, versions\[0\].parts\[0\].en: is missing"),
            ("title:", "titel:", "Did you mean title"),
            ("- {zh: 内容, en: Words}", "[]", r"parts: are 0"),
        ],
    )
    def test_of_a_lesson_that_is_wrong_is_refused_with_its_place(self, was, now, says):
        with pytest.raises(InvalidRule) as refused:
            load_lessons({"one.yaml": LESSON.replace(was, now)})

        assert re.search(says, f"{refused.value.message} {refused.value.remedy}")
        assert refused.value.remedy

    @pytest.mark.parametrize(
        ("was", "now", "says"),
        [
            ("lesson: one", "lesson: none", r"what.yaml:4, lesson: 'none' is no lesson"),
            ("code: b", "code: d", "out of order"),
            ("sound: true", "sound: false", "are all alike"),
            ("sound: true", "sound: maybe", "not true or false"),
            ("kind: QUIZ", "kind: EXAM", "'EXAM' is not known"),
        ],
    )
    def test_of_a_situation_that_is_wrong_is_refused_with_its_place(self, was, now, says):
        with pytest.raises(InvalidRule, match=says):
            load_situations({"what.yaml": SITUATION.replace(was, now)}, lessons=["one"])

    def test_that_is_right_is_read(self):
        (lesson,) = load_lessons({"lessons/one.yaml": LESSON}).values()

        assert lesson.on(DAY).parts[0].en == "Words"
        assert lesson.on(DAY).version == 1

    def test_lies_under_its_own_name(self):
        for folder in ("lessons", "situations"):
            for name, text in policy_texts(f"education/{folder}").items():
                assert f"code: {name.removesuffix('.yaml')}\n" in text

"""What helps to speak is whole in both languages, kind, and finds those who need care."""

from __future__ import annotations

import pytest

from forbear.contexts.rulebook.library import (
    open_content,
    open_scripts,
    open_wordings,
    pack_in_force,
    policy_texts,
)
from forbear.policy.content.check import check
from forbear.policy.danger import Danger
from forbear.policy.kind import HoldScope
from forbear.policy.reading import InvalidRule
from forbear.policy.script import load_scripts
from forbear.policy.wording.form import Both, Step
from forbear.values.code import Dialect, HoldKind, Jurisdiction
from forbear.values.wording import Act, Fact
from tests.support.case import TODAY

SCRIPTS = open_scripts()
PATH = [Step.IDENTIFY, Step.VERIFY, Step.LISTEN, Step.FACTS, Step.OPTIONS, Step.AGREE, Step.CLOSE]
SAID: list[Both] = [
    *(phrase for phrases in SCRIPTS.phrases.values() for phrase in phrases),
    *(objection.answer for objection in SCRIPTS.objections),
    *SCRIPTS.dialects.values(),
    *SCRIPTS.regions.values(),
    *(sign.hand_over for sign in SCRIPTS.signs),
]


@pytest.mark.parametrize("said", SAID, ids=lambda each: each.en[:40])
def test_whatever_may_be_said_commits_no_forbidden_act(said):
    for text, locale in ((said.zh, "zh-CN"), (said.en, "en-GB")):
        facts = {Fact.ADDRESSEE_IS_DEBTOR}
        assert check(text, locale=locale, facts=facts, pack=open_content()).findings == ()


def test_every_step_has_kind_words_and_every_act_an_alternative():
    assert [step for step in PATH if not SCRIPTS.phrases.get(step)] == []
    assert set(SCRIPTS.instead) == set(Act)
    assert set(SCRIPTS.dialects) == set(Dialect) - {Dialect.MANDARIN, Dialect.ENGLISH}


@pytest.mark.parametrize("act", list(Act))
def test_an_alternative_is_no_breach_itself(act):
    said = SCRIPTS.instead[act]
    for text, locale in ((said.zh, "zh-CN"), (said.en, "en-GB")):
        assert check(text, locale=locale, facts=(), pack=open_content()).findings == ()


@pytest.mark.parametrize("sign", SCRIPTS.signs, ids=lambda each: each.kinds[0].value)
def test_the_rules_in_force_know_the_hold_of_every_sign(sign):
    for law in Jurisdiction:
        rules = pack_in_force(law, TODAY).rules
        scopes = [r.parameters for r in rules if isinstance(r.parameters, HoldScope)]
        assert set(sign.kinds) & {kind for scope in scopes for kind in scope.kinds}


def test_self_harm_has_words_in_every_law():
    ids = {wording.id for wording in open_wordings()}

    assert {f"{law.value.lower()}.voice.care_line" for law in Jurisdiction} <= ids


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("对方说不想活了，让我们别再打。", HoldKind.SELF_HARM),
        ("她说活着没意思。", HoldKind.SELF_HARM),
        ("讲到最后说要跳楼。", HoldKind.SELF_HARM),
        ("He said he wants to die.", HoldKind.SELF_HARM),
        ("Talks of killing himself; very upset.", HoldKind.SELF_HARM),
        ("No sign of self-harm. Will pay on Friday.", None),
        ("没有自杀倾向，周五还款。", None),
        ("他母亲上周去世了，正在办后事。", HoldKind.BEREAVEMENT),
        ("Her husband passed away in October.", HoldKind.BEREAVEMENT),
        ("抑郁症发作，在住院治疗。", HoldKind.CRISIS),
        ("Answered, will pay half on Friday.", None),
        ("接通，本人承诺周五还一半。", None),
    ],
)
def test_signs_of_distress_are_found(text, kind):
    found = [each.sign.kinds[0] for each in SCRIPTS.signs_in(text)]

    assert found == ([] if kind is None else [kind])


@pytest.mark.parametrize(
    ("file", "before", "after", "place"),
    [
        ("phrases", "IDENTIFY:", "IDENTFY:", "steps.IDENTFY"),
        ("distress", "CRISIS,", "SAD,", "kinds"),
        ("distress", "'(精神科", "'((精神科", "say"),
        ("instead", "VIOLENCE:", "NOISE:", "acts.NOISE"),
        ("customs", "approved_on: 2026-10-20", "approved_on: 2026-12-20", "approved_on"),
        ("objections", "id: no_money", "name: no_money", "name"),
    ],
)
def test_a_slip_names_its_place(file, before, after, place):
    texts = dict(policy_texts("scripts"))
    texts[f"{file}.yaml"] = texts[f"{file}.yaml"].replace(before, after, 1)

    with pytest.raises(InvalidRule) as refused:
        load_scripts(texts, Danger())

    assert place in refused.value.message

"""Words are filled in only where they are true, and exactly with what was given."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.contexts.rulebook.library import policy_texts
from forbear.policy.wording.form import VariableKind
from forbear.policy.wording.load import load_wordings
from forbear.policy.wording.render import WordingRefused, render
from forbear.policy.wording.sample import sample, sample_values
from forbear.policy.wording.value import Amount, write
from forbear.values.code import Language
from forbear.values.errors import Denied
from forbear.values.money import AMOUNT_MINOR_MAX, Currency
from forbear.values.wording import Fact

WORDINGS = load_wordings(policy_texts("messages"))
DAY = date(2026, 3, 10)
DUE_SOON = WORDINGS.on("cn.sms.due_soon", as_of=DAY)
ITEMISED = next(each for each in WORDINGS if each.sums)


def said(wording=DUE_SOON, *, language=Language.EN, facts=None, as_of=DAY, **values):
    return render(
        wording,
        language=language,
        facts=wording.facts if facts is None else facts,
        values=sample_values(wording, language) | values,
        as_of=as_of,
    )


class TestRender:
    def test_fills_in_both_languages_in_their_own_form(self):
        zh, en = said(language=Language.ZH), said(language=Language.EN)

        assert zh.text.startswith(
            "【示例金融】林女士您好，您在示例消费金融的借款有1,234.56元将于2026年3月5日到期。"
        )
        assert "CNY 1,234.56 of your loan with Example Credit falls due on 5 March 2026." in en.text
        assert (en.message_id, en.version, en.language) == ("cn.sms.due_soon", 1, Language.EN)
        assert en.sha256 == hashlib.sha256(en.text.encode()).hexdigest()

    def test_hashes_the_subject_with_the_text(self):
        titled = next(each for each in WORDINGS if each.subject)
        found = said(titled)

        whole = f"{found.subject}\n\n{found.text}"
        assert found.sha256 == hashlib.sha256(whole.encode()).hexdigest()

    def test_names_each_missing_fact_in_both_languages(self):
        with pytest.raises(WordingRefused) as caught:
            said(facts={Fact.ADDRESSEE_IS_DEBTOR, Fact.SENDER_IS_CREDITOR})

        assert isinstance(caught.value, Denied)
        assert "missing fact: something falls due soon (DUE_SOON)" in caught.value.message
        assert "missing fact: the amounts have been checked and add up" in caught.value.message
        assert "缺少事实：有款项即将到期（DUE_SOON）" in caught.value.data["message_zh"]
        assert len(caught.value.data["reasons"]) == 2

    def test_names_each_fact_that_forbids_it(self):
        with pytest.raises(WordingRefused, match="forbidden because: a dispute is open"):
            said(facts=DUE_SOON.facts | {Fact.DISPUTE_OPEN})

    def test_facts_beyond_those_needed_do_no_harm(self):
        assert said(facts=DUE_SOON.facts | {Fact.MACHINE_SPEAKS}) == said()

    def test_names_missing_and_extra_variables_at_once(self):
        values = sample_values(DUE_SOON, Language.EN)
        del values["amount"], values["name"]

        with pytest.raises(WordingRefused) as caught:
            render(
                DUE_SOON,
                language=Language.EN,
                facts=DUE_SOON.facts,
                values=values | {"colour": "red"},
                as_of=DAY,
            )

        for words in (
            "missing variable amount: the amount now payable",
            "missing variable name: how the debtor is addressed",
            "extra variable colour",
        ):
            assert words in caught.value.message

    def test_refuses_outside_the_days_it_is_in_force(self):
        with pytest.raises(WordingRefused, match="version 1 is not in force on 2026-02-28"):
            said(as_of=DUE_SOON.effective - timedelta(days=1))

    def test_a_value_is_never_read_as_a_template(self):
        with pytest.raises(WordingRefused, match="variable name holds a brace"):
            said(name="{amount}")


class TestSums:
    def test_amounts_that_add_up_pass(self):
        assert said(ITEMISED).text

    @given(off=st.integers(min_value=1, max_value=99_999), which=st.integers(min_value=0))
    def test_amounts_that_do_not_add_up_are_refused(self, off, which):
        identity = ITEMISED.sums[0]
        names = (identity.total, *identity.plus, *identity.minus)
        name = names[which % len(names)]
        value = sample_values(ITEMISED, Language.EN)[name]
        changed = Amount(value.minor + off, value.currency)

        with pytest.raises(WordingRefused, match="do not add up"):
            said(ITEMISED, **{name: changed})

    def test_two_currencies_in_one_message_are_refused(self):
        names = [
            each
            for each, v in sample_values(ITEMISED, Language.EN).items()
            if isinstance(v, Amount)
        ]
        pounds = {names[0]: Amount(100, Currency.GBP)}

        with pytest.raises(WordingRefused, match="different currencies"):
            said(ITEMISED, **pounds)


class TestEveryMessage:
    @pytest.mark.parametrize("language", Language)
    @pytest.mark.parametrize("wording", WORDINGS.all, ids=lambda w: f"{w.id}.{w.version}")
    def test_can_be_filled_in_with_its_examples(self, wording, language):
        found = sample(wording, language)

        assert not set("{}") & set(found.text + (found.subject or ""))
        for value in sample_values(wording, language).values():
            if isinstance(value, str):
                assert value in f"{found.subject}\n{found.text}"

    @pytest.mark.parametrize("wording", WORDINGS.all, ids=lambda w: f"{w.id}.{w.version}")
    def test_needs_every_one_of_its_facts(self, wording):
        for fact in wording.facts:
            with pytest.raises(WordingRefused, match=fact):
                said(wording, facts=wording.facts - {fact})


NAMES = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), min_size=1, max_size=60
)


def values_of(wording, language):
    """Any values for a message; where amounts must add up, its examples."""
    examples = sample_values(wording, language)
    currencies = {each.currency for each in examples.values() if isinstance(each, Amount)}
    kinds = {
        VariableKind.MONEY: st.builds(
            Amount, st.integers(0, AMOUNT_MINOR_MAX), st.sampled_from(sorted(currencies) or [""])
        ),
        VariableKind.DATE: st.dates(),
        VariableKind.DAYS: st.integers(0, 9_999),
        VariableKind.COUNT: st.integers(0, 999),
        VariableKind.NAME: NAMES,
        VariableKind.TEXT: NAMES,
    }
    return st.fixed_dictionaries(
        {
            each.name: kinds[each.kind]
            if each.kind in kinds and not (wording.sums and each.kind is VariableKind.MONEY)
            else st.just(examples[each.name])
            for each in wording.variables
        }
    )


def twin(template, wording, values, language):
    """The same text, slowly: literal by literal, value by value."""
    variables = {each.name: each for each in wording.variables}
    text, rest = "", template
    while "{" in rest:
        literal, _, rest = rest.partition("{")
        name, _, rest = rest.partition("}")
        text += literal + write(
            variables[name], values[name], language=language, jurisdiction=wording.jurisdiction
        )
    return text + rest


class TestProperties:
    @settings(max_examples=300)
    @given(data=st.data(), language=st.sampled_from(Language))
    def test_leaves_no_brace_and_invents_nothing(self, data, language):
        """What is not template is a value that was given, in its place and its language."""
        wording = data.draw(st.sampled_from(WORDINGS.all))
        values = data.draw(values_of(wording, language))
        try:
            found = said(wording, language=language, **values)
        except WordingRefused as refused:
            for reason in refused.data["reasons"]:
                assert reason["en"].startswith("variable ")
            return

        assert not set("{}") & set(found.text + (found.subject or ""))
        assert found.text == twin(wording.body.of(language), wording, values, language)
        if wording.subject:
            assert found.subject == twin(wording.subject.of(language), wording, values, language)

    @given(language=st.sampled_from(Language), name=NAMES.filter(lambda n: n.strip()))
    def test_a_name_stands_as_it_was_given_or_the_message_is_refused(self, language, name):
        try:
            found = said(DUE_SOON, language=language, name=name)
        except WordingRefused:
            return

        other = said(DUE_SOON, language=language, name="甲").text
        assert found.text == other.replace("甲", name, 1)


def test_dates_are_written_as_the_country_reads_them():
    us, uk = (WORDINGS.on(f"{country}.sms.due_soon", as_of=DAY) for country in ("us", "uk"))

    assert "March 5, 2026" in said(us).text
    assert "5 March 2026" in said(uk).text

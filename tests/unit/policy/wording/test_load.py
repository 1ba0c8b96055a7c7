"""A message file is checked word by word; what may not be said to anybody is refused there."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
import yaml

from forbear.contexts.rulebook.library import policy_texts
from forbear.policy.wording.form import (
    Audience,
    InvalidWording,
    NeutralWording,
    UnknownWording,
    Wording,
)
from forbear.policy.wording.load import load_wordings
from forbear.values.code import Channel, Jurisdiction, Language
from forbear.values.wording import Fact, MessagePart, Tone

SHIPPED = policy_texts("messages")
TERMS = {name: text for name, text in SHIPPED.items() if name.startswith("terms/")}
DUE_SOON = "cn/sms/due_soon.yaml"
LEGAL = "cn/letter/legal_reminder.yaml"
LOCATE = "cn/voice/contact_enquiry.yaml"


def changed(name=DUE_SOON, *, drop=(), version=None, **fields):
    """Return a shipped message with some fields changed, beside the shared terms."""
    raw = yaml.safe_load(SHIPPED[name])
    raw |= fields
    raw["versions"][0] |= version or {}
    for field in drop:
        raw.pop(field, None)
        raw["versions"][0].pop(field, None)
    return TERMS | {name: yaml.safe_dump(raw, allow_unicode=True, sort_keys=False)}


def versions(*dated, name=DUE_SOON, **fields):
    """Return a shipped message with several versions, each changed from the first."""
    first = yaml.safe_load(SHIPPED[name])["versions"][0]
    return changed(name, **fields) | {
        name: yaml.safe_dump(
            yaml.safe_load(SHIPPED[name]) | {"versions": [first | each for each in dated]} | fields,
            allow_unicode=True,
        )
    }


def refused(texts, *said, check=None):
    with pytest.raises(InvalidWording) as caught:
        load_wordings(texts, check=check)
    for words in said:
        assert words in caught.value.message + " " + caught.value.remedy
    assert caught.value.remedy
    return caught.value


class TestForm:
    def test_a_fault_names_file_field_and_remedy(self):
        error = refused(changed(tone="SWEET"), "tone: 'SWEET' is not known", "Use one of")

        assert error.code == "INVALID_WORDING"
        assert error.data["file"] == DUE_SOON
        assert error.data["field"] == "tone"

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"channel": "FAX"}, "'FAX' is not known"),
            ({"audience": "WORLD"}, "'WORLD' is not known"),
            ({"contact": "SELL"}, "'SELL' is not known"),
            ({"needs": ["RICH"]}, "'RICH' is not known"),
            ({"refuses": ["RICH"]}, "'RICH' is not known"),
            ({"refuses": ["OVERDUE", "DUE_SOON"]}, "DUE_SOON is needed too"),
            ({"needs": ["ADDRESSEE_IS_DEBTOR", "TWO_STAFF"]}, "TWO_STAFF has no words"),
            ({"parts": {"SONG": "{sign}"}}, "parts.SONG: is not a field"),
            ({"refuse": []}, "Did you mean refuses?"),
            ({"id": "cn.sms.other"}, "does not name this file"),
            ({"jurisdiction": "UK"}, "does not name this file"),
            ({"versions": []}, "versions: is empty"),
            ({"step": "LISTEN"}, "step: does not go with SMS"),
            ({"variables": ["colour"]}, "'colour' is not among the shared variables"),
            ({"sums": [{"total": "name", "plus": ["amount"]}]}, "'name' is no amount"),
            ({"withdrawn": date(2026, 3, 1)}, "withdrawn: is not after the last version"),
        ],
    )
    def test_refuses_what_is_not_of_the_form(self, fields, said):
        name = DUE_SOON
        raw = yaml.safe_load(SHIPPED[name]) | fields
        refused(TERMS | {name: yaml.safe_dump(raw, allow_unicode=True)}, said)

    @pytest.mark.parametrize("missing", ["zh", "en", "approved_by", "approved_on", "effective"])
    def test_refuses_a_version_without(self, missing):
        refused(changed(drop=[missing]), f"versions[0].{missing}: is missing")

    def test_refuses_text_that_is_no_mapping_and_a_key_written_twice(self):
        refused(TERMS | {DUE_SOON: "- a"}, "does not hold a message")
        refused(TERMS | {DUE_SOON: "tone: LEGAL\ntone: FRIENDLY"}, "'tone' is written twice")

    def test_refuses_a_subject_on_a_text_message_and_a_letter_without_one(self):
        refused(
            changed(version={"subject": {"zh": "a", "en": "b"}}), "subject: does not go with SMS"
        )
        refused(changed(LEGAL, drop=["subject"]), "subject: does not go with LETTER")

    def test_spoken_words_have_a_step(self):
        refused(changed(LOCATE, drop=["step"]), "step: does not go with VOICE")

    def test_leaves_the_reasons_of_the_night_alone(self):
        assert len(load_wordings(TERMS | {"reasons/en.yaml": "joint: x"})) == 0


class TestTerms:
    @pytest.mark.parametrize("name", sorted(TERMS))
    def test_every_shared_file_is_asked_for(self, name):
        refused({each: text for each, text in TERMS.items() if each != name}, f"{name} is missing")

    def test_refuses_a_file_of_terms_that_nobody_reads(self):
        refused(TERMS | {"terms/more.yaml": "a: b"}, "is not a file of shared words")

    @pytest.mark.parametrize(
        ("name", "text", "said"),
        [
            ("facts", "RICH: {zh: 富, en: rich}", "RICH: is not a field of this"),
            ("facts", "OVERDUE: {zh: 逾期}", "OVERDUE.en: is missing"),
            ("variables", "a: {kind: COLOUR, zh: a, en: a, example: a}", "'COLOUR' is not known"),
            ("variables", "a: {kind: MONEY, zh: a, en: a, example: x}", "not a whole number"),
            ("lexicon", "pressure: {zh: [a], en: [a]}", "debt: is missing"),
            ("requirements", "requirements: [{id: a}]", "sentence: is missing"),
        ],
    )
    def test_refuses_terms_that_are_not_of_the_form(self, name, text, said):
        refused(TERMS | {f"terms/{name}.yaml": text}, said)

    def test_refuses_an_example_that_may_not_be_said(self):
        variables = TERMS["terms/variables.yaml"].replace("example: 400-000-0000", "example: call")
        refused(
            changed() | {"terms/variables.yaml": variables},
            "variable callback",
            "Mend the examples",
        )


class TestVariables:
    @pytest.mark.parametrize(
        ("zh", "en", "said"),
        [
            ("{sign}{colour}", "{sign}", "versions[0].zh: uses {colour}, not declared"),
            ("{sign}{name}", "{sign}", "versions[0].en: does not use name"),
            ("{sign}", "{sign}{name}", "versions[0].zh: does not use name"),
            ("{sign} {", "{sign}", "versions[0].zh: holds a stray brace"),
            ("{sign} {Name}", "{sign}", "versions[0].zh: holds a stray brace"),
            ("{{sign}}", "{sign}", "versions[0].zh: holds a stray brace"),
        ],
    )
    def test_both_languages_fill_in_the_same_declared_variables(self, zh, en, said):
        refused(changed(version={"zh": zh, "en": en}), said)

    def test_refuses_a_variable_declared_but_not_used(self):
        variables = [*yaml.safe_load(SHIPPED[DUE_SOON])["variables"], "days"]
        refused(changed(variables=variables), "days is declared but not used")


class TestParts:
    @pytest.mark.parametrize(
        ("part", "proof", "said"),
        [
            ("OPT_OUT", "STOP", "parts.OPT_OUT: 'STOP' is not in the words of ZH"),
            ("OPT_OUT", {"zh": "您好", "en": "Bye"}, "'Bye' is not in the words of EN"),
            ("OPT_OUT", {"zh": "您好"}, "parts.OPT_OUT.en: is missing"),
            ("AMOUNT", "{name}", "parts.AMOUNT: is shown by no MONEY"),
            ("DUE_DATE", "{amount}", "parts.DUE_DATE: is shown by no DATE"),
            ("SIGNATURE", "{sign}", "parts.SIGNATURE: is not in 【】"),
            ("LEGAL_BASIS", "{name}", "parts.LEGAL_BASIS: names no article"),
        ],
    )
    def test_a_part_claimed_is_found_in_both_languages(self, part, proof, said):
        parts = yaml.safe_load(SHIPPED[DUE_SOON])["parts"] | {part: proof}
        refused(changed(parts=parts), said)

    def test_a_version_may_prove_its_parts_in_its_own_way(self):
        parts = yaml.safe_load(SHIPPED[DUE_SOON])["parts"]
        own = parts | {"REPLY_REQUEST": {"zh": "可致电", "en": "call"}}
        texts = versions({}, {"version": 2, "effective": date(2026, 5, 1), "parts": own})

        first, second = load_wordings(texts)

        assert second.parts - first.parts == {MessagePart.REPLY_REQUEST}


class TestVersions:
    def test_the_version_in_force_is_the_newest_that_has_begun(self):
        texts = versions(
            {}, {"version": 2, "effective": date(2026, 5, 1)}, withdrawn=date(2026, 9, 1)
        )
        on = partial(load_wordings(texts).on, "cn.sms.due_soon")

        assert on(as_of=date(2026, 4, 30)).version == 1
        assert on(as_of=date(2026, 5, 1)).version == 2
        assert on(as_of=date(2026, 8, 31)).version == 2
        for day in (date(2026, 2, 28), date(2026, 9, 1)):
            with pytest.raises(UnknownWording, match="no version in force"):
                on(as_of=day)

    def test_only_the_messages_of_a_day(self):
        texts = versions({}, {"version": 2, "effective": date(2026, 5, 1)})

        (found,) = load_wordings(texts).in_force(as_of=date(2026, 6, 1))

        assert found.version == 2

    def test_an_unknown_message_is_said_to_be_unknown(self):
        with pytest.raises(UnknownWording, match="does not exist"):
            load_wordings(SHIPPED).on("cn.sms.nothing", as_of=date(2026, 4, 1))

    @pytest.mark.parametrize(
        ("second", "said"),
        [
            ({"version": 1}, "versions[1].version: does not follow"),
            ({"version": 3}, "versions[1].version: does not follow"),
            ({"version": 2}, "versions[1].effective: is not after the version before"),
            (
                {"version": 2, "effective": date(2026, 5, 1), "approved_on": date(2026, 5, 2)},
                "versions[1].approved_on: is after effective",
            ),
        ],
    )
    def test_history_is_appended_and_approved_before_it_begins(self, second, said):
        refused(versions({}, second), said)


class TestNeutralWords:
    """A contact person, a voicemail and a wrong number never learn of a debt."""

    @pytest.mark.parametrize("variable", ["amount", "due_date", "creditor", "loan_ref", "days"])
    def test_cannot_carry_a_variable_that_tells_of_a_debt(self, variable):
        raw = yaml.safe_load(SHIPPED[LOCATE])
        first = raw["versions"][0]
        texts = changed(
            LOCATE,
            variables=[*raw["variables"], variable],
            version={k: f"{first[k]} {{{variable}}}" for k in ("zh", "en")},
        )

        refused(texts, "CONTACT_PERSON and would tell of a debt", variable)

    @pytest.mark.parametrize("part", ["CREDITOR_NAME", "HELP", "NEXT_STEP"])
    def test_cannot_claim_a_part_that_tells_of_a_debt(self, part):
        raw = yaml.safe_load(SHIPPED[LOCATE])
        refused(changed(LOCATE, parts=raw["parts"] | {part: "{officer}"}), "tell of a debt", part)

    @pytest.mark.parametrize(
        ("zh", "en"),
        [("他有一笔逾期借款。", "Thank you."), ("谢谢。", "It is about a debt."), ("贷 款", "x")],
    )
    def test_cannot_say_it_in_words(self, zh, en):
        first = yaml.safe_load(SHIPPED[LOCATE])["versions"][0]
        texts = changed(LOCATE, version={"zh": first["zh"] + zh, "en": f"{first['en']} {en}"})

        refused(texts, "tells others of a debt")

    def test_only_a_contact_person_is_asked_where_somebody_is(self):
        refused(changed(LOCATE, audience="ANYONE"), "may not be ANYONE")

    def test_asks_for_nothing_beside(self):
        raw = yaml.safe_load(SHIPPED[LOCATE])
        first = raw["versions"][0]
        texts = changed(
            LOCATE,
            variables=[*raw["variables"], "help_url"],
            version={k: first[k] + " {help_url}" for k in ("zh", "en")},
        )

        refused(texts, "variables: may not contain help_url")

    def test_is_a_type_of_its_own(self):
        wordings = load_wordings(SHIPPED)

        for wording in wordings:
            assert isinstance(wording, NeutralWording) == wording.audience.neutral
        neutral = wordings.on("cn.voice.contact_enquiry", as_of=date(2026, 4, 1))
        plain = wordings.on("cn.sms.due_soon", as_of=date(2026, 4, 1))
        fields = {name: getattr(plain, name) for name in Wording.__dataclass_fields__}
        with pytest.raises(InvalidWording, match="which is not neutral"):
            NeutralWording(**fields)
        with pytest.raises(InvalidWording, match="cannot say that"):
            Wording(**(fields | {"audience": neutral.audience}))
        with pytest.raises(InvalidWording, match="would tell of a debt: amount, due_date"):
            NeutralWording(
                **(fields | {"audience": Audience.ANYONE, "variables": plain.variables[3:5]})
            )


class TestRequirements:
    @pytest.mark.parametrize(
        ("name", "drop", "said"),
        [
            ("cn/sms/due_soon.yaml", "SIGNATURE", "lacks SIGNATURE"),
            ("cn/sms/due_soon.yaml", "CREDITOR_NAME", "lacks CREDITOR_NAME"),
            ("cn/sms/due_soon.yaml", "CALLBACK_NUMBER", "lacks CALLBACK_NUMBER"),
            ("us/sms/due_soon.yaml", "OPT_OUT", "lacks OPT_OUT"),
            ("us/email/overdue_factual.yaml", "OPT_OUT", "lacks OPT_OUT"),
            ("us/letter/time_barred.yaml", "DEBT_COLLECTION_NOTICE", "lacks DEBT_COLLECTION"),
            ("us/voice/disclose_first.yaml", "INFORMATION_USE_NOTICE", "lacks INFORMATION_USE"),
            ("us/voice/voicemail.yaml", "REPLY_REQUEST", "lacks REPLY_REQUEST"),
            ("uk/letter/arrears.yaml", "HELP", "lacks HELP"),
            ("cn/bot/opening.yaml", "MACHINE_NOTICE", "lacks MACHINE_NOTICE"),
            (LEGAL, "LEGAL_BASIS", "lacks LEGAL_BASIS"),
            (LEGAL, "NEXT_STEP", "lacks NEXT_STEP"),
        ],
    )
    def test_a_message_of_a_sort_contains_its_parts(self, name, drop, said):
        parts = yaml.safe_load(SHIPPED[name])["parts"]
        del parts[drop]

        refused(changed(name, parts=parts), said)

    def test_a_legal_reminder_has_a_fact_that_makes_it_true(self):
        needs = yaml.safe_load(SHIPPED[LEGAL])["needs"]
        refused(
            changed(LEGAL, needs=[n for n in needs if n != "SUIT_AUTHORISED"]),
            "lacks one of ENFORCEMENT_OPEN, JUDGMENT_GIVEN, SUIT_AUTHORISED, SUIT_FILED",
        )

    @pytest.mark.parametrize("fact", ["VULNERABLE", "DISPUTE_OPEN", "TIME_BARRED"])
    def test_firm_words_are_not_for_everybody(self, fact):
        facts = yaml.safe_load(SHIPPED[LEGAL])["refuses"]
        refused(changed(LEGAL, refuses=[f for f in facts if f != fact]), f"refuses: lacks {fact}")

    def test_no_debt_before_identity(self):
        needs = yaml.safe_load(SHIPPED[DUE_SOON])["needs"]
        refused(changed(needs=needs[1:]), "needs: lacks ADDRESSEE_IS_DEBTOR")

    def test_a_voicemail_holds_nothing_else(self):
        name = "us/voice/voicemail.yaml"
        parts = yaml.safe_load(SHIPPED[name])["parts"]
        more = {"VERIFY_WAY": {"zh": "您好", "en": "Hello"}}

        refused(changed(name, parts=parts | more), "may not contain VERIFY_WAY")


class TestWords:
    @pytest.mark.parametrize(
        ("zh", "en", "said"),
        [
            ("最后机会。", "", "'最后机会' presses"),
            ("请立 即还款。", "", "'立即还' presses"),
            ("", "This is your last chance.", "'last chance' presses"),
            ("", "Pay IMMEDIATELY.", "'Pay IMMEDIATELY' presses"),
            ("", "Act\nnow.", "'Act now' presses"),
        ],
    )
    def test_nobody_is_pressed(self, zh, en, said):
        first = yaml.safe_load(SHIPPED[DUE_SOON])["versions"][0]
        refused(changed(version={"zh": first["zh"] + zh, "en": f"{first['en']} {en}"}), said)

    def test_an_email_says_nothing_on_a_locked_screen(self):
        name = "uk/email/overdue_factual.yaml"
        texts = changed(name, version={"subject": {"zh": "说明", "en": "Your overdue payment"}})

        refused(texts, "'overdue' tells of a debt on a locked screen")

    def test_the_content_check_is_shown_every_message_as_it_would_be_said(self):
        seen = []

        def check(text, *, locale, facts):
            seen.append((locale, facts, text))
            return []

        load_wordings(changed(), check=check)

        (zh, en) = seen
        assert zh[0] == "zh-CN"
        assert en[0] == "en-CN"
        assert Fact.DUE_SOON in en[1]
        assert "CNY 1,234.56 of your loan with Example Credit" in en[2]

    def test_what_the_content_check_objects_to_is_refused(self):
        def check(text, *, locale, facts):
            return ["PRESSURE: now"] if locale == "en-CN" else []

        refused(changed(), "versions[0].en: the content check objects: PRESSURE: now", check=check)

    def test_the_check_sees_subjects_too(self):
        seen = []
        load_wordings(
            changed("uk/letter/arrears.yaml"),
            check=lambda text, *, locale, facts: seen.append((locale, text)) or [],
        )

        assert [locale for locale, _ in seen] == ["zh-CN", "en-GB"]
        assert seen[1][1].startswith("Your agreement: please talk to us\n\nDear Ms Lin,")


class TestShipped:
    def test_every_country_channel_and_tone_has_messages(self):
        wordings = load_wordings(SHIPPED)

        assert len({each.id for each in wordings}) >= 100
        assert {each.jurisdiction for each in wordings} == set(Jurisdiction)
        assert {each.channel for each in wordings} == set(Channel) - {Channel.VISIT}
        assert {each.tone for each in wordings} == set(Tone)
        assert {each.audience for each in wordings} == set(Audience)

    @pytest.mark.parametrize("wording", load_wordings(SHIPPED).all, ids=lambda w: w.id)
    def test_approvers_are_invented_and_both_languages_are_themselves(self, wording):
        assert "虚构" in wording.approved_by.zh
        assert "invented" in wording.approved_by.en
        for language, other in ((Language.ZH, False), (Language.EN, True)):
            text = wording.template(language).replace("【", "").replace("】", "")
            chinese = sum("\u4e00" <= each <= "\u9fff" for each in text)
            assert (chinese == 0) == other

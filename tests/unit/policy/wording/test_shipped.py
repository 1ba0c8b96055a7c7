"""The shipped messages keep the shipped law, and the catalogue shows them all."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import yaml

from forbear.contexts.rulebook.library import policy_texts
from forbear.policy.ask.wording import WordingFacts, may_say
from forbear.policy.pack import load_library
from forbear.policy.wording.form import Audience, NeutralWording, Step
from forbear.policy.wording.load import load_wordings
from forbear.policy.wording.page import pages
from forbear.policy.wording.sample import sample
from forbear.policy.wording.sms import sms_length
from forbear.values.code import Actor, Channel, ContactPurpose, Jurisdiction, Language
from forbear.values.wording import Fact, MessagePart, Tone

SHIPPED = policy_texts("messages")
WORDINGS = load_wordings(SHIPPED)
NOON = datetime(2026, 3, 20, 4, tzinfo=UTC)
LAW = load_library(
    policy_texts("law"),
    policy_texts("house/demo/rules"),
    calendars=policy_texts("calendars"),
    series=policy_texts("series"),
)
# A script's steps are parts of one conversation; these stand alone.
ALONE = {Step.VOICEMAIL, Step.LOCATE}
SMS_PARTS_MAX = 6


def refusals(channel, jurisdiction, contact, parts, facts, actor):
    pack = LAW.pack(jurisdiction, as_of=NOON.date(), actor=actor)
    said = WordingFacts(channel, contact, parts, facts=facts)
    return [(found.rule_id, found.facts) for found in may_say(pack, said, now=NOON).refusals]


def actor_of(wording):
    if Fact.SENDER_IS_AGENCY in wording.facts:
        return Actor.THIRD_PARTY
    return Actor.FIRST_PARTY if Fact.SENDER_IS_CREDITOR in wording.facts else None


class TestLaw:
    @pytest.mark.parametrize(
        "wording", [w for w in WORDINGS if not w.step or w.step in ALONE], ids=lambda w: w.id
    )
    def test_what_stands_alone_holds_what_the_law_wants(self, wording):
        found = refusals(
            wording.channel,
            wording.jurisdiction,
            wording.contact,
            wording.parts,
            wording.facts,
            actor_of(wording),
        )

        assert found == []

    @pytest.mark.parametrize(
        ("ids", "actor"),
        [
            ("cn.voice.identify cn.voice.verify cn.voice.disclose", Actor.FIRST_PARTY),
            ("cn.voice.identify cn.voice.verify cn.voice.disclose_agency", Actor.THIRD_PARTY),
            ("us.voice.identify us.voice.verify us.voice.disclose_first", Actor.THIRD_PARTY),
            ("us.voice.identify us.voice.verify us.voice.disclose_later", Actor.THIRD_PARTY),
            ("uk.voice.identify uk.voice.verify uk.voice.disclose", Actor.FIRST_PARTY),
            ("cn.bot.opening cn.bot.due_soon", Actor.FIRST_PARTY),
            ("cn.bot.opening cn.bot.overdue_gentle", Actor.FIRST_PARTY),
        ],
    )
    def test_a_script_holds_what_the_law_wants(self, ids, actor):
        steps = [WORDINGS.on(each, as_of=NOON.date()) for each in ids.split()]
        parts = frozenset().union(*(each.parts for each in steps))
        facts = frozenset().union(*(each.facts for each in steps))
        first = steps[0]

        found = refusals(
            first.channel, first.jurisdiction, ContactPurpose.COLLECT, parts, facts, actor
        )

        assert found == []


class TestCare:
    def test_every_script_goes_from_identity_to_close(self):
        for jurisdiction in Jurisdiction:
            steps = {w.step for w in WORDINGS if w.jurisdiction is jurisdiction and w.step}
            assert {Step.IDENTIFY, Step.VERIFY, Step.DISCLOSE, Step.OPTIONS, Step.CLOSE} <= steps
            assert Step.CARE in steps
        whole = {w.step for w in WORDINGS if w.id.startswith("cn.voice.")}
        assert {Step.LISTEN, Step.FACTS, Step.AGREE} <= whole

    def test_asking_for_money_is_never_without_a_way_to_help_or_object(self):
        ways = {MessagePart.HELP, MessagePart.DISPUTE_WAY}
        for wording in WORDINGS:
            if {Fact.OVERDUE, MessagePart.AMOUNT} <= wording.facts | wording.parts:
                assert wording.parts & ways, wording.id

    def test_legal_words_rest_on_a_decision_and_never_reach_the_vulnerable(self):
        legal = [w for w in WORDINGS if w.tone is Tone.LEGAL]

        assert {w.jurisdiction for w in legal} >= {Jurisdiction.CN, Jurisdiction.US}
        for wording in legal:
            assert wording.facts & {Fact.SUIT_AUTHORISED, Fact.SUIT_FILED}
            assert Fact.VULNERABLE in {claim.fact for claim in wording.refuses}

    def test_a_limited_voicemail_says_exactly_what_it_may(self):
        wording = WORDINGS.on("us.voice.voicemail", as_of=NOON.date())

        assert isinstance(wording, NeutralWording)
        assert sample(wording, Language.EN).text == (
            "Hello, this is Robin Shaw calling from Example Services. "
            "Please call me or any of our representatives back at 400-000-0000."
        )

    def test_contact_persons_are_only_asked_or_left_in_peace(self):
        found = {w.id for w in WORDINGS if w.audience is Audience.CONTACT_PERSON}

        assert found == {
            "cn.voice.contact_enquiry",
            "cn.voice.contact_stop",
            "us.voice.contact_enquiry",
        }

    @pytest.mark.parametrize("language", Language)
    @pytest.mark.parametrize(
        "wording", [w for w in WORDINGS if w.channel is Channel.SMS], ids=lambda w: w.id
    )
    def test_text_messages_stay_short(self, wording, language):
        assert sms_length(sample(wording, language).text).parts <= SMS_PARTS_MAX


class TestPage:
    def test_shows_every_message_in_full(self):
        page = pages(WORDINGS)

        assert page.startswith("# Messages\n")
        for wording in WORDINGS:
            assert page.count(f"### `{wording.id}`\n") == 1
            for said in (wording.purpose.zh, wording.purpose.en):
                assert said in page
            for language in Language:
                assert f"```text\n{wording.template(language)}\n```" in page
        assert "Example compliance desk (invented) / 示例合规岗（虚构）" in page
        assert "amount = amount_then + interest_since + fees_since − payments_since" in page
        assert "something falls due soon (`DUE_SOON`)" in page

    def test_shows_the_newest_version_and_names_the_earlier(self):
        name = "cn/sms/due_soon.yaml"
        raw = yaml.safe_load(SHIPPED[name])
        second = raw["versions"][0] | {"version": 2, "effective": date(2026, 5, 1)}
        raw |= {"versions": [raw["versions"][0], second], "withdrawn": date(2026, 9, 1)}
        terms = {each: text for each, text in SHIPPED.items() if each.startswith("terms/")}

        page = pages(load_wordings(terms | {name: yaml.safe_dump(raw, allow_unicode=True)}))

        assert "Version: 2, in force from 2026-05-01 until 2026-09-01, approved on" in page
        assert "earlier: 1 from 2026-03-01" in page
        assert page.count("### `cn.sms.due_soon`") == 1

    def test_is_the_same_whenever_it_is_made(self):
        reordered = dict(sorted(SHIPPED.items(), reverse=True))

        assert pages(load_wordings(reordered)) == pages(WORDINGS)

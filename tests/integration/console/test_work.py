"""Acting at a desk: a call and its end, notes and drafts, promised calls, approved messages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings

from forbear.contexts.audit.models import Entry
from forbear.contexts.cases.campaign.words import compose
from forbear.contexts.cases.models import Callback, Case, Draft, Note, Plan, Talk
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.channels.simulated.adapter import SimulatedAdapter
from forbear.contexts.contact.channels.simulated.provider import Provider
from forbear.contexts.contact.gate.worker import Sender
from forbear.contexts.contact.models import Attempt, Dispatch
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.models import ContactPoint, Hold
from forbear.contexts.rights.models import Filing
from forbear.values.code import Channel
from tests.support.asked import questions
from tests.support.desk import Late, new_shop, noon_now, zone_where
from tests.support.people import audited
from tests.support.portfolio import SETUP

pytestmark = pytest.mark.usefixtures("portfolio")
AMOUNT = "1,234.56"


@pytest.fixture
def shop():
    return new_shop()


@pytest.fixture
def late(shop):
    return shop.late()


@pytest.fixture
def client(shop, late):
    """A collector who has taken the case."""
    client = shop.client()
    client.post(f"/cases/{late.case_id}/take/")
    return client


def _text(answer):
    return answer.content.decode()


def _call(client, late: Late, **given):
    told = {"point": late.who.point_id, "loan": late.who.loan_id, "request": uuid4(), **given}
    return client.post(f"{late.page}call/", told, follow=True)


def _wrap(client, late, **given):
    told = {"outcome": "RANG", "following": "AGAIN", "text": "", "note_ref": uuid4(), **given}
    return client.post(f"{late.page}wrap-up/", told)


def _seen(model, **which):
    with reading(SETUP):
        return list(model.objects.filter(**which).order_by("pk"))


THREATENED_BACK = "他说活着没意思，不想活了，我说不还钱就等着坐牢。"


class TestCall:
    def test_goes_by_the_gate_and_counts_at_once(self, client, late):
        page = _text(_call(client, late))

        (sent,) = _seen(Dispatch)
        assert (sent.state, sent.way, sent.provider) == ("ACCEPTED", "MANUAL", "desk")
        assert 'id="talk"' in page
        assert "pick up your telephone" in page
        assert len(audited("contact.intended")) == 1
        assert not re.search(r"199\d{8}", page)

    def test_is_one_however_often_its_form_is_sent(self, client, late):
        request = uuid4()
        for _ in range(2):
            _call(client, late, request=request)

        assert len(_seen(Dispatch)) == 1
        assert _call(client, late).status_code == 409

    def test_late_at_night_is_refused_with_the_rule_and_when_it_opens(self, shop):
        night = shop.late(time_zones=(zone_where(22),))
        client = shop.client()
        client.post(f"/cases/{night.case_id}/take/")

        page = _text(_call(client, night))

        assert "No call was made" in page
        assert "GB/T 45251" in page
        assert re.search(r"from 08:00 (today|tomorrow)", page)
        assert 'id="talk"' not in page
        assert _seen(Dispatch) == _seen(Talk) == []
        assert len(audited("contact.refused")) == 1

    def test_takes_the_case(self, shop, late):
        assert _call(shop.client(), late).status_code == 409
        assert _seen(Dispatch) == []

    def test_is_for_nobody_in_another_team(self, shop, late):
        stranger = new_shop("south").client()

        for route in ("call", "verify", "wrap-up", "note", "draft", "stay", "callback"):
            answer = stranger.post(f"{late.page}{route}/", {"text": "x", "request": uuid4()})
            assert answer.status_code == 404, route
        assert stranger.get(f"{late.page}message/?point=1&channel=SMS").status_code == 404
        assert late.who.ref not in _text(stranger.get(f"{late.page}call/live/"))

    def test_by_a_provider_waits_in_the_queue_and_is_taken_back_when_wrapped_up(self, client, late):
        with override_settings(FORBEAR_PROVIDERS=["simulated"]):
            assert "waiting to be connected" in _text(_call(client, late))

        _wrap(client, late)

        (sent,) = _seen(Dispatch)
        assert sent.state == "WITHDRAWN"
        (talk,) = _seen(Talk)
        assert (talk.outcome, talk.ended_at is None) == (None, False)

    def test_shows_its_state_as_it_changes(self, client, late):
        _call(client, late)
        with reading(SETUP):
            Attempt.objects.update(outcome="ANSWERED")

        part = _text(client.get(f"{late.page}call/live/"))

        assert "Answered" in part
        assert "<html" not in part


class TestIdentity:
    def test_no_amount_is_on_the_page_before_it_is_certain(self, client, late):
        assert AMOUNT in _text(client.get(late.page))
        _call(client, late)

        for route in (late.page, f"{late.page}?only=money", f"{late.page}timeline/"):
            page = _text(client.get(route))
            assert AMOUNT not in page
            assert "12 days" not in page
        assert "Listen" in _text(client.get(late.page))
        assert "逾期" not in _text(client.get(late.page))

        client.post(f"{late.page}verify/")

        page = _text(client.get(late.page))
        assert AMOUNT in page
        assert "截至" in page  # the approved words of the step of facts
        assert "1,000.00元" in page
        assert len(audited("identity.verified")) == 1

    def test_the_law_is_spoken_of_only_when_its_facts_hold(self, client, late):
        _call(client, late)
        client.post(f"{late.page}verify/")

        page = _text(client.get(late.page))

        assert "cn.voice.facts" in page
        assert "legal_reminder" not in page

    def test_of_no_call_is_none(self, client, late):
        assert client.post(f"{late.page}verify/").status_code == 409

    def test_helps_in_the_persons_speech(self, shop):
        late = shop.late(region="51", dialect="SICHUANESE")
        client = shop.client()
        client.post(f"/cases/{late.case_id}/take/")

        page = _text(_call(client, late))

        assert "A greeting in Sichuanese is welcome" in page
        assert "您好，我是" in page


class TestWrapUp:
    def test_ends_it_all_at_once(self, client, late):
        _call(client, late)
        client.post(f"{late.page}verify/")
        told = {"outcome": "CONVERSATION", "following": "DONE", "text": "周五发工资后还一半。"}

        answer = _wrap(client, late, **told)

        assert answer.headers["Location"] == "/queue/"
        assert [row.outcome for row in _seen(Attempt)] == ["CONVERSATION"]
        (talk,) = _seen(Talk)
        assert (talk.suggested, talk.outcome) == ("CONVERSATION", "CONVERSATION")
        assert _seen(Plan)[0].state == "DONE"
        assert _seen(Case)[0].state == "WORKING"
        assert _seen(ContactPoint)[0].quality == "CONFIRMED"
        assert "周五发工资后还一半。" in _text(client.get(late.page))
        assert "You have this case" not in _text(client.get(late.page))
        for event in ("case.wrapped_up", "note.added", "case.released", "contact.outcome"):
            assert len(audited(event)) == 1, event

    def test_suggests_what_is_known(self, client, late):
        _call(client, late)
        assert re.search(r'value="RANG" selected', _text(client.get(late.page)))

        client.post(f"{late.page}verify/")

        assert re.search(r'value="CONVERSATION" selected', _text(client.get(late.page)))

    def test_has_three_inputs(self, client, late):
        form = re.search(
            r'<form class="wrap".*?</form>', _text(_call(client, late)), re.DOTALL
        ).group()

        shown = re.findall(r"<(?:select|textarea)|<input(?![^>]*hidden)[^>]*>", form)
        assert len([each for each in shown if "datetime" not in each]) == 3

    def test_of_somebody_elses_debt_stops_contact_and_closes(self, client, late):
        _call(client, late)

        _wrap(client, late, outcome="WRONG_PERSON", following="CLOSE_WRONG_PERSON")

        (case,) = _seen(Case)
        assert (case.state, case.ended_as) == ("CLOSED", "WRONG_PERSON")
        assert [hold.kind for hold in _seen(Hold)] == ["WRONG_PERSON"]
        assert _seen(ContactPoint)[0].quality == "WRONG_PERSON"
        assert "allowed</span>" not in _text(client.get(late.page))

    def test_promises_a_call_at_a_time_that_the_rules_allow(self, client, late):
        _call(client, late)
        zone = ZoneInfo(noon_now())
        tomorrow = datetime.now(zone) + timedelta(days=3)
        at_night = tomorrow.replace(hour=23, minute=0)
        at_ten = tomorrow.replace(hour=10, minute=0, second=0, microsecond=0)
        told = {"following": "CALL_BACK", "text": "asked for another time"}

        refused = _wrap(client, late, callback_at=f"{at_night:%Y-%m-%dT%H:%M}", **told)
        assert refused.status_code == 422
        assert "No call may be made then" in _text(refused)
        assert "asked for another time" in _text(refused)
        assert _seen(Note) == _seen(Callback) == []
        _wrap(client, late, callback_at=f"{at_ten:%Y-%m-%dT%H:%M}", **told)

        (promised,) = _seen(Callback)
        assert promised.due_at == at_ten.astimezone(UTC)
        assert _seen(Case)[0].state == "WAITING"
        assert len(audited("callback.set")) == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"outcome": "DELIVERED"},
            {"outcome": "x"},
            {"following": "x"},
            {"following": "CALL_BACK"},
            {"following": "CALL_BACK", "callback_at": "soon"},
            {"following": "CALL_BACK", "callback_at": "2020-01-01T10:00"},
        ],
    )
    def test_that_is_not_whole_changes_nothing(self, client, late, wrong):
        _call(client, late)

        assert _wrap(client, late, **wrong).status_code == 422
        assert _seen(Talk)[0].ended_at is None
        assert audited("case.wrapped_up") == []

    def test_with_refused_words_of_distress_pauses_contact_and_wraps_nothing_up(self, client, late):
        _call(client, late)

        assert _wrap(client, late, text=THREATENED_BACK).status_code == 422
        assert _seen(Talk)[0].ended_at is None
        assert "SELF_HARM" in {hold.kind for hold in _seen(Hold)}

    def test_needs_the_case_still(self, client, shop, late):
        _call(client, late)
        shop.client(Role.SUPERVISOR).post(f"/cases/{late.case_id}/take-over/")

        assert _wrap(client, late).status_code == 409
        assert audited("case.wrapped_up") == []


class TestNote:
    def _write(self, client, late, text, **given):
        told = {"text": text, "note_ref": uuid4(), **given}
        return client.post(f"{late.page}note/", told)

    def test_is_kept(self, client, late):
        self._write(client, late, "Asked for the contract.\r\nPays on the tenth.")

        assert "Asked for the contract.<br>Pays on the tenth." in _text(client.get(late.page))

    @pytest.mark.parametrize(
        ("text", "act", "instead"),
        [
            ("再不还就让你坐牢，公安马上来。", "crime", "civil matter"),
            ("I will call your mother and tell her that you owe us.", "", "alone"),
        ],
    )
    def test_with_forbidden_words_is_not_kept_but_nothing_is_lost(
        self, client, late, text, act, instead
    ):
        answer = self._write(client, late, text)

        page = _text(answer)
        assert answer.status_code == 422
        assert "<mark>" in page
        assert act in page
        assert instead in page
        assert text in page
        assert _seen(Note) == []
        self._write(client, late, text, reports="on")
        assert len(_seen(Note)) == 1
        assert _seen(Draft) == []
        (entry,) = _seen(Entry, event="note.added")
        assert b'"acts":["' in bytes(entry.body)

    def test_that_tells_of_distress_pauses_contact_and_opens_what_to_do(self, client, late):
        answer = self._write(client, late, "对方说不想活了，很激动。")
        page = _text(client.get(answer.headers["Location"]))

        # The note's own, and that of the hardship which was opened so that somebody looks.
        assert [hold.kind for hold in _seen(Hold)] == ["SELF_HARM", "SELF_HARM"]
        assert [(row.kind, row.reason) for row in _seen(Filing)] == [("HARDSHIP", "DISTRESS")]
        assert _seen(Plan)[0].state == "CANCELLED"
        assert "The person first" in page
        assert "Stop collecting and care for the person" in page
        assert "现在最要紧的是您的安全" in page
        assert "house.cn.holds" in page
        assert len(audited("distress.found")) == 1
        assert len(audited("hold.placed")) == 2

    def test_that_tells_of_distress_is_acted_on_although_its_words_are_refused(self, client, late):
        text = THREATENED_BACK
        page = _text(answer := self._write(client, late, text))

        assert answer.status_code == 422
        assert _seen(Note) == []
        assert "SELF_HARM" in {hold.kind for hold in _seen(Hold)}
        assert _seen(Plan)[0].state == "CANCELLED"
        assert "Signs of distress were found" in page
        assert "The person first" in page
        assert text in page
        assert len(audited("distress.found")) == 1

    def test_that_was_acted_on_may_be_kept_afterwards(self, client, late):
        text, ref = THREATENED_BACK, uuid4()
        self._write(client, late, text, note_ref=ref)
        held = _seen(Hold)
        self._write(client, late, text, note_ref=ref, reports="on")

        assert [note.ref for note in _seen(Note)] == [ref]
        assert _seen(Hold) == held

    def test_that_tells_of_none_pauses_nothing(self, client, late):
        self._write(client, late, "没有自杀倾向，情绪平稳。")

        assert _seen(Hold) == []


class TestDraft:
    def test_outlives_the_browser_and_lies_sealed(self, client, shop, late):
        text = "他说下个月发年终奖"
        answer = client.post(f"{late.page}draft/", {"text": text}, headers={"X-Draft": "1"})

        assert answer.status_code == 204
        assert text in _text(client.get(late.page))
        (draft,) = _seen(Draft)
        with reading(SETUP):
            stored = bytes(Draft.objects.values_list("text", flat=True).get().cell)
        assert text.encode() not in stored
        mate = shop.client()
        assert text not in _text(mate.get(late.page))
        assert mate.post(f"{late.page}draft/", {"text": "x"}).status_code == 409
        told = {"text": text, "note_ref": draft.ref}
        for _ in range(2):
            client.post(f"{late.page}note/", told)
        assert len(_seen(Note)) == 1
        assert _seen(Draft) == []

    def test_that_arrives_behind_its_own_note_is_none(self, client, late):
        told = {"text": "asked for the items", "note_ref": uuid4()}
        client.post(f"{late.page}note/", told)

        client.post(f"{late.page}draft/", told, headers={"X-Draft": "1"})

        assert _seen(Draft) == []

    def test_without_scripts_is_kept_by_a_button_and_emptied(self, client, late):
        client.post(f"{late.page}draft/", {"text": "half a sentence"})
        assert "half a sentence" in _text(client.get(late.page))

        client.post(f"{late.page}draft/", {"text": "  "})

        assert _seen(Draft) == []


class TestCallback:
    def test_is_promised_kept_and_stands_first(self, client, late):
        zone = ZoneInfo(noon_now())
        soon = f"{datetime.now(zone) + timedelta(minutes=90):%Y-%m-%dT%H:%M}"
        told = {"point": late.who.point_id, "callback_at": soon}
        client.post(f"{late.page}callback/", told)
        assert "Promised to call back" in _text(client.get("/queue/"))

        _call(client, late)

        assert _seen(Dispatch)[0].way == "CALLBACK"
        _wrap(client, late, following="DONE")
        assert "Promised to call back" not in _text(client.get("/queue/"))

    def test_of_the_past_is_refused_in_words(self, client, late):
        told = {"point": late.who.point_id, "callback_at": "2020-01-01T10:00"}

        page = _text(client.post(f"{late.page}callback/", told, follow=True))

        assert "for a time to come" in page
        assert _seen(Callback) == []


class TestMessage:
    @pytest.fixture(autouse=True)
    def _provider(self):
        with override_settings(FORBEAR_PROVIDERS=["simulated"]):
            yield

    def _page(self, client, late):
        return _text(client.get(f"{late.page}message/?point={late.who.point_id}&channel=SMS"))

    def test_shows_what_is_true_word_for_word_and_why_the_rest_is_not(self, client, late):
        page = self._page(client, late)

        assert "cn.sms.overdue_gentle" in page
        assert "<mark" in page
        assert "示例金融" in page
        assert "欧***您好" in page
        assert "欧阳虚构" not in page
        assert "arrangement_ended" not in page
        assert "missing fact" in page
        assert page.count('name="message"') >= 1

    def test_leaves_by_the_gate_with_the_words_shown(self, client, late):
        told = {"point": late.who.point_id, "loan": late.who.loan_id, "channel": "SMS"}
        told |= {"request": uuid4(), "message": "cn.sms.overdue_gentle@1"}

        page = _text(client.post(f"{late.page}message/", told, follow=True))

        assert "on its way" in page
        provider = Provider(lambda: datetime.now(UTC))
        Sender(Providers([SimulatedAdapter(provider)]), compose).carry()
        (entry,) = provider.ledger
        assert entry.channel is Channel.SMS
        (sent,) = _seen(Dispatch)
        assert (sent.state, sent.message_id, sent.text_sha256) == (
            "ACCEPTED",
            "cn.sms.overdue_gentle",
            entry.text_sha256,
        )

    def test_is_not_offered_without_a_provider(self, client, late):
        with override_settings(FORBEAR_PROVIDERS=[]):
            assert 'name="message"' not in self._page(client, late)
            assert "No provider carries this channel here." in _text(client.get(late.page))

    @pytest.mark.parametrize(
        "wrong", [{"channel": "VOICE"}, {"message": "x"}, {"request": "x"}, {"point": "x"}]
    )
    def test_that_is_not_whole_is_refused(self, client, late, wrong):
        told = {"point": late.who.point_id, "channel": "SMS", "request": uuid4()}
        told |= {"message": "cn.sms.overdue_gentle@1", **wrong}

        assert client.post(f"{late.page}message/", told).status_code == 422
        assert _seen(Dispatch) == []


def test_a_call_costs_few_questions_to_look_at(client, late):
    _call(client, late)
    client.post(f"{late.page}verify/")
    client.get(late.page)

    with questions() as asked:
        client.get(late.page)

    assert len(asked) <= 75

"""A machine calls: it says that it is one, tells strangers nothing, and hears what is pressed."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from forbear.contexts.cases.campaign.menu import menu_message
from forbear.contexts.contact.call.models import Call
from forbear.contexts.contact.call.recording import open_recording
from forbear.contexts.contact.channels.voice.recorded import sound_of_pieces
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.word import Way
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.models import Consent, ContactPoint
from forbear.values.code import Channel, Jurisdiction
from tests.support.desk import new_shop
from tests.support.gate import DIALLER
from tests.support.phones import number_of, settings_for, switchboard, until
from tests.support.portfolio import SETUP
from tests.support.sip_peer import lasting

pytestmark = pytest.mark.usefixtures("portfolio")
IDENTIFY, FACTS, STOPPED, WRONG, OTHER = "350", "1300", "450", "1000", "1150"


@pytest.fixture
def late():
    return new_shop().late()


def _ask(late, channel=Channel.BOT, **given):
    message = menu_message(Jurisdiction.CN, Channel.BOT, 12, as_of=datetime.now(UTC).date())
    request = uuid4()
    asked = Asked(request, late.who.wish(channel), Way.AGENDA, "trunk", message=message, **given)
    answer = authorise(asked, actor=DIALLER)
    assert answer.allowed, answer.reasons
    return request


def _ended(request):
    def found():
        with reading(SETUP):
            return Call.objects.filter(pk=request, state="ENDED").first()

    return until(found)


def _outcome(request):
    with reading(SETUP):
        row = Dispatch.objects.select_related("attempt").get(permit_id=request)
        return row.state, row.attempt.outcome


def _run(late, phones, tmp_path, keys=(), *, trunk=None, **does):
    number = number_of(late.who)
    phones.do("be", number, **{"hertz": 0.0, "keys": list(keys), **does})
    with switchboard(settings_for(phones.port, **(trunk or {})), tmp_path):
        request = _ask(late)
        row = _ended(request)
        heard = phones.heard(number)
    return request, row, heard


class TestMenu:
    def test_tells_of_the_debt_only_after_the_person_has_said_so(self, late, phones, tmp_path):
        request, row, heard = _run(late, phones, tmp_path, [(350, "1"), (1300, "9")])

        assert heard["lasts"][IDENTIFY] > 0.15
        assert heard["lasts"][FACTS] > 0.15
        assert heard["lasts"][STOPPED] > 0.15
        assert row.end == "WE_HUNG_UP"
        assert _outcome(request) == ("ACCEPTED", "CONVERSATION")
        pieces = open_recording(
            request, tmp_path / "recordings", actor=SETUP, now=datetime.now(UTC)
        )
        _, said = sound_of_pieces(pieces)
        assert lasting(said)["350"] > 0.2

    def test_a_wish_for_no_more_calls_is_kept_before_the_answer_to_it(self, late, phones, tmp_path):
        waiting = _ask(late, not_before=datetime(2099, 1, 1, tzinfo=UTC))

        request, _, heard = _run(late, phones, tmp_path, [(350, "9")])

        with reading(SETUP):
            (consent,) = Consent.objects.filter(ref=f"call-{request}")
            ended = Call.objects.get(pk=request)
        assert (consent.kind, consent.state, consent.channel) == ("CHANNEL", "WITHDRAWN", "BOT")
        assert (consent.recorded_at - ended.answered_at).total_seconds() < 3
        assert heard["lasts"][FACTS] == 0
        assert heard["lasts"][STOPPED] > 0.15
        assert _outcome(waiting) == ("WITHDRAWN", "FAILED")

    def test_somebody_else_hears_an_apology_and_the_number_is_dropped(self, late, phones, tmp_path):
        request, _, heard = _run(late, phones, tmp_path, [(350, "2")])

        assert heard["lasts"][FACTS] == 0
        assert heard["lasts"][WRONG] > 0.15
        assert _outcome(request) == ("ACCEPTED", "WRONG_PERSON")
        with reading(SETUP):
            assert ContactPoint.objects.get(pk=late.who.point_id).quality == "WRONG_PERSON"

    @pytest.mark.nightly
    def test_a_person_who_hangs_up_in_mid_sentence_was_reached_and_told_nothing(
        self, late, phones, tmp_path
    ):
        request, row, heard = _run(late, phones, tmp_path, hangs_up_s=1.0)

        assert row.end == "PERSON_HUNG_UP"
        assert heard["lasts"][FACTS] == 0
        assert _outcome(request) == ("ACCEPTED", "ANSWERED")

    @pytest.mark.nightly
    def test_a_colleague_comes_to_the_telephone(self, late, phones, tmp_path):
        phones.do("be", "600", hertz=700.0, hangs_up_s=1.5)

        _, row, heard = _run(late, phones, tmp_path, [(350, "0")], trunk={"desk_queue": "600"})

        assert phones.calls("600") == 1
        assert heard["lasts"]["700"] > 0.15
        assert row.end == "WE_HUNG_UP"

    def test_nothing_is_left_on_a_machine_where_the_law_knows_no_words_for_it(
        self, late, phones, tmp_path
    ):
        request, row, heard = _run(late, phones, tmp_path, hertz=1000.0)

        assert row.end == "VOICEMAIL"
        assert _outcome(request) == ("ACCEPTED", "VOICEMAIL")
        assert heard["seconds"] < 3

    def test_without_a_voice_nobody_is_called(self, late, phones, tmp_path):
        number = number_of(late.who)
        with switchboard(settings_for(phones.port, voices={}), tmp_path):
            request = _ask(late)
            row = _ended(request)

        assert row.end == "NOT_DIALLED"
        assert _outcome(request) == ("WITHDRAWN", "FAILED")
        assert phones.calls(number) == 0

"""A collector calls from the page: real SIP, real sound, both ways, through the gate."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from forbear.contexts.contact.call.models import Call, Recording
from forbear.contexts.contact.call.recording import open_recording
from forbear.contexts.contact.channels.secret import Reference
from forbear.contexts.contact.channels.voice.recorded import sound_of_pieces
from forbear.contexts.contact.channels.voice.setting import Pool
from forbear.contexts.contact.gate.stop import place_stop
from forbear.contexts.contact.gate.word import StopScope
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.actions.telephone import set_telephone
from forbear.contexts.people.models import Staff
from forbear.contexts.portfolio.actions.point import change_contact_point
from forbear.contexts.portfolio.models import ContactPoint, Debtor
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Jurisdiction
from tests.support.exchange import PASSWORD, USER, exchange
from tests.support.people import audited
from tests.support.phones import LINE, NOTICE_HERTZ, number_of, settings_for, switchboard, until
from tests.support.portfolio import SETUP
from tests.support.sip_peer import lasting

pytestmark = pytest.mark.usefixtures("portfolio")
DESK, PERSON = 1000.0, 700.0
CHANNELS = """channels:
  - name: trunk
    kind: sip
    settings: {domain: "127.0.0.1:1", lines: [{law: CN, numbers: ["021-0000-0001"]}]}
"""


@pytest.fixture
def client(collector):
    """A collector with a telephone."""
    staff = Staff.objects.get(pk=collector.session["_auth_user_id"])
    set_telephone(staff.pk, "1001", actor=SETUP, now=datetime.now(UTC))
    return collector


@pytest.fixture(params=["trunk", pytest.param("exchange", marks=pytest.mark.nightly)])
def at_work(phones, tmp_path, request, monkeypatch):
    """A switchboard at a trunk, and nightly one that must let itself in at an exchange."""
    phones.do("be", "1001", hertz=DESK)
    with ExitStack() as stack:
        settings = settings_for(phones.port)
        if request.param == "exchange":
            monkeypatch.setenv("EXCHANGE_PASSWORD", PASSWORD)
            port = stack.enter_context(exchange(phones.port, tmp_path))
            password = Reference("env", "EXCHANGE_PASSWORD", "channels.yaml: password")
            settings = settings_for(port, user=USER, password=password, register=True)
        yield stack.enter_context(switchboard(settings, tmp_path))


def _call(client, late):
    told = {"point": late.who.point_id, "loan": late.who.loan_id, "request": uuid4()}
    client.post(f"{late.page}call/", told)
    return told["request"]


def _live(client, late):
    return client.get(f"{late.page}call/live/").content.decode()


def _steer(client, late, wish, **given):
    return client.post(f"{late.page}call/steer/", {"wish": wish, **given})


def _seen(model, pk):
    with reading(SETUP):
        return model.objects.filter(pk=pk).first()


def _ended(request):
    def found():
        row = _seen(Call, request)
        return row if row is not None and row.state == "ENDED" else None

    return until(found)


def _silent_for(lasts_s, phones, number):
    """Return what was heard last, once that is as long and holds nothing of the desk."""
    until_s = phones.heard(number)["seconds"]
    last = until(
        lambda: (found := phones.heard(number, since_s=until_s))["seconds"] >= lasts_s and found
    )
    return last if last["strong"]["1000"] < 0.05 else None


def _stands(request):
    with reading(SETUP):
        row = Dispatch.objects.select_related("attempt").get(permit_id=request)
        return row.state, row.attempt.outcome


class TestCall:
    def test_brings_both_together_and_records_each_on_its_side(
        self, client, late, phones, at_work, tmp_path
    ):
        number = number_of(late.who)
        phones.do("be", number, hertz=PERSON)

        request = _call(client, late)
        phones.wait("answered", "1001")
        shown = phones.wait("rings", number)["shown"]
        phones.wait("answered", number)
        until(lambda: _seen(Call, request).state == "ANSWERED")
        phones.wait_for_tone(number, DESK, lasts_s=0.8)
        phones.wait_for_tone("1001", PERSON, lasts_s=0.8)
        phones.do("hang_up", number)
        row = _ended(request)

        assert shown == "02100000001"
        assert (row.end, row.line) == ("PERSON_HUNG_UP", "021-0000-0001")
        assert _stands(request) == ("ACCEPTED", "ANSWERED")
        kept = _seen(Recording, request)
        pieces = open_recording(
            request, tmp_path / "recordings", actor=SETUP, now=datetime.now(UTC)
        )
        left, right = sound_of_pieces(pieces)
        assert kept.seconds >= 1
        assert lasting(left)[f"{PERSON:.0f}"] > 0.7
        assert lasting(right)[f"{DESK:.0f}"] > 0.7
        assert lasting(right)[f"{NOTICE_HERTZ:.0f}"] > 0.2

    def test_shows_where_it_stands_and_lets_its_maker_steer_it(self, client, late, phones, at_work):
        number = number_of(late.who)
        phones.do("be", number, hertz=PERSON)

        request = _call(client, late)
        phones.wait("answered", number)
        until(lambda: "Connected" in _live(client, late))
        page = _live(client, late)
        _steer(client, late, "KEYS", keys="42#")
        keys = [phones.wait("digit", number)["digit"] for _ in "42#"]
        phones.wait_for_tone(number, DESK, lasts_s=0.3)
        _steer(client, late, "MUTE")
        until(lambda: next(iter(at_work.under.values())).talk.muted)
        muted = until(lambda: _silent_for(0.5, phones, number))
        steered = client.get(late.page).content.decode()
        _steer(client, late, "HANG_UP")
        row = _ended(request)

        assert keys == ["4", "2", "#"]
        assert "Pressed: 42#" in steered
        assert "You are muted." in steered
        assert "021-0000-0001" in page
        assert "code of this call" in page
        assert number[3:] not in page
        assert muted["strong"]["1000"] < 0.05
        assert row.end == "WE_HUNG_UP"
        assert "Ended from here" in _live(client, late)
        assert len(audited("call.steered")) == 3
        assert _steer(client, late, "HANG_UP").status_code == 409

    def test_is_nobody_elses_to_steer(self, client, late, phones, at_work, shop):
        phones.do("be", number_of(late.who), does="ring")
        request = _call(client, late)
        until(lambda: (row := _seen(Call, request)) and row.state == "RINGING")

        assert _steer(shop.client(), late, "HANG_UP").status_code == 409
        phones.do("hang_up", "1001")
        assert _ended(request).end == "CALLED_OFF"
        assert _stands(request) == ("ACCEPTED", "RANG")

    @pytest.mark.parametrize(
        ("does", "end", "outcome"),
        [
            ({"does": "busy"}, "BUSY", "NOT_CONNECTED"),
            ({"does": "ring"}, "NO_ANSWER", "RANG"),
            ({"hangs_up_s": 0.3}, "PERSON_HUNG_UP", "ANSWERED"),
        ],
    )
    def test_ends_in_one_word_that_counts(self, does, end, outcome, client, late, phones, tmp_path):
        number = number_of(late.who)
        phones.do("be", "1001", hertz=DESK)
        phones.do("be", number, **does)

        patience = {"ring_s": 1} if end == "NO_ANSWER" else {}
        with switchboard(settings_for(phones.port, **patience), tmp_path):
            request = _call(client, late)
            row = _ended(request)

        assert row.end == end
        assert _stands(request) == ("ACCEPTED", outcome)
        assert phones.calls(number) == 1

    def test_reaches_nobody_before_the_collector_has_picked_up(
        self, client, late, phones, tmp_path
    ):
        number = number_of(late.who)
        phones.do("be", "1001", does="ring")
        phones.do("be", number)

        with switchboard(settings_for(phones.port, desk_ring_s=1), tmp_path):
            request = _call(client, late)
            row = _ended(request)

        assert (row.end, row.dialled_at) == ("DESK_UNREACHED", None)
        assert _stands(request) == ("WITHDRAWN", "FAILED")
        assert phones.calls(number) == 0
        assert "does not count as a contact" in _live(client, late)

    def test_shows_no_number_that_is_not_registered(self, client, late, phones, tmp_path):
        number = number_of(late.who)
        pools = (Pool(Jurisdiction.CN, (), ("021-1234-5678",)),)

        with switchboard(settings_for(phones.port, pools=pools), tmp_path):
            request = _call(client, late)
            until(lambda: _stands(request)[0] == "WITHDRAWN")

        assert phones.calls(number) == 0

    @pytest.mark.parametrize(("of", "calls"), [("31", 1), ("44", 0)])
    def test_shows_a_line_of_the_region_that_the_number_tells_where_nobody_said_one(  # fixtures
        self, client, late, phones, tmp_path, of, calls
    ):
        pytest.importorskip("phonenumbers", reason="the extra 'numbers' is not installed")
        with acting(SETUP):
            point = ContactPoint.objects.select_related("debtor").get(pk=late.who.point_id)
            Debtor.objects.filter(pk=late.who.debtor_id).update(region=None, region_source=None)
        told = {"source": Source.API, "actor": SETUP, "now": datetime.now(UTC)}
        change_contact_point(point.ref, {"address": "021-1234 5678"}, **told)
        pools = (Pool(Jurisdiction.CN, (of,), (LINE,)),)
        number = "+862112345678"
        phones.do("be", "1001", hertz=DESK)
        phones.do("be", number, hertz=PERSON)

        with switchboard(settings_for(phones.port, pools=pools), tmp_path):
            request = _call(client, late)
            if calls:
                phones.wait("answered", number)
                phones.do("hang_up", number)
                assert _ended(request).line == LINE
            else:
                until(lambda: _stands(request)[0] == "WITHDRAWN")

        assert phones.calls(number) == calls

    def test_is_asked_about_again_when_the_collector_has_picked_up(
        self, client, late, phones, tmp_path
    ):
        number = number_of(late.who)
        phones.do("be", "1001", hertz=DESK, after_s=1.0)

        with switchboard(settings_for(phones.port), tmp_path):
            request = _call(client, late)
            phones.wait("rings", "1001")
            place_stop(StopScope.GLOBAL, "", reason="test", actor=SETUP, now=datetime.now(UTC))
            row = _ended(request)

        assert (row.end, row.dialled_at) == ("TAKEN_BACK", None)
        assert _stands(request) == ("WITHDRAWN", "FAILED")
        assert phones.calls(number) == 0

"""A collector calls from the page: real SIP, real sound, both ways, through the gate."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import override_settings

from forbear.contexts.contact.call.models import Call, Recording
from forbear.contexts.contact.call.recording import open_recording
from forbear.contexts.contact.channels.voice.recorded import sound_of_pieces
from forbear.contexts.contact.channels.voice.sound import strength
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.actions.telephone import set_telephone
from forbear.contexts.people.models import Staff
from tests.support.desk import new_shop
from tests.support.people import audited
from tests.support.phones import number_of, settings_for, switchboard, until
from tests.support.portfolio import SETUP

pytestmark = pytest.mark.usefixtures("portfolio")
DESK, PERSON = 1000.0, 700.0
CHANNELS = """channels:
  - name: trunk
    kind: sip
    settings: {domain: "127.0.0.1:1", lines: [{law: CN, numbers: ["021-0000-0001"]}]}
"""


@pytest.fixture
def shop():
    return new_shop()


@pytest.fixture
def late(shop):
    return shop.late()


@pytest.fixture
def client(shop, late, tmp_path):
    """A collector who has taken the case and has a telephone."""
    client = shop.client()
    client.post(f"/cases/{late.case_id}/take/")
    staff = Staff.objects.get(pk=client.session["_auth_user_id"])
    set_telephone(staff.pk, "1001", actor=SETUP, now=datetime.now(UTC))
    filed = tmp_path / "channels.yaml"
    filed.write_text(CHANNELS)
    with override_settings(FORBEAR_CHANNELS=filed):
        yield client


@pytest.fixture
def at_work(phones, tmp_path):
    phones.do("be", "1001", hertz=DESK)
    with switchboard(settings_for(phones.port), tmp_path) as board:
        yield board


def _call(client, late):
    told = {"point": late.who.point_id, "loan": late.who.loan_id, "request": uuid4()}
    client.post(f"{late.page}call/", told)
    return told["request"]


def _seen(model, pk):
    with reading(SETUP):
        return model.objects.filter(pk=pk).first()


def _ended(request):
    def found():
        row = _seen(Call, request)
        return row if row is not None and row.state == "ENDED" else None

    return until(found)


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
        time.sleep(2.0)
        person, desk = phones.heard(number, since_s=0.8), phones.heard("1001", since_s=1.2)
        phones.do("hang_up", number)
        row = _ended(request)

        assert shown == "02100000001"
        assert (row.end, row.line) == ("PERSON_HUNG_UP", "021-0000-0001")
        assert person["strong"]["1000"] > 0.9
        assert desk["strong"]["700"] > 0.9
        assert _stands(request) == ("ACCEPTED", "ANSWERED")
        kept = _seen(Recording, request)
        pieces = open_recording(
            request, tmp_path / "recordings", actor=SETUP, now=datetime.now(UTC)
        )
        left, right = sound_of_pieces(pieces)
        assert kept.seconds >= 1
        assert strength(left[8000:16000], PERSON) > 0.9
        assert strength(right[8000:16000], DESK) > 0.9
        assert strength(right[:3000], 1300.0) > 0.5

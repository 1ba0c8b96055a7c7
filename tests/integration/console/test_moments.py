"""What was said is shown beside the player to whoever said why; moments wait until decided."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import override_settings

from forbear.contexts.audit.models import Entry
from forbear.contexts.cases.campaign.words import compose
from forbear.contexts.cases.models import QualityCard
from forbear.contexts.contact.call.models import Call
from forbear.contexts.contact.gate.worker import Sender
from forbear.contexts.contact.transcript.table import Moment
from forbear.contexts.contact.transcript.whose import NoSuchCall
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.role import Role
from tests.support.desk import new_shop
from tests.support.gate import Desk, Hand
from tests.support.portfolio import SETUP, portfolio, ring
from tests.support.recorded import recorded
from tests.support.spoken import CALM, STOP, THREAT, person, taken, us

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")


@pytest.fixture
def shop():
    return new_shop()


@pytest.fixture
def call(shop, tmp_path):
    """A recorded call of a colleague with a threat, and a wish not to be called."""
    with override_settings(FORBEAR_RECORDINGS=tmp_path):
        late, staff = shop.late(), shop.staff(name="Wang Invented")
        at = datetime.now(UTC) - timedelta(minutes=5)
        made = recorded(late.who.debtor_id, tmp_path, at=at, staff_id=staff.pk)
        taken(made, us(CALM, 0), us(THREAT, 5), person(STOP, 8))
        yield made


def _words(answer):
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def _reason(client, call):
    given = client.post(f"/recordings/{call}/", {"reason": "CHECK_OTHERS_WORK"})
    assert given.status_code == 302


def test_moments_are_listed_by_their_kind_without_a_word_that_was_said(shop, call):
    client = shop.client(Role.SUPERVISOR)
    page = _words(client.get("/moments/"))

    assert "Violence or its threat" in page
    assert "Wants no more calls" in page
    assert f"/recordings/{call}/?from=2#moments" in page
    assert THREAT[:4] not in page
    only = _words(client.get("/moments/?kind=STOP"))
    assert "Violence" not in only
    assert f"/recordings/{call}/" not in _words(client.get("/moments/?decided=1"))
    assert "2 moments to look at" in _words(client.get("/quality/"))
    assert "2 moments to look at" in _words(client.get("/recordings/"))


def test_the_words_are_there_once_somebody_said_why_and_each_reading_is_written_down(shop, call):
    client = shop.client(Role.SUPERVISOR)
    before = _words(client.get(f"/recordings/{call}/"))
    assert THREAT not in before
    assert 'name="verdict"' not in before
    assert "Violence or its threat" in before

    _reason(client, call)
    page = _words(client.get(f"/recordings/{call}/?from=5"))

    assert THREAT in page
    assert STOP in page
    assert "handed in, written by tester 1.0" in page
    assert "proves nothing by itself" in page
    assert f"/recordings/{call}/sound/?from=5" in page
    assert "<script>" not in page
    assert not re.search(r'\son\w+="', page)
    with reading(SETUP):
        found = Entry.objects.filter(event__in=("value.revealed", "transcript.read"))
        events = list(found.order_by("id"))
    assert [each.event for each in events] == ["value.revealed", "transcript.read"]


def test_the_card_of_a_call_drawn_by_lot_shows_its_moments_and_after_a_reason_its_words(shop, call):
    card, client = _drawn(call), shop.client(Role.SUPERVISOR)
    before = _words(client.get(f"/quality/{card}/"))
    assert "Violence or its threat" in before
    assert THREAT not in before

    _reason(client, call)
    assert THREAT in _words(client.get(f"/quality/{card}/"))


def _drawn(call):
    with acting(SETUP):
        of = Call.objects.get(pk=call)
        card = QualityCard.objects.create(
            ref=uuid4(),
            day=datetime.now(UTC).date(),
            staff_id=of.staff_id,
            debtor_id=of.debtor_id,
            permit_id=call,
            stratum="SPOKEN",
            drawn_at=datetime.now(UTC),
            drawn_by="system:lot",
        )
    return card.pk


def test_the_sound_begins_at_the_second_that_was_asked_for(shop, call):
    client = shop.client(Role.SUPERVISOR)
    _reason(client, call)
    whole = client.get(f"/recordings/{call}/sound/").content
    part = client.get(f"/recordings/{call}/sound/?from=2").content

    assert len(whole) - len(part) == 2 * 2 * 8000
    assert part[-100:] == whole[-100:]
    assert client.get(f"/recordings/{call}/sound/?from=999").status_code == 200


def test_a_verdict_is_taken_shown_and_leaves_the_list(shop, call):
    client = shop.client(Role.SUPERVISOR)
    with reading(SETUP):
        stop = Moment.objects.get(kind="STOP").pk
    address = f"/recordings/{call}/moments/{stop}/"
    assert client.post(address, {"verdict": "SO"}).status_code == 403

    _reason(client, call)
    assert client.post(address, {"verdict": "PERHAPS"}).status_code == 422
    answer = client.post(address, {"verdict": "SO"}, follow=True)

    page = _words(answer)
    assert "contact follows from it at once" in page
    assert "confirmed ·" in page
    why = 'watch-why">Wants no more calls'
    assert why not in _words(client.get("/moments/"))
    assert why in _words(client.get("/moments/?decided=1"))


def test_another_team_and_collectors_see_nothing_of_it(shop, call):
    other = new_shop("south").client(Role.SUPERVISOR)
    with reading(SETUP):
        one = Moment.objects.first().pk

    assert f"/recordings/{call}/" not in _words(other.get("/moments/"))
    address = f"/recordings/{call}/moments/{one}/"
    assert other.post(address, {"verdict": "SO"}).status_code == 404
    assert shop.client().get("/moments/").status_code == 403
    assert shop.client().post(address, {"verdict": "SO"}).status_code == 403


def test_a_call_of_the_lenders_own_telephones_is_shown_by_its_words_alone(shop, tmp_path):
    late = shop.late()
    desk = Desk(Hand(datetime.now(UTC)))
    called = desk.ask(late.who).id
    with pytest.raises(NoSuchCall):
        taken(called, us(THREAT, 5))
    desk.hand.on(seconds=5)
    Sender(desk.providers, compose, clock=desk.hand).carry()
    taken(called, us(THREAT, 5))
    client = shop.client(Role.SUPERVISOR)

    assert f"/recordings/{called}/" in _words(client.get(f"/contacts/{called}/"))
    assert "<audio" not in _words(client.get(f"/recordings/{called}/"))
    _reason(client, called)
    page = _words(client.get(f"/recordings/{called}/"))
    assert THREAT in page
    assert "<audio" not in page
    assert client.get(f"/recordings/{called}/sound/").status_code == 404
    assert client.get(f"/recordings/{uuid4()}/").status_code == 404

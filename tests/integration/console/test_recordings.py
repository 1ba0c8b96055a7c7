"""Recordings are listed to those who watch over calls, and played once they said why."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.test import override_settings

from forbear.contexts.audit.models import Entry
from forbear.contexts.contact.call import hearing
from forbear.contexts.contact.call.hearing import HEARS_FOR, may_hear
from forbear.contexts.contact.call.keeping import remove_recordings
from forbear.contexts.contact.call.recording import path_of
from forbear.contexts.contact.channels.voice.sound import from_mulaw, strength
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.models import Staff
from forbear.contexts.people.permission import principal_of
from forbear.contexts.people.role import Role
from forbear.contexts.protection.models import Reveal
from tests.support import watching as watched
from tests.support.desk import new_shop
from tests.support.portfolio import SETUP, portfolio, ring
from tests.support.recorded import recorded

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")


@pytest.fixture
def shop():
    return new_shop()


@pytest.fixture
def folder(tmp_path):
    with override_settings(FORBEAR_RECORDINGS=tmp_path):
        yield tmp_path


@pytest.fixture
def made(shop, folder):
    """A recorded call of a colleague, and its person."""
    late, staff = shop.late(), shop.staff(name="Wang Invented")
    at = datetime.now(UTC) - timedelta(minutes=5)
    return recorded(late.who.debtor_id, folder, at=at, staff_id=staff.pk)


def _words(answer):
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def _entries():
    with reading(SETUP):
        return list(
            Entry.objects.filter(event__in=("value.revealed", "recording.heard"))
            .order_by("id")
            .values_list("event", flat=True)
        )


def test_a_supervisor_sees_who_spoke_how_long_and_until_when_it_is_kept(shop, made):
    page = _words(shop.client(Role.SUPERVISOR).get("/recordings/"))

    assert f"/recordings/{made}/" in page
    assert "Wang Invented" in page
    assert "length 0:06" in page
    kept = datetime.now(UTC).year + 5
    assert any(f"kept until: {year}-" in page for year in (kept, kept + 1))
    past = "?from=2026-01-01&to=2026-01-02"
    assert f"/recordings/{made}/" not in _words(
        shop.client(Role.COMPLIANCE, teams=()).get(f"/recordings/{past}")
    )


def test_whoever_says_why_hears_both_sides_and_it_is_written_down(shop, made):
    client = shop.client(Role.SUPERVISOR)
    assert "<audio" not in _words(client.get(f"/recordings/{made}/"))
    assert client.get(f"/recordings/{made}/sound/").status_code == 403
    assert client.post(f"/recordings/{made}/", {"reason": "CURIOUS"}).status_code == 422
    assert _entries() == []

    assert client.post(f"/recordings/{made}/", {"reason": "HANDLE_COMPLAINT"}).status_code == 302
    assert "<audio" in _words(client.get(f"/recordings/{made}/"))
    answer = client.get(f"/recordings/{made}/sound/")

    assert (answer["Content-Type"], answer["Cache-Control"]) == ("audio/wav", "no-store")
    left, right = _sides(answer.content)
    assert strength(left, 700.0) > 0.9
    assert strength(right, 1000.0) > 0.9
    assert _entries() == ["value.revealed", "recording.heard"]
    with reading(SETUP):
        look = Reveal.objects.get()
    assert (look.field, look.reason) == (f"contact.recording:{made}", "HANDLE_COMPLAINT")
    assert "Recording of a call" in _words(shop.client(Role.COMPLIANCE).get("/record/looks/"))


def _sides(content):
    file = io.BytesIO(content)
    assert file.read(4) == b"RIFF"
    whole = file.read()
    at = whole.index(b"data") + 4
    (size,) = struct.unpack("<I", whole[at : at + 4])
    coded = np.frombuffer(whole[at + 4 : at + 4 + size], np.uint8).reshape(-1, 2)
    return from_mulaw(coded[:, 0]), from_mulaw(coded[:, 1])


def test_the_contact_and_its_recording_lead_to_each_other_for_whoever_may_hear(shop, folder):
    seen = watched.contacts(shop)
    contact, sound = f"/contacts/{seen.called}/", f"/recordings/{seen.called}/"
    supervisor = shop.client(Role.SUPERVISOR)
    assert sound not in _words(supervisor.get(contact))

    recorded(seen.late.who.debtor_id, folder, at=datetime.now(UTC), permit=seen.called)

    assert sound in _words(supervisor.get(contact))
    assert contact in _words(supervisor.get(sound))
    assert sound not in _words(supervisor.get(f"/contacts/{seen.refused}/"))
    assert sound not in _words(shop.client().get(contact))
    assert _entries() == []


def test_a_reason_is_its_givers_own_and_does_not_last(shop, made):
    first, second = shop.client(Role.SUPERVISOR), shop.client(Role.COMPLIANCE)
    first.post(f"/recordings/{made}/", {"reason": "CHECK_OTHERS_WORK"})
    assert first.get(f"/recordings/{made}/sound/").status_code == 200
    assert second.get(f"/recordings/{made}/sound/").status_code == 403

    with reading(SETUP):
        said_at = Reveal.objects.get().at
    staff = principal_of(Staff.objects.get(pk=first.session["_auth_user_id"]))
    assert may_hear(made, actor=staff, now=said_at + timedelta(minutes=1))
    assert not may_hear(made, actor=staff, now=said_at + HEARS_FOR)


def test_it_is_not_there_for_another_team_nor_for_collectors(shop, made):
    other = new_shop("south").client(Role.SUPERVISOR)

    assert f"/recordings/{made}/" not in _words(other.get("/recordings/"))
    assert other.get(f"/recordings/{made}/").status_code == 404
    assert other.post(f"/recordings/{made}/", {"reason": "HANDLE_COMPLAINT"}).status_code == 404
    assert shop.client().get("/recordings/").status_code == 403
    assert shop.client().get(f"/recordings/{made}/sound/").status_code == 403


def test_what_was_deleted_in_its_time_stays_in_the_list_without_its_sound(shop, folder):
    late = shop.late()
    began = datetime.now(UTC) - timedelta(days=2)
    made = recorded(late.who.debtor_id, folder, at=began)
    over = began + timedelta(days=5 * 366 + 2)
    assert remove_recordings(folder, actor=SETUP, now=began + timedelta(days=4 * 365)) == 0
    assert remove_recordings(folder, actor=SETUP, now=over) == 1

    client = shop.client(Role.SUPERVISOR)
    assert not path_of(folder, made).exists()
    assert f"deleted on {over.date().isoformat()[:4]}" in _words(client.get("/recordings/"))
    page = _words(client.get(f"/recordings/{made}/"))
    assert "Its sound was deleted" in page
    assert client.post(f"/recordings/{made}/", {"reason": "HANDLE_COMPLAINT"}).status_code == 404


def test_many_are_shown_a_page_at_a_time(shop, folder, monkeypatch):
    late, now = shop.late(), datetime.now(UTC)
    monkeypatch.setattr(hearing.recordings, "__kwdefaults__", {"before": None, "rows_max": 2})
    made = [
        recorded(late.who.debtor_id, folder, at=now - timedelta(minutes=at)) for at in (1, 2, 3)
    ]
    client = shop.client(Role.SUPERVISOR)

    first = _words(client.get("/recordings/"))
    more = first.split('class="btn wide" href="')[1].split('"')[0].replace("&amp;", "&")
    second = _words(client.get(more))

    assert [f"/recordings/{one}/" in first for one in made] == [True, True, False]
    assert [f"/recordings/{one}/" in second for one in made] == [False, False, True]

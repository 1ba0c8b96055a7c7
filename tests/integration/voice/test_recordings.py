"""A recording is sealed where it lies, opened by whoever may, and goes when its time is over."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from forbear.contexts.contact.call import recording
from forbear.contexts.contact.call.keeping import remove_recordings
from forbear.contexts.contact.call.models import Call, Recording
from forbear.contexts.contact.call.recording import (
    NoRecording,
    begin_recording,
    end_recording,
    open_recording,
    path_of,
)
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.queries.personkey import person_key_id
from forbear.contexts.protection.cell import UnreadableCell
from forbear.contexts.protection.store import keys
from forbear.values.principal import NotPermitted
from tests.support.gate import person
from tests.support.people import audited
from tests.support.portfolio import SETUP, clerk

pytestmark = pytest.mark.usefixtures("portfolio")
NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
PIECES = [bytes([number]) * 48_000 for number in (1, 2)]


@pytest.fixture
def kept(tmp_path):
    """Two pieces of a call, one of them written by a process that then died."""
    who, permit = person(), uuid4()
    with acting(SETUP):
        Call.objects.create(
            permit_id=permit,
            attempt_id=1,
            debtor_id=who.debtor_id,
            provider="trunk",
            owner=uuid4(),
            line="021-0000-0001",
            state="ANSWERED",
            began_at=NOW,
            beat_at=NOW,
        )
    file = begin_recording(permit, tmp_path, actor=SETUP, now=NOW)
    for piece in PIECES:
        file.keep(piece)
    end_recording(permit, pieces=file.pieces, seconds=6, sha256=file.close(), actor=SETUP, now=NOW)
    return permit


def test_what_lies_on_the_disk_tells_nothing_and_opens_whole(kept, tmp_path):
    raw = path_of(tmp_path, kept).read_bytes()

    assert bytes([1]) * 64 not in raw
    assert path_of(tmp_path, kept).stat().st_mode & 0o077 == 0
    assert list(open_recording(kept, tmp_path, actor=SETUP, now=NOW)) == PIECES
    assert len(audited("recording.heard")) == 1


def test_a_piece_that_a_killed_process_had_not_finished_is_left_out(kept, tmp_path):
    path = path_of(tmp_path, kept)
    path.write_bytes(path.read_bytes()[:-7])

    assert list(open_recording(kept, tmp_path, actor=SETUP, now=NOW)) == PIECES[:1]


def test_a_recording_of_an_older_form_opens_too(kept, tmp_path, monkeypatch):
    path_of(tmp_path, kept).unlink()
    monkeypatch.setattr(recording, "_as_text", lambda piece: base64.b85encode(piece).decode())
    with acting(SETUP):
        debtor_id = Recording.objects.get(pk=kept).debtor_id
        key_id = person_key_id(debtor_id)
        key = keys(now=NOW, of=[key_id]).of(key_id)
    older = recording.RecordingFile(path_of(tmp_path, kept), kept, key_id, key)
    for piece in PIECES:
        older.keep(piece)
    older.close()

    assert list(open_recording(kept, tmp_path, actor=SETUP, now=NOW)) == PIECES


def test_a_changed_file_is_not_played(kept, tmp_path):
    path = path_of(tmp_path, kept)
    raw = bytearray(path.read_bytes())
    raw[500] ^= 1
    path.write_bytes(bytes(raw))

    with pytest.raises(UnreadableCell):
        open_recording(kept, tmp_path, actor=SETUP, now=NOW)


def test_whoever_may_not_see_personal_values_hears_nothing(kept, tmp_path):
    with pytest.raises(NotPermitted):
        open_recording(kept, tmp_path, actor=clerk("PERSON_SEE"), now=NOW)


def test_goes_when_the_rules_say_so_and_not_before(kept, tmp_path):
    kept_years = timedelta(days=5 * 366 + 2)
    assert remove_recordings(tmp_path, actor=SETUP, now=NOW + timedelta(days=4 * 365)) == 0
    assert remove_recordings(tmp_path, actor=SETUP, now=NOW + kept_years) == 1

    assert not path_of(tmp_path, kept).exists()
    with reading(SETUP):
        assert Recording.objects.get(pk=kept).removed_at == NOW + kept_years
    with pytest.raises(NoRecording):
        open_recording(kept, tmp_path, actor=SETUP, now=NOW + kept_years)

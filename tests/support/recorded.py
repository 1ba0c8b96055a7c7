"""A recorded call about somebody, for tests that list, play and delete it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from forbear.contexts.contact.call.models import Call
from forbear.contexts.contact.call.recording import begin_recording, end_recording
from forbear.contexts.contact.channels.voice.sound import to_mulaw, tone
from forbear.contexts.database.transaction import acting
from tests.support.portfolio import SETUP


def recorded(
    debtor_id: int,
    folder: Path,
    *,
    at: datetime,
    staff_id: int | None = None,
    seconds: int = 6,
    permit: UUID | None = None,
) -> UUID:
    """Record a call: the person says 700 Hz, and hears 1,000."""
    permit = permit or uuid4()
    with acting(SETUP):
        Call.objects.create(
            permit_id=permit,
            attempt_id=1,
            debtor_id=debtor_id,
            provider="trunk",
            owner=uuid4(),
            staff_id=staff_id,
            line="021-0000-0001",
            state="ANSWERED",
            began_at=at,
            beat_at=at,
        )
    file = begin_recording(permit, folder, actor=SETUP, now=at)
    piece = to_mulaw(tone(700.0, 3.0)).tobytes() + to_mulaw(tone(1000.0, 3.0)).tobytes()
    for _ in range(seconds // 3):
        file.keep(piece)
    end_recording(
        permit, pieces=file.pieces, seconds=seconds, sha256=file.close(), actor=SETUP, now=at
    )
    return permit

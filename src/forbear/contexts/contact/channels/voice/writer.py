"""What does the switchboard write down of its calls?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from forbear.contexts.contact.call.live import Opened, close_call, open_call, stand_at
from forbear.contexts.contact.call.recording import (
    PIECE_S,
    RecordingFile,
    begin_recording,
    end_recording,
)
from forbear.contexts.contact.call.word import ENDS, CallEnd, CallState
from forbear.contexts.contact.channels.port import Handed, Receipt
from forbear.contexts.contact.channels.voice.mixer import Tape
from forbear.contexts.contact.channels.voice.sound import RATE, Samples, to_mulaw
from forbear.contexts.contact.gate.back import give_back
from forbear.contexts.contact.gate.claim import Claim
from forbear.contexts.contact.gate.intent import intend
from forbear.contexts.contact.gate.receipt import take_receipt
from forbear.contexts.contact.gate.send import hand_over, keep
from forbear.contexts.database.transaction import reading
from forbear.values.code import Outcome

if TYPE_CHECKING:
    from forbear.contexts.contact.call.job import Job
    from forbear.contexts.contact.channels.voice.switchboard import Switchboard


class Writer:
    """Every step of a call, as the database sees it. Runs in the switchboard's threads."""

    def __init__(self, board: Switchboard) -> None:
        self._at = board
        self._who = {"actor": board.board.actor, "clock": board.board.clock}

    def now(self) -> datetime:
        """Return the gate's instant."""
        with reading(self._at.board.actor):
            return self._at.board.clock()

    def open(self, job: Job, staff_id: int | None) -> bool:
        """Write down that a call is about to be made; False: it was dialled before."""
        opened = Opened(
            job.permit_id,
            job.attempt_id,
            job.debtor_id,
            job.provider,
            self._at.owner,
            staff_id,
            job.line or "",
        )
        return open_call(opened, **self._who)

    def give_back(self, one: Claim, why: str) -> None:
        """Take a claimed contact back: nothing left, and the caps have it again."""
        give_back(one, why, **self._who)

    def begin(self, one: Claim, provider: str) -> Handed | None:
        """Ask the gate again and hand the call over; None: it was taken back."""
        leave = intend(one, compose=self._at.board.compose, **self._who)
        if leave is None:
            return None
        handed = hand_over(leave, self._at.adapters[provider], clock=self._at.board.clock)
        keep(leave.permit, handed, **self._who)
        return handed

    def stand(self, permit_id: UUID, state: CallState, *, sip_id: str = "") -> None:
        """Write down how far it has come."""
        stand_at(permit_id, state, sip_id=sip_id, **self._who)

    def answered(self, job: Job, sip_id: str) -> None:
        """Write down, and tell the gate, that somebody answered."""
        self.stand(job.permit_id, CallState.ANSWERED, sip_id=sip_id)
        self._tell(job.permit_id, job.provider, "answered", Outcome.ANSWERED)

    def close(
        self,
        permit_id: UUID,
        provider: str,
        end: CallEnd,
        *,
        outcome: Outcome | None = None,
    ) -> None:
        """Write down how a call ended, and tell the gate what that counts as.

        ``outcome`` says more than the end alone does; null: the end's own.
        """
        told = outcome or ENDS[end].outcome
        if told is not None and ENDS[end].left:
            self._tell(permit_id, provider, "ended", told)
        close_call(permit_id, end, **self._who)

    def heard(self, job: Job, outcome: Outcome) -> None:
        """Tell the gate what a machine learned from the person."""
        self._tell(job.permit_id, job.provider, "heard", outcome)

    def record(self, job: Job) -> tuple[Tape, RecordingFile]:
        """Begin to record both sides of a call."""
        board = self._at.board
        file = begin_recording(job.permit_id, board.folder, actor=board.actor, now=self.now())
        return self.tape_into(file), file

    def tape_into(self, file: RecordingFile) -> Tape:
        """Return what takes both sides of a call and keeps them in a file."""

        def kept(heard: Samples, said: Samples) -> None:
            piece = to_mulaw(heard).tobytes() + to_mulaw(said).tobytes()
            self._at.scribe.submit(file.keep, piece)

        return Tape(kept, piece_s=PIECE_S)

    def recorded(self, job: Job, tape: Tape, file: RecordingFile) -> None:
        """Close a recording, after its last piece was written."""
        seconds = tape.length // RATE
        sha256 = self._at.scribe.submit(file.close).result()
        actor = self._at.board.actor
        end_recording(
            job.permit_id,
            pieces=file.pieces,
            seconds=seconds,
            sha256=sha256,
            actor=actor,
            now=self.now(),
        )

    def _tell(self, permit_id: UUID, provider: str, name: str, outcome: Outcome) -> None:
        now = self.now()
        receipt = Receipt(f"{permit_id}:{name}", permit_id, outcome, now)
        take_receipt(provider, receipt, actor=self._at.board.actor, now=now)

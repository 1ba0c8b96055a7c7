"""How does the record get its tree and its signatures while Forbear runs?

A thread of the worker's process looks for new entries about twice a second. Whatever goes wrong is
logged and tried again; entries wait meanwhile and are never lost. Several may run at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from forbear.contexts.audit.checkpoint import Place, copy_out, sign_if_due
from forbear.contexts.audit.folder import Folder
from forbear.contexts.audit.sequencer import Sequencer
from forbear.contexts.protection.signing import signer_now

LOOK_EVERY_S = 0.5
SIGN_EVERY_S = 5.0
# What stays wrong is told this often, not at every look.
TELL_EVERY_S = 60.0
_log = logging.getLogger("forbear.record")


class RecordKeeper(threading.Thread):
    """Sequences and signs until it is told to stop."""

    def __init__(self, places: Sequence[Place] | None = None) -> None:
        super().__init__(name="record", daemon=True)
        self._ending = threading.Event()
        self._sequencer = Sequencer()
        self._places = places if places is not None else places_of(settings.FORBEAR_CHECKPOINTS)
        self._sign_at_s = 0.0
        self._told: dict[str, float] = {}

    def end(self, within_s: float) -> None:
        """Stop after what is under way."""
        self._ending.set()
        self.join(within_s)

    def run(self) -> None:
        """Look again and again."""
        while not self._ending.wait(LOOK_EVERY_S):
            self._safely("sequence", self._sequence)
            if time.monotonic() >= self._sign_at_s:
                self._sign_at_s = time.monotonic() + SIGN_EVERY_S
                self._safely("sign", self._sign)
                self._safely("copy", self._copy)
        connection.close()

    def _sequence(self) -> None:
        self._sequencer.round()

    def _sign(self) -> None:
        sign_if_due(signer_now(), settled=self._sequencer.settled, now=datetime.now(UTC))

    def _copy(self) -> None:
        copy_out(self._places)

    def _safely(self, what: str, do: Callable[[], None]) -> None:
        try:
            do()
        except Exception as error:  # noqa: BLE001  # the loop goes on, whatever it is
            connection.close()
            self._tell(what, error)
        else:
            self._told.pop(what, None)

    def _tell(self, what: str, error: Exception) -> None:
        now_s = time.monotonic()
        if now_s < self._told.get(what, 0.0):
            return
        self._told[what] = now_s + TELL_EVERY_S
        # The log shows a sentence as it stands, so what is missing is told by the error itself.
        _log.error(_CANNOT[what], exc_info=error)


_CANNOT = {
    "sequence": "the record could not give entries their places",
    "sign": "the record could not be signed; forbear doctor says why",
    "copy": "the record's checkpoints could not be copied out",
}


def places_of(folders: Sequence[Path]) -> list[Place]:
    """Return the places that settings name."""
    return [Folder(each) for each in folders]

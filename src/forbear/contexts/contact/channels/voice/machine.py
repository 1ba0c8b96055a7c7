"""How does a call go in which a machine speaks?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forbear.contexts.contact.call.job import Job
    from forbear.contexts.contact.channels.voice.switchboard import Switchboard
    from forbear.contexts.contact.gate.claim import Claim


async def call_by_machine(board: Switchboard, one: Claim, job: Job) -> None:
    """Carry one call of a machine, to its end."""
    await board.db(board.writer.give_back, one, "NO_MENU")
    del job

"""A process that works for the gate until it is killed: asks, carries, takes receipts, settles.

Started once; for every line on its input it forks, so that a kill costs no new start. A line is
JSON: ``chaos`` (a point, or null), ``provider`` (an address), ``people``, ``seed``, ``asks``.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

SECOND = timedelta(seconds=1)


def main() -> None:
    """Fork for every line and tell how the child ended."""
    import django

    django.setup()
    from forbear.contexts.contact.gate import condition
    from forbear.contexts.rulebook.library import open_library
    from tests.support import gate  # noqa: F401  # read before the first fork

    open_library()
    # The tests of the night's word are elsewhere; here no night was ever loaded.
    condition._CONDITIONS.pop("night")
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                if told["chaos"]:
                    os.environ["FORBEAR_CHAOS"] = told["chaos"]
                _work(told)
                os._exit(0)
            except BaseException:  # noqa: BLE001  # a fork must never go on as its parent
                import traceback

                traceback.print_exc()
                os._exit(1)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _work(told: dict[str, Any]) -> None:
    from dataclasses import replace

    from forbear.contexts.contact.channels.registry import Providers
    from forbear.contexts.contact.channels.simulated.adapter import TRAITS, SimulatedService
    from forbear.contexts.contact.gate.authorise import Asked, authorise
    from forbear.contexts.contact.gate.receipt import take_receipt
    from forbear.contexts.contact.gate.settle import settle
    from forbear.contexts.contact.gate.word import Way
    from forbear.contexts.contact.gate.worker import SENDER, Sender
    from forbear.values.code import Channel
    from tests.support.gate import DIALLER, Person, compose

    rng = random.Random(told["seed"])
    traits = replace(TRAITS, absent_final_after=SECOND, timeout=SECOND)
    service = SimulatedService(told["provider"], traits=traits)
    providers = Providers([service])
    sender = Sender(providers, compose, lease=SECOND / 4, permit_lasts=SECOND / 2)
    people = [Person(*one) for one in told["people"]]
    for _ in range(told["asks"]):
        wish = rng.choice(people).wish(Channel.VOICE)
        number = UUID(int=rng.getrandbits(128), version=4)
        authorise(Asked(number, wish, Way.AGENDA, "simulated"), actor=DIALLER)
        if rng.random() < 0.6:
            sender.carry(limit=3)
        for receipt in service.receipts():
            take_receipt("simulated", receipt, actor=SENDER, now=datetime.now(UTC))
        settle(providers, actor=SENDER, lost_after=SECOND, ask_every=SECOND / 4)


if __name__ == "__main__":
    main()

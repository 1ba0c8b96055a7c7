"""A process that works for the gate until it is killed: asks, carries, takes receipts, settles.

Started once; for every line on its input it forks, so that a kill costs no new start. A line is
JSON: ``chaos`` (a point, or null), ``provider`` (an address), ``people``, ``seed``, ``asks``,
``started`` (when the quickened clock of the run was started). All waits are those of service. Where
``database`` is named, it is another each time and may die meanwhile, and ``kept`` is a file for the
id of whatever was allowed.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from forbear.contexts.contact.channels.simulated.adapter import SimulatedService

FORENOON = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
"""Nine in Shanghai on a Wednesday; at the pace of a run the evening is twelve minutes off."""


def main() -> None:
    """Fork for every line and tell how the child ended."""
    import django

    django.setup()
    from forbear.contexts.contact.gate import condition
    from forbear.contexts.protection.store import open_vault
    from forbear.contexts.rulebook.library import pack_in_force
    from forbear.values.code import Jurisdiction
    from tests.support import gate  # noqa: F401

    # What every child needs is read before the first fork.
    pack_in_force(Jurisdiction.CN, FORENOON.date())
    open_vault()
    # The tests of the night's word are elsewhere; here no night was ever loaded.
    condition._CONDITIONS.pop("night")
    for line in sys.stdin:
        told = json.loads(line)
        service = service_at(told["provider"])
        child = os.fork()
        if child == 0:
            try:
                if told["chaos"]:
                    os.environ["FORBEAR_CHAOS"] = told["chaos"]
                _work(told, service)
                os._exit(0)
            except BaseException:  # noqa: BLE001  # a fork must never go on as its parent
                import traceback

                traceback.print_exc()
                os._exit(1)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


@cache
def service_at(address: str) -> SimulatedService:
    """Return what speaks to a provider; connections are each process's own, as none is open yet."""
    from forbear.contexts.contact.channels.simulated.adapter import TRAITS, SimulatedService

    traits = replace(TRAITS, absent_final_after=timedelta(minutes=1))
    return SimulatedService(address, traits=traits)


def _work(told: dict[str, Any], service: SimulatedService) -> None:
    from forbear.contexts.contact.channels.registry import Providers
    from forbear.contexts.contact.gate.authorise import Asked, authorise
    from forbear.contexts.contact.gate.clock import database_clock
    from forbear.contexts.contact.gate.receipt import take_receipt
    from forbear.contexts.contact.gate.settle import settle
    from forbear.contexts.contact.gate.word import Way
    from forbear.contexts.contact.gate.worker import SENDER, Sender
    from forbear.values.code import Channel
    from tests.support.gate import DIALLER, Person, compose, quickened

    rng = random.Random(told["seed"])
    clock = quickened(datetime.fromisoformat(told["started"]), database_clock, since=FORENOON)
    providers = Providers([service])
    sender = Sender(providers, compose, clock=clock)
    people = [Person(*one) for one in told["people"]]

    def once() -> None:
        wish = rng.choice(people).wish(Channel.VOICE)
        number = UUID(int=rng.getrandbits(128), version=4)
        asked = Asked(number, wish, Way.AGENDA, "simulated")
        if authorise(asked, actor=DIALLER, clock=clock).allowed and "kept" in told:
            with Path(told["kept"]).open("a") as kept:
                kept.write(f"{number}\n")
        if rng.random() < 0.6:
            sender.carry(limit=3)
        for receipt in service.receipts():
            take_receipt("simulated", receipt, actor=SENDER, now=receipt.at)
        settle(providers, actor=SENDER, clock=clock)

    if "database" in told:
        _go_on(once, told)
    else:
        for _ in range(told["asks"]):
            once()


def _go_on(once: Callable[[], None], told: dict[str, Any]) -> None:
    """Work on a database of this line's own, whatever becomes of it."""
    import logging

    from django.db import Error, connection, connections

    from forbear.settings.environment import database

    logging.disable()
    connections.settings["default"].update(database(told["database"], pool=False))
    for _ in range(told["asks"]):
        try:
            once()
        except Error:
            connection.close()
            time.sleep(0.02)


if __name__ == "__main__":
    main()

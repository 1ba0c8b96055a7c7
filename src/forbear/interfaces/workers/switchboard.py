"""How is the switchboard run, which places calls over the lender's trunks?

python -m forbear.interfaces.workers.switchboard

It carries what the gate allowed and no sender carries: calls. Several may run, on machines of their
own; one that is killed at whatever instant leaves nothing that another dials twice.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import time

from forbear.interfaces.start import set_up
from forbear.values.errors import ForbearError

ASK_EVERY_S = 1.0
ASK_AT_ONCE = 5
"""The queue is short on purpose: what waits in it holds caps."""
_log = logging.getLogger("forbear.voice")


def main() -> None:
    """Place calls until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings.dev")
    set_up()
    from django.conf import settings

    from forbear.contexts.cases.campaign.menu import compose_call, send_link
    from forbear.contexts.cases.desk.talk import wanted_by
    from forbear.contexts.cases.desk.whose import officer_of, takers_of
    from forbear.contexts.contact.channels.registry import serve_calls, trunks_named
    from forbear.interfaces.web.check import refuse_unsafe
    from forbear.values.code import Channel
    from forbear.values.principal import system

    refuse_unsafe()
    actor = system("switchboard")
    ending: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: ending.append(1))
    try:
        trunks = trunks_named(settings.FORBEAR_PROVIDERS)
        serving = serve_calls(
            trunks,
            desk_of=lambda permit_id: wanted_by(permit_id, actor=actor),
            compose=compose_call,
            link_of=lambda permit_id: send_link(permit_id, actor=actor),
            officer_of=lambda debtor_id: officer_of(debtor_id, actor=actor),
            takers_of=lambda debtor_id, among: takers_of(debtor_id, among, actor=actor),
            folder=settings.FORBEAR_RECORDINGS,
            prompts=settings.FORBEAR_PROMPTS,
            actor=actor,
            going=lambda: not ending,
        )
        machines = [each.name for each in trunks if Channel.BOT in each.carries]
        asking = threading.Thread(target=_ask, args=(machines, ending), daemon=True)
        asking.start()
        asyncio.run(serving)
        asking.join(2.0)
    except ForbearError as refused:
        sys.exit(f"{refused.message} {refused.remedy}\n{refused.message_zh} {refused.remedy_zh}")
    logging.shutdown()
    os._exit(0)


def _ask(trunks: list[str], ending: list[int]) -> None:
    """Ask the gate for the agenda's rows for machines that call; whatever goes wrong, go on."""
    from django.db import connection

    from forbear.contexts.cases.campaign.ask import ask_due
    from forbear.contexts.cases.campaign.menu import menu_message
    from forbear.values.code import Channel
    from forbear.values.principal import system

    actor = system("switchboard")
    while not ending:
        for name in trunks:
            try:
                ask_due(
                    name,
                    [Channel.BOT],
                    limit=ASK_AT_ONCE,
                    actor=actor,
                    going=lambda: not ending,
                    words=menu_message,
                )
            except Exception as error:  # noqa: BLE001  # the loop goes on, whatever it is
                connection.close()
                _log.error("rows could not be asked for", extra={"code": type(error).__name__})
        time.sleep(ASK_EVERY_S)
    connection.close()


if __name__ == "__main__":
    main()

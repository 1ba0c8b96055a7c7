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

import django

from forbear.values.errors import ForbearError


def main() -> None:
    """Place calls until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings.dev")
    django.setup()
    from django.conf import settings

    from forbear.contexts.cases.campaign.menu import compose_call, send_link
    from forbear.contexts.cases.desk.talk import wanted_by
    from forbear.contexts.contact.channels.registry import serve_calls, trunks_named
    from forbear.interfaces.web.check import refuse_unsafe
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
            folder=settings.FORBEAR_RECORDINGS,
            prompts=settings.FORBEAR_PROMPTS,
            actor=actor,
            going=lambda: not ending,
        )
        asyncio.run(serving)
    except ForbearError as refused:
        sys.exit(f"{refused.message} {refused.remedy}\n{refused.message_zh} {refused.remedy_zh}")
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    main()

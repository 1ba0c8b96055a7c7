"""How is the sender run, which asks the gate for the day's agenda and carries what it allows?

python -m forbear.interfaces.workers.sender

A round asks the gate for the rows whose time has come, carries what was allowed, takes in receipts
and asks about what is not known. Several senders may run at once; one that is killed at whatever
instant leaves nothing that another sends twice.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING
from uuid import uuid4

from forbear.interfaces.start import set_up
from forbear.values.errors import ForbearError

if TYPE_CHECKING:
    from datetime import date

    from forbear.contexts.contact.channels.registry import Providers
    from forbear.contexts.contact.gate.worker import Sender
    from forbear.contexts.nightly.latest import LatestNight
    from forbear.values.code import Channel

BATCH = 20
IDLE_S = 1.0
REST_STEP_S = 0.1
SETTLE_EVERY_S = 5.0
LAY_OUT_EVERY_S = 10.0
CASCADES_EVERY_S = 30.0
# What stays wrong is told this often, not at every round.
TELL_EVERY_S = 60.0
# The first page has the machine to itself: the sender waits for the web's first answer.
WAITS_FOR_PORT = "FORBEAR_SENDER_WAITS_FOR"
_WAIT_S_MAX = 60.0
_log = logging.getLogger("forbear.sender")


def main() -> None:
    """Send until told to stop."""
    _wait_for_web(os.environ.get(WAITS_FOR_PORT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings.dev")
    set_up()
    from django.conf import settings

    from forbear.contexts.contact.channels.registry import Setting, providers_named
    from forbear.interfaces.web.check import refuse_unsafe

    refuse_unsafe()
    setting = Setting(settings.FORBEAR_HOME, _now, settings.FORBEAR_IN_EARNEST)
    try:
        providers = providers_named(settings.FORBEAR_PROVIDERS, setting)
    except ForbearError as refused:
        sys.exit(f"{refused.message} {refused.remedy}\n{refused.message_zh} {refused.remedy_zh}")
    # Until here nothing is under way, and a signal simply ends the process.
    ending = Ending()
    for number in (signal.SIGTERM, signal.SIGINT):
        # A group leaves Ctrl-C to its parent.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, ending.begin)
    Loop(providers, ending).run()
    providers.close()
    logging.shutdown()
    # Everything is closed. To take rules and messages apart piece by piece would only take time.
    os._exit(0)


class Ending:
    """Whether the process is to end. A signal may come at any instant, so no lock is taken."""

    def __init__(self) -> None:
        self.begun = False

    def begin(self, *_: object) -> None:
        """End after what is under way."""
        self.begun = True

    def rest(self, seconds: float) -> None:
        """Rest, but not once the end has begun."""
        until_s = time.monotonic() + seconds
        while not self.begun and (left_s := until_s - time.monotonic()) > 0:
            time.sleep(min(left_s, REST_STEP_S))


class Loop:
    """One sender process at work."""

    def __init__(self, providers: Providers, ending: Ending) -> None:
        from django.conf import settings

        from forbear.contexts.cases.campaign.words import compose
        from forbear.contexts.contact.gate.worker import SENDER, Sender

        self._actor, self._id = SENDER, uuid4()
        self._providers, self._ending = providers, ending
        self._early = settings.FORBEAR_SEND_EARLY
        self._round_s_min = BATCH * 60.0 / settings.FORBEAR_SENDS_PER_MINUTE_MAX
        self._sender: Sender = Sender(providers, compose, owner=self._id)
        self._due_s: dict[str, float] = {}
        self._told_s: dict[str, float] = {}
        self._laid_out: LatestNight | None = None

    def run(self) -> None:
        """Go round and round; whatever goes wrong is logged and tried again."""
        from django.db import connection

        from forbear.contexts.cases.campaign.alive import leave

        try:
            while self._going():
                began_s = time.monotonic()
                moved = self.round()
                rest_s = self._round_s_min if moved else max(IDLE_S, self._round_s_min)
                self._ending.rest(rest_s - (time.monotonic() - began_s))
            self._safely("leave", lambda: leave(self._id, actor=self._actor))
        finally:
            connection.close()

    def round(self) -> int:
        """Do everything once that is due; return how much moved."""
        from forbear.contexts.cases.campaign.alive import BEAT_EVERY

        self._every("beat", BEAT_EVERY.total_seconds(), self._beat)
        self._every("lay_out", LAY_OUT_EVERY_S, self._lay_out)
        moved = sum(self._safely(*each) for each in (("ask", self._ask), ("carry", self._carry)))
        moved += self._safely("receipts", self._take_receipts)
        self._every("cascades", CASCADES_EVERY_S, self._begin_cascades)
        moved += self._safely("step", self._step)
        moved += self._safely("inbound", self._work_on_messages)
        self._every("settle", SETTLE_EVERY_S, self._settle)
        self._every("mark_done", LAY_OUT_EVERY_S, self._mark_done)
        return moved

    def _going(self) -> bool:
        return not self._ending.begun

    def _beat(self) -> int:
        from forbear.contexts.cases.campaign.alive import beat

        beat(self._id, self._providers.names, early=self._early, actor=self._actor, now=_now())
        return 0

    def _lay_out(self) -> int:
        from forbear.contexts.cases.campaign.layout import lay_out
        from forbear.contexts.nightly.latest import latest_night

        night = latest_night(actor=self._actor, now=_now())
        if night.day is None or night == self._laid_out:
            return 0
        lay_out(_days(night.day), early=self._early, actor=self._actor)
        self._laid_out = night
        return 0

    def _ask(self) -> int:
        from forbear.contexts.cases.campaign.ask import ask_due
        from forbear.contexts.cases.outing.ask import ask_outings
        from forbear.contexts.rulebook.library import open_sending

        moved = 0
        for name in self._providers.names:
            adapter = self._providers.named(name)
            assert adapter is not None, "it names itself"
            if adapter.traits.by_staff:
                continue
            channels = sorted(adapter.traits.channels & open_sending().by_machine)
            for asking in (ask_due, ask_outings):
                done = asking(name, channels, limit=BATCH, actor=self._actor, going=self._going)
                moved += done.allowed + done.refused
        return moved

    def _begin_cascades(self) -> int:
        from forbear.contexts.cases.campaign.cascade import begin_cascades

        if self._laid_out is None or self._laid_out.day is None:
            return 0
        return begin_cascades(_days(self._laid_out.day), actor=self._actor)

    def _step(self) -> int:
        from forbear.contexts.cases.campaign.cascade import step_due
        from forbear.contexts.rulebook.library import open_sending

        carriers: dict[Channel, str] = {}
        for name in self._providers.names:
            adapter = self._providers.named(name)
            if adapter is not None and not adapter.traits.by_staff:
                for channel in adapter.traits.channels & open_sending().by_machine:
                    carriers.setdefault(channel, name)
        done = step_due(carriers, limit=BATCH, actor=self._actor, going=self._going)
        return done.taken

    def _carry(self) -> int:
        return self._sender.carry(limit=BATCH, going=self._going).claimed

    def _take_receipts(self) -> int:
        from forbear.contexts.contact.gate.fetch import fetch_receipts

        return fetch_receipts(self._providers, actor=self._actor)

    def _work_on_messages(self) -> int:
        from forbear.contexts.contact.inbound.work import work

        return work(actor=self._actor, now=_now())

    def _settle(self) -> int:
        from forbear.contexts.contact.gate.settle import settle

        settle(self._providers, actor=self._actor)
        return 0

    def _mark_done(self) -> int:
        from forbear.contexts.cases.campaign.done import mark_done

        if self._laid_out is not None and self._laid_out.day is not None:
            mark_done(_days(self._laid_out.day), actor=self._actor)
        return 0

    def _every(self, what: str, seconds: float, do: Callable[[], int]) -> None:
        if time.monotonic() >= self._due_s.get(what, 0.0) and self._going():
            self._safely(what, do)
            self._due_s[what] = time.monotonic() + seconds

    def _safely(self, what: str, do: Callable[[], int | None]) -> int:
        from django.db import connection

        try:
            return do() or 0
        except Exception as error:  # noqa: BLE001  # the loop goes on, whatever it is
            connection.close()
            now_s = time.monotonic()
            if now_s >= self._told_s.get(what, 0.0):
                self._told_s[what] = now_s + TELL_EVERY_S
                _log.error("the sender could not go on", extra={"code": type(error).__name__})
            return 0


def _days(latest: date) -> list[date]:
    """Return the latest agenda's day and the one before, which may still run further west."""
    return [latest - timedelta(days=1), latest]


def _now() -> datetime:
    return datetime.now(UTC)


def _wait_for_web(port: str | None) -> None:
    until_s = time.monotonic() + _WAIT_S_MAX
    while port and time.monotonic() < until_s:
        time.sleep(0.5)
        door = HTTPConnection("127.0.0.1", int(port), timeout=5)
        try:
            door.request("GET", "/health/live")
            door.getresponse().read()
        except (OSError, HTTPException):
            continue
        finally:
            door.close()
        return


if __name__ == "__main__":
    main()

"""Does everybody get their pages quickly while very many look at once, for a long time?

Requests are due by the clock, whether or not those before were answered: a page that waits for a
free worker counts from when it was wanted.
"""

from __future__ import annotations

import http.client
import itertools
import os
import queue
import statistics
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.said import CreditorSaid
from tests.support.application import on_database
from tests.support.evidence import somebody, told_of
from tests.support.portal import visit_token
from tests.support.portfolio import CREDITOR, NOW, SETUP, ring_in
from tests.support.server import served

RATE_HZ = 100
LASTS_S = int(os.environ.get("FORBEAR_LOAD_S", "600"))
P95_S_MAX = 0.2
PERSONS = 60
CALLERS = 48
OUTSIDE = ("", "check/", "careful/", "rights/", "help/", "lessons/", "enter/", "not-me/")
INSIDE = ("home/", "items/", "items/{loan}/", "do/1/", "do/2/", "do/3/", "set/", "log/")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One page that somebody wants. ``due_s`` on the monotonic clock; visit null: from outside."""

    due_s: float
    path: str
    visit: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """How one was answered. ``status`` 0: not at all; ``took_s`` from when it was due."""

    path: str
    status: int
    took_s: float


@pytest.fixture(scope="module")
def shop(cluster, application_template, tmp_path_factory):
    """A served application with many people in it; yield its address and who is in."""
    folder = tmp_path_factory.mktemp("load")
    with (
        ring_in(folder),
        cluster.database(template=application_template) as made,
        on_database(made),
    ):
        creditor = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
        record_creditor(creditor, actor=SETUP, now=NOW)
        inside = []
        for number in range(PERSONS):
            who = somebody(instalments=12 + number % 24, payments=number % 8)
            told_of(who, 40)
            inside.append((visit_token(who.at_gate.debtor_id), who.at_gate.loan_id))
        with served(made, folder, workers=2) as address:
            yield address, inside


def _call(address: str, wanted: queue.Queue[Wanted | None], answered: list[Answered]) -> None:
    host = urlsplit(address).netloc
    line = http.client.HTTPConnection(host, timeout=30)
    while (one := wanted.get()) is not None:
        cookie = "django_language=zh-hans" + (f"; visit={one.visit}" if one.visit else "")
        try:
            line.request("GET", f"/p/{one.path}", headers={"Cookie": cookie})
            answer = line.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            line.close()
            status = 0
        answered.append(Answered(one.path, status, time.monotonic() - one.due_s))
    line.close()


@pytest.mark.nightly
def test_a_hundred_a_second_for_ten_minutes_are_answered_at_once(shop):
    address, inside = shop
    wanted: queue.Queue[Wanted | None] = queue.Queue()
    answered: list[Answered] = []
    callers = [
        threading.Thread(target=_call, args=(address, wanted, answered)) for _ in range(CALLERS)
    ]
    for caller in callers:
        caller.start()
    people, pages = itertools.cycle(inside), itertools.cycle(zip(OUTSIDE, INSIDE, strict=True))
    begun_s = time.monotonic()
    for number in range(0, RATE_HZ * LASTS_S, 2):
        due_s = begun_s + number / RATE_HZ
        time.sleep(max(0.0, due_s - time.monotonic()))
        (visit, loan), (out, own) = next(people), next(pages)
        wanted.put(Wanted(due_s, out, None))
        wanted.put(Wanted(due_s, own.format(loan=loan), visit))
    for _caller in callers:
        wanted.put(None)
    for caller in callers:
        caller.join()

    took = sorted(one.took_s for one in answered)
    p95_s = took[int(len(took) * 0.95)]
    print(
        f"{len(took)} pages in {LASTS_S} s: median {statistics.median(took) * 1000:.0f} ms, "
        f"p95 {p95_s * 1000:.0f} ms, worst {took[-1] * 1000:.0f} ms"
    )
    assert len(took) == RATE_HZ * LASTS_S
    assert [one for one in answered if one.status != 200] == []
    assert p95_s <= P95_S_MAX

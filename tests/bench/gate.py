"""How fast are contacts decided, let out and kept, beside a bare transaction of the same database?

    python tests/bench/gate.py 10000000         so many past attempts, beside 10,000

PostgreSQL runs with the settings of service: what is committed is on the disk. Two workers each
ask for a contact, claim it, commit its intent, hand it over to a provider in their own process and
keep the answer; beside them two workers insert one row and commit. Both are measured in turn and
reported as medians, with the processor time of the workers and of the database.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.support.application import on_database  # noqa: E402  # sets Django up

WORKERS, REPEATS, BATCH = 2, 3, 20
EACH = 400
"""Contacts of one worker in one run."""
ALONE = 600
"""Decisions that are timed one by one."""
SMALL = 10_000
OFTEN = 500
"""Past attempts at a person who was tried very often."""
FORK = get_context("fork")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAST = (
    "COPY contact_attempt (ref, debtor_id, channel, direction, started_at, outcome, source, "
    "recorded_at) FROM STDIN"
)
_BARE = (
    "INSERT INTO audit_entry (at, event, actor_kind, actor_id, subject, debtor_id, body, "
    "body_sha256) VALUES (now(), 'contact.refused', 'SYSTEM', 'bench', %s, 1, %s, %s)"
)

import psycopg  # noqa: E402
from django.db import connections  # noqa: E402

from forbear.contexts.contact.gate import condition  # noqa: E402
from forbear.contexts.database.embedded import EmbeddedServer  # noqa: E402
from forbear.contexts.portfolio.actions.creditor import record_creditor  # noqa: E402
from forbear.contexts.portfolio.said import CreditorSaid  # noqa: E402
from tests.support.bench import own_server  # noqa: E402
from tests.support.gate import NOON, Desk, Person, people  # noqa: E402
from tests.support.portfolio import CREDITOR, NOW, SETUP  # noqa: E402


@dataclass(frozen=True)
class Measured:
    """Things done a second, and the processor's milliseconds for each: workers', database's."""

    rate: float
    worker_ms: float
    database_ms: float


def database_s(server: EmbeddedServer) -> float:
    """Return the processor seconds of the server and of every session that has ended."""
    after = Path(f"/proc/{server.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(after[place]) for place in (11, 12, 13, 14)) / _TICKS


def measured(server: EmbeddedServer, works: list[Callable[[], int]]) -> Measured:
    """Let every work run in a process of its own, all at once."""
    connections.close_all()
    time.sleep(0.2)  # the sessions end
    told: Queue[tuple[int, float, float, float]] = FORK.Queue()
    go = FORK.Event()

    def run(work: Callable[[], int]) -> None:
        go.wait()
        begun, spent = time.monotonic(), time.process_time()
        done = work()
        told.put((done, begun, time.monotonic(), time.process_time() - spent))
        told.close()
        told.join_thread()
        connections.close_all()
        os._exit(0)

    before = database_s(server)
    processes = [FORK.Process(target=run, args=(work,)) for work in works]
    for process in processes:
        process.start()
    go.set()
    rows = [told.get() for _ in works]
    for process in processes:
        process.join()
    time.sleep(0.2)
    done = sum(row[0] for row in rows)
    wall_s = max(row[2] for row in rows) - min(row[1] for row in rows)
    spent_s = sum(row[3] for row in rows)
    used_s = database_s(server) - before
    return Measured(done / wall_s, spent_s / done * 1e3, used_s / done * 1e3)


def gate(persons: list[Person], seed: int) -> Callable[[], int]:
    """Return the work of letting out one contact to each person."""

    def work() -> int:
        desk = Desk(seed=seed)
        sender = desk.sender()
        done = 0
        for first in range(0, len(persons), BATCH):
            for who in persons[first : first + BATCH]:
                assert desk.ask(who).allowed
            while (carried := sender.carry(limit=BATCH)).claimed:
                done += carried.handed
        return len(persons) if done or not persons else 0

    return work


def bare(url: str, times: int) -> Callable[[], int]:
    """Return the work of as many transactions that insert one row."""

    def work() -> int:
        with psycopg.connect(url, prepare_threshold=0) as connection:
            connection.execute("SELECT set_config('forbear.sight', 'ALL', false)")
            for number in range(times):
                connection.execute(_BARE, [f"bench:{number}", b"x" * 300, b"y" * 32])
                connection.commit()
        return times

    return work


@dataclass(frozen=True)
class Alone:
    """Milliseconds of decisions, one after another: the middle, the slow ones, processor time."""

    p50_ms: float
    p99_ms: float
    processor_ms: float


def decisions(server: EmbeddedServer, persons: list[Person]) -> Alone:
    """Time one decision after another, each with its commit."""
    connections.close_all()
    time.sleep(0.2)  # the sessions end
    desk, took = Desk(), []
    used_s, spent_s = database_s(server), time.process_time()
    for who in persons:
        begun = time.perf_counter()
        assert desk.ask(who).allowed
        took.append((time.perf_counter() - begun) * 1e3)
    connections.close_all()
    time.sleep(0.2)
    processor_s = database_s(server) - used_s + time.process_time() - spent_s
    return Alone(percentile(took, 0.5), percentile(took, 0.99), processor_s / len(persons) * 1e3)


def lay_past(url: str, persons: list[Person], *, each: int, others: int, mark: str) -> None:
    """Copy past attempts into the table: some at every person, the rest at persons of others."""
    rows = [(one.debtor_id, number) for one in persons for number in range(each)]
    with psycopg.connect(url) as connection:
        # Whose the others are matters to nobody here.
        connection.execute("SET session_replication_role = replica")
        with connection.cursor() as cursor, cursor.copy(_PAST) as copy:
            for place, (debtor_id, number) in enumerate(rows):
                at = NOON - timedelta(days=20 + number, minutes=place % 600)
                copy.write_row(_past(f"{mark}-{place}", debtor_id, at))
            at = NOON - timedelta(days=90)
            for place in range(others):
                copy.write_row(_past(f"{mark}-o{place}", 1_000_000 + place // 6, at))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE contact_attempt")
        connection.execute("CHECKPOINT")


def _past(ref: str, debtor_id: int, at: object) -> tuple[object, ...]:
    return ref, debtor_id, "VOICE", "OUTBOUND", at, "RANG", "EXTRACT", at


def percentile(values: list[float], part: float) -> float:
    """Return the value below which a part of all lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def rates(server: EmbeddedServer) -> None:
    """Measure and print what leaves in a second, beside the bare insert."""
    found: dict[str, list[Measured]] = {"bare": [], "gate": []}
    for repeat in range(REPEATS):
        persons = people(EACH * WORKERS)
        parts = [persons[place::WORKERS] for place in range(WORKERS)]
        app = server.url("app")
        found["bare"].append(measured(server, [bare(app, EACH * 3)] * WORKERS))
        works = [gate(part, repeat * 10 + place) for place, part in enumerate(parts)]
        found["gate"].append(measured(server, works))
    print(f"  {'':<34}{'a second':>10}{'worker ms':>11}{'database ms':>13}")
    for name, title in (("bare", "one row inserted and committed"), ("gate", "decided and sent")):
        runs = found[name]
        middle = Measured(
            statistics.median(one.rate for one in runs),
            statistics.median(one.worker_ms for one in runs),
            statistics.median(one.database_ms for one in runs),
        )
        print(
            f"  {title:<34}{middle.rate:>10,.0f}{middle.worker_ms:>11.2f}"
            f"{middle.database_ms:>13.2f}"
        )
        found[name] = [middle]
    share = found["gate"][0].rate / found["bare"][0].rate
    print(f"  decided and sent beside the bare insert: {share:.2f}  (aims 0.5 and 300 a second)")


def timed(server: EmbeddedServer, title: str, *, each: int, others: int, mark: str) -> float:
    """Lay a past down, time decisions on it, print them and return their processor time."""
    persons = people(ALONE + 20)
    lay_past(server.url("superuser"), persons, each=each, others=others, mark=mark)
    decisions(server, persons[:20])
    took = decisions(server, persons[20:])
    print(
        f"  {title:<52}p50 {took.p50_ms:6.2f} ms   p99 {took.p99_ms:6.2f} ms   "
        f"processor {took.processor_ms:5.2f} ms",
        flush=True,
    )
    return took.processor_ms


def main() -> None:
    """Measure rates, single decisions, and their growth with the past."""
    large = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    condition._CONDITIONS.pop("night")
    with own_server() as own, on_database(own.database):
        server = own.server
        said = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
        record_creditor(said, actor=SETUP, now=NOW)
        rates(server)
        six = SMALL - 6 * (ALONE + 20)
        few = timed(server, f"{SMALL:,} past attempts", each=6, others=six, mark="s")
        title = f"{large:,} past attempts"
        many = timed(server, title, each=6, others=large - SMALL, mark="l")
        print(f"  growth of a decision: {many / few:.2f}x of processor time  (aim 1.2)")
        title = f"the same, {OFTEN} of them at each person asked for"
        often = timed(server, title, each=OFTEN, others=0, mark="o")
        print(f"  growth with a long past of one's own: {often / few:.2f}x")


if __name__ == "__main__":
    main()

"""How soon do fifty collectors see their pages, with a million persons in the database?

    python tests/bench/console.py 1000000 10000000         so many persons, so many past attempts

The application is served as in service: PostgreSQL keeps what is committed on the disk, two worker
processes answer over HTTP. Everybody has one loan, a standing, a case and a plan; a tenth is
planned with a team. Those whom the collectors open have sealed names and numbers and twelve
instalments; the others are laid down by one statement a table, with one sealed value for all.

Each collector has signed in and then goes round, one page each ten seconds: the queue, somebody of
it, a search by a telephone number, whoever is found. Reported are the seconds from the first byte
sent to the last received; beside them the same pages with one collector alone, who waits for
nobody.
"""

from __future__ import annotations

import http.client
import itertools
import os
import platform
import random
import re
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.support.application import on_database  # noqa: E402, I001  # sets Django up

import psycopg  # noqa: E402
from django.db import connections  # noqa: E402

from forbear.contexts.database.transaction import acting  # noqa: E402
from forbear.contexts.people.role import Role  # noqa: E402
from forbear.contexts.portfolio.actions.creditor import record_creditor  # noqa: E402
from forbear.contexts.portfolio.models import ContactPoint, Creditor, Debtor, Loan  # noqa: E402
from forbear.contexts.portfolio.said import CreditorSaid  # noqa: E402
from forbear.contexts.portfolio.word import Source  # noqa: E402
from forbear.contexts.protection.cell import Sealed  # noqa: E402
from forbear.contexts.protection.field import place_of  # noqa: E402
from forbear.contexts.protection.index import IndexPurpose  # noqa: E402
from forbear.contexts.protection.store import (  # noqa: E402
    index_values,
    new_key_id,
)
from forbear.values.code import Jurisdiction, LoanState, Origin, PointKind, Relation  # noqa: E402
from tests.support.console import at_work, new_colleague  # noqa: E402
from tests.support.bench import own_server  # noqa: E402
from tests.support.database import Database  # noqa: E402
from tests.support.day import new_night  # noqa: E402
from tests.support.desk import new_second_factor, noon_now  # noqa: E402
from tests.support.people import new_team  # noqa: E402
from tests.support.gate import give_keys  # noqa: E402
from tests.support.portfolio import CREDITOR, NOW, SETUP  # noqa: E402
from tests.support.server import served  # noqa: E402
from tests.support.today import lenders_day  # noqa: E402

TEAMS, COLLECTORS, WORKERS = 25, 50, 2
OPENED_OF_A_TEAM = 160
"""Persons of a team whom its collectors open in a run."""
ROUND_S, RUN_S, WARM_S = 10.0, 120.0, 20.0
"""Each collector opens one page in so many seconds, for so long, after so long unmeasured."""
ALONE = 25
AIM_MS, AIM_PHONE_MS = 300, 50
_TAKE = re.compile(rb'action="(/cases/\d+/take/)"')
_NAMES = ("欧阳虚构", "林虚构", "张虚构", "王虚构", "Otto Invented")
WHY_EN = "12 days late on one loan. A call in the morning helps most; nobody has called this week."
WHY_ZH = "一笔借款逾期 12 天，上午致电效果最好；本周尚无人致电。"
# %(…)s: how many others, the day, the zone in which calls are allowed now, the team's ids.
_OTHERS = """
INSERT INTO portfolio_debtor
  (ref, key_id, name, jurisdiction, time_zones, team_id, vulnerable, source, recorded_at)
  SELECT 'other-' || n, md5('bench' || n)::uuid, NULL, 'CN', ARRAY[%(zone)s],
    (%(teams)s::bigint[])[1 + n %% cardinality(%(teams)s::bigint[])], false, 'EXTRACT', now()
  FROM generate_series(1, %(others)s) n;
INSERT INTO protection_personkey (id, debtor_id, ring_key, wrapped, made_at)
  SELECT d.key_id, d.id, 'ring', sha256(d.ref::bytea), now()
  FROM portfolio_debtor d WHERE d.ref LIKE 'other-%%' ORDER BY d.id;
INSERT INTO portfolio_contactpoint
  (ref, debtor_id, kind, relation, origin, quality, address, address_index, number_zones, source,
   recorded_at)
  SELECT 'p-' || d.ref, d.id, 'MOBILE', 'OWN', 'CONTRACT', 'UNTRIED',
    %(cell)s, substr(sha256(d.ref::bytea), 1, 24), '{}',
    'EXTRACT', now()
  FROM portfolio_debtor d WHERE d.ref LIKE 'other-%%' ORDER BY d.id;
INSERT INTO portfolio_loan
  (ref, debtor_id, creditor_id, product, currency, contract_date, disbursed_date,
   principal_minor, annual_rate_bp, state, source, recorded_at)
  SELECT 'l-' || d.ref, d.id, (SELECT id FROM portfolio_creditor LIMIT 1), 'instalment_loan',
    'CNY', '2026-01-05', '2026-01-06', 120000, 1200, 'OPEN', 'EXTRACT', now()
  FROM portfolio_debtor d WHERE d.ref LIKE 'other-%%' ORDER BY d.id;
"""
# A tenth of the others is planned with a team; whom the collectors open comes first.
_EVERYBODY = """
INSERT INTO ledger_standing
  (loan_id, debtor_id, as_of_date, known_date, days_past_due, bucket, instalments_overdue,
   oldest_unpaid_date, due_minor, paid_minor, credit_minor, overdue_principal_minor,
   overdue_interest_minor, overdue_fee_minor, penalty_accrued_minor, penalty_minor, overdue_minor,
   outstanding_principal_minor, accrued_interest_minor, payoff_minor, next_due_date,
   next_due_minor, risk_class, bureau_code, computed_by, computed_at)
  SELECT l.id, l.debtor_id, %(day)s, %(day)s, 12, 'M1', 1, %(day)s::date - 12, 123456, 0, 0,
    100000, 23456, 0, 0, 0, 123456, 100000, 0, 123456, %(day)s::date + 18, 10000, 'NORMAL', '1',
    'NIGHT', now()
  FROM portfolio_loan l ORDER BY l.id;
INSERT INTO cases_case
  (debtor_id, state, team_id, opened_at, moved_at, bucket, days_past_due, currency, overdue_minor,
   version)
  SELECT d.id, 'NEW', d.team_id, now() - interval '1 day', now() - interval '1 day', 'M1', 12,
    'CNY', 123456, 1
  FROM portfolio_debtor d ORDER BY d.id;
INSERT INTO cases_plan
  (day, debtor_id, night_id, outcome, text_en, text_zh, loan_id, contact_point_id, channel,
   team_id, slot, rank, explored, state, cancelled_because)
  SELECT %(day)s, p.debtor_id, 'night', CASE WHEN t.planned THEN 'PLANNED' ELSE 'PRICED_OUT' END,
    %(why_en)s, %(why_zh)s, l.id,
    CASE WHEN t.planned THEN p.id END, CASE WHEN t.planned THEN 'VOICE' END,
    CASE WHEN t.planned THEN d.team_id END,
    CASE WHEN t.planned THEN (ARRAY['morning', 'afternoon', 'evening'])[1 + p.id %% 3] END,
    CASE WHEN d.ref LIKE 'other-%%' THEN 100000 ELSE 0 END + d.id %% 100000, false, 'OPEN', ''
  FROM portfolio_contactpoint p JOIN portfolio_debtor d ON d.id = p.debtor_id
  JOIN portfolio_loan l ON l.debtor_id = d.id
  CROSS JOIN LATERAL (SELECT d.id %% 10 = 0 OR d.ref NOT LIKE 'other-%%' AS planned) t
  ORDER BY p.debtor_id;
INSERT INTO contact_attempt
  (ref, debtor_id, contact_point_id, loan_id, channel, direction, started_at, outcome, source,
   recorded_at)
  SELECT 'a-' || p.debtor_id || '-' || n, p.debtor_id, p.id, NULL,
    (ARRAY['VOICE', 'SMS', 'VOICE', 'WECHAT'])[1 + n %% 4], 'OUTBOUND',
    now() - interval '20 days' - n * interval '1 day' - (p.id %% 600) * interval '1 minute',
    CASE WHEN n %% 4 IN (0, 2) THEN 'RANG' ELSE 'DELIVERED' END, 'EXTRACT', now()
  FROM portfolio_contactpoint p CROSS JOIN generate_series(1, %(each)s) n ORDER BY p.debtor_id;
INSERT INTO audit_entry (at, event, actor_kind, actor_id, subject, debtor_id, body, body_sha256)
  SELECT now() - (n %% 100000) * interval '1 second',
    (ARRAY['case.opened', 'contact.authorised', 'contact.answered'])[1 + n], 'SYSTEM', 'night',
    'case:' || d.id, d.id, '{"night":"bench"}', sha256('{"night":"bench"}')
  FROM portfolio_debtor d CROSS JOIN generate_series(0, 2) n ORDER BY d.id;
"""


@dataclass(frozen=True)
class Book:
    """What was laid down: by team the numbers that a search is for."""

    teams: list[int]
    numbers: dict[int, list[str]]


def lay_book(database: Database, *, persons: int, attempts: int) -> Book:
    """Lay down teams, persons, standings, cases, the day's plans, attempts and the record."""
    now = datetime.now(UTC)
    day, zone = lenders_day(now), noon_now(now)
    new_night(day, now=now)
    record_creditor(CreditorSaid(CREDITOR, "Example Lender", "示例放款方"), actor=SETUP, now=NOW)
    teams = [new_team(f"bench-{number}") for number in range(TEAMS)]
    opened = min(OPENED_OF_A_TEAM, persons // TEAMS)
    numbers = {team: _opened_of(team, zone, opened, place) for place, team in enumerate(teams)}
    told = {
        "others": persons - opened * TEAMS,
        "day": day,
        "zone": zone,
        "teams": teams,
        "each": attempts // persons,
        "why_en": WHY_EN,
        "why_zh": WHY_ZH,
    }
    with psycopg.connect(database.urls["superuser"], autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        cell = connection.execute("SELECT address FROM portfolio_contactpoint LIMIT 1").fetchone()
        told["cell"] = cell[0] if cell else None
        for statement in (_OTHERS + _EVERYBODY).strip().rstrip(";").split(";\n"):
            connection.execute(statement, told)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    return Book(teams, numbers)


def _opened_of(team: int, zone: str, count: int, place: int) -> list[str]:
    """Lay down persons whose values are sealed; return their telephone numbers."""
    numbers = [f"199{place:02d}{number:06d}" for number in range(count)]
    known = {"source": Source.EXTRACT, "recorded_at": NOW}
    with acting(SETUP):
        creditor = Creditor.objects.get(code=CREDITOR)
        persons = [
            Debtor(
                ref=f"opened-{place}-{number}",
                key_id=new_key_id(),
                jurisdiction=Jurisdiction.CN,
                time_zones=[zone],
                team_id=team,
                **known,
            )
            for number in range(count)
        ]
        persons = Debtor.objects.bulk_create(persons)
        held = give_keys(persons)
        for number, one in enumerate(persons):
            name = _NAMES[number % len(_NAMES)]
            one.name = Sealed.text(name, place=place_of(one, "name"), keys=held)
        Debtor.objects.bulk_update(persons, ["name"])
        points = []
        for one, number in zip(persons, numbers, strict=True):
            point = ContactPoint(
                ref=f"point-{one.ref}",
                debtor=one,
                kind=PointKind.MOBILE,
                relation=Relation.OWN,
                origin=Origin.CONTRACT,
                address_index=index_values(IndexPurpose.PHONE, number, calling_code="86", now=NOW)[
                    0
                ],
                **known,
            )
            point.address = Sealed.text(number, place=place_of(point, "address"), keys=held)
            points.append(point)
        ContactPoint.objects.bulk_create(points)
        _contracts(persons, creditor, known)
    return numbers


def _contracts(persons: list[Debtor], creditor: Creditor, known: dict[str, object]) -> None:
    from forbear.contexts.portfolio.models import Instalment

    loans = Loan.objects.bulk_create(
        Loan(
            ref=f"loan-{one.ref}",
            debtor=one,
            creditor=creditor,
            product="instalment_loan",
            currency="CNY",
            contract_date=date(2026, 1, 5),
            disbursed_date=date(2026, 1, 6),
            principal_minor=120_000,
            annual_rate_bp=1_200,
            state=LoanState.OPEN,
            **known,
        )
        for one in persons
    )
    Instalment.objects.bulk_create(
        Instalment(
            loan=loan,
            number=number,
            due_date=date(2026, 1, 6) + timedelta(days=30 * number),
            principal_minor=10_000,
            interest_minor=600,
            fee_minor=0,
            **known,
        )
        for loan in loans
        for number in range(1, 13)
    )


@dataclass
class Took:
    """Milliseconds of every page, by its name; and what answered otherwise than it should."""

    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)


class Collector:
    """One browser of somebody who has signed in: a line for each page."""

    def __init__(self, address: str, cookie: str, numbers: list[str], seed: int) -> None:
        where = urlsplit(address)
        self._line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        self._token = "f" * 32
        self._cookie = f"{cookie}; csrftoken={self._token}; django_language=zh-hans"
        self._numbers = numbers
        self._random = random.Random(seed)  # whom to open is no secret

    def round(self, took: Took) -> Iterator[None]:
        """Open the pages of one round; yields before each."""
        yield
        queue = self._open("queue", "GET", "/queue/", took)
        found = _TAKE.findall(queue)
        if not found:
            took.wrong.append("queue: nobody in it")
            return
        yield
        take = self._random.choice(found).decode()
        where = self._open("take a case", "POST", take, took, wanted=302)
        self._open("person", "GET", where.decode(), took)
        yield
        self._search(took)

    def _search(self, took: Took) -> None:
        self._open("search", "GET", "/search/", took)
        where = self._open("phone lookup", "POST", "/search/", took, wanted=302)
        self._open("person", "GET", where.decode(), took)

    def _open(self, name: str, verb: str, path: str, took: Took, *, wanted: int = 200) -> bytes:
        headers = {"Cookie": self._cookie}
        body = None
        if verb == "POST":
            headers |= {"X-CSRFToken": self._token}
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode({"text": self._random.choice(self._numbers)})
        # The server ends a line on which nothing was asked for a while.
        self._line.close()
        begun = time.perf_counter()
        self._line.request(verb, path, body=body, headers=headers)
        answer = self._line.getresponse()
        text = answer.read()
        took.ms[name].append((time.perf_counter() - begun) * 1e3)
        if answer.status != wanted:
            took.wrong.append(f"{name}: {verb} {path} answered {answer.status}")
        return (answer.headers["Location"] or "").encode() if wanted == 302 else text


def together(collectors: list[Collector], *, for_s: float) -> Took:
    """Let all go round at once, each a page in ``ROUND_S`` seconds, evenly shifted."""
    took, begun = Took(), time.monotonic()

    def work(place: int, one: Collector) -> None:
        due = begun + ROUND_S * place / len(collectors)
        for _round in itertools.count():
            for _page in one.round(took):
                time.sleep(max(0.0, due - time.monotonic()))
                if time.monotonic() > begun + for_s:
                    return
                due += ROUND_S

    threads = [threading.Thread(target=work, args=each) for each in enumerate(collectors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def alone(one: Collector) -> Took:
    """Let one go round without a pause."""
    took = Took()
    for _round in range(ALONE):
        for _page in one.round(took):
            pass
    return took


def spent_s(*roots: int) -> float:
    """Return the processor seconds of some processes and all below them that are alive."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        found[int(stat.parent.name)] = (int(after[1]), sum(int(after[at]) for at in (11, 12)))
    below = set(roots)
    while more := {pid for pid, (parent, _) in found.items() if parent in below} - below:
        below |= more
    return sum(found[pid][1] for pid in below if pid in found) / os.sysconf("SC_CLK_TCK")


def shown(title: str, took: Took) -> None:
    """Print the middle and the slow ones of every page."""
    print(f"  {title}", flush=True)
    for name, ms in took.ms.items():
        ordered = sorted(ms)
        middle, slow = (ordered[min(len(ms) - 1, int(len(ms) * part))] for part in (0.5, 0.95))
        aim = AIM_PHONE_MS if name == "phone lookup" else AIM_MS
        print(
            f"    {name:<14}{len(ms):>6} pages   p50 {middle:7.1f} ms   p95 {slow:7.1f} ms"
            f"   (aim {aim}){'' if slow <= aim else '   above'}"
        )
    for wrong in sorted(set(took.wrong))[:5]:
        print(f"    {took.wrong.count(wrong)} x {wrong}")


def looked_up(book: Book) -> None:
    """Time the look-up of a number by itself, without the web."""
    from forbear.contexts.people.permission import principal_of
    from forbear.contexts.portfolio.queries.find import find_by_address

    team = book.teams[0]
    actor = principal_of(new_colleague(Role.COLLECTOR, teams=(team,)))
    took = Took()
    for number in book.numbers[team]:
        begun = time.perf_counter()
        assert find_by_address(number, actor=actor, now=datetime.now(UTC))
        took.ms["phone lookup"].append((time.perf_counter() - begun) * 1e3)
    shown("the look-up of a number by itself", took)


def signed_in(address: str, book: Book) -> list[Collector]:
    """Let every collector sign in, evenly over the teams."""
    found = []
    for place in range(COLLECTORS):
        team = book.teams[place % len(book.teams)]
        staff = new_second_factor(new_colleague(Role.COLLECTOR, teams=(team,)))
        client = at_work(staff)
        cookies = "; ".join(f"{name}={each.value}" for name, each in client.cookies.items())
        found.append(Collector(address, cookies, book.numbers[team], place))
    return found


def main() -> None:
    """Lay down, serve, measure and print."""
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    attempts = int(sys.argv[2]) if len(sys.argv) > 2 else 10 * persons
    with own_server() as own, on_database(own.database):
        begun = time.monotonic()
        book = lay_book(own.database, persons=persons, attempts=attempts)
        laid_s = time.monotonic() - begun
        system = f"{platform.machine()}, {os.cpu_count()} processors"
        told = f"{persons:,} persons, {attempts:,} attempts"
        print(f"  {told} laid in {laid_s:.0f} s; {system}")
        looked_up(book)
        with served(own.database, own.home, workers=WORKERS) as address:
            collectors = signed_in(address, book)
            connections.close_all()
            together(collectors, for_s=WARM_S)
            shown("one collector alone, without a pause", alone(collectors[0]))
            rate = COLLECTORS / ROUND_S
            before = spent_s(os.getpid(), own.server.pid), time.process_time()
            took = together(collectors, for_s=RUN_S)
            mine_s = time.process_time() - before[1]
            used_s = spent_s(os.getpid(), own.server.pid) - before[0] - mine_s
            shown(f"{COLLECTORS} collectors, {rate:g} pages a second in all", took)
            pages = sum(map(len, took.ms.values()))
            print(
                f"    processor {used_s / pages * 1e3:.0f} ms a page, of web and database"
                f"; load of the machine {os.getloadavg()[0]:.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()

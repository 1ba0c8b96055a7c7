"""Where room or connections run out the gate refuses with a reason, and goes on by itself later."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import connection, connections

from forbear.contexts.contact.channels.simulated.provider import Behaviour
from forbear.contexts.contact.gate import condition
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.word import Cause, DispatchState
from forbear.contexts.contact.gate.worker import SENDER
from forbear.contexts.contact.models import Attempt, Dispatch
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.said import CreditorSaid
from forbear.settings.environment import database
from tests.integration.gate.test_races import at_once
from tests.support.application import on_database
from tests.support.database import Cluster, Database
from tests.support.gate import Desk, attempts, people, state_of
from tests.support.portfolio import CREDITOR, NOW, SETUP

ROOM_MIB = 48
POOL_WAITS_S = 0.5


@pytest.fixture(autouse=True)
def _no_night(monkeypatch):
    """Nights have tests of their own; here none was ever loaded."""
    monkeypatch.delitem(condition._CONDITIONS, "night")


@contextmanager
def small_disk(account: str) -> Iterator[Path]:
    """Mount a small file system for the server's account, or skip."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    owner = pwd.getpwnam(account)
    with tempfile.TemporaryDirectory(prefix="forbear-tests-") as folder:
        room = Path(folder)
        room.chmod(0o711)
        disk = room / "disk"
        disk.mkdir()
        size = f"size={ROOM_MIB}m,uid={owner.pw_uid},gid={owner.pw_gid},mode=0700"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(disk)],
            capture_output=True,
            text=True,
            check=False,
        )
        if mounted.returncode:
            pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
        try:
            yield disk
        finally:
            subprocess.run(["umount", "--lazy", str(disk)], check=True)


def _own(cluster: Cluster) -> None:
    if "superuser" not in cluster._urls:
        pytest.skip("the server is not this machine's own, and must be let alone")


@contextmanager
def on_small_disk(cluster: Cluster, template: str) -> Iterator[tuple[Database, Path]]:
    """Yield a database whose tables lie on a small disk."""
    _own(cluster)
    (folder,) = cluster.as_superuser("SHOW data_directory")[0]
    with small_disk(Path(folder).owner()) as disk:
        space = f"small_{os.getpid()}"
        cluster.as_superuser(f"CREATE TABLESPACE {space} LOCATION '{disk}'")
        try:
            with cluster.database(template=template) as made:
                cluster.as_superuser(f'ALTER DATABASE "{made.name}" SET TABLESPACE {space}')
                yield made, disk
        finally:
            cluster.as_superuser(f"DROP TABLESPACE {space}")


def test_a_full_disk_refuses_and_all_goes_on_once_there_is_room(
    cluster, application_template, ring
):
    with on_small_disk(cluster, application_template) as (made, disk), on_database(made):
        said = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
        record_creditor(said, actor=SETUP, now=NOW)
        desk, persons = Desk(), people(60)
        waiting = [desk.ask(who) for who in persons[:5]]
        with (disk / "filler").open("wb", buffering=0) as filler:
            while _written(filler):
                pass
        refused = _until_refused(desk, persons[5:])

        assert [one.cause for one in refused.reasons] == [Cause.NOT_RECORDED]
        done = desk.sender().carry(limit=5)
        assert done.handed + done.failed == 5
        assert done.failed > 0
        assert len(desk.provider.ledger) == done.handed
        (disk / "filler").unlink()
        desk.hand.on(minutes=2)
        settle(desk.providers, actor=SENDER, clock=desk.hand)
        while desk.sender().carry().claimed:
            pass

        assert desk.ask(persons[-1]).allowed
        assert all(state_of(one)[0] is DispatchState.ACCEPTED for one in waiting)
        ids = [entry.contact_id for entry in desk.provider.ledger]
        assert len(ids) == len(set(ids))
        with reading(SETUP):
            assert Attempt.objects.count() == Dispatch.objects.count()
        connections.close_all()


def _written(filler) -> bool:
    try:
        return filler.write(b"\0" * 8192) > 0
    except OSError:
        return False


def _until_refused(desk, persons):
    for who in persons:
        for _ in range(3):
            answer = desk.ask(who)
            if not answer.allowed:
                return answer
    raise AssertionError("the disk was not full")


@contextmanager
def pooled(made: Database, size: int) -> Iterator[None]:
    """Let Django take its connections from a small pool, as in service from a larger one."""
    ours = database(made.urls["app"], pool=True)
    ours["OPTIONS"]["pool"] = {"min_size": 0, "max_size": size, "timeout": POOL_WAITS_S}
    connections.close_all()
    before = dict(connections.settings["default"])
    connections.settings["default"].update({**ours, "CONN_MAX_AGE": 0})
    try:
        yield
    finally:
        connection.close_pool()
        connections.close_all()
        connections.settings["default"].update(before)


def test_a_pool_that_is_used_up_refuses_in_bounded_time_and_leaves_nothing(portfolio):
    desk, (who,) = Desk(), people(1)
    with pooled(portfolio, 2):
        taken, free = [Event(), Event()], Event()

        def occupy(mine: Event) -> None:
            with reading(SETUP):
                mine.set()
                free.wait(30)
            connection.close()

        threads = [Thread(target=occupy, args=(each,)) for each in taken]
        for thread in threads:
            thread.start()
        assert all(each.wait(10) for each in taken)
        connection.close()
        began = time.monotonic()
        answer = desk.ask(who)
        took_s = time.monotonic() - began
        free.set()
        for thread in threads:
            thread.join()

        assert [one.cause for one in answer.reasons] == [Cause.NOT_RECORDED]
        assert took_s < POOL_WAITS_S + 5
        assert attempts(who) == []
        assert desk.ask(who).allowed


def test_a_server_without_a_connection_left_refuses(cluster, portfolio):
    _own(cluster)
    desk, (who,) = Desk(), people(1)
    connections.close_all()
    cluster.as_superuser(f'ALTER DATABASE "{portfolio.name}" CONNECTION LIMIT 0')
    try:
        answer = desk.ask(who)
    finally:
        cluster.as_superuser(f'ALTER DATABASE "{portfolio.name}" CONNECTION LIMIT -1')

    assert [one.cause for one in answer.reasons] == [Cause.NOT_RECORDED]
    assert attempts(who) == []
    assert desk.ask(who).allowed


def test_two_of_every_worker_send_nothing_twice(portfolio):
    some = Behaviour(refused_ppt=100, lost_ppt=200, vanished_ppt=100)
    desk, persons = Desk(behaviour=some), people(20)
    answers = [desk.ask(who) for who in persons for _ in range(2)]
    senders = [desk.sender() for _ in range(2)]

    def carry(sender):
        return sum(sender.carry(limit=3).handed for _ in range(20))

    def ask_about():
        for _ in range(5):
            settle(desk.providers, actor=SENDER, clock=desk.hand)

    handed = at_once(*[lambda one=one: carry(one) for one in senders])
    desk.hand.on(minutes=6)
    at_once(ask_about, ask_about)

    seen = Counter(entry.contact_id for entry in desk.provider.ledger)
    assert seen == Counter(answer.id for answer in answers)
    assert sum(handed) == len(answers)
    assert {state_of(one)[0] for one in answers} <= {DispatchState.ACCEPTED, DispatchState.REJECTED}

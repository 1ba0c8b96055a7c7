"""The clock's tasks are known to the worker, and one that fails is a failed job."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, date, datetime

import pytest
from procrastinate.contrib.django import app

from forbear.interfaces.workers import tasks

BEGUN = asyncio.create_subprocess_exec
NOW_S = int(datetime(2026, 11, 25, 4, 0, tzinfo=UTC).timestamp())


def test_the_worker_knows_what_the_clock_asks_for():
    asked = {
        name.rsplit(".", 1)[1]: task.cron
        for (name, _id), task in app.periodic_registry.periodic_tasks.items()
    }

    assert asked["morning"] == "*/5 * * * *"
    assert asked["take_up_stalled"] == "* * * * *"
    assert "forget_ended" in asked


def _morning(monkeypatch, *, due: date | None, code: int) -> str:
    monkeypatch.setattr(tasks, "_morning_due", lambda _now: due)

    async def ends(*_command, **options):
        return await BEGUN(sys.executable, "-S", "-c", f"raise SystemExit({code})", **options)

    monkeypatch.setattr(tasks.asyncio, "create_subprocess_exec", ends)
    return asyncio.run(tasks.morning.func(timestamp=NOW_S))


def test_a_day_begins_when_it_is_due(monkeypatch):
    assert _morning(monkeypatch, due=None, code=1) == "not due"
    assert _morning(monkeypatch, due=date(2026, 11, 25), code=0) == "begun"


def test_a_day_that_cannot_begin_is_a_failed_job(monkeypatch):
    with pytest.raises(tasks.MorningFailed, match="2026-11-25 ended with 4"):
        _morning(monkeypatch, due=date(2026, 11, 25), code=4)


def test_a_morning_that_is_called_off_leaves_no_process(monkeypatch):
    monkeypatch.setattr(tasks, "_morning_due", lambda _now: date(2026, 11, 25))
    made, started = [], asyncio.Event()

    async def lasts(*_command, **options):
        code = "import time; time.sleep(60)"
        made.append(await BEGUN(sys.executable, "-S", "-c", code, **options))
        started.set()
        return made[0]

    monkeypatch.setattr(tasks.asyncio, "create_subprocess_exec", lasts)

    async def call_off() -> None:
        running = asyncio.create_task(tasks.morning.func(timestamp=NOW_S))
        await started.wait()
        await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(call_off())

    assert made[0].returncode is not None

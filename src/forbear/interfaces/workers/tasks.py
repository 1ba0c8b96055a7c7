"""What is done by the clock?

A task takes ids and instants, makes one call, and may be run twice without harm.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from procrastinate.contrib.django import app

STALLED_AFTER_S = 120
TOLD_FOR_S = 50


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="morning", lock="morning", pass_context=False)
def morning(timestamp: int, **_: Any) -> str:
    """Begin the day when its time has come and it has not begun yet.

    It runs in a process of its own: a night needs memory that this worker should not keep.
    """
    from forbear.contexts.nightly.bridge.schedule import morning_due

    now = datetime.fromtimestamp(timestamp, UTC)
    due = morning_due(now, home=settings.FORBEAR_HOME, opens=settings.FORBEAR_MORNING)
    if due is None:
        return "not due"
    command = [sys.executable, "-m", "forbear.interfaces.commands.main", "morning"]
    done = subprocess.run([*command, "--as-of", due.isoformat(), "--json"], check=False)
    return "begun" if done.returncode == 0 else f"failed with {done.returncode}"


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="stalled", pass_context=False)
async def take_up_stalled(timestamp: int, **_: Any) -> int:
    """Run jobs again whose worker died. No job here sends anything to anybody."""
    del timestamp
    jobs = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S))
    for job in jobs:
        await app.job_manager.retry_job(job)
    return len(jobs)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="webhooks", pass_context=False)
def tell_endpoints(timestamp: int, **_: Any) -> int:
    """Tell lenders' systems what is due. One that is told twice knows it by the message's id."""
    from forbear.contexts.exchange.deliver import Told, deliver_due, send_over_http

    del timestamp
    send = send_over_http(private=settings.FORBEAR_WEBHOOKS_TO_PRIVATE)
    count, told = 0, None
    until = datetime.now(UTC) + timedelta(seconds=TOLD_FOR_S)
    while told != Told() and datetime.now(UTC) < until:
        told = deliver_due(datetime.now(UTC), send)
        count += told.delivered
    return count

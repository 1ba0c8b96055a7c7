"""What is done by the clock?

A task takes ids and instants, makes one call, and may be run twice without harm.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from procrastinate.contrib.django import app

from forbear.contexts.database.embedded.process import dies_with_parent
from forbear.values.errors import Transient
from forbear.values.principal import system

STALLED_AFTER_S = 120
TOLD_FOR_S = 50
KEPT_HOURS = 7 * 24
SILENT_AT_ONCE = 50_000


class MorningFailed(Transient):
    """The day could not begin; the clock tries again."""

    code = "MORNING_FAILED"


class NotTranscribed(Transient):
    """The recogniser did not run; the clock tries again."""

    code = "NOT_TRANSCRIBED"


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="morning", lock="morning", pass_context=False)
async def morning(timestamp: int, **_: Any) -> str:
    """Begin the day when its time has come and it has not begun yet.

    It runs in a process of its own: a night needs memory that this worker should not keep. Called
    off, it leaves nothing half-done, and the next call begins it again.
    """
    due = await sync_to_async(_morning_due)(datetime.fromtimestamp(timestamp, UTC))
    if due is None:
        return "not due"
    code = await _in_own_process("morning", "--as-of", due.isoformat(), "--json")
    if code:
        raise MorningFailed(
            f"The morning of {due.isoformat()} ended with {code}.",
            remedy="Run it by hand to see why: forbear morning",
            message_zh=f"{due.isoformat()} 的当日准备以 {code} 结束。",
            remedy_zh="请手动运行以查看原因：forbear morning",
        )
    return "begun"


async def _in_own_process(*words: str, quiet: bool = False) -> int:
    """Run a command of ours in a process that ends with this one; return its exit code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "forbear.interfaces.commands.main", *words),
        stdout=asyncio.subprocess.DEVNULL if quiet else None,
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )
    try:
        return await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise


def _morning_due(now: datetime) -> date | None:
    from forbear.contexts.nightly.bridge.schedule import morning_due

    return morning_due(now, home=settings.FORBEAR_HOME, opens=settings.FORBEAR_MORNING)


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


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="forget_ended", pass_context=False)
async def forget_ended(timestamp: int, **_: Any) -> None:
    """Remove jobs that ended long ago, so that failed ones tell of the present."""
    del timestamp
    await app.job_manager.delete_old_jobs(
        nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="lapse_approvals", pass_context=False)
def lapse_approvals(timestamp: int, **_: Any) -> int:
    """Let approvals lapse that nobody decided in time."""
    from forbear.contexts.people.actions.approval import lapse_approvals as lapse

    return lapse(actor=system("clock"), now=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="agencies", lock="agencies", pass_context=False)
def settle_agencies(timestamp: int, **_: Any) -> str:
    """Let agencies' unused permits lapse, find lost answers, and close days that are over."""
    from forbear.contexts.contact.agency.close import close_due, lapse_unused
    from forbear.contexts.contact.channels.registry import Providers
    from forbear.contexts.contact.gate.settle import settle

    actor = system("clock")
    # No sender need run here for what agencies begin.
    settle(Providers(), actor=actor)
    lapsed = lapse_unused(actor=actor)
    closed = close_due(actor=actor, now=datetime.fromtimestamp(timestamp, UTC))
    return f"{lapsed} lapsed, {len(closed)} days closed"


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="remind", lock="remind", pass_context=False)
def remind(timestamp: int, **_: Any) -> int:
    """Ask the gate for the reminders that persons asked for; what is refused is asked for later."""
    from forbear.contexts.arrangements.remind import remind as remind_them

    del timestamp
    return remind_them(actor=system("clock")) if settings.FORBEAR_PROVIDERS else 0


@app.periodic(cron="41 2 * * *")
@app.task(queueing_lock="apply_retention", lock="apply_retention", pass_context=False)
def apply_retention(timestamp: int, **_: Any) -> str:
    """Erase everybody whose data must go by now; a killed run is simply run again."""
    from forbear.contexts.portfolio.actions.erase import apply_retention as apply

    return str(apply(actor=system("clock"), now=datetime.fromtimestamp(timestamp, UTC)))


@app.periodic(cron="53 2 * * *")
@app.task(queueing_lock="doubt_silent", lock="doubt_silent", pass_context=False)
def doubt_silent(timestamp: int, **_: Any) -> int:
    """Doubt numbers at which nobody was surely reached for long; a killed run is run again."""
    from forbear.contexts.contact.gate.silence import doubt_silent as doubt

    now = datetime.fromtimestamp(timestamp, UTC)
    return doubt(actor=system("clock"), now=now, limit=SILENT_AT_ONCE)


@app.periodic(cron="11 3 * * *")
@app.task(queueing_lock="remove_recordings", lock="remove_recordings", pass_context=False)
def remove_recordings(timestamp: int, **_: Any) -> int:
    """Delete recorded calls and what was written of them, once their time is over.

    A killed run is simply run again.
    """
    from forbear.contexts.contact.call.keeping import remove_recordings as remove
    from forbear.contexts.contact.call.keeping import remove_transcripts

    now = datetime.fromtimestamp(timestamp, UTC)
    remove_transcripts(actor=system("clock"), now=now)
    return remove(settings.FORBEAR_RECORDINGS, actor=system("clock"), now=now)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="transcribe", lock="transcribe", pass_context=False)
async def transcribe(timestamp: int, **_: Any) -> str:
    """Write down calls that were recorded, where the lender has chosen a recogniser.

    It runs in a process of its own, which gives its memory back; called off, the call that it was
    at is written down by a later run.
    """
    del timestamp
    if not settings.FORBEAR_RECOGNISER:
        return "no recogniser is chosen"
    code = await _in_own_process("calls", "transcribe", "--json")
    if code:
        raise NotTranscribed(
            f"Recorded calls were not written down: it ended with {code}.",
            remedy="Run it by hand to see why: forbear calls transcribe",
            message_zh=f"录音未能转写为文字：以 {code} 结束。",
            remedy_zh="请手动运行以查看原因：forbear calls transcribe",
        )
    return "done"


@app.periodic(cron="23 */1 * * *")
@app.task(queueing_lock="notice_due", pass_context=False)
def notice_due(timestamp: int, **_: Any) -> str:
    """Tell what nobody has answered, or looked at again, in time; each thing once."""
    from forbear.contexts.rights.actions.notice import notice_due as notice

    now = datetime.fromtimestamp(timestamp, UTC)
    return str(notice(actor=system("clock"), today=settings.FORBEAR_MORNING.day(now), now=now))


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="forget_caller_checks", pass_context=False)
def forget_caller_checks(timestamp: int, **_: Any) -> int:
    """Remove what strangers asked long ago; confirmations stay while their codes are valid."""
    from forbear.contexts.contact.caller.limit import forget_questions

    return forget_questions(actor=system("clock"), now=datetime.fromtimestamp(timestamp, UTC))


@app.task(pass_context=False)
def send_entry_code(entry_id: int) -> bool:
    """Send the code that somebody asked for at the portal's door; run twice, it is sent once."""
    from forbear.contexts.access.enter import send_code

    return send_code(entry_id, actor=system("door"), now=datetime.now(UTC))


@app.periodic(cron="17 */2 * * *")
@app.task(queueing_lock="mail_lessons", lock="mail_lessons", pass_context=False)
def mail_lessons(timestamp: int, **_: Any) -> int:
    """Tell those of a lesson who chose so and whose turn it is, where the rules let us."""
    from forbear.contexts.education.mail import mail_lessons as mail

    del timestamp
    return mail(actor=system("clock")) if settings.FORBEAR_PROVIDERS else 0


@app.periodic(cron="37 4 * * *")
@app.task(queueing_lock="judge_lessons", lock="judge_lessons", pass_context=False)
def judge_lessons(timestamp: int, **_: Any) -> int:
    """See who fell behind after a lesson was offered or held back; a killed run is run again."""
    from forbear.contexts.education.actions.judge import judge_lessons as judge

    now = datetime.fromtimestamp(timestamp, UTC)
    return judge(actor=system("clock"), today=settings.FORBEAR_MORNING.day(now), now=now)


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="forget_entries", pass_context=False)
def forget_entries(timestamp: int, **_: Any) -> int:
    """Remove what was tried long ago at the portal's door."""
    from forbear.contexts.access.forget import forget_tries

    return forget_tries(actor=system("clock"), now=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="13 * * * *")
@app.task(queueing_lock="draw_quality", pass_context=False)
def draw_quality(timestamp: int, **_: Any) -> int:
    """Draw yesterday's calls that are listened to; whoever has a card of that day keeps it."""
    from forbear.contexts.cases.quality.draw import draw_sample
    from forbear.interfaces.console.presenter.span import Days

    now, morning = datetime.fromtimestamp(timestamp, UTC), settings.FORBEAR_MORNING
    day = morning.day(now) - timedelta(days=1)
    span = Days(day, day, morning.zone)
    return draw_sample(day, since=span.since, until=span.until, actor=system("clock"), now=now)


@app.periodic(cron="29 * * * *")
@app.task(queueing_lock="keep_figures", lock="keep_figures", pass_context=False)
def keep_figures(timestamp: int, **_: Any) -> str:
    """Write the day's and the week's figures as files, once each."""
    from forbear.interfaces.console.kept import keep_figures as keep

    now = datetime.fromtimestamp(timestamp, UTC)
    home, opens = settings.FORBEAR_HOME, settings.FORBEAR_MORNING
    return " ".join(keep(home, opens=opens, actor=system("clock"), now=now))


@app.task(queueing_lock="learn_for_demonstration", pass_context=False)
async def learn_for_demonstration() -> str:
    """Learn a first model in a demonstration, and let one of two persons say that it shall count.

    Where there is a model already, or this is no demonstration, nothing is done.
    """
    if not await sync_to_async(_wants_a_model)():
        return "nothing to learn"
    told = ("--by", "penrose", "--home", str(settings.FORBEAR_HOME))
    train = ("models", "train", "MISS", "--readable", *told)
    code = await _in_own_process(*train, quiet=True)
    activate = ("models", "activate", "miss", "--version", "1", *told)
    code = code or await _in_own_process(*activate, quiet=True)
    return f"ended with {code}" if code else "learned"


def _wants_a_model() -> bool:
    from forbear.contexts.nightly.insight.registry import Registry
    from forbear.contexts.nightly.workspace import Workspace

    in_earnest = not settings.FORBEAR_DEMO or settings.FORBEAR_IN_EARNEST
    return not in_earnest and not Registry(Workspace(settings.FORBEAR_HOME)).names()

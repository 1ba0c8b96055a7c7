"""Do the database, the keys and the day stand as they should?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from forbear.interfaces.commands.application import environment, given_address, reached
from forbear.interfaces.commands.doctor_calls import call_findings
from forbear.interfaces.commands.doctor_wording import wording_finding
from forbear.interfaces.commands.finding import Finding, fail, failed, ok, warn
from forbear.interfaces.start import set_up
from forbear.values.errors import ForbearError
from forbear.values.principal import system

SKEW_S_WARN, SKEW_S_FAIL = 2.0, 30.0
HEARTBEAT_S_MAX = 60
_ACTOR = system("doctor")
# Tables that hold a person's rows, by their columns, and are not closed to their owner too.
_OPEN_TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
AND (c.relname LIKE 'portfolio\\_%%' OR EXISTS (
  SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
  AND a.attname IN ('debtor_id', 'loan_id', 'person_id')))
AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1
"""
_ROLE = """
SELECT current_user, r.rolsuper OR r.rolbypassrls, EXISTS (
  SELECT 1 FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
  AND c.relowner = r.oid AND c.relkind = 'r')
FROM pg_roles r WHERE r.rolname = current_user
"""


def database_findings(home: Path, *, now: datetime) -> Iterator[Finding]:
    """Look at what needs the database; start the workspace's own meanwhile if none runs."""
    try:
        if given_address() is None and not (home / "database" / "place.json").exists():
            yield warn(
                "database",
                ("There is no database here yet.", "此处尚无数据库。"),
                ("forbear up makes it.", "forbear up 会创建它。"),
            )
            return
        with reached(home) as urls:
            os.environ.update(environment(home, urls["app"], FORBEAR_POOL="0"))
            set_up()
            yield from _application(home, now)
    except ForbearError as error:
        yield failed("database", error)


def _application(home: Path, now: datetime) -> Iterator[Finding]:
    from django.db import DatabaseError, connection

    from forbear.contexts.database.migration import migrations_missing

    yield from _settings()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version')")
            version = cursor.fetchone()[0]
        missing = migrations_missing()
    except DatabaseError as error:
        yield _away(error)
        return
    where = connection.settings_dict["HOST"] or "localhost"
    yield ok("database", f"PostgreSQL {version} at {where}", f"PostgreSQL {version}，位于 {where}")
    yield _clock(connection)
    if missing:
        yield fail(
            "migrations",
            (f"{len(missing)} are not applied.", f"有 {len(missing)} 项尚未执行。"),
            ("Back up, then: forbear up", "请先备份，再运行：forbear up"),
        )
        return
    yield ok("migrations", "all applied", "全部已执行")
    yield from _guards(connection)
    yield from _keys()
    yield _worker(now)
    yield _night(now)
    yield wording_finding(now)
    yield from _numbers()
    yield from call_findings()
    yield _sending(home)


def _away(error: Exception) -> Finding:
    said = str(error).strip().splitlines()[0] if str(error).strip() else "no reason given"
    return fail(
        "database",
        (f"It does not answer: {said}", f"无响应：{said}"),
        (
            "See that the server runs and that DATABASE_URL is right.",
            "请确认服务器正在运行且 DATABASE_URL 正确。",
        ),
    )


def _settings() -> Iterator[Finding]:
    """Ask Django's checks, and ours among them; in earnest also those about what is served."""
    from django.conf import settings
    from django.core import checks

    found = checks.run_checks(include_deployment_checks=settings.FORBEAR_IN_EARNEST)
    # The key ring has lines of its own.
    found = [each for each in found if each.id not in {"forbear.W1", "forbear.E10"}]
    for each in found:
        said = f"{each.msg} ({each.id})"
        hint = str(each.hint or each.id)
        grade = fail if each.level >= checks.ERROR else warn
        yield grade("settings", (said, said), (hint, hint))
    if not any(each.level >= checks.WARNING for each in found):
        hosts = ", ".join(dict.fromkeys(settings.ALLOWED_HOSTS))
        yield ok("settings", f"fit to serve {hosts}", f"可服务于 {hosts}")


def _clock(connection: Any) -> Finding:
    from django.utils import timezone

    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        there = cursor.fetchone()[0]
        after = timezone.now()
    skew_s = max((before - there).total_seconds(), (there - after).total_seconds(), 0.0)
    said = (f"{skew_s:.1f} s apart from the database's", f"与数据库相差 {skew_s:.1f} 秒")
    remedy = (
        "Let both machines take their time from the same source (NTP).",
        "请让两台机器使用同一时间源（NTP）。",
    )
    if skew_s > SKEW_S_FAIL:
        return fail("clock", said, remedy)
    return warn("clock", said, remedy) if skew_s > SKEW_S_WARN else ok("clock", *said)


def _guards(connection: Any) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_ROLE)
        role, passes, owns = cursor.fetchone()
        cursor.execute(_OPEN_TABLES, [])
        unguarded = [name for (name,) in cursor.fetchall()]
    if passes or owns:
        yield fail(
            "role",
            (
                f"The application speaks as {role}, whom row security does not bind.",
                f"应用以 {role} 身份连接，行级安全对其无效。",
            ),
            (
                "Let the role be a member of forbear_app: GRANT forbear_app TO it.",
                "请执行 GRANT forbear_app 授权给该角色。",
            ),
        )
    else:
        yield ok("role", role, role)
    if unguarded:
        listed = ", ".join(unguarded)
        yield fail(
            "row security",
            (f"It is not forced on: {listed}", f"以下表未强制启用：{listed}"),
            (
                (
                    f"ALTER TABLE {unguarded[0]} ENABLE ROW LEVEL SECURITY, "
                    "FORCE ROW LEVEL SECURITY; and find out who turned it off."
                ),
                (
                    f"请执行 ALTER TABLE {unguarded[0]} ENABLE ROW LEVEL SECURITY, "
                    "FORCE ROW LEVEL SECURITY；并查明是谁将其关闭。"
                ),
            ),
        )
    else:
        yield ok("row security", "forced on every person's rows", "所有个人数据表均已强制启用")


def _keys() -> Iterator[Finding]:
    from forbear.contexts.protection.ringcheck import check_ring
    from forbear.contexts.protection.store import open_vault

    try:
        ring = open_vault().keeper.ring
    except ForbearError as error:
        yield failed("keys", error)
        return
    for each in check_ring():
        yield fail("keys", (each.msg, each.msg), (str(each.hint), str(each.hint)))
        return
    yield ok("keys", f"ring {ring.id}, known to the database", f"密钥环 {ring.id}，与数据库相符")


def _worker(now: datetime) -> Finding:
    from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

    since = now - timedelta(seconds=HEARTBEAT_S_MAX)
    alive = ProcrastinateWorker.objects.filter(last_heartbeat__gte=since).count()
    failed_ = ProcrastinateJob.objects.filter(status="failed").count()
    if not alive:
        return warn(
            "worker",
            ("No worker runs: no day begins by itself.", "没有工作进程在运行：当日不会自动开始。"),
            ("forbear up, or forbear up --only worker", "forbear up，或 forbear up --only worker"),
        )
    said = (f"{alive} at work; jobs failed: {failed_}", f"{alive} 个在运行；失败任务 {failed_} 个")
    if failed_:
        remedy = ("Read the worker's log.", "请查看工作进程的日志。")
        return warn("worker", said, remedy)
    return ok("worker", *said)


def _night(now: datetime) -> Finding:
    from forbear.contexts.nightly.latest import latest_night

    found = latest_night(actor=_ACTOR, now=now)
    day = found.day.isoformat() if found.day else "-"
    said = (f"{found.standing.value}, loaded for {day}", f"{found.standing.value}，已载入 {day}")
    if found.standing.contacts_allowed:
        return ok("night", *said)
    return warn(
        "night",
        said,
        (
            "Put the lender's extract into the inbox, then: forbear morning",
            "请将放款方数据放入 inbox，然后运行：forbear morning",
        ),
    )


def _numbers() -> Iterator[Finding]:
    """Say that numbers are not read where that leaves somebody without a team near them."""
    from forbear.contexts.contact.channels.registry import CALLS, CALLS_ZH
    from forbear.contexts.portfolio.number import can_tell
    from forbear.contexts.portfolio.queries.number import persons_unread

    persons = persons_unread(actor=_ACTOR)
    if not persons:
        return
    said = (
        f"Persons without a region whose numbers were not read: {persons}",
        f"没有地区信息且号码未读取归属地的人数：{persons}",
    )
    if can_tell():
        remedy = (
            "The next extract that holds their numbers has them read: forbear morning",
            "下次导入含这些号码的数据时会读取：forbear morning",
        )
    else:
        remedy = (
            f"Install what reads them: {CALLS}; or let the extract tell regions.",
            f"请安装读取组件：{CALLS_ZH}；或在数据中提供地区。",
        )
    yield warn("numbers", said, remedy)


def _sending(home: Path) -> Finding:
    from forbear.contexts.database.sending import sending_held

    held = sending_held(home)
    if held is None:
        return ok("sending", "free", "未受限制")
    return warn(
        "sending",
        (held.en, held.zh),
        (
            "Somebody who works as compliance officer releases it.",
            "由合规人员解除。",
        ),
    )

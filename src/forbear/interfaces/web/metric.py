"""Which figures does whoever watches the machine get, and how are they counted?

Several web processes count together: ``forbear up`` names a folder where each leaves its figures
(``PROMETHEUS_MULTIPROC_DIR``). What the database knows is asked when the figures are. No label
holds anything but names of routes, methods, statuses and states.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from forbear.settings.environment import secret
from forbear.values.principal import system

TOKEN = "FORBEAR_METRICS_TOKEN"  # noqa: S105  # the name of a variable
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_ACTOR = system("metrics")
_DAY = timedelta(days=1)
# What a proxy adds: then the nearest address is the proxy's, whoever may stand behind it.
_PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = Histogram(
    "forbear_request_seconds",
    "Requests answered, and how long it took, by route, method and status",
    ("route", "method", "status"),
    buckets=_SECONDS,
)
POOL = Gauge(
    "forbear_database_pool",
    "Connections of the web processes' pools, and requests that wait for one",
    ("state",),
    multiprocess_mode="livesum",
)


def answered(*, route: str, method: str, status: int, duration_s: float) -> None:
    """Count one request."""
    REQUESTS.labels(route, method, str(status)).observe(duration_s)
    pool = getattr(connection, "_connection_pools", {}).get(connection.alias)
    if pool is not None:
        told = pool.get_stats()
        POOL.labels("open").set(told.get("pool_size", 0))
        POOL.labels("idle").set(told.get("pool_available", 0))
        POOL.labels("waiting").set(told.get("requests_waiting", 0))


def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures to this machine itself, or to whoever holds the token."""
    if not may_watch(request):
        said = f"Only this machine, or Authorization: Bearer <{TOKEN}>. 仅限本机或携带令牌。\n"
        return HttpResponse(said, status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(exposition(now=timezone.now()), content_type=CONTENT_TYPE_LATEST)


def may_watch(request: HttpRequest) -> bool:
    """Say whether a request comes from this machine itself, or brings the token."""
    expected = secret(os.environ, TOKEN)
    given = request.headers.get("Authorization", "")
    if expected and hmac.compare_digest(given.encode(), f"Bearer {expected}".encode()):
        return True
    if any(name in request.headers for name in _PASSED_ON):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def exposition(*, now: datetime) -> bytes:
    """Return every figure in the text format of Prometheus."""
    folder = os.environ.get(FOLDER)
    counted = CollectorRegistry()
    if folder:
        _forget_dead(Path(folder))
        MultiProcessCollector(counted, path=folder)
    asked = CollectorRegistry()
    asked.register(Standing(now))
    return generate_latest(counted if folder else REGISTRY) + generate_latest(asked)


class Standing:
    """What the database knows at one instant; nothing but ``up 0`` when it is away."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        up = "forbear_database_up", "Whether the database answers"
        try:
            found = list(self._found())
        except DatabaseError:
            yield GaugeMetricFamily(*up, value=0)
            return
        yield GaugeMetricFamily(*up, value=1)
        yield from found

    def _found(self) -> Iterator[Metric]:
        from procrastinate.contrib.django.models import ProcrastinateJob

        from forbear.contexts.audit.queries import record_standing
        from forbear.contexts.cases.campaign.alive import senders_alive
        from forbear.contexts.cases.campaign.figures import under_way
        from forbear.contexts.cases.today import day_figures
        from forbear.contexts.contact.gate.outbox import outbox
        from forbear.contexts.database.transaction import reading
        from forbear.contexts.nightly.latest import latest_night

        night = latest_night(actor=_ACTOR, now=self._now)
        yield _by("forbear_night", "How the nights stand", "standing", {night.standing.value: 1})
        if night.loaded_at is not None:
            age_s = (self._now - night.loaded_at).total_seconds()
            name = "forbear_night_age_seconds"
            yield GaugeMetricFamily(name, "Since the agenda was loaded", value=age_s)
        loads = day_figures(None, actor=_ACTOR).loads
        name, said = "forbear_cases_open", "Open cases"
        yield GaugeMetricFamily(name, said, value=sum(load.cases for load in loads))
        senders = len(senders_alive(actor=_ACTOR, now=self._now))
        yield GaugeMetricFamily("forbear_senders", "Senders that live", value=senders)
        waiting, unknown = under_way(actor=_ACTOR)
        contacts = {"waiting": waiting, "unknown": unknown}
        yield _by("forbear_contacts", "Contacts that are under way", "state", contacts)
        yield from _carried(self._now)
        calls = outbox(since=self._now - _DAY, actor=_ACTOR, now=self._now)
        name, said = (
            "forbear_calls_abandoned",
            "Calls of a day that were answered, and nobody spoke",
        )
        yield GaugeMetricFamily(name, said, value=calls.abandoned)
        name, said = "forbear_calls_to_us", "Calls of a day that people made to us, by fate"
        came = {"missed": calls.missed, "others": calls.came - calls.missed}
        yield _by(name, said, "fate", came)
        name, said = "forbear_callbacks_waiting", "People who asked to be called back, and wait"
        yield GaugeMetricFamily(name, said, value=calls.asked_back)
        if calls.due_since is not None:
            late_s = max(0.0, (self._now - calls.due_since).total_seconds())
            name, said = "forbear_sending_late_seconds", "For how long the oldest contact is due"
            yield GaugeMetricFamily(name, said, value=late_s)
        yield _asked(self._now)
        with reading(_ACTOR):
            record = record_standing()
        for name, said, at in (
            (
                "forbear_record_waiting_seconds",
                "Age of the oldest entry that is not in the tree yet; 0: there is none",
                record.unsequenced_at,
            ),
            (
                "forbear_record_unsigned_seconds",
                "Age of the oldest entry that no checkpoint covers yet; 0: there is none",
                record.unsigned_at,
            ),
        ):
            age_s = 0.0 if at is None else max(0.0, (self._now - at).total_seconds())
            yield GaugeMetricFamily(name, said, value=age_s)
        jobs = dict(ProcrastinateJob.objects.values_list("status").annotate(Count("id")).order_by())
        waiting = {"todo": 0, "doing": 0, "failed": 0} | jobs
        yield _by("forbear_jobs", "Jobs of the worker, by state", "state", waiting)


def _asked(now: datetime) -> Metric:
    """Return how often the language model was asked in the last day, and what became of it."""
    from forbear.contexts.assistant.llm_figures import model_calls

    name, said = "forbear_model_questions", "Questions to the language model in the last day"
    counts = GaugeMetricFamily(name, said, labels=("task", "fate"))
    for (task, fate), count in model_calls(actor=_ACTOR, now=now).items():
        counts.add_metric((task, fate), count)
    return counts


def _carried(now: datetime) -> Iterator[Metric]:
    """Yield what went through each channel in the last day, and what it cost."""
    from forbear.contexts.contact.figures import carried

    labels = ("provider", "channel")
    name, said = "forbear_channel_contacts", "Contacts that left in the last day, by fate"
    counts = GaugeMetricFamily(name, said, labels=(*labels, "fate"))
    name, said = "forbear_channel_cost_minor", "What they cost, in minor units"
    costs = GaugeMetricFamily(name, said, labels=(*labels, "currency"))
    for each in carried(actor=_ACTOR, now=now):
        for fate, count in each.fates.items():
            counts.add_metric((each.provider, each.channel, fate), count)
        if each.cost_minor is not None:
            costs.add_metric((each.provider, each.channel, each.currency), each.cost_minor)
    yield counts
    yield costs


def _by(name: str, said: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, said, labels=(label,))
    for value, count in values.items():
        family.add_metric((value,), count)
    return family


def folder_for(port: int) -> Path:
    """Return where the web processes behind a port leave their figures."""
    return settings.FORBEAR_HOME / "metrics" / str(port)


def _forget_dead(folder: Path) -> None:
    """Drop what processes that have ended say of the present moment; their counts stay."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = file.stem.rsplit("_", 1)[1]
        if pid.isdigit() and not _alive(int(pid)):
            file.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

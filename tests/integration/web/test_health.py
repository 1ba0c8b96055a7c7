"""Whether the process says rightly that it is ready, and what the figures tell."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from django.test import Client

from forbear.contexts.contact.call.models import Call
from forbear.contexts.contact.call.word import CallEnd
from forbear.contexts.database.migration import migrations_missing
from forbear.contexts.database.transaction import acting
from forbear.interfaces.web import health, metric
from tests.support.database import Database
from tests.support.day import new_night
from tests.support.morning import own_ring
from tests.support.portfolio import SETUP

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ring(tmp_path):
    with own_ring(tmp_path):
        yield tmp_path / "keyring.json"


def _codes(now: datetime = NOW) -> dict[str, str]:
    return {name: code for name, (_, code) in health.readiness(now=now).items()}


def _asked() -> tuple[int, dict]:
    answer = Client().get("/health/ready")
    return answer.status_code, answer.json()


class TestReady:
    def test_when_everything_is_there(self, application):
        assert _asked() == (
            200,
            {
                "ready": True,
                "checks": {
                    "database": "OK",
                    "migrations": "OK",
                    "keys": "OK",
                    "night": "NONE",
                    "record": "OK",
                },
            },
        )

    def test_not_without_a_key_ring(self, application, ring):
        ring.unlink()

        status, told = _asked()

        assert (status, told["ready"], told["checks"]["keys"]) == (503, False, "MISSING")

    def test_not_with_a_key_ring_that_others_may_read(self, application, ring):
        ring.chmod(0o644)

        assert _asked()[1]["checks"]["keys"] == "UNFIT"

    def test_not_before_the_last_migration(self, own_application: Database):
        with psycopg.connect(own_application.urls["owner"]) as owner:
            owner.execute("DELETE FROM django_migrations WHERE app = 'cases' AND name ~ '^0003'")

        assert migrations_missing() == [("cases", "0003_pre_wrong_basis")]
        assert _asked()[0] == 503

    def test_also_when_the_database_is_ahead(self, own_application: Database):
        with psycopg.connect(own_application.urls["owner"]) as owner:
            owner.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '9999', now())"
            )

        assert migrations_missing() == []

    def test_not_without_a_database(self, application):
        connections.close_all()
        before = connections.settings["default"]["NAME"]
        connections.settings["default"]["NAME"] = "no_such_database"
        try:
            status, told = _asked()
        finally:
            connections.close_all()
            connections.settings["default"]["NAME"] = before

        assert (status, told["checks"]["database"]) == (503, "AWAY")
        assert "no_such_database" not in str(told)

    def test_not_on_an_agenda_that_is_too_old(self, application):
        new_night(NOW.date(), now=NOW)

        assert _codes()["night"] == "FRESH"
        assert _codes(NOW + timedelta(days=2))["night"] == "STALE"
        assert health.readiness(now=NOW + timedelta(days=2))["night"][0] is False

    def test_live_whatever_else_is_wrong(self, application, ring):
        ring.unlink()

        assert Client().get("/health/live").status_code == 200


class TestMetrics:
    def test_tell_what_the_database_knows(self, application):
        new_night(NOW.date(), now=NOW)

        told = metric.exposition(now=NOW + timedelta(hours=1)).decode()

        assert "forbear_database_up 1.0" in told
        assert 'forbear_night{standing="FRESH"} 1.0' in told
        assert "forbear_cases_open 0.0" in told
        assert 'forbear_jobs{state="failed"} 0.0' in told

    def test_tell_of_a_call_that_somebody_answered_and_in_which_nobody_spoke(self, application):
        def abandoned():
            told = metric.exposition(now=NOW).decode()
            return next(x for x in told.splitlines() if x.startswith("forbear_calls_abandoned "))

        assert abandoned().endswith(" 0.0")
        for hours in (1, 30):
            at = NOW - timedelta(hours=hours)
            with acting(SETUP):
                Call.objects.create(
                    permit_id=uuid4(),
                    attempt_id=hours,
                    debtor_id=1,
                    provider="trunk",
                    owner=uuid4(),
                    line="",
                    state="ENDED",
                    end=CallEnd.ABANDONED,
                    began_at=at,
                    answered_at=at,
                    ended_at=at,
                    beat_at=at,
                )

        assert abandoned().endswith(" 1.0")

    def test_are_given_to_this_machine_and_nobody_else(self, application):
        assert Client().get("/metrics").status_code == 200
        assert Client(REMOTE_ADDR="192.0.2.1").get("/metrics").status_code == 403

    def test_of_several_processes_are_added_up(self, application, tmp_path):
        folder = tmp_path / "metrics"
        folder.mkdir()
        counting = (
            "from forbear.interfaces.web import metric\n"
            "metric.answered(route='today', method='GET', status=200, duration_s=0.1)\n"
        )
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PROMETHEUS_MULTIPROC_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "forbear.settings.test",
            "FORBEAR_HOME": str(tmp_path),
        }
        asking = (
            "import datetime; from forbear.interfaces.web import metric\n"
            "from prometheus_client import CollectorRegistry, generate_latest\n"
            "from prometheus_client.multiprocess import MultiProcessCollector\n"
            "found = CollectorRegistry(); MultiProcessCollector(found)\n"
            "print(generate_latest(found).decode())\n"
        )
        for _ in range(2):
            subprocess.run([sys.executable, "-c", counting], env=environment, check=True)
        said = subprocess.run(
            [sys.executable, "-c", asking],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

        counted = 'forbear_request_seconds_count{method="GET",route="today",status="200"} 2.0'
        assert counted in said

"""What the record is sought by is found without reading the record."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.search import Sought, search
from forbear.contexts.database.transaction import acting, reading
from tests.support.portfolio import SETUP

_ENTRIES = """
INSERT INTO audit_entry (at, event, actor_kind, actor_id, subject, debtor_id, body, body_sha256)
SELECT now(), (ARRAY['case.opened', 'contact.authorised'])[1 + n % 2],
  CASE WHEN n % 50 = 0 THEN 'STAFF' ELSE 'SYSTEM' END, (n % 1000)::text, 'case:' || n, n % 2000,
  '{}', sha256('{}') FROM generate_series(1, 20000) n
"""


@pytest.fixture
def filled(application):
    with acting(SETUP), connection.cursor() as cursor:
        cursor.execute(_ENTRIES)
    with psycopg.connect(application.urls["owner"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE audit_entry")
    return application


@pytest.mark.parametrize(
    ("sought", "index", "rows"),
    [
        (Sought(subject="case:77"), "audit_entry_subject", 1),
        (Sought(by="staff:100"), "audit_entry_staff", 20),
        (Sought(debtor_id=77), "audit_entry_debtor", 10),
        (Sought(events=[AuditEvent.CASE_CLOSED]), "audit_entry_event", 0),
    ],
    ids=["subject", "staff", "person", "event"],
)
def test_reads_what_it_is_sought_by(filled, sought, index, rows):
    with reading(SETUP):
        with CaptureQueriesContext(connection) as asked:
            assert len(search(sought).rows) == rows
        question = next(each["sql"] for each in asked if "audit_entry" in each["sql"])
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {question}")
            plan = "\n".join(line for (line,) in cursor.fetchall())

    assert index in plan
    # The other tables of the question are empty here, and may be read whole.
    assert "Seq Scan on audit_entry" not in plan

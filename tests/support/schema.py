"""Cases drawn from the API's own description, and how each is sent and held against it."""

from __future__ import annotations

import io
import json
import time
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
import schemathesis
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.strategies._internal import regex
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from forbear.contexts.database.transaction import acting
from forbear.contexts.exchange.scope import Scope
from forbear.contexts.exchange.signature import secret_bytes, signed
from forbear.contexts.people.care import agencies
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.contract import give_to_team, people_by_ref
from forbear.contexts.portfolio.said import CreditorSaid
from forbear.contexts.protection.store import forget_vault
from forbear.interfaces.api.api import document_text
from forbear.interfaces.api.edge import RECEIPTS
from tests.integration.api.test_calls import book
from tests.support.api import Caller, caller
from tests.support.application import put_back, rows_of
from tests.support.database import Database
from tests.support.paying import PROVIDER as PAYMENT_PAGE
from tests.support.portfolio import CREDITOR, NOW, SETUP, ring_in

# The same few patterns with thousands of Chinese signs stand at most fields; each is read once.
regex.regex_strategy = cache(regex.regex_strategy)
# Each case is drawn afresh. Changing parts of an earlier one mostly gives what cannot be sent, or
# what was sent before: a third of the time for nothing.
ConjectureRunner.generate_mutations_from = lambda _runner, _data: None

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
KNOWN = {
    "debtor_ref": "P-1",
    "loan_ref": "L-1",
    "loan_refs": ["L-1"],
    "contact_point_ref": "C-1",
    "team": "none",
}
TEXTS = frozenset({"ref", "debtor_ref", "loan_ref", "contact_point_ref", "name"})
"""What queries ask for by a text of the caller's own."""
FILING = {"debtor_ref": "P-1", "intake": "PHONE", "received_date": "2026-11-20"}
FILED = (
    ("/disputes", "F-1", {"reason": "PAID"}),
    ("/complaints", "F-2", {"reason": "FREQUENT"}),
    ("/hardships", "F-3", {"category": "JOB_LOSS", "severity": 2}),
    ("/data-requests", "F-4", {"right": "SEE"}),
)
FILED_AT = ("filings", "disputes", "complaints", "hardships", "data-requests", "pauses")
AGREED_AT = ("/arrangements", "/promises")
REFS = {
    "loans": "L-1",
    "contact-points": "C-1",
    "filings": "F-1",
    "disputes": "F-1",
    "complaints": "F-2",
    "hardships": "F-3",
    "data-requests": "F-4",
    "arrangements": "A-1",
    "promises": "V-1",
}
PROVIDER, SECRET = "a-provider", "whsec_" + "QUJD" * 11
# Some three minutes of a processor: half of a case is to draw it, half to answer it.
CASES_BY_DAY = 100
WAYS = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}


@schemathesis.serializer("application/zip", "application/octet-stream")
def as_bytes(_context, value):
    return value if isinstance(value, bytes) else str(value).encode()


def signing(app):
    """Sign what goes to the address of a provider, as that provider would."""

    def signed_app(environ, start_response):
        if environ["PATH_INFO"].startswith(RECEIPTS):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            headers = signed(
                secret_bytes(SECRET), uuid.uuid4().hex, at_s=int(time.time()), body=body
            )
            environ |= {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items()}
        return app(environ, start_response)

    return signed_app


def described(*phases):
    found = schemathesis.openapi.from_dict(json.loads(document_text()))
    found.app = signing(get_wsgi_application())
    found.config.update(base_url="http://testserver")
    found.config.phases.update(phases=["examples", *phases])
    return found


def arranged(api) -> None:
    """Let there be an arrangement and a promise to ask about."""
    budget = {"currency": "CNY", "can_pay_month_minor": 20_000}
    wanted = {"debtor_ref": "P-1", "loan_refs": ["L-1"], "target": "PAYOFF", "budget": budget}
    done = api.post("/arrangements", {**wanted, "ref": "A-1", "kind": "EQUAL"})
    assert done.status_code == 201, done.content
    due = datetime.now(UTC).date() + timedelta(days=2)
    promise = {"debtor_ref": "P-1", "amount_minor": 5_000, "due_date": str(due), "reminder": False}
    assert api.post("/promises", {**promise, "ref": "V-1"}).status_code == 201


@dataclass(repr=False)
class Told:
    """A lender and an agency that call, and what the database held when they began."""

    lender: Caller
    agency: Caller
    rows: dict[str, bytes]


@dataclass(repr=False)
class Book:
    """Lays down a book for a call; what was laid down once is put back the next time.

    Hypothesis writes out what a test is given, so that the rows had better not be shown.
    """

    made: Database
    laid: dict[tuple[bool, bool], Told]
    told: Told | None = None

    def open(self, path: str) -> Told:
        """Return who calls, on a book that has in it what the call is about."""
        if self.told is None:
            wanted = (any(word in path for word in FILED_AT), any(at in path for at in AGREED_AT))
            if wanted in self.laid:
                self.told = self.laid[wanted]
                put_back(self.made, self.told.rows)
            else:
                self.told = _lay_down(*wanted)
                if "superuser" in self.made.urls:
                    self.told.rows = rows_of(self.made)
                    self.laid[wanted] = self.told
        return self.told


def _lay_down(filed: bool, agreed: bool) -> Told:
    said = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
    record_creditor(said, actor=SETUP, now=NOW)
    api = caller()
    book(api)
    for provider in (PROVIDER, PAYMENT_PAGE):
        sent = {"provider": provider, "secret": SECRET}
        assert api.post("/receipt-sources", sent).status_code == 201
    if filed:
        for path, ref, about in FILED:
            done = api.post(path, {**FILING, "ref": ref, **about})
            assert done.status_code == 201, done.content
    if agreed:
        arranged(api)
    agency = caller(Scope.AGENCY_CONTACT)
    with acting(SETUP):
        (team,) = agencies()
        give_to_team(people_by_ref(["P-1"])["P-1"], team.id)
    return Told(api, agency, {})


@pytest.fixture(scope="module")
def laid(tmp_path_factory) -> Iterator[dict[tuple[bool, bool], Told]]:
    """What is laid down while a module runs, and the key ring that it is sealed with."""
    with ring_in(tmp_path_factory.mktemp("ring")):
        yield {}


@pytest.fixture
def opened(application: Database, laid, in_use) -> Iterator[Book]:
    """A book for one call of the API; keys may call as often as they like."""
    before = settings.FORBEAR_API_CALLS_PER_MINUTE_MAX
    settings.FORBEAR_API_CALLS_PER_MINUTE_MAX = 1_000_000
    forget_vault()
    yield Book(application, laid)
    forget_vault()
    settings.FORBEAR_API_CALLS_PER_MINUTE_MAX = before


def answered_as_described(opened: Book, case) -> None:
    """Send a case, every second one about persons and loans that there are."""
    told = opened.open(case.path)
    body = case.body if isinstance(case.body, dict) else {}
    lot = zlib.crc32(repr((case.path_parameters, body)).encode())
    if lot % 2 and case.meta.generation.mode.is_positive:
        for name in KNOWN.keys() & body.keys():
            body[name] = KNOWN[name]
        if "ref" in (case.path_parameters or {}):
            here = next((k for k in REFS if f"/{k}/" in case.path), "debtors")
            case.path_parameters["ref"] = REFS.get(here, "P-1")
    if case.path.startswith("/api/v1/receipts/") and case.meta.generation.mode.is_positive:
        of_page = case.path.endswith("/payments")
        case.path_parameters["provider"] = PAYMENT_PAGE if of_page else PROVIDER
    by = told.agency if case.path.startswith("/api/v1/agency/") else told.lender
    # What is drawn as wrong may be sent as right: an empty list in a query is not sent at all.
    checks = [c for c in CHECKS if c is not negative_data_rejection or not _fades(case)]
    headers = {"Authorization": f"Bearer {by.token}"}
    case.call_and_validate(headers=headers, checks=checks)


def _fades(case) -> bool:
    """Whether a query may lose on its way what makes it wrong.

    What is empty is not sent at all, and a number sent as a text is one: -211 is a reference.
    """
    return any(
        value in ({}, [], None, "")
        or isinstance(value, dict)
        or (name in TEXTS and isinstance(_alone(value), int | float))
        for name, value in (case.query or {}).items()
    )


def _alone(value):
    """Return what a list of one holds: it is sent as that alone."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value

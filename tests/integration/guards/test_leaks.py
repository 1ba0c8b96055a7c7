"""A planted name, number and identity number turn up nowhere but where they were sealed."""

from __future__ import annotations

import io
import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import polars as pl
import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import path
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from forbear.contexts.contact.call.models import Recording
from forbear.contexts.database.embedded.programs import wheel_folder
from forbear.contexts.database.transaction import acting
from forbear.contexts.nightly.bridge.facts import write_facts
from forbear.contexts.nightly.intake import ImportSettings, import_extract
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.debtor import change_debtor, record_debtor
from forbear.contexts.portfolio.actions.point import change_contact_point
from forbear.contexts.portfolio.actions.representative import record_representative
from forbear.contexts.portfolio.actions.reveal import reveal_value
from forbear.contexts.portfolio.actions.vulnerability import record_vulnerability
from forbear.contexts.portfolio.models import Debtor
from forbear.contexts.portfolio.queries.find import find_by_address, find_by_national_id
from forbear.contexts.portfolio.queries.person import get_person
from forbear.contexts.portfolio.said import DebtorSaid, RepresentativeSaid, VulnerabilitySaid
from forbear.contexts.portfolio.word import (
    RepresentativeKind,
    Revealable,
    Source,
    VulnerabilityKind,
)
from forbear.contexts.protection.reveal import RevealReason
from forbear.values.code import Jurisdiction
from forbear.values.errors import ForbearError
from tests.support.extract import Extract
from tests.support.portfolio import (
    NOW,
    SETUP,
    clerk,
    new_loan,
    new_person,
    new_point,
    portfolio,
    ring,
)
from tests.support.spoken import person, taken

__all__ = ["portfolio", "ring"]
NAME, NUMBER, PHONE = "赫连金丝雀", "11010519491231002X", "19987654321"
NOTE, OTHER_NAME, OTHER_PHONE = "金丝雀病情", "赫连改名", "19987650000"
SPOKEN = "金丝雀说不要再打电话"
CANARIES = (NAME, NUMBER, PHONE, NOTE, OTHER_NAME, OTHER_PHONE, SPOKEN)


def traces() -> list[bytes]:
    """Every canary as text, as bytes written in hexadecimal, and as JSON escapes it."""
    found = []
    for text in CANARIES:
        escaped = json.dumps(text).strip('"').encode()
        found += [text.encode(), text.encode().hex().encode(), escaped, text.encode("gb18030")]
    return found


def leaked(content: bytes) -> list[bytes]:
    return [trace for trace in traces() if trace in content]


def live_a_life() -> None:
    """Do with a person whatever there is to do with personal values, well and badly."""
    by_staff = {"source": Source.STAFF, "actor": SETUP, "now": NOW}
    new_person(ref="P-1", name=NAME, national_id=NUMBER)
    new_point("P-1", ref="C-1", address=PHONE)
    new_loan("P-1")
    record_vulnerability(
        VulnerabilitySaid("V-1", "P-1", VulnerabilityKind.HEALTH, 2, True, date(2027, 1, 1), NOTE),
        **by_staff,
    )
    record_representative(
        RepresentativeSaid(
            "R-1", "P-1", RepresentativeKind.LAWYER, NOW.date(), OTHER_NAME, OTHER_PHONE
        ),
        **by_staff,
    )
    find_by_national_id(NUMBER, actor=SETUP, now=NOW)
    find_by_address(PHONE, actor=SETUP, now=NOW)
    get_person("P-1", as_of=NOW.date(), actor=SETUP, now=NOW)
    shown = reveal_value(
        Revealable.NAME,
        "P-1",
        RevealReason.VERIFY_IDENTITY,
        actor=clerk(Permission.VALUE_REVEAL),
        now=NOW,
    )
    assert shown == NAME
    change_debtor("P-1", {"name": OTHER_NAME}, **by_staff)
    change_contact_point("C-1", {"address": OTHER_PHONE}, **by_staff)
    call = _spoken()
    for mistake in (
        lambda: taken(call, person(f"{SPOKEN}，真的")),
        lambda: taken(call, person(f"{SPOKEN}\x00")),
        lambda: new_person(ref="P-1", name=NAME, national_id=NUMBER),
        lambda: new_point("P-1", ref="C-1", address=PHONE),
        lambda: new_point("P-1", ref="C-2", address=NAME),
        lambda: new_person(ref="P-2", name=f"{NAME}\x00"),
        lambda: new_person(ref="P-2", name=NAME, region=NUMBER),
        lambda: record_debtor(
            DebtorSaid("P-2", NAME, name=NAME), source=Source.API, actor=SETUP, now=NOW
        ),
    ):
        with pytest.raises(ForbearError) as refused:
            mistake()
        told = json.dumps(refused.value.as_dict(), ensure_ascii=False, default=str)
        assert not leaked(told.encode())
        assert not leaked(str(refused.value).encode())


def _spoken() -> UUID:
    """Let a recogniser hand in what the person said in a call that was recorded."""
    call = uuid4()
    with acting(SETUP):
        whose = Debtor.objects.get(ref="P-1").pk
        Recording.objects.create(permit_id=call, debtor_id=whose, began_at=NOW, seconds=6)
    assert taken(call, person(SPOKEN), now=NOW).moments == 1
    return call


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """Gather every record of every logger, statements of SQL with their values among them."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root, levels = logging.getLogger(), {}
    loggers = [root, *(logging.getLogger(name) for name in ("django", "django.db.backends"))]
    for logger in loggers:
        levels[logger] = logger.level
        logger.setLevel(logging.DEBUG)
    # The settings let Django's own records go no further than its logger.
    ends = [logger for logger in loggers if logger is root or not logger.propagate]
    for logger in ends:
        logger.addHandler(handler)
    connection.force_debug_cursor = True
    try:
        yield written
    finally:
        connection.force_debug_cursor = False
        for logger in ends:
            logger.removeHandler(handler)
        for logger, level in levels.items():
            logger.setLevel(level)


def test_no_log_not_even_of_every_statement_holds_them(portfolio):
    with everything_logged() as written:
        live_a_life()

    said = written.getvalue()
    assert "INSERT INTO" in said
    assert "portfolio_debtor" in said
    assert not leaked(said.encode())


def test_no_table_of_the_database_holds_them(portfolio):
    live_a_life()

    folder = wheel_folder()
    program = folder / "pg_dump" if folder else shutil.which("pg_dump")
    assert program
    dump = subprocess.run(
        [program, "--inserts", portfolio.urls["superuser"]], check=True, capture_output=True
    ).stdout
    assert b"audit_entry" in dump
    assert b"'P-1'" in dump
    assert not leaked(dump)


def failing(request: HttpRequest) -> HttpResponse:
    """Fail in the midst of an action, with values in hand, as a defect would."""
    values = {"name": request.POST["name"], "national_id": NUMBER}
    record_debtor(
        DebtorSaid("P-9", Jurisdiction.CN, **values), source=Source.API, actor=SETUP, now=None
    )
    return HttpResponse()


urlpatterns = [path("failing", failing)]


@pytest.mark.parametrize("debug", [False, True])
def test_no_page_of_an_unexpected_error_holds_them(portfolio, debug):
    client = Client(raise_request_exception=False)

    bare = {"ROOT_URLCONF": __name__, "MIDDLEWARE": [], "DEBUG": debug}
    with override_settings(**bare), everything_logged() as written:
        answer = client.post("/failing", {"name": NAME})

    assert answer.status_code == 500
    assert not leaked(answer.content)
    assert "Traceback" in written.getvalue()
    assert not leaked(written.getvalue().encode())


def test_no_report_of_an_unexpected_error_holds_them(portfolio):
    try:
        record_debtor(
            DebtorSaid("P-9", Jurisdiction.CN, name=NAME), source=Source.API, actor=SETUP, now=None
        )
    except Exception:  # noqa: BLE001  # whatever the defect raises
        reporter = ExceptionReporter(None, *sys.exc_info())

    html, text = reporter.get_traceback_html(), reporter.get_traceback_text()
    assert "record_debtor" in html
    assert not leaked(html.encode())
    assert not leaked(text.encode())
    # As Django comes, the same report tells them all: that is what is held back.
    reporter.filter = SafeExceptionReporterFilter()
    assert leaked(reporter.get_traceback_html().encode())


def test_no_file_for_the_night_holds_them(portfolio, tmp_path):
    live_a_life()

    write_facts(
        tmp_path / "facts",
        lender="Example Lender (invented)",
        as_of=NOW.date() + timedelta(days=1),
        actor=SETUP,
    )

    written = list((tmp_path / "facts").iterdir())
    assert any(b"P-1" in file.read_bytes() for file in written)
    assert not [file.name for file in written if leaked(file.read_bytes())]


def test_no_file_of_the_book_holds_them_not_even_of_rows_that_were_refused(tmp_path):
    extract = Extract(people=3)
    for row in extract.tables["debtor"]:
        row["name"] = NAME
    for row in extract.tables["contact_point"]:
        row["address"] = PHONE
    extract.tables["debtor"][1]["region_source"] = NAME
    extract.tables["contact_point"][2]["kind"] = PHONE
    extract.write(tmp_path / "extract")

    import_extract(
        tmp_path / "extract",
        workspace=Workspace(tmp_path / "home"),
        settings=ImportSettings(max_reject_share=1),
    )

    files = [file for file in (tmp_path / "home").rglob("*") if file.is_file()]
    assert any(file.suffix == ".parquet" for file in files)
    assert not [str(file) for file in files if leaked(_plain(file))]


def _plain(file: Path) -> bytes:
    """Return a file's content as text; a columnar file's as its rows."""
    if file.suffix == ".parquet":
        return repr(pl.read_parquet(file).to_dicts()).encode()
    return file.read_bytes()

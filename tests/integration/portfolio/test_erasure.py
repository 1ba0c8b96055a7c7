"""Data stay while something keeps them, with reasons; then they go, and nothing is left to read."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest

from forbear.contexts.audit.models import Entry
from forbear.contexts.contact.models import Attempt
from forbear.contexts.database.embedded.programs import wheel_folder
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.nightly.bridge.portfolio_load import load_portfolio
from forbear.contexts.nightly.bridge.sealing import RowSealer
from forbear.contexts.nightly.intake import ImportSettings, import_extract
from forbear.contexts.nightly.intake.source import open_extract
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.people.permission import NotPermitted
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.debtor import change_debtor
from forbear.contexts.portfolio.actions.erase import (
    MustStay,
    apply_retention,
    erase_person,
)
from forbear.contexts.portfolio.actions.hold import place_hold
from forbear.contexts.portfolio.actions.loan import set_loan_state
from forbear.contexts.portfolio.actions.representative import record_representative
from forbear.contexts.portfolio.actions.vulnerability import record_vulnerability
from forbear.contexts.portfolio.models import Debtor
from forbear.contexts.portfolio.queries.find import find_by_address, find_by_national_id
from forbear.contexts.portfolio.queries.person import get_person
from forbear.contexts.portfolio.queries.policy import facts_for_policy
from forbear.contexts.portfolio.queries.retention import retention_of
from forbear.contexts.portfolio.row import PersonErased, UnknownRef
from forbear.contexts.portfolio.said import HoldSaid, RepresentativeSaid, VulnerabilitySaid
from forbear.contexts.portfolio.word import RepresentativeKind, Source, VulnerabilityKind
from forbear.contexts.protection.holding import tellers
from forbear.values.code import HoldKind, Jurisdiction, LoanState
from tests.support.extract import Extract
from tests.support.portfolio import NOW, SETUP, clerk, new_loan, new_person, new_point

KEEPER = clerk(Permission.RETENTION_MANAGE)
NAME, NUMBER, PHONE = "司马无存", "11010519491231002X", "19912345678"
NOTE, LAWYER = "canary 病情说明", "虚构律师甲"
SETTLED = date(2026, 3, 1)
LATER = datetime(2031, 11, 26, tzinfo=UTC)
"""Five years and a day after NOW: the house of the demonstration keeps records for five years."""


def settled_person(ref: str, *, jurisdiction=Jurisdiction.CN) -> str:
    new_person(ref=ref, name=NAME, national_id=NUMBER, jurisdiction=jurisdiction)
    new_point(ref, address=PHONE if jurisdiction is Jurisdiction.CN else "+86 19912345678")
    if jurisdiction is Jurisdiction.CN:
        loan = new_loan(ref)
        set_loan_state(
            loan, LoanState.SETTLED, since=SETTLED, source=Source.API, actor=SETUP, now=NOW
        )
    return ref


def tried(ref: str, at: datetime = NOW) -> None:
    """Note that somebody tried to reach a person."""
    with acting(SETUP):
        Attempt.objects.create(
            ref=f"A-{ref}",
            debtor_id=Debtor.objects.get(ref=ref).pk,
            channel="VOICE",
            direction="OUTBOUND",
            started_at=at,
            outcome="RANG",
            source="STAFF",
            recorded_at=at,
        )


def told_of(ref: str) -> list[str]:
    verdict = retention_of(ref, actor=KEEPER, now=NOW)
    return [reason.rule_id for reason in verdict.reasons]


class TestErasePerson:
    def test_leaves_nothing_readable_anywhere_in_the_database(self, portfolio):
        ref = settled_person("P-1")
        by_staff = {"source": Source.STAFF, "actor": SETUP, "now": NOW}
        record_vulnerability(
            VulnerabilitySaid(
                "V-1", ref, VulnerabilityKind.HEALTH, 2, True, date(2027, 1, 1), NOTE
            ),
            **by_staff,
        )
        record_representative(
            RepresentativeSaid("R-1", ref, RepresentativeKind.LAWYER, SETTLED, LAWYER, PHONE),
            **by_staff,
        )
        change_debtor(ref, {"name": NAME + "改"}, **by_staff)

        assert erase_person(ref, actor=KEEPER, now=NOW).new

        dump = dumped(portfolio.urls["superuser"])
        assert ref.encode() in dump
        assert not [each for each in traces() if each in dump]
        with reading(SETUP):
            assert Debtor.objects.get(ref=ref).key_id.bytes
        page = get_person(ref, as_of=NOW.date(), actor=SETUP, now=NOW)
        assert (page.name_masked, page.national_id_masked, page.erased_at) == ("", "", NOW)
        assert find_by_national_id(NUMBER, actor=SETUP, now=NOW) == ()
        assert find_by_address(PHONE, actor=SETUP, now=NOW) == ()

    def test_keeps_amounts_and_the_audit(self, portfolio):
        ref = settled_person("P-1")

        erase_person(ref, actor=KEEPER, now=NOW)

        page = get_person(ref, as_of=NOW.date(), actor=SETUP, now=NOW)
        assert [loan.principal_minor for loan in page.loans] == [120_000]
        with reading(SETUP):
            events = set(Entry.objects.values_list("event", flat=True))
        assert {"debtor.added", "debtor.erased"} <= events

    def test_a_second_time_changes_nothing(self, portfolio):
        ref = settled_person("P-1")

        made = [erase_person(ref, actor=KEEPER, now=NOW).new for _ in range(2)]

        assert made == [True, False]

    def test_lets_nothing_more_be_written_or_planned(self, portfolio):
        ref = settled_person("P-1")
        erase_person(ref, actor=KEEPER, now=NOW)

        with pytest.raises(PersonErased):
            change_debtor(ref, {"name": NAME}, source=Source.STAFF, actor=SETUP, now=NOW)
        with pytest.raises(PersonErased):
            new_point(ref)
        with pytest.raises(UnknownRef):
            facts_for_policy(ref, actor=SETUP)

    def test_is_refused_while_a_loan_is_not_settled(self, portfolio):
        new_loan(new_person(ref="P-1"))

        with pytest.raises(MustStay) as refused:
            erase_person("P-1", actor=KEEPER, now=NOW)

        (reason,) = refused.value.data["reasons"]
        assert "not settled" in reason["en"]
        assert "未结清" in reason["zh"]

    def test_is_refused_while_a_matter_is_open(self, portfolio):
        settled_person("P-1")
        place_hold(
            HoldSaid("H-1", "P-1", HoldKind.COMPLAINT, SETTLED),
            source=Source.STAFF,
            actor=SETUP,
            now=NOW,
        )

        with pytest.raises(MustStay):
            erase_person("P-1", actor=KEEPER, now=NOW)

    def test_is_refused_while_a_rule_keeps_records_and_says_until_when(self, portfolio):
        settled_person("P-1")
        tried("P-1")

        with pytest.raises(MustStay) as refused:
            erase_person("P-1", actor=KEEPER, now=NOW)

        (reason,) = refused.value.data["reasons"]
        assert reason["rule"] == "house.cn.process"
        assert "2031-11-25" in reason["en"]
        assert "2031-11-25" in reason["zh"]
        assert erase_person("P-1", actor=KEEPER, now=LATER).new

    def test_is_refused_where_the_day_of_settling_is_not_known(self, portfolio):
        new_loan(new_person(ref="P-1"), state=LoanState.SETTLED)

        with pytest.raises(MustStay) as refused:
            erase_person("P-1", actor=KEEPER, now=NOW)

        assert "not known" in refused.value.message

    def test_needs_permission(self, portfolio):
        settled_person("P-1")

        with pytest.raises(NotPermitted):
            erase_person("P-1", actor=clerk(Permission.PERSON_CHANGE), now=NOW)


class TestSchedule:
    def test_contexts_that_keep_records_tell_of_them(self, portfolio):
        assert {"cases", "contact"} <= set(tellers())

    def test_the_law_of_a_third_party_keeps_longer_than_nothing(self, portfolio):
        settled_person("P-1", jurisdiction=Jurisdiction.US)
        tried("P-1")

        assert told_of("P-1") == ["us.retention"]

    def test_a_run_erases_whose_time_has_come_and_counts_the_others(self, portfolio):
        for ref in ("P-1", "P-2", "P-3"):
            settled_person(ref)
        tried("P-1", NOW - timedelta(days=3_000))
        tried("P-2")
        new_loan(new_person(ref="P-4"))

        run = apply_retention(actor=KEEPER, now=NOW, at_once=1)
        again = apply_retention(actor=KEEPER, now=NOW)

        assert (run.looked_at, run.erased, run.undecided) == (3, 1, 1)
        assert dict(run.stay) == {"house.cn.process": 1}
        assert (again.looked_at, again.erased) == (2, 0)
        assert erased() == {"P-1"}

    def test_a_run_that_was_killed_goes_on_when_it_is_run_again(self, portfolio, monkeypatch):
        from forbear.contexts.portfolio.actions import erase

        for number in range(5):
            settled_person(f"P-{number}")
            tried(f"P-{number}", NOW - timedelta(days=3_000))
        real, calls = erase.destroy_key, []

        def killed_at_the_third(key_id, *, now):
            calls.append(key_id)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return real(key_id, now=now)

        monkeypatch.setattr(erase, "destroy_key", killed_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            apply_retention(actor=KEEPER, now=NOW, at_once=2)
        half = erased()

        run = apply_retention(actor=KEEPER, now=NOW, at_once=2)

        assert half == {"P-0", "P-1"}
        assert run.erased == 3
        assert erased() == {f"P-{number}" for number in range(5)}


def erased() -> set[str]:
    with reading(SETUP):
        return set(Debtor.objects.filter(erased_at__isnull=False).values_list("ref", flat=True))


def traces() -> list[bytes]:
    """Every personal value, as text and as the dump writes bytes."""
    found = []
    for text in (NAME, NUMBER, PHONE, NOTE, LAWYER):
        found += [text.encode(), text.encode().hex().encode()]
    return found


def dumped(url: str) -> bytes:
    """Return the whole database as pg_dump writes it."""
    folder = wheel_folder()
    program = folder / "pg_dump" if folder else shutil.which("pg_dump")
    assert program
    return subprocess.run([program, "--inserts", url], check=True, capture_output=True).stdout


class TestTheNextExtract:
    def test_brings_nothing_back_and_dates_what_is_settled(self, portfolio, tmp_path):
        extract = Extract(people=2)
        extract.tables["loan"][0]["state"] = "SETTLED"
        extract.write(tmp_path / "extract")
        load(tmp_path)
        erase_person("D1", actor=KEEPER, now=LATER)

        load(tmp_path)

        page = get_person("D1", as_of=NOW.date(), actor=SETUP, now=NOW)
        assert (page.name_masked, [point.masked for point in page.points]) == ("", [""])
        assert [loan.state_date for loan in page.loans] == [NOW.date()]
        other = get_person("D2", as_of=NOW.date(), actor=SETUP, now=NOW)
        assert other.name_masked.startswith("测")
        assert [loan.state_date for loan in other.loans] == [None]

    def test_gives_an_erased_person_no_new_number(self, portfolio, tmp_path):
        extract = Extract(people=2)
        extract.tables["loan"][0]["state"] = "SETTLED"
        extract.write(tmp_path / "extract")
        load(tmp_path)
        erase_person("D1", actor=KEEPER, now=LATER)
        extract.tables["contact_point"].append(
            {**extract.tables["contact_point"][0], "contact_point_id": "P9", "address": PHONE}
        )
        extract.write(tmp_path / "extract")

        load(tmp_path)

        page = get_person("D1", as_of=NOW.date(), actor=SETUP, now=NOW)
        assert [point.ref for point in page.points] == ["P1"]
        assert find_by_address(PHONE, actor=SETUP, now=NOW) == ()


def load(folder) -> None:
    """Import a lender's files and load them, as a morning does."""
    workspace = Workspace(folder / "home")
    imported = import_extract(folder / "extract", workspace=workspace, settings=ImportSettings())
    load_portfolio(
        open_extract(folder / "extract"),
        imported.book,
        sealer=RowSealer(lambda: NOW),
        actor=SETUP,
        now=NOW,
    )

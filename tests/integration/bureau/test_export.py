"""A month's file: what may go goes once, the rest says why, and the file is the same again."""

from __future__ import annotations

import csv
import io
import stat
from datetime import UTC, date, datetime

import pytest

from forbear.contexts.bureau.actions.ask_notices import ask_notices
from forbear.contexts.bureau.actions.correct import mark_disputed
from forbear.contexts.bureau.actions.export_file import (
    FileDiffers,
    LinesNotMade,
    NoPart,
    NothingMore,
    export_file,
)
from forbear.contexts.bureau.models import Export, Sent
from forbear.contexts.bureau.queries import (
    NotReported,
    difference_of,
    reported_of,
    withheld_lines,
)
from forbear.contexts.bureau.sink import OtherFile
from forbear.contexts.cases.actions.record_posting import record_posting
from forbear.contexts.cases.campaign.words import compose
from forbear.contexts.contact.gate.worker import Sender
from forbear.contexts.contact.models import Attempt, Dispatch
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.ledger.models import PostingSource
from forbear.contexts.ledger.post import Payment
from forbear.contexts.portfolio.actions.debtor import change_debtor
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel
from forbear.values.money import Currency
from forbear.values.principal import NotPermitted
from tests.support.bureau import NOW, OCTOBER, SEPTEMBER, TODAY, lines_made
from tests.support.case import new_late_person
from tests.support.gate import Desk, Hand
from tests.support.people import audited
from tests.support.portfolio import SETUP, clerk

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def exported(place, *, month=SEPTEMBER, **given):
    told = {"actor": SETUP, "today": TODAY, "now": NOW, **given}
    return export_file("CN_CREDIT", month, place, **told)


def rows_of(place) -> list[dict[str, str]]:
    lines = place.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("#HEAD,CN_CREDIT,")
    assert lines[-1].startswith("#TOTAL,")
    return list(csv.DictReader(io.StringIO("\n".join(lines[1:-1]))))


def told(late, *, outcome: str = "DELIVERED") -> int:
    """Let the notice go through the gate, and end."""
    desk = Desk(Hand(NOON))
    providers = {Channel.SMS: "simulated"}
    asked = ask_notices(
        "CN_CREDIT",
        SEPTEMBER,
        providers=providers,
        limit=10,
        actor=SETUP,
        today=TODAY,
        now=NOON,
        clock=desk.hand,
    )
    assert [(each.channel, each.allowed) for each in asked] == [(Channel.SMS, True)], asked
    Sender(desk.providers, compose, clock=desk.hand).carry()
    with acting(SETUP):
        dispatch = Dispatch.objects.get(debtor_id=late.debtor_id)
        assert dispatch.state == "ACCEPTED", dispatch.cause
        assert dispatch.message_id == "cn.sms.bureau_prenotice"
        Attempt.objects.filter(pk=dispatch.pk).update(outcome=outcome)
        return dispatch.pk


@pytest.fixture
def good(portfolio) -> object:
    """Somebody who paid what was due in September in its time."""
    who = new_late_person(national_id="110101199001010015")
    payment = Payment("P-good", who.loan, date(2026, 9, 6), 41_000, posting_date=TODAY)
    record_posting(payment, source=PostingSource.API, actor=SETUP, today=TODAY, now=NOW)
    return who


class TestFile:
    def test_carries_what_may_go_and_withholds_the_rest(self, late, good, tmp_path):
        lines_made(SEPTEMBER)

        done = exported(tmp_path / "september.csv")

        (row,) = rows_of(tmp_path / "september.csv")
        assert (row["account"], row["status"], row["name"]) == (good.loan, "N", "欧阳虚构")
        assert row["id_number"] == "110101199001010015"
        assert (done.lines, done.withheld, done.negative, done.gaps) == (1, 1, 0, 0)
        assert stat.S_IMODE((tmp_path / "september.csv").stat().st_mode) == 0o600
        assert [each.name for each in tmp_path.iterdir() if "september" in each.name] == [
            "september.csv"
        ]
        assert audited("bureau.file_made") == [("system:setup", "bureau:CN_CREDIT:2026-09:1")]

    def test_is_the_same_again_and_sends_nothing_twice(self, good, tmp_path):
        lines_made(SEPTEMBER)
        first = exported(tmp_path / "a.csv")

        lines_made(SEPTEMBER)
        again = exported(tmp_path / "b.csv")
        same_place = exported(tmp_path / "a.csv")

        assert (first.is_new, again.is_new, same_place.is_new) == (True, False, False)
        assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
        with reading(SETUP):
            assert (Export.objects.count(), Sent.objects.count()) == (1, 1)

    def test_that_cannot_be_the_same_is_not_written(self, good, tmp_path):
        lines_made(SEPTEMBER)
        exported(tmp_path / "a.csv")
        change_debtor(good.ref, {"name": "欧阳改名"}, source=Source.API, actor=SETUP, now=NOW)

        with pytest.raises(FileDiffers):
            exported(tmp_path / "b.csv")

        assert not (tmp_path / "b.csv").exists()

    def test_over_another_file_is_not_written(self, good, tmp_path):
        lines_made(SEPTEMBER)
        (tmp_path / "a.csv").write_text("something else")

        with pytest.raises(OtherFile):
            exported(tmp_path / "a.csv")

        assert (tmp_path / "a.csv").read_text() == "something else"
        with reading(SETUP):
            assert not Export.objects.exists()

    def test_needs_lines_a_part_that_is_there_and_its_permission(self, good, tmp_path):
        with pytest.raises(LinesNotMade):
            exported(tmp_path / "a.csv")
        lines_made(SEPTEMBER)
        with pytest.raises(NoPart):
            exported(tmp_path / "a.csv", part=2)
        with pytest.raises(NotPermitted):
            exported(tmp_path / "a.csv", actor=clerk("BUREAU_SEE", "BUREAU_REPORT"))
        exported(tmp_path / "a.csv")
        with pytest.raises(NothingMore):
            exported(tmp_path / "b.csv", more=True)


class TestCorrection:
    def test_names_the_line_that_was_sent_and_goes_once(self, good, tmp_path):
        lines_made(SEPTEMBER)
        exported(tmp_path / "a.csv")
        (sent,) = rows_of(tmp_path / "a.csv")
        mark_disputed(good.loan, "D-1", received=TODAY, actor=SETUP, now=NOW)

        done = exported(tmp_path / "b.csv", more=True)

        (row,) = rows_of(tmp_path / "b.csv")
        assert (done.part, done.corrections) == (2, 1)
        assert (row["corrects"], row["mark"], row["status"]) == (sent["line"], "DISPUTED", "N")
        shown = reported_of(good.loan, actor=SETUP, today=TODAY, now=NOW)
        newest, oldest = shown.lines
        assert (newest.counts, oldest.counts) == (True, False)
        assert newest.replaces == oldest.id
        assert [(one.whom, one.how) for one in newest.told] == [
            ("CREDIT_REFERENCE_CENTRE", "file:CN_CREDIT:2026-09:2")
        ]
        assert exported(tmp_path / "c.csv", part=1).sha256 == exported(tmp_path / "a.csv").sha256


class TestNotice:
    def test_lets_a_negative_line_go_once_it_was_received(self, late, tmp_path):
        lines_made(SEPTEMBER)
        asked = {"actor": SETUP, "today": TODAY, "now": NOW}
        count, (line,) = withheld_lines("CN_CREDIT", SEPTEMBER, **asked)
        assert (count, line.code, line.reasons[0].rule) == (1, "1", "cn.credit.prenotice")
        assert line.reasons[0].zh

        notice = told(late)
        done = exported(tmp_path / "a.csv")

        assert (done.lines, done.negative, done.withheld) == (1, 1, 0)
        with reading(SETUP):
            assert Sent.objects.get().notice_id == notice
        assert withheld_lines("CN_CREDIT", SEPTEMBER, **asked)[0] == 0

    @pytest.mark.parametrize("outcome", ["SENT", "UNKNOWN", "FAILED"])
    def test_without_a_receipt_lets_nothing_go(self, late, tmp_path, outcome):
        lines_made(SEPTEMBER)
        told(late, outcome=outcome)

        assert exported(tmp_path / "a.csv").withheld == 1

    def test_is_not_asked_for_twice(self, late):
        lines_made(SEPTEMBER)
        told(late, outcome="SENT")

        again = ask_notices(
            "CN_CREDIT",
            SEPTEMBER,
            providers={Channel.SMS: "simulated"},
            limit=10,
            actor=SETUP,
            today=TODAY,
            now=NOON,
        )

        assert again == []

    def test_has_no_way_without_a_provider(self, late):
        lines_made(SEPTEMBER)

        (found,) = ask_notices(
            "CN_CREDIT", SEPTEMBER, providers={}, limit=9, actor=SETUP, today=TODAY, now=NOW
        )

        assert (found.channel, found.allowed) == (None, False)


class TestDifference:
    def test_counts_what_changed(self, late, good):
        lines_made(SEPTEMBER)
        lines_made(OCTOBER)

        found = difference_of("CN_CREDIT", OCTOBER, actor=SETUP)

        assert (found.became_negative, found.worse, found.same) == (1, 1, 0)
        assert set(found.moves) == {("N", "1", 1), ("1", "2", 1)}
        assert found.overdue_minor > found.overdue_before_minor
        assert "late" in found.words(Currency.CNY)[0][0]


class TestRetention:
    def test_a_negative_line_is_neither_shown_nor_sent_after_its_time(self, late, tmp_path):
        lines_made(SEPTEMBER)
        payment = Payment("P-1", late.loan, date(2026, 10, 20), 41_000, posting_date=TODAY)
        record_posting(payment, source=PostingSource.API, actor=SETUP, today=TODAY, now=NOW)
        later = {"actor": SETUP, "now": NOW}

        before = reported_of(late.loan, today=date(2031, 10, 19), **later)
        after = reported_of(late.loan, today=date(2031, 10, 20), **later)

        assert [line.gone_date for line in before.lines] == [None]
        assert [line.code for line in after.lines] == ["1"]

    def test_of_nobody_is_asked_in_vain(self, portfolio):
        with pytest.raises(NotReported):
            reported_of("nobody", actor=SETUP, today=TODAY, now=NOW)

"""Everything that happened stands in one list, once, in order, for whoever may see the person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forbear.contexts.cases import entry
from forbear.contexts.cases.actions.add_note import add_note
from forbear.contexts.cases.actions.hold import (
    place_hold_and_refresh,
    release_hold_and_refresh,
)
from forbear.contexts.cases.actions.move_case import move_case
from forbear.contexts.cases.actions.record_posting import record_posting
from forbear.contexts.cases.timeline import PAGE_ROWS_MAX, timeline
from forbear.contexts.cases.transition import CaseState
from forbear.contexts.database.transaction import acting
from forbear.contexts.ledger.models import Posting, PostingSource
from forbear.contexts.ledger.post import Payment
from forbear.contexts.people.permission import NotPermitted
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.consent import record_consent
from forbear.contexts.portfolio.actions.reveal import reveal_value
from forbear.contexts.portfolio.said import ConsentSaid, HoldSaid
from forbear.contexts.portfolio.word import Revealable
from forbear.contexts.protection.reveal import RevealReason
from forbear.values.code import ConsentKind, ConsentState, HoldKind
from forbear.values.errors import InvalidInput
from tests.support.case import BY_API, TODAY, contacted, days_ago, new_late_person
from tests.support.people import new_principal, new_team
from tests.support.portfolio import NOW, SETUP

KINDS = {
    entry.Tried,
    entry.Posted,
    entry.HoldPlaced,
    entry.HoldReleased,
    entry.Consented,
    entry.Noted,
    entry.CaseStep,
    entry.Planned,
    entry.PlanCancelled,
    entry.Corrected,
    entry.WrongFound,
    entry.Looked,
}


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def live(late) -> None:
    """Let one of everything happen."""
    contacted(late, days_ago(20), loan_id=late.loan_id)
    by = {"actor": SETUP, "today": TODAY}
    agreed = ConsentSaid("C-1", late.ref, ConsentKind.CHANNEL, ConsentState.GIVEN)
    record_consent(agreed, **{**BY_API, "now": at(1)})
    add_note(late.case_id, "canary", ref=uuid4(), actor=late.collector, now=at(2))
    move_case(
        late.case_id,
        CaseState.WORKING,
        because="called",
        version=1,
        actor=late.collector,
        now=at(3),
    )
    reveal_value(
        Revealable.NAME,
        late.ref,
        RevealReason.VERIFY_IDENTITY,
        actor=late.collector,
        now=at(4),
    )
    paid = Payment("P-1", late.loan, days_ago(30), 500, posting_date=TODAY)
    record_posting(paid, source=PostingSource.API, now=at(5), **by)
    held = HoldSaid("H-1", late.ref, HoldKind.DISPUTE, TODAY)
    place_hold_and_refresh(held, source=BY_API["source"], now=at(6), **by)
    release_hold_and_refresh("H-1", evidence="D-1", now=at(7), **by)


def whole(late, actor, *, limit: int) -> list[entry.Happened]:
    found, before = [], None
    while True:
        page = timeline(late.debtor_id, before=before, limit=limit, actor=actor, now=NOW)
        assert len(page.entries) <= limit
        found += page.entries
        before = page.next
        if before is None:
            return found


class TestTimeline:
    def test_tells_of_every_kind_in_both_languages(self, late):
        live(late)

        found = timeline(late.debtor_id, actor=new_principal(Role.COMPLIANCE), now=NOW).entries

        assert {type(each) for each in found} == KINDS
        for each in found:
            en, zh = each.words
            assert en
            assert any("\u4e00" <= sign <= "\u9fff" for sign in zh)
            assert not any("\u4e00" <= sign <= "\u9fff" for sign in en)

    def test_is_in_order_the_newest_first(self, late):
        live(late)

        found = whole(late, new_principal(Role.COMPLIANCE), limit=50)

        instants = [each.at for each in found]
        assert instants == sorted(instants, reverse=True)
        assert isinstance(found[0], entry.HoldReleased)
        assert isinstance(found[-1], entry.Tried)

    @pytest.mark.parametrize("limit", [1, 2, 3, 7])
    def test_of_any_page_size_has_every_entry_once(self, late, limit):
        live(late)
        # Many at one instant: a load tells them all at once.
        with acting(SETUP):
            Posting.objects.bulk_create(
                Posting(
                    ref=f"X-{number}",
                    loan_id=late.loan_id,
                    value_date=date(2026, 11, 25),
                    posting_date=date(2026, 11, 25),
                    amount_minor=1 + number,
                    purpose="SCHEDULE",
                    source="EXTRACT",
                    recorded_at=NOW,
                )
                for number in range(9)
            )
        for day in (days_ago(1), TODAY):
            contacted(late, day, hour=0)
        compliance = new_principal(Role.COMPLIANCE)

        found = whole(late, compliance, limit=limit)

        assert found == whole(late, compliance, limit=100)
        assert len({(type(each), each.id) for each in found}) == len(found) >= 24

    def test_opens_notes_for_whoever_may_see_the_person(self, late):
        live(late)

        notes = [e for e in whole(late, late.collector, limit=50) if isinstance(e, entry.Noted)]

        assert [(each.text, each.by) for each in notes] == [("canary", str(late.collector))]
        assert "canary" not in repr(notes)

    def test_hides_looks_from_whoever_may_not_see_them(self, late):
        live(late)

        kinds = {type(each) for each in whole(late, late.collector, limit=50)}

        assert kinds == KINDS - {entry.Looked}

    def test_of_a_person_in_other_care_is_empty(self, late):
        live(late)
        stranger = new_principal(Role.COLLECTOR, teams=(new_team(),))

        page = timeline(late.debtor_id, actor=stranger, now=NOW)

        assert (page.entries, page.next) == ((), None)

    def test_of_others_is_not_mixed_in(self, late):
        live(late)
        other = new_late_person()

        found = whole(other, new_principal(Role.COMPLIANCE), limit=50)

        assert {type(each) for each in found} == {entry.CaseStep, entry.Planned}

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMIN])
    def test_needs_the_permission(self, late, role):
        with pytest.raises(NotPermitted):
            timeline(late.debtor_id, actor=new_principal(role), now=NOW)

    @pytest.mark.parametrize("limit", [0, -1, PAGE_ROWS_MAX + 1])
    def test_refuses_a_page_of_no_size_or_too_many(self, late, limit):
        with pytest.raises(InvalidInput) as refused:
            timeline(late.debtor_id, limit=limit, actor=late.collector, now=NOW)

        assert refused.value.remedy

    def test_asks_as_often_however_much_happened(self, late):
        live(late)
        compliance = new_principal(Role.COMPLIANCE)
        few = self._asked(late, compliance)
        for number in range(12):
            contacted(late, days_ago(number + 1))
            add_note(late.case_id, f"note {number}", ref=uuid4(), actor=late.collector, now=NOW)

        many = self._asked(late, compliance)

        # Ten sources, and who asks; keys and the ring's marks are held by then.
        assert many == few <= 12

    @staticmethod
    def _asked(late, actor) -> int:
        timeline(late.debtor_id, actor=actor, now=NOW)
        with CaptureQueriesContext(connection) as asked:
            timeline(late.debtor_id, actor=actor, now=NOW)
        return len([q for q in asked if not q["sql"].startswith(("BEGIN", "COMMIT"))])

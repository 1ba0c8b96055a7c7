"""One lesson at its moment, for those whom the lot does not leave out; kept, judged, forgotten."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from forbear.contexts.access.principal import acting_for, person
from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.education.actions.judge import judge_lessons
from forbear.contexts.education.actions.offer import Whom, offer_lesson, put_aside
from forbear.contexts.education.figures import lesson_counts
from forbear.contexts.education.models import Exposure, Outcome
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.erase import erase_person
from forbear.contexts.portfolio.actions.loan import set_loan_state
from forbear.contexts.portfolio.models import Instalment, Loan
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rulebook.library import open_education
from forbear.policy.education.lesson import Moment
from forbear.policy.education.terms import Arm
from forbear.values.code import HoldKind, LoanState
from forbear.values.principal import NotPermitted, system
from tests.support.evidence import TODAY, lent, paid
from tests.support.portal import id_of
from tests.support.portfolio import (  # noqa: F401
    NOW,
    SETUP,
    clerk,
    new_loan,
    new_person,
    portfolio,
    ring,
)

TERMS = open_education()


def _whom(*, arm, due_in, holds=(), settled=None):
    """Record somebody of an arm, with an instalment that is due so many days from today."""
    ref = new_person()
    while TERMS.arm(ref) is not arm:
        ref = new_person()
    loan = lent(ref, instalments=3, lent_on=TODAY + timedelta(days=due_in) - timedelta(days=31))
    debtor_id = id_of(ref)
    with reading(SETUP):
        number = Loan.objects.get(ref=loan).pk
        due = Instalment.objects.order_by("due_date").filter(loan_id=number)[0].due_date
    if settled is not None:
        paid(loan, f"{loan}-all", settled, 3 * 41_100)
    return Whom(debtor_id, ref, [number], holds), due


def _offer(whom, **given):
    by = {"actor": person(whom.debtor_id), "today": TODAY, "now": NOW, **given}
    return offer_lesson(whom, **by)


def _rows(whom):
    with reading(SETUP):
        return list(Exposure.objects.filter(debtor_id=whom.debtor_id).order_by("id"))


def _entries(whom):
    with reading(SETUP):
        rows = Entry.objects.filter(debtor_id=whom.debtor_id, event__startswith="lesson.")
        return list(rows.order_by("id").values_list("event", flat=True))


class TestAnOffer:
    def test_fits_the_moment_and_is_written_down_once(self, portfolio):  # noqa: F811
        whom, due = _whom(arm=Arm.OFFERED, due_in=-5)

        first, second = _offer(whom), _offer(whom, now=NOW + timedelta(hours=1))

        assert due < TODAY
        assert first.code == second.code == TERMS.offers[Moment.AFTER_FIRST_MISS][0]
        (row,) = _rows(whom)
        assert (row.moment, row.arm, row.on_date) == ("AFTER_FIRST_MISS", "OFFERED", TODAY)
        assert (row.lesson, row.version) == (first.code, first.on(TODAY).version)
        assert _entries(whom) == ["lesson.offered"]

    def test_is_held_back_by_lot_and_that_is_written_down_as_well(self, portfolio):  # noqa: F811
        whom, _ = _whom(arm=Arm.HELD_OUT, due_in=-5)

        assert _offer(whom) is None
        (row,) = _rows(whom)
        assert (row.lesson, row.arm) == ("first", "HELD_OUT")
        assert _entries(whom) == ["lesson.held_out"]

    @pytest.mark.parametrize("hold", [HoldKind.SELF_HARM, HoldKind.HARDSHIP, HoldKind.BEREAVEMENT])
    def test_is_not_made_where_other_help_comes_first(self, portfolio, hold):  # noqa: F811
        whom, _ = _whom(arm=Arm.OFFERED, due_in=-5, holds=[hold])

        assert _offer(whom) is None
        assert _rows(whom) == []

    def test_is_not_made_where_no_moment_is(self, portfolio):  # noqa: F811
        whom, _ = _whom(arm=Arm.OFFERED, due_in=20)

        assert _offer(whom) is None
        assert _rows(whom) == []

    def test_that_is_put_aside_is_gone_and_another_comes_after_a_while(self, portfolio):  # noqa: F811
        whom, _ = _whom(arm=Arm.OFFERED, due_in=-5)
        first = _offer(whom)
        for _ in range(2):
            put_aside(whom.debtor_id, first.code, actor=person(whom.debtor_id), now=NOW)

        assert _offer(whom) is None
        later = NOW + timedelta(days=TERMS.quiet_days, seconds=1)
        second = _offer(whom, now=later)
        assert second.code == TERMS.offers[Moment.AFTER_FIRST_MISS][1]
        assert _entries(whom) == ["lesson.offered", "lesson.put_aside", "lesson.offered"]

    def test_that_two_pages_ask_for_at_once_is_one(self, portfolio):  # noqa: F811
        whom, _ = _whom(arm=Arm.OFFERED, due_in=-5)
        together = Barrier(2)

        def ask():
            together.wait()
            _offer(whom)
            connections.close_all()

        threads = [Thread(target=ask) for _ in range(2)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert len(_rows(whom)) == 1
        assert _entries(whom) == ["lesson.offered"]

    def test_is_for_whoever_may_see_the_person(self, portfolio):  # noqa: F811
        whom, _ = _whom(arm=Arm.OFFERED, due_in=-5)
        other, _ = _whom(arm=Arm.OFFERED, due_in=-5)
        _offer(whom)

        with reading(person(other.debtor_id)):
            assert not Exposure.objects.filter(debtor_id=whom.debtor_id).exists()
        put_aside(whom.debtor_id, "first", actor=person(other.debtor_id), now=NOW)
        assert _rows(whom)[0].put_aside_at is None


class TestAJudgement:
    def test_says_who_fell_behind_once_its_days_are_over(self, portfolio):  # noqa: F811
        good, due = _whom(arm=Arm.OFFERED, due_in=5, settled=TODAY)
        bad, _ = _whom(arm=Arm.HELD_OUT, due_in=5)
        with reading(SETUP):
            before = set(Exposure.objects.values_list("id", flat=True))
        day = due - timedelta(days=6)
        for each in (good, bad):
            _offer(each, today=day)
        mine = {row.id for each in (good, bad) for row in _rows(each)} - before
        assert len(mine) == 2

        early = judge_lessons(actor=system("test"), today=day + timedelta(days=60), now=NOW)
        over = day + timedelta(days=61)
        done = judge_lessons(actor=system("test"), today=over, now=NOW, at_once=1)
        again = judge_lessons(actor=system("test"), today=over, now=NOW)

        assert done - early >= 2
        assert again == 0
        with reading(SETUP):
            found = dict(
                Outcome.objects.filter(exposure_id__in=mine, days=60).values_list(
                    "exposure__debtor_id", "fell_behind"
                )
            )
        assert found == {good.debtor_id: False, bad.debtor_id: True}

    def test_is_counted_by_arm_and_each_person_once(self, portfolio):  # noqa: F811
        whom, due = _whom(arm=Arm.OFFERED, due_in=5)
        before = _counted(60, Moment.BEFORE_DUE, Arm.OFFERED)
        day = due - timedelta(days=3)
        first = _offer(whom, today=day)
        put_aside(whom.debtor_id, first.code, actor=person(whom.debtor_id), now=NOW)
        later = NOW + timedelta(days=TERMS.quiet_days, seconds=1)
        assert _offer(whom, today=day, now=later).code != first.code
        judge_lessons(actor=system("test"), today=day + timedelta(days=61), now=NOW)

        after = _counted(60, Moment.BEFORE_DUE, Arm.OFFERED)
        assert (after[0] - before[0], after[1] - before[1]) == (1, 1)

    def test_is_for_those_alone_who_see_figures(self, portfolio):  # noqa: F811
        with pytest.raises(NotPermitted):
            lesson_counts(actor=person(1))
        with pytest.raises(NotPermitted):
            judge_lessons(actor=acting_for(1, 1), today=TODAY, now=NOW)


def test_what_was_offered_goes_with_a_person_who_is_erased(portfolio):  # noqa: F811
    gone, stays = new_person(), new_person()
    loan = new_loan(gone)
    closed = {"since": date(2026, 3, 1), "source": Source.API, "actor": SETUP, "now": NOW}
    set_loan_state(loan, LoanState.SETTLED, **closed)
    for ref in (gone, stays):
        _expose(ref)

    erase_person(gone, actor=clerk(Permission.RETENTION_MANAGE), now=NOW + timedelta(days=2_000))

    with reading(SETUP):
        left = Exposure.objects.filter(debtor__ref__in=(gone, stays))
        assert [row.debtor_id for row in left] == [id_of(stays)]
        assert not Outcome.objects.filter(exposure__debtor__ref=gone).exists()


def _expose(ref):
    with acting(SETUP):
        row = Exposure.objects.create(
            debtor_id=id_of(ref),
            experiment="x",
            moment="BEFORE_DUE",
            lesson="early",
            version=1,
            arm="OFFERED",
            on_date=TODAY,
            at=NOW,
        )
        Outcome.objects.create(exposure=row, days=60, fell_behind=False, judged_at=NOW)


def _counted(days, moment, arm):
    counts = lesson_counts(actor=system("test")).counts
    return next(
        (
            (c.persons, c.fell_behind)
            for c in counts
            if (c.days, c.moment, c.arm) == (days, moment, arm)
        ),
        (0, 0),
    )

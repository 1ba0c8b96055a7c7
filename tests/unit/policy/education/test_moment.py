"""Which moment a day is, from instalments with their days alone."""

from __future__ import annotations

import pytest

from forbear.contexts.rulebook.library import open_education
from forbear.policy.education.lesson import Moment
from forbear.policy.education.moment import Instalment, fell_behind, moment_of

TODAY = 20_000
TERMS = open_education()


def on(due, settled=None, *, grace=0):
    """An instalment due and settled so many days from today; settled None: still open."""
    day = TODAY + due
    return Instalment(day, day + grace + 1, None if settled is None else TODAY + settled)


@pytest.mark.parametrize(
    ("instalments", "moment"),
    [
        ([on(5)], Moment.BEFORE_DUE),
        ([on(0)], Moment.BEFORE_DUE),
        ([on(8)], None),
        ([on(5, settled=-2), on(35)], None),
        ([on(-1)], Moment.AFTER_FIRST_MISS),
        ([on(-1, grace=3)], None),
        ([on(-30)], Moment.AFTER_FIRST_MISS),
        ([on(-31)], None),
        ([on(-40), on(-10)], None),
        ([on(-40, settled=-20), on(25)], Moment.AFTER_RECOVERY),
        ([on(-40, settled=-20), on(3)], Moment.AFTER_RECOVERY),
        ([on(-90, settled=-61), on(3)], Moment.BEFORE_DUE),
        ([on(-40, settled=-40), on(25)], None),
        ([on(-40, settled=-20), on(-2)], Moment.AFTER_FIRST_MISS),
        ([], None),
    ],
)
def test_a_day_has_its_moment(instalments, moment):
    assert moment_of(instalments, day=TODAY, terms=TERMS) is moment


@pytest.mark.parametrize(
    ("instalments", "fell"),
    [
        # Due before the day: it was missed already, and is not missed again.
        ([on(0)], False),
        ([on(1)], True),
        ([on(59)], True),
        ([on(60)], False),
        ([on(30, settled=30)], False),
        ([on(30, settled=31)], True),
        ([on(30, settled=33, grace=3)], False),
        ([on(30, settled=34, grace=3)], True),
        ([], False),
    ],
)
def test_somebody_fell_behind_if_something_due_later_was_missed(instalments, fell):
    assert fell_behind(instalments, after_day=TODAY, days=60) is fell

"""What the page concludes from the lot: nothing from few, no more than the figures bear."""

from __future__ import annotations

import pytest
from django.utils import translation

from forbear.contexts.education.figures import ArmCount, LessonCounts
from forbear.contexts.rulebook.library import open_education
from forbear.interfaces.console.presenter.lessons import lessons_shown, lessons_table
from forbear.policy.education.lesson import Moment
from forbear.policy.education.terms import Arm

LEAST = open_education().least_of_each


def _counts(offered, held, *, moment=Moment.BEFORE_DUE, days=60):
    return (
        ArmCount(days, moment, Arm.OFFERED, *offered),
        ArmCount(days, moment, Arm.HELD_OUT, *held),
    )


def _says(*counts):
    with translation.override("en"):
        groups = lessons_shown(LessonCounts(sum(counts, ()), {}))["groups"]
    return {group["label"]: group["says"] for group in groups}


@pytest.mark.parametrize(
    ("offered", "held", "says"),
    [
        ((2_000, 200), (LEAST - 1, 50), "Too few to conclude anything"),
        ((2_000, 200), (0, 0), "Too few to conclude anything"),
        ((2_000, 200), (500, 55), "No difference can be told"),
        ((4_000, 400), (1_000, 180), "points fewer fell behind"),
        ((4_000, 720), (1_000, 100), "more fell behind"),
    ],
)
def test_it_says_what_the_figures_bear(offered, held, says):
    assert says in _says(_counts(offered, held))["All"]


def test_moments_are_counted_together_and_each_for_itself():
    one = _counts((300, 30), (300, 60))
    other = _counts((100, 10), (100, 20), moment=Moment.AFTER_RECOVERY)
    with translation.override("en"):
        found = lessons_shown(LessonCounts(one + other, {Arm.OFFERED: 7, Arm.HELD_OUT: 2}))

    assert [group["label"] for group in found["groups"]] == [
        "All",
        "Before something fell due",
        "After a recovery",
    ]
    assert [row["of"] for row in found["groups"][0]["rows"]] == ["400", "400"]
    assert [row["share"] for row in found["groups"][0]["rows"]] == ["10.0 %", "20.0 %"]
    assert found["waiting"] == "9"


def test_a_more_that_is_told_is_a_number_above_nothing():
    says = _says(_counts((4_000, 720), (1_000, 100)))["All"]

    assert "-" not in says.replace("–", "")


def test_the_table_holds_counts_alone():
    head, rows = lessons_table(LessonCounts(_counts((3, 1), (2, 0)), {}))

    assert head == ["days", "moment", "arm", "persons", "fell_behind"]
    assert rows == [
        ["60", "BEFORE_DUE", "OFFERED", "3", "1"],
        ["60", "BEFORE_DUE", "HELD_OUT", "2", "0"],
    ]

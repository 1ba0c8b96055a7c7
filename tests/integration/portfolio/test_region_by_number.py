"""What a number tells is kept beside it, and never becomes what somebody said."""

from __future__ import annotations

import random
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection

from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio import number
from forbear.contexts.portfolio.actions.debtor import change_debtor
from forbear.contexts.portfolio.actions.erase import erase_person
from forbear.contexts.portfolio.actions.point import (
    change_contact_point,
    judge_contact_point,
    record_contact_point,
)
from forbear.contexts.portfolio.export import TABLES
from forbear.contexts.portfolio.models import ContactPoint, Debtor, RegionBelief
from forbear.contexts.portfolio.number import Believed, NumberType, believed_by
from forbear.contexts.portfolio.queries.number import region_by_number
from forbear.contexts.portfolio.queries.person import get_person
from forbear.contexts.portfolio.said import PointSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Origin, PointKind, PointQuality, Relation
from tests.support.portfolio import NOW, SETUP
from tests.support.told import file_tells

pytest.importorskip("phonenumbers", reason="the extra 'numbers' is not installed")
pytestmark = pytest.mark.usefixtures("portfolio")
BY_STAFF = {"source": Source.STAFF, "actor": SETUP, "now": NOW}
NOWHERE = {"region": None, "region_source": None, "region_confidence_percent": None}
JIANGSU, BEIJING, SHANGHAI_LINE = "13912345678", "18612345678", "02112345678"


def kept(ref="C-1"):
    with reading(SETUP):
        row = ContactPoint.objects.get(ref=ref)
    return row.number_type, row.number_region, row.number_confidence_percent, row.number_read_at


def exported():
    with reading(SETUP), connection.cursor() as cursor:
        cursor.execute(
            "SELECT region, region_confidence_percent, number_region, "
            f"number_region_confidence_percent FROM ({TABLES['debtor']}) d"
        )
        return cursor.fetchone()


def shown():
    return get_person("P-1", as_of=NOW.date(), actor=SETUP, now=NOW)


def without_library(monkeypatch):
    monkeypatch.setattr(number, "_library", lambda: None)


class TestOfAFile:
    def test_is_kept_with_its_confidence_and_day_and_counts_for_teams_alone(self):
        file_tells(person=NOWHERE, point={"address": JIANGSU})

        assert kept() == ("MOBILE", "32", 30, NOW)
        assert exported() == (None, None, "32", 30)
        page = shown()
        assert (page.region, page.region_source) == (None, None)
        assert (page.believed_region, page.believed_confidence_percent) == ("32", 30)
        assert page.points[0].number_read_at == NOW

    @pytest.mark.parametrize("sure", [None, 90, 1])
    def test_never_counts_beside_a_region_that_the_file_says_however_unsure(self, sure):
        told = {"region": "440100", "region_confidence_percent": sure}

        file_tells(person=told, point={"address": SHANGHAI_LINE})

        assert exported() == ("440100", sure, None, None)
        with reading(SETUP):
            assert Debtor.objects.get(ref="P-1").region == "440100"
            said = list(RegionBelief.objects.values_list("region", flat=True))
        assert said == ([] if sure is None else ["440100"])
        assert shown().believed_region == "31"

    def test_gives_way_to_what_staff_say_and_to_what_a_later_file_says(self):
        file_tells(person=NOWHERE, point={"address": JIANGSU})
        change_debtor("P-1", {"region": "510000", "region_source": "ADDRESS"}, **BY_STAFF)
        assert exported() == ("510000", None, None, None)
        file_tells(person={"region": "440100"}, point={"address": BEIJING})
        assert exported() == ("510000", None, None, None)
        assert kept()[1] == "11"

    def test_changes_with_the_number_and_a_file_that_says_the_same_changes_nothing(self):
        file_tells(person=NOWHERE, point={"address": JIANGSU})

        assert set(file_tells(person=NOWHERE, point={"address": JIANGSU}).values()) == {0}
        file_tells(person=NOWHERE, point={"address": "19912345678"})

        assert kept() == ("MOBILE", None, None, NOW)
        assert exported() == (None, None, None, None)

    def test_a_number_changed_by_day_is_read_and_stands_against_the_file(self):
        file_tells(person=NOWHERE, point={"address": JIANGSU})
        later = {**BY_STAFF, "now": NOW + timedelta(hours=1)}

        change_contact_point("C-1", {"address": SHANGHAI_LINE}, **later)
        file_tells(person=NOWHERE, point={"address": JIANGSU})

        assert kept() == ("FIXED", "31", 60, later["now"])

    def test_numbers_that_were_never_read_are_read_by_the_next_file(self, monkeypatch):
        with monkeypatch.context() as bare:
            without_library(bare)
            file_tells(person=NOWHERE, point={"address": JIANGSU})
            assert kept() == (None, None, None, None)
            assert exported() == (None, None, None, None)

        assert file_tells(person=NOWHERE, point={"address": JIANGSU})["point"] == 0

        assert kept() == ("MOBILE", "32", 30, NOW)

    def test_what_the_number_before_told_goes_where_the_new_one_cannot_be_read(self, monkeypatch):
        file_tells(person=NOWHERE, point={"address": JIANGSU})
        without_library(monkeypatch)

        file_tells(person=NOWHERE, point={"address": BEIJING})

        assert kept() == (None, None, None, None)

    def test_an_address_that_is_no_number_is_never_read(self):
        file_tells(person=NOWHERE, point={"kind": "EMAIL", "address": "somebody@example.com"})
        assert kept() == (None, None, None, None)


class TestByDay:
    def said(self, ref, address, **other):
        content = {
            "kind": PointKind.MOBILE,
            "relation": Relation.OWN,
            "origin": Origin.CONTRACT,
            **other,
        }
        record_contact_point(PointSaid(ref, "P-1", address=address, **content), **BY_STAFF)

    @pytest.mark.parametrize(
        "other",
        [{"relation": Relation.GUARANTOR}, {"workplace": True}],
        ids=["anothers", "at work"],
    )
    def test_only_the_persons_own_private_numbers_tell_of_them(self, other):
        file_tells(person=NOWHERE)
        self.said("C-2", JIANGSU, **other)

        assert kept("C-2")[1] == "32"
        assert exported() == (None, None, None, None)
        assert shown().believed_region is None

    def test_a_number_that_is_somebody_elses_tells_nothing_any_more(self):
        file_tells(person=NOWHERE)
        self.said("C-2", JIANGSU)
        assert exported()[2:] == ("32", 30)

        judge_contact_point("C-2", PointQuality.WRONG_PERSON, actor=SETUP, now=NOW)

        assert exported()[2:] == (None, None)
        with acting(SETUP):
            point = ContactPoint.objects.get(ref="C-2")
            assert region_by_number(point.pk, now=NOW) == "32"

    def test_the_surest_counts_and_a_contradiction_tells_nothing(self):
        file_tells(person=NOWHERE, point={"address": JIANGSU})
        self.said("C-2", BEIJING)
        assert exported()[2:] == (None, None)

        self.said("C-3", SHANGHAI_LINE, kind=PointKind.LANDLINE)

        assert exported()[2:] == ("31", 60)

    def test_is_gone_with_the_person(self):
        file_tells(person=NOWHERE, point={"address": JIANGSU}, loan={"state": "SETTLED"})
        erase_person("P-1", actor=SETUP, now=NOW)
        assert kept() == (None, None, None, None)


def test_the_night_and_the_page_believe_the_same_of_any_numbers():
    file_tells(person=NOWHERE)
    draw = random.Random(6)
    for case in range(60):
        numbers = [
            SimpleNamespace(
                relation=draw.choice(["OWN", "OWN", "OWN", "GUARANTOR", "CONTACT_PERSON"]),
                quality=draw.choice(["UNTRIED", "UNTRIED", "CONFIRMED", "WRONG_PERSON", "INVALID"]),
                workplace=draw.random() < 0.15,
                **dict(
                    zip(
                        ("number_region", "number_confidence_percent"),
                        draw.choice([(None, None), ("32", 30), ("11", 30), ("31", 60), ("44", 60)]),
                        strict=True,
                    )
                ),
            )
            for _ in range(draw.randrange(5))
        ]
        with acting(SETUP):
            person = Debtor.objects.get(ref="P-1")
            person.contact_points.update(retired_at=NOW)
            ContactPoint.objects.bulk_create(
                ContactPoint(
                    ref=f"X-{case}-{place}",
                    debtor=person,
                    kind="MOBILE",
                    origin="CONTRACT",
                    source="API",
                    recorded_at=NOW,
                    number_type=NumberType.OTHER,
                    number_read_at=NOW,
                    **vars(each),
                )
                for place, each in enumerate(numbers)
            )
        believed = believed_by(numbers)
        assert exported()[2:] == (believed or (None, None)), numbers


@pytest.mark.parametrize(
    ("told", "believed"),
    [
        ([], None),
        ([("32", 30), ("32", 30)], Believed("32", 30)),
        ([("32", 30), ("11", 30)], None),
        ([("32", 30), ("31", 60)], Believed("31", 60)),
        ([("44", 60), ("31", 60), ("32", 30)], None),
    ],
)
def test_two_that_agree_make_nothing_surer(told, believed):
    numbers = [
        SimpleNamespace(
            relation="OWN",
            quality="UNTRIED",
            workplace=False,
            number_region=region,
            number_confidence_percent=percent,
        )
        for region, percent in told
    ]
    assert believed_by(numbers) == believed

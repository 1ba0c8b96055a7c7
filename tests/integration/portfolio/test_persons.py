"""Persons and contact points are recorded once, sealed, changed with a trace, and found again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import NotPermitted
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.debtor import change_debtor, record_debtor, record_region
from forbear.contexts.portfolio.actions.point import (
    change_contact_point,
    judge_contact_point,
    record_contact_point,
    retire_contact_point,
)
from forbear.contexts.portfolio.check import InvalidField
from forbear.contexts.portfolio.models import ContactPoint, Debtor
from forbear.contexts.portfolio.queries.find import (
    find_by_address,
    find_by_national_id,
    find_by_ref,
)
from forbear.contexts.portfolio.queries.person import get_person, points_for
from forbear.contexts.portfolio.row import OtherContent, UnknownRef
from forbear.contexts.portfolio.said import DebtorSaid, PointSaid, RegionSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import (
    Jurisdiction,
    Origin,
    PointKind,
    PointQuality,
    RegionSource,
    Relation,
)
from tests.support.portfolio import NOW, SETUP, clerk, new_person, new_point

NAME, NUMBER = "欧阳虚构", "11010519491231002X"
PERSON = DebtorSaid(
    "P-1",
    Jurisdiction.CN,
    name=NAME,
    national_id=NUMBER,
    region="440100",
    region_source=RegionSource.ADDRESS,
    time_zones=("Asia/Shanghai", "Asia/Urumqi"),
)
ON = NOW.date()


def recorded(said: DebtorSaid = PERSON):
    return record_debtor(said, source=Source.API, actor=SETUP, now=NOW)


def audited(event: str) -> list[Entry]:
    with reading(SETUP):
        return list(Entry.objects.filter(event=event).order_by("id"))


def shown(ref: str = "P-1"):
    return get_person(ref, as_of=ON, actor=SETUP, now=NOW)


class TestRecordDebtor:
    def test_keeps_values_sealed_and_shows_them_masked(self, portfolio):
        made = recorded()

        with reading(SETUP):
            kept = Debtor.objects.get(pk=made.id)
            assert NAME.encode() not in kept.name.cell
        page = shown()
        assert made.new
        assert (page.name_masked, page.national_id_masked) == ("欧***", "110***********002X")
        assert page.time_zones == ("Asia/Shanghai", "Asia/Urumqi")

    def test_said_again_changes_nothing(self, portfolio):
        first = recorded()

        second = recorded()

        assert (second.id, second.new) == (first.id, False)
        assert len(audited("debtor.added")) == 1

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", "欧阳另一"),
            ("national_id", "110105194912310038"),
            ("region", "440300"),
            ("time_zones", ("Asia/Shanghai",)),
            ("jurisdiction", Jurisdiction.UK),
        ],
    )
    def test_said_otherwise_conflicts_and_names_the_field_not_the_value(
        self, portfolio, field, value
    ):
        recorded()
        other = DebtorSaid(
            **{
                **{name: getattr(PERSON, name) for name in DebtorSaid.__dataclass_fields__},
                field: value,
            }
        )

        with pytest.raises(OtherContent) as refused:
            recorded(other)

        assert refused.value.data["field"] == field
        told = str(refused.value.as_dict())
        assert NAME not in told
        assert NUMBER not in told
        assert refused.value.data["message_zh"]

    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("ref", {"ref": " P-1"}),
            ("ref", {"ref": "x" * 65}),
            ("jurisdiction", {"jurisdiction": "MARS"}),
            ("region", {"region": "99"}),
            ("region", {"region": "4401"}),
            ("time_zones", {"time_zones": ("Mars/Olympus",)}),
            ("time_zones", {"time_zones": "Asia/Shanghai"}),
            ("name", {"name": "  "}),
            ("name", {"name": "a\x00b"}),
            ("national_id", {"national_id": "1" * 65}),
            ("beliefs.confidence_percent", {"beliefs": (RegionSaid("ADDRESS", "44", 101),)}),
            (
                "beliefs",
                {"beliefs": (RegionSaid("ADDRESS", "44", 1), RegionSaid("ADDRESS", "31", 2))},
            ),
        ],
    )
    def test_refuses_what_is_not_fit_and_leaves_nothing(self, portfolio, field, given):
        with pytest.raises(InvalidField) as refused:
            new_person(**given)

        assert refused.value.data["field"] == field
        with reading(SETUP):
            assert not Debtor.objects.exists()

    def test_needs_permission(self, portfolio):
        with pytest.raises(NotPermitted):
            record_debtor(PERSON, source=Source.API, actor=clerk(Permission.PERSON_CHANGE), now=NOW)

    def test_of_an_unknown_team_is_refused(self, portfolio):
        with pytest.raises(UnknownRef):
            new_person(team="nowhere")


class TestChangeDebtor:
    def test_says_what_changed_without_the_value(self, portfolio):
        recorded()

        changed = change_debtor(
            "P-1",
            {"name": "欧阳改名", "region": "31", "dialect": None},
            source=Source.STAFF,
            actor=clerk(Permission.PERSON_CHANGE),
            now=NOW,
        )

        assert changed == ("name", "region")
        assert shown().region == "31"
        (entry,) = audited("debtor.changed")
        assert "改名" not in bytes(entry.body).decode()
        assert b'"region":"31"' in bytes(entry.body)

    def test_to_the_same_leaves_no_trace(self, portfolio):
        recorded()

        changed = change_debtor("P-1", {"name": NAME}, source=Source.STAFF, actor=SETUP, now=NOW)

        assert changed == ()
        assert not audited("debtor.changed")

    def test_is_noted_where_files_must_leave_it_alone(self, portfolio):
        recorded()

        change_debtor("P-1", {"region": "31"}, source=Source.STAFF, actor=SETUP, now=NOW)

        with reading(SETUP):
            assert Debtor.objects.get(ref="P-1").said_by_day == ["region"]

    def test_refuses_fields_that_have_their_own_action(self, portfolio):
        recorded()

        with pytest.raises(InvalidField):
            change_debtor("P-1", {"ref": "P-2"}, source=Source.STAFF, actor=SETUP, now=NOW)


class TestRegions:
    def test_the_most_confident_belief_counts(self, portfolio):
        new_person(ref="P-9")

        for source, region, sure in (
            (RegionSource.NUMBER_PREFIX, "31", 40),
            (RegionSource.ID_PREFIX, "51", 60),
            (RegionSource.ADDRESS, "44", 60),
            (RegionSource.NUMBER_PREFIX, "32", 50),
        ):
            record_region("P-9", RegionSaid(source, region, sure), actor=SETUP, now=NOW)

        page = shown("P-9")
        assert (page.region, page.region_source) == ("44", RegionSource.ADDRESS)
        assert {(each.source.value, each.region) for each in page.beliefs} == {
            ("ADDRESS", "44"),
            ("ID_PREFIX", "51"),
            ("NUMBER_PREFIX", "32"),
        }

    def test_what_the_lender_told_gives_way_only_to_a_surer_kind_of_source(self, portfolio):
        recorded()

        record_region("P-1", RegionSaid(RegionSource.ID_PREFIX, "51", 99), actor=SETUP, now=NOW)

        assert shown().region == "440100"

    def test_the_same_belief_again_leaves_no_trace(self, portfolio):
        new_person(ref="P-9")
        said = RegionSaid(RegionSource.ADDRESS, "44", 80)
        record_region("P-9", said, actor=SETUP, now=NOW)

        again = record_region("P-9", said, actor=SETUP, now=NOW)

        assert not again.new
        assert len(audited("region.believed")) == 1


class TestContactPoints:
    def test_show_masked_and_are_recorded_once(self, portfolio):
        person = new_person()
        given = {"ref": "C-1", "address": "138 0013 8000"}
        new_point(person, **given)

        again = new_point(person, **given)

        assert again == "C-1"
        (point,) = points_for(person, actor=SETUP, now=NOW)
        assert point.masked == "138****8000"
        assert len(audited("contact_point.added")) == 1

    def test_a_number_nobody_could_dial_is_refused_without_repeating_it(self, portfolio):
        person = new_person()

        with pytest.raises(InvalidField) as refused:
            new_point(person, address="call me 42")

        assert "42" not in str(refused.value.as_dict())

    def test_of_nobody_is_refused(self, portfolio):
        with pytest.raises(UnknownRef):
            new_point("nobody")

    def test_another_address_starts_untried(self, portfolio):
        point = new_point(new_person(), quality=PointQuality.CONFIRMED)

        changed = change_contact_point(
            point, {"address": "19900009999"}, source=Source.STAFF, actor=SETUP, now=NOW
        )

        assert changed == ("address",)
        with reading(SETUP):
            assert ContactPoint.objects.get(ref=point).quality == PointQuality.UNTRIED
        assert find_by_address("+86 199 0000 9999", actor=SETUP, now=NOW)[0].point_ref == point

    def test_wrong_person_is_noted_at_once_and_once(self, portfolio):
        point = new_point(new_person())

        first, second = (
            judge_contact_point(
                point,
                PointQuality.WRONG_PERSON,
                actor=clerk(Permission.PERSON_CHANGE),
                now=NOW + timedelta(minutes=minute),
            )
            for minute in (0, 1)
        )

        assert (first.new, second.new) == (True, False)
        (entry,) = audited("contact_point.changed")
        assert b"WRONG_PERSON" in bytes(entry.body)

    def test_retired_ones_stay_and_are_shown_last(self, portfolio):
        person = new_person()
        old, young = new_point(person), new_point(person)

        retire_contact_point(old, actor=SETUP, now=NOW)

        assert [each.ref for each in points_for(person, actor=SETUP, now=NOW)] == [young, old]

    def test_whose_it_is_cannot_change(self, portfolio):
        point = new_point(new_person())

        with pytest.raises(InvalidField):
            change_contact_point(
                point, {"relation": "OWN"}, source=Source.STAFF, actor=SETUP, now=NOW
            )


class TestFinding:
    @pytest.mark.parametrize("typed", ["11010519491231002x", " 110105 19491231 002X "])
    def test_by_national_id_however_it_is_typed(self, portfolio, typed):
        recorded()

        (found,) = find_by_national_id(typed, actor=SETUP, now=NOW)

        assert found.ref == "P-1"

    @pytest.mark.parametrize(
        "typed", ["+8613800138000", "0086-138-0013-8000", "１３８００１３８０００"]
    )
    def test_by_telephone_tells_whose_point_it_is(self, portfolio, typed):
        debtor, friend_of = new_person(), new_person()
        new_point(debtor, address="13800138000")
        new_point(friend_of, address="13800138000", relation=Relation.CONTACT_PERSON)

        found = find_by_address(typed, actor=SETUP, now=NOW)

        assert [(each.ref, each.relation) for each in found] == [
            (debtor, "OWN"),
            (friend_of, "CONTACT_PERSON"),
        ]

    def test_by_the_number_of_another_country(self, portfolio):
        person = new_person(jurisdiction=Jurisdiction.US)
        new_point(person, address="(602) 555-0123")

        assert find_by_address("602-555-0123", actor=SETUP, now=NOW)[0].ref == person

    def test_by_e_mail(self, portfolio):
        person = new_person()
        new_point(person, kind=PointKind.EMAIL, address="Mei.Li@Example.test")

        assert find_by_address("mei.li@example.test", actor=SETUP, now=NOW)[0].ref == person

    def test_by_ref_of_the_person_or_of_something_of_theirs(self, portfolio):
        person = new_person()
        point = new_point(person)

        assert {find_by_ref(ref, actor=SETUP, now=NOW)[0].ref for ref in (person, point)} == {
            person
        }
        assert find_by_ref("nothing", actor=SETUP, now=NOW) == ()

    def test_nonsense_finds_nobody(self, portfolio):
        recorded()

        assert find_by_national_id("?", actor=SETUP, now=NOW) == ()
        assert find_by_address("not a number", actor=SETUP, now=NOW) == ()

    def test_needs_permission(self, portfolio):
        for find in (find_by_ref, find_by_national_id, find_by_address):
            with pytest.raises(NotPermitted):
                find("1", actor=clerk(), now=NOW)


def test_a_point_of_a_relation_and_origin_outside_the_lists_is_refused(portfolio):
    person = new_person()

    for field, value in (("relation", "AUNT"), ("origin", "BOUGHT"), ("kind", "PIGEON")):
        said = {
            "ref": "C-1",
            "debtor_ref": person,
            "kind": PointKind.MOBILE,
            "relation": Relation.OWN,
            "origin": Origin.CONTRACT,
            field: value,
        }
        with pytest.raises(InvalidField) as refused:
            record_contact_point(PointSaid(**said), source=Source.API, actor=SETUP, now=NOW)
        assert refused.value.data["field"] == field

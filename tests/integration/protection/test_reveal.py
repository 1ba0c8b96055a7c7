"""A personal value in full is shown for a reason, written down, and not too often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import NotPermitted
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.reveal import NothingThere, reveal_value
from forbear.contexts.portfolio.row import UnknownRef
from forbear.contexts.portfolio.word import Revealable
from forbear.contexts.protection.models import Reveal
from forbear.contexts.protection.reveal import RevealReason, TooManyLooks, UnknownReason
from forbear.values.principal import Principal, PrincipalKind, Sight
from tests.support.portfolio import NOW, SETUP, clerk, new_person, new_point

NAME, NUMBER = "欧阳虚构", "19900001234"
CLERK = clerk(Permission.VALUE_REVEAL)
WHY = RevealReason.CONTACT_THE_PERSON


def look(ref: str, *, what=Revealable.NAME, why=WHY, actor=CLERK, minute: int = 0) -> str:
    return reveal_value(what, ref, why, actor=actor, now=NOW + timedelta(minutes=minute))


def looks() -> list[tuple[str, str]]:
    with reading(SETUP):
        return list(Reveal.objects.order_by("id").values_list("actor_id", "reason"))


class TestRevealValue:
    def test_shows_the_value_and_writes_the_look_down_without_it(self, portfolio):
        person = new_person(name=NAME)
        point = new_point(person, address=NUMBER)

        shown = (look(person), look(point, what=Revealable.ADDRESS))

        assert shown == (NAME, NUMBER)
        assert looks() == [("9001", WHY), ("9001", WHY)]
        with reading(SETUP):
            bodies = [bytes(e.body) for e in Entry.objects.filter(event="value.revealed")]
        assert len(bodies) == 2
        assert not any(NAME.encode() in body or NUMBER.encode() in body for body in bodies)

    def test_needs_permission_and_a_person_who_works_here(self, portfolio):
        person = new_person(name=NAME)
        token = Principal(
            PrincipalKind.TOKEN, "1", Sight.ALL, permissions=frozenset({"VALUE_REVEAL"})
        )

        for actor in (clerk(Permission.PERSON_SEE), token, SETUP):
            with pytest.raises(NotPermitted):
                look(person, actor=actor)

        assert looks() == []

    def test_needs_a_reason_of_the_list(self, portfolio):
        with pytest.raises(UnknownReason):
            look(new_person(name=NAME), why="curiosity")

    def test_of_what_was_never_given_shows_and_counts_nothing(self, portfolio):
        with pytest.raises(NothingThere):
            look(new_person())

        assert looks() == []

    def test_of_somebody_out_of_sight_finds_nobody(self, portfolio):
        person = new_person(name=NAME)
        stranger = clerk(Permission.VALUE_REVEAL, teams=(424242,))

        with pytest.raises(UnknownRef):
            look(person, actor=stranger)

    def test_stops_at_the_most_for_an_hour_and_goes_on_after_it(self, portfolio, monkeypatch):
        monkeypatch.setattr(settings, "FORBEAR_REVEALS_PER_HOUR_MAX", 3)
        person = new_person(name=NAME)
        for minute in (0, 10, 20):
            look(person, minute=minute)

        with pytest.raises(TooManyLooks) as refused:
            look(person, minute=59)

        assert refused.value.data["most"] == 3
        assert look(person, actor=clerk(Permission.VALUE_REVEAL, who="9002"), minute=59) == NAME
        assert look(person, minute=60) == NAME

    def test_counts_looks_at_persons_who_are_no_longer_in_sight(self, portfolio, monkeypatch):
        monkeypatch.setattr(settings, "FORBEAR_REVEALS_PER_HOUR_MAX", 1)
        first, second = new_person(name=NAME), new_person(name=NAME)
        look(first)
        with reading(SETUP):
            from forbear.contexts.portfolio.models import Debtor

            only = Debtor.objects.get(ref=second).pk
        narrow = Principal(
            PrincipalKind.STAFF,
            CLERK.id,
            Sight.PERSON,
            person=only,
            permissions=CLERK.permissions,
        )

        with pytest.raises(TooManyLooks):
            look(second, actor=narrow, minute=1)

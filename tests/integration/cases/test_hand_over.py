"""Several cases go into other care at once: all of those that were shown before, or none."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from forbear.contexts.cases.actions.assign_case import assign_case
from forbear.contexts.cases.actions.claim_case import take_case
from forbear.contexts.cases.actions.hand_over import OthersThanShown, hand_over
from forbear.contexts.cases.care import CannotCare
from forbear.contexts.cases.handing import (
    CASES_MAX,
    Chosen,
    Stays,
    Why,
    preview_hand_over,
)
from forbear.contexts.cases.models import Case
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.models import Debtor
from forbear.values.errors import InvalidInput
from forbear.values.principal import NotPermitted
from tests.support.desk import new_shop, principal
from tests.support.people import audited
from tests.support.portfolio import SETUP

pytestmark = pytest.mark.usefixtures("portfolio")


def _now() -> datetime:
    return datetime.now(UTC)


def _cared(case: int) -> tuple[int | None, int | None]:
    with reading(SETUP):
        row = Case.objects.get(pk=case)
        assert Debtor.objects.get(pk=row.debtor_id).team_id == row.team_id
        return row.team_id, row.officer_id


def _versions(*cases: int) -> dict[int, int]:
    with reading(SETUP):
        return dict(Case.objects.filter(pk__in=cases).values_list("id", "version"))


def test_moves_exactly_those_that_were_shown_with_an_entry_each():
    shop, away = new_shop("north"), new_shop("south")
    lead, mate, busy = principal(shop.staff(Role.SUPERVISOR)), shop.staff(), shop.staff()
    goes, held, there, foreign = shop.late(), shop.late(), shop.late(), away.late()
    with acting(SETUP):
        Case.objects.filter(pk=there.case_id).update(officer_id=mate.pk)
    take_case(held.case_id, actor=principal(busy), now=_now())
    every = [each.case_id for each in (goes, held, there, foreign)]
    chosen = Chosen({**_versions(*every), 10**9: 1}, shop.team, mate.pk)

    seen = preview_hand_over(chosen, actor=lead, now=_now())

    assert seen.goes == (goes.case_id,)
    assert seen.stays == {
        held.case_id: Stays.HELD,
        there.case_id: Stays.THERE,
        foreign.case_id: Stays.GONE,
        10**9: Stays.GONE,
    }
    assert _cared(goes.case_id) == (shop.team, None)
    done = hand_over(chosen, goes=seen.goes, why=Why.ABSENT, actor=lead, now=_now())
    assert done == seen
    assert _cared(goes.case_id) == (shop.team, mate.pk)
    assert _cared(held.case_id) == (shop.team, None)
    assert audited("case.assigned") == [(f"staff:{lead.id}", f"case:{goes.case_id}")]


def test_moves_none_where_one_is_not_as_it_was_shown():
    shop, other = new_shop("north"), new_shop("south")
    lead = principal(shop.staff(Role.SUPERVISOR, teams=(shop.team, other.team)))
    cases = [shop.late().case_id for _ in range(3)]
    chosen = Chosen(_versions(*cases), other.team, None)
    seen = preview_hand_over(chosen, actor=lead, now=_now())
    assert seen.goes == tuple(cases)
    with acting(SETUP):
        Case.objects.filter(pk=cases[1]).update(version=9)

    with pytest.raises(OthersThanShown):
        hand_over(chosen, goes=seen.goes, why=Why.LOAD, actor=lead, now=_now())

    assert {_cared(each) for each in cases} == {(shop.team, None)}
    assert audited("case.assigned") == []


def test_reaches_another_team_as_one_case_does():
    shop, other = new_shop("north"), new_shop("south")
    lead = principal(shop.staff(Role.SUPERVISOR, teams=(shop.team, other.team)))
    cases = [shop.late().case_id for _ in range(2)]
    chosen = Chosen(_versions(*cases), other.team, None)

    hand_over(chosen, goes=cases, why=Why.FIT, actor=lead, now=_now())

    assert {_cared(each) for each in cases} == {(other.team, None)}
    assert len(audited("case.assigned")) == 2


def test_never_reaches_a_team_that_the_giver_does_not_lead():
    shop, other = new_shop("north"), new_shop("south")
    lead = principal(shop.staff(Role.SUPERVISOR))
    case = shop.late().case_id

    with pytest.raises(CannotCare):
        preview_hand_over(Chosen({case: 1}, other.team, None), actor=lead, now=_now())
    with pytest.raises(CannotCare):
        assign_case(case, team_id=other.team, officer_id=None, version=1, actor=lead, now=_now())
    assert _cared(case) == (shop.team, None)


def test_takes_some_cases_and_leave_to_give_them():
    shop = new_shop("north")
    lead = principal(shop.staff(Role.SUPERVISOR))
    for versions in ({}, dict.fromkeys(range(1, CASES_MAX + 2), 1)):
        with pytest.raises(InvalidInput):
            preview_hand_over(Chosen(versions, shop.team, None), actor=lead, now=_now())
    with pytest.raises(NotPermitted):
        preview_hand_over(
            Chosen({1: 1}, shop.team, None), actor=principal(shop.staff()), now=_now()
        )


def test_is_ticked_looked_at_and_done_on_pages():
    shop = new_shop("north")
    lead, mate = shop.client(Role.SUPERVISOR), shop.staff()
    cases = [shop.late().case_id for _ in range(2)]
    page = lead.get("/cases/").content.decode()
    ticks = re.findall(r'form="hand" name="case" value="([\d:]+)"', page)
    assert len(ticks) == len(cases)
    told = {"case": ticks, "to": f"{shop.team}:{mate.pk}", "why": "LOAD", "next": "/cases/"}

    look = lead.post("/cases/hand-over/", {**told, "deed": "look"}).content.decode()
    assert mate.name in look
    assert audited("case.assigned") == []
    goes = re.findall(r'name="goes" value="(\d+)"', look)
    done = lead.post("/cases/hand-over/", {**told, "deed": "do", "goes": goes})

    assert done.headers["Location"] == "/cases/"
    assert {_cared(each) for each in cases} == {(shop.team, mate.pk)}
    again = lead.post("/cases/hand-over/", {**told, "deed": "do", "goes": goes})
    assert again.status_code == 409
    assert "it has changed since it was chosen" in again.content.decode()
    assert lead.post("/cases/hand-over/", {**told, "to": ""}).status_code == 422
    for wrong in ({"why": ""}, {"case": ["9" * 30 + ":1"]}, {"case": ["1"]}, {"to": "9" * 30}):
        refused = lead.post("/cases/hand-over/", {**told, **wrong, "deed": "look"})
        assert refused.status_code == 422, wrong

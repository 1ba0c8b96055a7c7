"""Who chose so is told of a lesson: by the gate, seldom, of no debt, and nobody else ever is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings

from forbear.contexts.access.principal import person as themself
from forbear.contexts.cases.campaign.words import compose
from forbear.contexts.contact.gate import condition
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.contact.gate.worker import SENDER, Sender
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import reading
from forbear.contexts.education import mail
from forbear.contexts.education.mail import mail_lessons
from forbear.contexts.education.models import Mailing
from forbear.contexts.portfolio.actions.hold import place_hold
from forbear.contexts.portfolio.models import Debtor
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.choose import choose_lessons
from forbear.contexts.rulebook.library import open_education, open_portal
from forbear.values.code import ContactPurpose, HoldKind, Relation
from tests.support.campaign import DAY, TEN, planned
from tests.support.gate import Desk, Hand
from tests.support.portfolio import SETUP, new_point, portfolio, ring  # noqa: F401

TERMS = open_education()


@pytest.fixture
def desk(portfolio, monkeypatch):  # noqa: F811
    monkeypatch.delitem(condition._CONDITIONS, "night")
    monkeypatch.setattr(settings, "FORBEAR_PROVIDERS", ["simulated"])
    return Desk(hand=Hand(TEN))


def _ref(who):
    with reading(SETUP):
        return Debtor.objects.values_list("ref", flat=True).get(pk=who.debtor_id)


def _choose(who, *, wanted=True, now=TEN - timedelta(hours=1)):
    choose_lessons(_ref(who), wanted=wanted, actor=themself(who.debtor_id), now=now)


def _mail(desk):
    return mail_lessons(actor=SENDER, clock=desk.hand)


def _sent(who):
    with reading(SETUP):
        rows = Dispatch.objects.filter(
            purpose=ContactPurpose.EDUCATION.value, debtor_id=who.debtor_id
        )
        return [DispatchState(row.state) for row in rows.order_by("attempt_id")]


def _told(who):
    with reading(SETUP):
        rows = Mailing.objects.filter(debtor_id=who.debtor_id).order_by("id")
        return list(rows.values_list("lesson", flat=True))


def test_who_chose_so_is_told_once_and_of_no_debt(desk):
    who, other = planned(), planned()
    _choose(who)

    assert _mail(desk) == 1
    assert _mail(desk) == 0
    Sender(desk.providers, compose, clock=desk.hand).carry()

    assert _sent(who) == [DispatchState.ACCEPTED]
    assert _sent(other) == []
    text = desk.heard.texts[-1]
    assert f"https://my.example/p/lessons/{TERMS.mailed[0]}/" in text
    assert not any(word in text for word in ("1,234.56", "逾期", "欠", "林小满", "借款"))


def test_another_comes_after_a_month_and_each_but_once(desk):
    who = planned()
    _choose(who)
    _mail(desk)
    desk.hand.on(days=TERMS.mail_every_days - 1)
    assert _mail(desk) == 0
    desk.hand.on(days=2)

    assert _mail(desk) == 1
    assert _told(who) == list(TERMS.mailed[:2])


def test_who_takes_it_back_is_told_no_more(desk):
    who = planned()
    _choose(who)
    _choose(who, wanted=False, now=TEN - timedelta(minutes=5))

    assert _mail(desk) == 0
    assert _sent(who) == []


def test_who_takes_it_back_before_it_leaves_is_not_told(desk):
    who = planned()
    _choose(who)
    assert _mail(desk) == 1
    _choose(who, wanted=False, now=TEN)
    Sender(desk.providers, compose, clock=desk.hand).carry()

    assert _sent(who) == [DispatchState.WITHDRAWN]


@pytest.mark.parametrize("kind", [HoldKind.HARDSHIP, HoldKind.SELF_HARM, HoldKind.CEASE])
def test_nobody_is_told_while_they_are_to_be_left_alone(desk, kind):
    who = planned()
    _choose(who)
    said = HoldSaid(f"hold-{who.debtor_id}", _ref(who), kind, DAY)
    place_hold(said, source=Source.API, actor=SETUP, now=TEN)

    assert _mail(desk) == 0
    assert _told(who) == []


def test_nobody_is_told_at_night_or_beyond_what_the_rules_count(desk):
    who = planned()
    _choose(who)
    desk.hand.on(hours=12)
    assert _mail(desk) == 0
    desk.hand.on(hours=12)

    assert _mail(desk) == 1


def test_a_contact_person_is_never_told(desk):
    who = planned()
    new_point(_ref(who), relation=Relation.CONTACT_PERSON)
    _choose(who)
    _mail(desk)

    with reading(SETUP):
        rows = Dispatch.objects.filter(purpose=ContactPurpose.EDUCATION.value)
        points = rows.filter(debtor_id=who.debtor_id).values_list(
            "attempt__contact_point_id", flat=True
        )
        assert list(points) == [who.point_id]


def test_nobody_is_told_where_the_lender_names_no_pages(desk, monkeypatch):
    who = planned()
    _choose(who)
    monkeypatch.setattr(mail, "open_portal", lambda: replace(open_portal(), address=None))

    assert _mail(desk) == 0

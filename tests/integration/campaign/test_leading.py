"""A message leads to the pages of the person to whom it goes, and shows nobody the way alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.test import Client

from forbear.contexts.access import lead
from forbear.contexts.access.models import Link
from forbear.contexts.cases.campaign.words import compose
from forbear.contexts.contact.gate.intent import Composing
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.actions.point import judge_contact_point
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.rulebook.library import open_portal
from forbear.policy.portal import load_portal
from forbear.policy.reading import InvalidRule
from forbear.values.code import Channel, PointQuality
from tests.support.campaign import TEN, planned
from tests.support.portfolio import SETUP

MESSAGE = ("cn.sms.overdue_gentle", 1)
WAY = re.compile(r"https://my\.example/p/l/([A-Za-z0-9_-]{16})/")


def text_for(who, *, attempt: int | None, message=MESSAGE) -> str:
    asked = Composing(who.debtor_id, who.loan_id, Channel.SMS, message, TEN, who.point_id, attempt)
    with acting(SETUP):
        return compose(asked).text


def links() -> list[tuple[int, str]]:
    with reading(SETUP):
        return list(Link.objects.order_by("id").values_list("debtor_id", "made_by"))


def test_each_message_that_leaves_has_a_link_of_its_own(campaign):
    one, other = planned(), planned()

    found = [
        WAY.search(text_for(who, attempt=n)).group(1)
        for n, who in enumerate((one, other, one), start=1)
    ]

    assert len(set(found)) == 3
    assert WAY.search(text_for(one, attempt=1)).group(1) == found[0]
    assert links() == [(who.debtor_id, "system:gate") for who in (one, other, one)]


def test_the_link_leads_to_the_door_and_no_further(campaign):
    who = planned()
    token = WAY.search(text_for(who, attempt=1)).group(1)

    page = Client().get(f"/p/l/{token}/")

    assert page.status_code == 200
    assert "林" not in page.content.decode()
    assert Client().get("/p/home/").status_code == 302


def test_words_that_are_only_looked_at_make_no_link_and_are_as_long(campaign):
    who = planned()

    shown, sent = text_for(who, attempt=None), text_for(who, attempt=1)

    assert len(shown) == len(sent)
    assert WAY.search(shown).group(1) == "x" * 16
    assert len(links()) == 1


def test_without_a_number_for_the_code_it_is_the_address_of_everybody(campaign):
    who = planned()
    with reading(SETUP):
        ref = ContactPoint.objects.get(pk=who.point_id).ref
    judge_contact_point(ref, PointQuality.INVALID, actor=SETUP, now=TEN)
    asked = Composing(who.debtor_id, who.loan_id, Channel.SMS, MESSAGE, TEN, who.point_id, 1)

    with acting(SETUP):
        assert lead.leading(asked, TEN.date()).values == {}
    assert links() == []


def test_without_an_address_of_the_pages_it_is_the_address_of_everybody(campaign, monkeypatch):
    who = planned()
    monkeypatch.setattr(lead, "open_portal", lambda: replace(open_portal(), address=None))

    assert "https://help.example" in text_for(who, attempt=1)


@pytest.mark.parametrize(
    "address", ["my.example", "http://my.example", "https://my.example/p", "https://MY.example"]
)
def test_an_address_that_is_none_is_refused(address):
    from forbear.contexts.rulebook.library import HOUSE, policy_texts

    text = policy_texts(HOUSE)["portal.yaml"].replace("https://my.example", address)

    with pytest.raises(InvalidRule, match="address"):
        load_portal("portal.yaml", text)

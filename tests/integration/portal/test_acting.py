"""Somebody acts for the person: for a while, in their own name, as long as the person will."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from forbear.contexts.access.actions.representative import TooLong, end_acting, let_act
from forbear.contexts.access.enter import ask_by_link, send_code, try_to_enter
from forbear.contexts.access.limit import source_of
from forbear.contexts.access.principal import DOOR, acting_for, person
from forbear.contexts.access.visit import Inside, find_visit
from forbear.contexts.access.word import Left, Tried
from forbear.contexts.audit.models import Entry as AuditEntry
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.word import RepresentativeKind
from forbear.values.principal import NotPermitted
from tests.support.evidence import somebody
from tests.support.portal import inbox, inside, outside
from tests.support.portfolio import portfolio, ring  # noqa: F401
from tests.support.today import lenders_day

HERE = source_of("192.0.2.9")
TAIL = "002X"


def _let(who, *, days=30, now):
    me = person(who.at_gate.debtor_id)
    kind = RepresentativeKind.HELPER
    return let_act("赵虚构", kind, days=days, actor=me, today=lenders_day(now), now=now)


def _enter(granted, code, *, now):
    asked = ask_by_link(granted.token, source=HERE, now=now)
    with inbox() as codes:
        assert not send_code(asked.entry_id, actor=DOOR, now=now)
    assert codes == []
    return try_to_enter(asked.token, code=code, tail=TAIL, source=HERE, now=now)


def test_acts_in_their_own_name_with_the_code_that_the_person_gave(portfolio):  # noqa: F811
    who, now = somebody(), datetime.now(UTC)
    granted = _let(who, now=now)
    assert _enter(granted, "0000000000", now=now).tried is Tried.NO_FIT

    answer = _enter(granted, granted.code, now=now)

    found = find_visit(answer.token, now=now)
    assert isinstance(found, Inside)
    assert found.representative is not None
    assert str(found.principal) == f"representative:{found.representative}"
    assert found.principal.person == who.at_gate.debtor_id
    client = outside()
    client.cookies["visit"] = answer.token
    page = client.get("/p/home/").content.decode()
    assert "您正在代他人办理" in page
    paper = f"/p/items/{who.at_gate.loan_id}/paper/"
    receipt = {"kind": "RECEIPT", "payment": f"{who.loan}-pay-1"}
    assert client.post(paper, receipt).status_code == 200
    with reading(DOOR):
        made = AuditEntry.objects.get(event="document.made")
        assert (made.actor_kind, made.actor_id) == ("REPRESENTATIVE", str(found.representative))
        assert made.debtor_id == who.at_gate.debtor_id


def test_is_out_at_once_when_the_person_ends_it_or_the_time_is_over(portfolio):  # noqa: F811
    who, now = somebody(), datetime.now(UTC)
    first, second = _let(who, now=now), _let(who, days=7, now=now)
    tokens = [_enter(each, each.code, now=now).token for each in (first, second)]

    assert end_acting(first.ref, actor=person(who.at_gate.debtor_id), now=now)

    assert find_visit(tokens[0], now=now) is None
    assert _enter(first, first.code, now=now).tried is Tried.NO_FIT
    assert isinstance(find_visit(tokens[1], now=now), Inside)
    week = now + timedelta(days=8)
    assert find_visit(tokens[1], now=week) is Left.REVOKED
    assert _enter(second, second.code, now=week).tried is Tried.NO_FIT


def test_only_the_person_lets_somebody_act_and_not_for_too_long(portfolio):  # noqa: F811
    who, now = somebody(), datetime.now(UTC)
    kind, today = RepresentativeKind.LAWYER, lenders_day(now)
    theirs = acting_for(who.at_gate.debtor_id, 1)
    with pytest.raises(NotPermitted):
        let_act("钱虚构", kind, days=7, actor=theirs, today=today, now=now)
    for days in (0, 91):
        with pytest.raises(TooLong):
            _let(who, days=days, now=now)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_is_done_and_ended_on_one_page(portfolio, language):  # noqa: F811
    who = somebody()
    client = inside(who.at_gate.debtor_id, language=language)
    told = {"name": "孙虚构", "kind": "LAWYER", "days": "30"}

    page = client.post("/p/others/", told).content.decode()

    code = re.search(r'id="acting-code">(\d{10})<', page)[1]
    address = re.search(r'id="acting-link">http://testserver(/p/l/[^<]+)<', page)[1]
    again = client.get("/p/others/").content.decode()
    assert code not in again
    assert address not in again
    end = re.search(r'action="(/p/others/[^"]+/end/)"', again)[1]
    assert client.post(end).headers["Location"] == "/p/others/"
    assert end not in client.get("/p/others/").content.decode()

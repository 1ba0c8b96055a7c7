"""A team whose mandate or licence has ended contacts nobody, whoever asks and whenever it ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forbear.contexts.contact.gate.budget import budgets
from forbear.contexts.contact.gate.word import Cause, DispatchState
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.models import Team, TeamTerms
from forbear.contexts.people.role import Role
from forbear.contexts.people.terms import Licence, told_licences
from forbear.contexts.portfolio.models import Debtor
from forbear.values.code import Channel, Jurisdiction, Language, Outcome
from tests.support.gate import NOON, Desk, person, state_of
from tests.support.people import new_staff, new_team
from tests.support.portfolio import SETUP

pytestmark = pytest.mark.usefixtures("portfolio")
TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)
HERE, ELSEWHERE = "510100", "440100"


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def who():
    found = person()
    with acting(SETUP):
        Debtor.objects.filter(pk=found.debtor_id).update(region=HERE)
    return found


@pytest.fixture
def team():
    return Team.objects.get(pk=new_team()).code


def _adopt(code: str, **given: object) -> None:
    """Let terms of a team count from yesterday on."""
    by = new_staff(Role.SUPERVISOR).id
    terms = {
        "since": YESTERDAY,
        "jurisdiction": Jurisdiction.CN.value,
        "languages": [Language.ZH.value],
        "seats": [1, 1, 1],
        "asked_by_id": by,
        "asked_at": NOON,
        "approval_id": 1,
        "adopted_by_id": by,
        "adopted_at": NOON,
    }
    with acting(SETUP):
        TeamTerms.objects.create(team=Team.objects.get(code=code), **{**terms, **given})


def _licences(until: date | None) -> list[dict[str, str | None]]:
    return told_licences([Licence(HERE[:2], "SC-1", until)])


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"mandate_until": YESTERDAY}, "MANDATE"),
        ({"licences": _licences(YESTERDAY)}, "LICENCE"),
    ],
)
def test_what_has_ended_refuses_and_says_so(desk, who, team, terms, code):
    _adopt(team, **terms)

    (reason,) = desk.ask(who, team=team).reasons

    assert (reason.cause, reason.detail) == (Cause.CONDITION, code)
    assert team in reason.en
    assert team in reason.zh


@pytest.mark.parametrize(
    "terms",
    [
        {"mandate_until": TODAY},
        {"licences": _licences(TODAY)},
        {"licences": _licences(None)},
        {"licences": told_licences([Licence(ELSEWHERE[:2], "GD-1", YESTERDAY)])},
        {"mandate_until": YESTERDAY, "since": TODAY + timedelta(days=1)},
        {"mandate_until": YESTERDAY, "adopted_at": None, "adopted_by_id": None},
    ],
)
def test_what_reaches_today_or_does_not_count_lets_pass(desk, who, team, terms):
    _adopt(team, **terms)

    assert desk.ask(who, team=team).allowed


def test_a_contact_of_no_team_asks_for_no_mandate(desk, who, team):
    _adopt(team, mandate_until=YESTERDAY)

    assert desk.ask(who).allowed


def test_what_ends_between_leave_and_sending_takes_the_contact_back(desk, who, team):
    answer = desk.ask(who, Channel.SMS, team=team)
    assert answer.allowed
    _adopt(team, mandate_until=YESTERDAY)

    desk.sender().carry()

    assert state_of(answer) == (DispatchState.WITHDRAWN, Outcome.FAILED)


def test_what_is_shown_at_a_desk_is_what_the_gate_answers(desk, who, team):
    _adopt(team, mandate_until=YESTERDAY)
    wish = who.wish(Channel.VOICE)

    shown = budgets([wish], actor=SETUP, clock=desk.hand, teams={who.debtor_id: team})[wish]

    assert [one.detail for one in shown.reasons] == ["MANDATE"]
    assert not shown.allowed

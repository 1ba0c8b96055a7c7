"""What too many tries have shut is opened again by those who work here, within bounds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forbear.contexts.access.actions.reopen import NotShut, ReopenedBefore, ask_reopen, reopen
from forbear.contexts.access.enter import ask_by_number, send_code, try_to_enter
from forbear.contexts.access.limit import source_of
from forbear.contexts.access.models import Guess, Reopening
from forbear.contexts.access.principal import DOOR
from forbear.contexts.access.queries import ShutWay, shut_ways
from forbear.contexts.access.word import Known, Shut, Tried
from forbear.contexts.audit.models import Entry as AuditEntry
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.actions import grant
from forbear.contexts.people.actions.approval import ApprovalMissing
from forbear.contexts.people.models import Approval
from forbear.contexts.people.permission import principal_of
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.point import enter_quality
from forbear.contexts.portfolio.contract import give_to_team
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.portfolio.queries.door import refs_of_points
from forbear.contexts.rulebook.library import open_portal
from forbear.values.code import PointQuality
from forbear.values.principal import NotPermitted, system
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.people import new_team
from tests.support.portal import id_of, inbox, outside
from tests.support.portfolio import SETUP, new_person, new_point, portfolio, ring  # noqa: F401

HERE, ID, TAIL = source_of("192.0.2.7"), "11010519491231002X", "002X"
LIMITS = open_portal().limits


class Somebody:
    """A person in the care of a team, and the two who work there."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self.team = new_team()
        self.desk = self._colleague(Role.COLLECTOR, language="zh-hans")
        self.other = self._colleague(Role.SUPERVISOR, language="en")
        self.ref = new_person(name="欧阳虚构", national_id=ID)
        self.id = id_of(self.ref)
        self.number = f"1990001{self.id:04d}"
        new_point(self.ref, address=self.number)
        with acting(SETUP):
            give_to_team(self.id, self.team)
            self.point = ContactPoint.objects.get(debtor_id=self.id).pk
        self.one, self.two = principal_of(self.desk), principal_of(self.other)

    def _colleague(self, role: Role, **given):
        return new_colleague(role, teams=(self.team,), secret=new_secret(role.value), **given)

    def guesses(self, tried: Tried, times: int, *, at: datetime | None = None) -> None:
        """As if so many tries had been made."""
        with acting(DOOR):
            for _ in range(times):
                Guess.objects.create(
                    at=at or self.now,
                    source=b"",
                    debtor_id=self.id,
                    contact_point_id=self.point,
                    tried=tried.value,
                )

    def enters(self, *, now: datetime | None = None) -> bool:
        """Say whether the right code and the right signs let them in."""
        now = now or self.now
        with inbox() as codes:
            asked = ask_by_number(self.number, source=HERE, now=now)
            send_code(asked.entry_id, actor=DOOR, now=now)
        tried = try_to_enter(asked.token, code=codes[0].code, tail=TAIL, source=HERE, now=now)
        return tried.tried is Tried.IN

    def shut(self) -> list[ShutWay]:
        return list(shut_ways(self.id, actor=self.one, now=self.now))


@pytest.fixture
def who(portfolio):  # noqa: F811
    return Somebody()


class TestTries:
    def test_are_opened_by_one_with_how_they_know_the_person(self, who):
        who.guesses(Tried.NO_FIT, LIMITS.tries_of_one_person_a_day)
        assert who.shut() == [ShutWay(Shut.TRIES, None, again=True)]

        reopen(who.ref, Known.ANSWERED, actor=who.one, now=who.now)

        assert who.shut() == []
        assert who.enters()
        with reading(SETUP):
            said = AuditEntry.objects.get(event="access.reopened")
            assert (said.actor_kind, said.actor_id) == ("STAFF", who.one.id)
            assert said.debtor_id == who.id

    def test_are_few_afterwards_and_opened_once_a_day(self, who):
        who.guesses(Tried.NO_FIT, LIMITS.tries_of_one_person_a_day)
        reopen(who.ref, Known.ANSWERED, actor=who.one, now=who.now)
        who.guesses(Tried.NO_FIT, LIMITS.tries_after_reopening)

        assert who.shut() == [ShutWay(Shut.TRIES, None, again=False)]
        assert not who.enters()
        with pytest.raises(ReopenedBefore):
            reopen(who.ref, Known.ANSWERED, actor=who.two, now=who.now)
        assert who.enters(now=who.now + timedelta(days=1, seconds=1))

    def test_that_shut_nothing_are_not_opened(self, who):
        who.guesses(Tried.NO_FIT, LIMITS.tries_of_one_person_a_day - 1)

        with pytest.raises(NotShut):
            reopen(who.ref, Known.ANSWERED, actor=who.one, now=who.now)
        with reading(SETUP):
            assert not Reopening.objects.exists()


class TestANumberThatMayHaveChangedHands:
    def _granted(self, who):
        asked = ask_reopen(who.ref, who.point, Known.CALLED_BACK, actor=who.one, now=who.now)
        grant(asked, actor=who.two, now=who.now)
        return asked

    def test_is_opened_by_two(self, who):
        who.guesses(Tried.CODE_ALONE, LIMITS.code_alone)
        assert who.shut() == [ShutWay(Shut.NUMBER, who.point, again=True)]
        given = {"contact_point_id": who.point, "actor": who.one, "now": who.now}
        with pytest.raises(ApprovalMissing):
            reopen(who.ref, Known.CALLED_BACK, **given)
        asked = self._granted(who)
        with pytest.raises(ApprovalMissing):
            reopen(who.ref, Known.ANSWERED, approval_id=asked, **given)

        reopen(who.ref, Known.CALLED_BACK, approval_id=asked, **given)

        assert who.shut() == []
        assert who.enters()
        with pytest.raises(NotShut):
            reopen(who.ref, Known.CALLED_BACK, approval_id=asked, **given)

    def test_is_opened_once_until_somebody_gets_in_by_it(self, who):
        who.guesses(Tried.CODE_ALONE, LIMITS.code_alone)
        given = {"contact_point_id": who.point, "actor": who.one, "now": who.now}
        reopen(who.ref, Known.CALLED_BACK, approval_id=self._granted(who), **given)
        who.guesses(Tried.CODE_ALONE, LIMITS.code_alone_after_reopening)

        assert who.shut() == [ShutWay(Shut.NUMBER, who.point, again=False)]
        assert not who.enters()
        with pytest.raises(ReopenedBefore):
            ask_reopen(who.ref, who.point, Known.CALLED_BACK, actor=who.one, now=who.now)

        who.guesses(Tried.IN, 1)
        who.guesses(Tried.CODE_ALONE, LIMITS.code_alone, at=who.now - timedelta(days=2))
        assert who.shut() == [ShutWay(Shut.NUMBER, who.point, again=True)]

    def test_is_not_opened_where_it_is_known_to_be_another_persons(self, who):
        who.guesses(Tried.CODE_ALONE, LIMITS.code_alone)
        with acting(SETUP):
            ref = refs_of_points([who.point])[who.point]
            enter_quality(ref, PointQuality.WRONG_PERSON, actor=SETUP, now=who.now)

        assert who.shut() == []
        with pytest.raises(NotShut):
            ask_reopen(who.ref, who.point, Known.CALLED_BACK, actor=who.one, now=who.now)


def test_nobody_opens_who_may_not_or_does_not_work_here(who):
    who.guesses(Tried.NO_FIT, LIMITS.tries_of_one_person_a_day)
    for actor in (principal_of(new_colleague(Role.COMPLIANCE)), system("machine")):
        with pytest.raises(NotPermitted):
            reopen(who.ref, Known.ANSWERED, actor=actor, now=who.now)


def test_is_done_at_a_desk_and_granted_at_another(who):
    who.guesses(Tried.NO_FIT, LIMITS.tries_of_one_person_a_day)
    who.guesses(Tried.CODE_ALONE, LIMITS.code_alone)
    desk, other = at_work(who.desk), at_work(who.other)
    page, post = f"/persons/{who.id}/", f"/persons/{who.id}/door/"
    assert "可能已经易主" in desk.get(page).content.decode()
    assert desk.post(post, {"deed": "open", "known": ""}).status_code == 422

    desk.post(post, {"deed": "open", "known": "ANSWERED"})
    desk.post(post, {"deed": "ask", "known": "CALLED_BACK", "point": who.point})

    waiting = other.get("/approvals/").content.decode()
    assert "I called back a number" in waiting
    with reading(SETUP):
        asked = Approval.objects.get().pk
    other.post(f"/approvals/{asked}/", {"deed": "grant"})
    granted = {"deed": "open", "known": "CALLED_BACK", "point": who.point, "approval": asked}
    assert f'name="approval" value="{asked}"' in desk.get(page).content.decode()
    assert desk.post(post, granted).status_code == 302
    assert 'id="door"' not in desk.get(page).content.decode()
    assert who.enters()


def test_whoever_is_shut_out_is_told_what_helps_as_everybody_is(who):
    client = outside(language="en")
    client.post("/p/enter/", {"number": who.number})
    page = client.post("/p/code/", {"code": "000000", "tail": "0000"}).content.decode()

    assert "once we know that it is you, we can open it again" in page

"""Where an agency's report and its permits do not agree, somebody looks and says what is so."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from forbear.contexts.audit.models import Entry
from forbear.contexts.contact.agency.listing import list_findings
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.role import Role
from tests.support.agency import house
from tests.support.console import at_work, new_colleague
from tests.support.desk import new_second_factor
from tests.support.portfolio import SETUP

__all__ = ["house"]
NOTE = "The agency called from a second line; the contract is reminded."


@pytest.fixture
def agency(house):
    found = house.agency()
    found.report(found.contact(found.person()))
    return found


def _client(role: Role, *teams: int) -> Client:
    staff = new_colleague(role, teams=teams, language="en", username=f"u-{role.value.lower()}")
    return at_work(new_second_factor(staff))


def _finding() -> int:
    return list_findings(after=0, rows=9, standing=True, actor=SETUP)[0].id


def _note(client, finding, note=NOTE):
    return client.post("/teams/agencies/", {"finding": finding, "note": note}, follow=True)


def test_a_look_is_noted_with_who_and_when_and_counted_no_more(agency):
    officer, leader = _client(Role.COMPLIANCE), _client(Role.SUPERVISOR, agency.team_id)
    assert (
        "1 difference with an agency that nobody has looked at"
        in leader.get("/board/").content.decode()
    )
    assert "Differences to be looked at: 1" in officer.get("/teams/agencies/").content.decode()

    page = _note(officer, _finding()).content.decode()

    assert NOTE in page
    assert "Differences to be looked at: 0" in page
    assert re.search(r"Invented compliance-\d+, 20\d\d-\d\d-\d\d", page)
    assert "nobody has looked at" not in leader.get("/board/").content.decode()
    with reading(SETUP):
        entry = Entry.objects.get(event="agency_finding.looked_at")
    assert entry.subject == f"agency_finding:{_finding()}"
    assert NOTE.encode() not in bytes(entry.body)


def test_a_look_is_said_once_and_in_words_that_name_nobody(agency):
    officer, finding = _client(Role.COMPLIANCE), _finding()

    for unfit in ("ok", "x" * 401, "He called 199 0000 0001 himself."):
        answer = _note(officer, finding, unfit)
        assert answer.status_code == 422
        assert "Differences to be looked at: 1" in answer.content.decode()
    assert unfit in answer.content.decode()
    assert _note(officer, 0).status_code == 404
    assert _note(officer, finding).status_code == 200
    assert _note(officer, finding).status_code == 409


def test_a_look_is_for_those_who_watch_and_for_no_agency(agency):
    finding = _finding()
    assert _note(_client(Role.ANALYST), finding).status_code == 403
    assert _note(_client(Role.COMPLIANCE), finding).status_code == 200

    assert NOTE not in str(agency.api.get("/agency-findings").json())

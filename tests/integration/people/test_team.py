"""Teams: added, changed, closed, and read from the house's policy."""

from __future__ import annotations

import pytest

from forbear.contexts.people import queries
from forbear.contexts.people.actions import add_team, change_team, load_teams
from forbear.contexts.people.actions.team import TeamExists, UnknownTeam
from forbear.contexts.people.role import Role
from forbear.contexts.rulebook.library import HOUSE, policy_texts
from forbear.values.errors import InvalidInput
from forbear.values.principal import NotPermitted
from tests.support.people import NOW, SETUP, audited, new_principal, new_team

pytestmark = pytest.mark.usefixtures("application")


class TestTeams:
    def test_a_change_is_kept_and_recorded(self):
        admin = new_principal(Role.ADMIN)
        team = new_team("north")

        change_team(team, name_zh="北方团队", opens_minute=480, actor=admin, now=NOW)

        (found,) = queries.teams(actor=admin)
        assert (found.name_zh, found.opens_minute) == ("北方团队", 480)
        assert audited("team.changed") == [(f"staff:{admin.id}", f"team:{team}")]

    def test_a_closed_one_is_listed_only_when_asked_for(self):
        team = new_team("north")
        change_team(team, closed=True, actor=SETUP, now=NOW)

        assert queries.teams(actor=SETUP) == ()
        assert [t.closed_at for t in queries.teams(actor=SETUP, with_closed=True)] == [NOW]

    def test_a_code_is_given_once(self):
        new_team("north")

        with pytest.raises(TeamExists):
            new_team("north")

    @pytest.mark.parametrize("wrong", [{"time_zone": "Mars/Base"}, {"opens_minute": 1440}])
    def test_a_day_that_does_not_exist_is_refused(self, wrong):
        with pytest.raises(InvalidInput):
            new_team("north", **wrong)

        assert queries.teams(actor=SETUP) == ()

    def test_an_unknown_one_is_named(self):
        with pytest.raises(UnknownTeam):
            change_team(4711, closed=True, actor=SETUP, now=NOW)

    def test_only_administrators_manage_them(self):
        supervisor = new_principal(Role.SUPERVISOR)

        with pytest.raises(NotPermitted):
            add_team(code="x", name_en="X", name_zh="X", time_zone="UTC", actor=supervisor, now=NOW)


class TestLoadTeams:
    def test_adds_every_team_of_the_policy_once_and_overrides_nothing(self):
        first = load_teams(actor=SETUP, now=NOW)
        change_team(first["leeds"], name_en="Moved", actor=SETUP, now=NOW)

        again = load_teams(actor=SETUP, now=NOW)

        assert again == first
        assert len(first) == policy_texts(HOUSE)["teams.yaml"].count("{name: ")
        told = {team.code: team for team in queries.teams(actor=SETUP)}
        assert told["leeds"].name_en == "Moved"
        assert told["leeds"].time_zone == "Europe/London"
        assert told["xiamen"].dialects == ("MIN", "HAKKA")

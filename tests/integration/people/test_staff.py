"""Accounts: who may open, change and close them, and what is left when the record fails."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError

from forbear.contexts.people import queries
from forbear.contexts.people.actions import (
    add_staff,
    change_staff,
    change_team,
    choose_password,
    deactivate_staff,
    reset_password,
    reset_second_factor,
)
from forbear.contexts.people.actions.staff import LastAdministrator, NameTaken, UnknownStaff
from forbear.contexts.people.models import Staff
from forbear.contexts.people.password import WeakPassword, given_password_lapsed
from forbear.contexts.people.permission import principal_of
from forbear.contexts.people.role import Role
from forbear.values.errors import Conflict, InvalidInput
from forbear.values.principal import NotPermitted, Sight
from tests.support.people import NOW, SETUP, audited, new_principal, new_staff, new_team

pytestmark = pytest.mark.usefixtures("application")


def _staff(principal):
    return Staff.objects.get(pk=int(principal.id))


def _signed_in(staff_id):
    store = SessionStore()
    store["_auth_user_id"] = str(staff_id)
    store.create()
    UserSession.objects.create(user_id=staff_id, session_key=store.session_key, ip="127.0.0.1")
    return store.session_key


class TestPrincipals:
    def test_a_collector_sees_the_persons_of_their_open_teams(self):
        ours, closed = new_team(), new_team()
        added = new_staff(Role.COLLECTOR, teams=(ours, closed))
        change_team(closed, closed=True, actor=SETUP, now=NOW)

        collector = principal_of(Staff.objects.get(pk=added.id))

        assert collector.sight is Sight.TEAMS
        assert collector.teams == (ours,)
        assert str(collector) == f"staff:{collector.id}"

    @pytest.mark.parametrize(
        ("role", "sight"),
        [
            (Role.COMPLIANCE, Sight.ALL),
            (Role.SUPERVISOR, Sight.TEAMS),
            (Role.ANALYST, Sight.NOBODY),
            (Role.ADMIN, Sight.NOBODY),
        ],
    )
    def test_sight_follows_the_role(self, role, sight):
        assert new_principal(role).sight is sight

    def test_a_closed_account_acts_as_nobody(self):
        staff = Staff.objects.get(pk=new_staff(Role.COLLECTOR).id)
        staff.is_active = False

        with pytest.raises(NotPermitted) as refused:
            principal_of(staff)

        assert "停用" in refused.value.data["message_zh"]


class TestAddStaff:
    def test_gives_a_password_that_works_once_and_must_be_changed(self):
        added = new_staff(Role.COLLECTOR)
        staff = Staff.objects.get(pk=added.id)

        assert staff.check_password(added.password)
        assert not given_password_lapsed(staff, now=NOW + timedelta(hours=23))
        assert given_password_lapsed(staff, now=NOW + timedelta(hours=24))
        assert audited("staff.added") == [("system:setup", f"staff:{added.id}")]

    @pytest.mark.parametrize(
        "role", [Role.COLLECTOR, Role.SUPERVISOR, Role.COMPLIANCE, Role.ANALYST]
    )
    def test_takes_somebody_who_manages_staff(self, role):
        actor = new_principal(role)

        with pytest.raises(NotPermitted):
            add_staff(username="new", name="New", role=Role.ADMIN, actor=actor, now=NOW)

        assert not Staff.objects.filter(username="new").exists()

    def test_refuses_a_name_that_is_taken_and_leaves_nothing(self):
        new_staff(Role.ADMIN, username="lin")

        with pytest.raises(NameTaken):
            new_staff(Role.COLLECTOR, username="lin")

        assert Staff.objects.count() == 1
        assert len(audited("staff.added")) == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"username": "Lin Wei"},
            {"username": "x"},
            {"name": " "},
            {"language": "fr"},
            {"authority_minor": -1},
            {"teams": (999_999,)},
        ],
    )
    def test_refuses_what_has_no_form_in_both_languages(self, wrong):
        with pytest.raises(InvalidInput) as refused:
            new_staff(Role.COLLECTOR, **wrong)

        assert refused.value.data["message_zh"]
        assert Staff.objects.count() == 0


class TestChangeStaff:
    def test_a_new_role_ends_open_sessions(self):
        admin = new_principal(Role.ADMIN)
        other = new_staff(Role.COLLECTOR)
        key = _signed_in(other.id)

        change_staff(other.id, role=Role.SUPERVISOR, actor=admin, now=NOW)

        assert queries.staff_member(other.id, actor=admin).role is Role.SUPERVISOR
        assert not SessionStore().exists(key)
        assert audited("staff.changed") == [(f"staff:{admin.id}", f"staff:{other.id}")]

    def test_a_new_name_leaves_sessions_open(self):
        other = new_staff(Role.COLLECTOR)
        key = _signed_in(other.id)

        change_staff(other.id, name="Somebody Else", actor=SETUP, now=NOW)

        assert SessionStore().exists(key)

    def test_nobody_raises_themself(self):
        admin = new_principal(Role.ADMIN)

        for change in ({"role": Role.COMPLIANCE}, {"teams": ()}, {"authority_minor": 1}):
            with pytest.raises(NotPermitted):
                change_staff(int(admin.id), **change, actor=admin, now=NOW)

    def test_the_last_administrator_stays(self):
        admin = new_staff(Role.ADMIN)

        with pytest.raises(LastAdministrator):
            change_staff(admin.id, role=Role.ANALYST, actor=SETUP, now=NOW)
        with pytest.raises(LastAdministrator):
            deactivate_staff(admin.id, actor=SETUP, now=NOW)

        assert Staff.objects.get(pk=admin.id).role == Role.ADMIN
        assert Staff.objects.get(pk=admin.id).is_active

    def test_an_unknown_account_is_named(self):
        with pytest.raises(UnknownStaff):
            change_staff(4711, name="X", actor=SETUP, now=NOW)


class TestDeactivateStaff:
    def test_closes_the_account_once_and_ends_its_sessions(self):
        new_staff(Role.ADMIN)
        other = new_staff(Role.COLLECTOR)
        key = _signed_in(other.id)

        deactivate_staff(other.id, actor=SETUP, now=NOW)

        assert not SessionStore().exists(key)
        assert not Staff.objects.get(pk=other.id).is_active
        with pytest.raises(Conflict):
            deactivate_staff(other.id, actor=SETUP, now=NOW)

    def test_nothing_happened_when_the_entry_cannot_be_written(self, own_application):
        new_staff(Role.ADMIN)
        other = new_staff(Role.COLLECTOR)
        key = _signed_in(other.id)
        with psycopg.connect(own_application.urls["owner"]) as owner:
            owner.execute("ALTER TABLE audit_entry ADD CHECK (event <> 'staff.deactivated')")

        with pytest.raises(DatabaseError):
            deactivate_staff(other.id, actor=SETUP, now=NOW)

        assert SessionStore().exists(key)
        assert Staff.objects.get(pk=other.id).is_active


class TestPasswords:
    def test_a_reset_replaces_the_password_and_ends_sessions(self):
        admin, other = new_principal(Role.ADMIN), new_staff(Role.COLLECTOR)
        key = _signed_in(other.id)

        given = reset_password(other.id, actor=admin, now=NOW)

        staff = Staff.objects.get(pk=other.id)
        assert staff.check_password(given)
        assert not staff.check_password(other.password)
        assert not SessionStore().exists(key)

    def test_nobody_resets_their_own(self):
        admin = new_principal(Role.ADMIN)

        for reset in (reset_password, reset_second_factor):
            with pytest.raises(NotPermitted):
                reset(int(admin.id), actor=admin, now=NOW)

    def test_a_chosen_one_ends_the_other_sessions_and_the_day_of_grace(self):
        added = new_staff(Role.COLLECTOR)
        me = principal_of(Staff.objects.get(pk=added.id))
        here, elsewhere = _signed_in(added.id), _signed_in(added.id)

        choose_password(
            current=added.password,
            chosen="nine quiet lanterns",
            session=here,
            actor=me,
            now=NOW,
        )

        assert _staff(me).check_password("nine quiet lanterns")
        assert not given_password_lapsed(_staff(me), now=NOW + timedelta(days=9))
        assert SessionStore().exists(here)
        assert not SessionStore().exists(elsewhere)

    @pytest.mark.parametrize("weak", ["short", "password1234", "123456789012345"])
    def test_a_weak_one_is_refused(self, weak):
        added = new_staff(Role.COLLECTOR)
        me = principal_of(Staff.objects.get(pk=added.id))

        with pytest.raises(WeakPassword):
            choose_password(current=added.password, chosen=weak, session=None, actor=me, now=NOW)

        assert _staff(me).check_password(added.password)

    def test_the_current_one_must_be_known(self):
        me = new_principal(Role.COLLECTOR)

        with pytest.raises(InvalidInput):
            choose_password(
                current="guess", chosen="nine quiet lanterns", session=None, actor=me, now=NOW
            )


class TestSecondFactor:
    def test_a_reset_forgets_every_factor_and_ends_sessions(self):
        admin, other = new_principal(Role.ADMIN), new_staff(Role.COLLECTOR)
        for kind in ("totp", "recovery_codes"):
            Authenticator.objects.create(user_id=other.id, type=kind, data={})
        key = _signed_in(other.id)

        reset_second_factor(other.id, actor=admin, now=NOW)

        assert not Authenticator.objects.filter(user_id=other.id).exists()
        assert not SessionStore().exists(key)
        assert audited("staff.second_factor_reset") == [(f"staff:{admin.id}", f"staff:{other.id}")]

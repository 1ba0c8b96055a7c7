"""The table of permissions: total, said in both languages, and what ``may`` answers."""

from __future__ import annotations

import pytest

from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import GRANTS, MAY, ROLES, Permission, Role, permissions_of
from forbear.values.principal import (
    ANYBODY,
    NotPermitted,
    Principal,
    PrincipalKind,
    Sight,
    system,
)


def _working_as(role):
    return Principal(PrincipalKind.STAFF, "7", Sight.NOBODY, permissions=permissions_of(role))


class TestTable:
    def test_every_permission_and_role_has_words_in_both_languages(self):
        assert set(GRANTS) == set(Permission)
        assert set(ROLES) == set(Role) == set(MAY)
        assert all(words.en and words.zh for words in [*GRANTS.values(), *ROLES.values()])

    def test_those_who_see_no_person_change_none(self):
        about_persons = {
            Permission.PERSON_SEE_ALL,
            Permission.PERSON_CHANGE,
            Permission.VALUE_REVEAL,
            Permission.CASE_WORK,
            Permission.HOLD_RELEASE,
        }

        for role in Role:
            if Permission.PERSON_SEE not in MAY[role]:
                assert not MAY[role] & about_persons

    def test_who_manages_staff_reads_no_record_of_it(self):
        # Whoever could change accounts and also watch the record would be watched by nobody else.
        assert not any(
            {Permission.STAFF_MANAGE, Permission.AUDIT_SEE} <= MAY[role] for role in Role
        )


class TestMay:
    @pytest.mark.parametrize("role", list(Role))
    @pytest.mark.parametrize("permission", list(Permission))
    def test_answers_as_the_table_says(self, role, permission):
        if role in GRANTS[permission].roles:
            may(_working_as(role), permission)
            return
        with pytest.raises(NotPermitted) as refused:
            may(_working_as(role), permission)
        error = refused.value
        assert GRANTS[permission].en in error.message
        assert GRANTS[permission].zh in error.data["message_zh"]
        for allowed in GRANTS[permission].roles:
            assert ROLES[allowed].en in error.remedy
            assert ROLES[allowed].zh in error.data["remedy_zh"]

    @pytest.mark.parametrize("permission", list(Permission))
    def test_forbear_itself_may_and_a_stranger_may_not(self, permission):
        may(system("night"), permission)

        with pytest.raises(NotPermitted):
            may(ANYBODY, permission)


class TestStaffId:
    def test_is_the_number_of_somebody_who_works_here(self):
        assert staff_id(_working_as(Role.ADMIN)) == 7

    @pytest.mark.parametrize("principal", [ANYBODY, system("night")])
    def test_of_anybody_else_there_is_none(self, principal):
        with pytest.raises(NotPermitted):
            staff_id(principal)

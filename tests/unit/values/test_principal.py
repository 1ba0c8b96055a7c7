"""Permissions are held or not; Forbear itself holds every one."""

from __future__ import annotations

import pytest

from forbear.values.principal import (
    ANYBODY,
    NotPermitted,
    Principal,
    PrincipalKind,
    Sight,
    system,
)

CLERK = Principal(
    PrincipalKind.STAFF, "7", Sight.TEAMS, teams=(1,), permissions=frozenset({"PERSON_SEE"})
)


class TestPermissions:
    def test_those_held_are_granted(self):
        CLERK.require("PERSON_SEE")

        assert CLERK.may("PERSON_SEE")

    def test_those_not_held_are_refused_in_both_languages(self):
        with pytest.raises(NotPermitted) as refused:
            CLERK.require("HOLD_RELEASE")

        assert not CLERK.may("HOLD_RELEASE")
        assert "HOLD_RELEASE" in refused.value.message
        assert "HOLD_RELEASE" in refused.value.data["message_zh"]
        assert refused.value.as_dict()["code"] == "NOT_PERMITTED"

    def test_nobody_in_particular_holds_none(self):
        assert not ANYBODY.may("PERSON_SEE")

    def test_forbear_itself_holds_every_one(self):
        assert system("night").may("HOLD_RELEASE")

"""Can a team, or somebody in it, take care of a case?"""

from __future__ import annotations

from forbear.contexts.people.care import can_care
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal, Sight


class CannotCare(InvalidInput):
    """The team is closed, or the collector is not in it or no longer works here."""

    code = "CANNOT_CARE"


def refuse_unfit(team_id: int, officer_id: int | None, *, actor: Principal) -> None:
    """Refuse care that nobody there can take, or that the actor cannot give, in a transaction.

    Raises:
        CannotCare: the team is closed, the collector does not work in it, or it is not a team of
            the actor's: they would give away what they do not see arrive.
    """
    if actor.sight is not Sight.ALL and team_id not in actor.teams:
        raise CannotCare(
            "The case cannot go there: you lead other teams.",
            remedy="Choose one of your own teams. Between teams an administrator moves who leads.",
            message_zh="案件不能转到那里：该团队不由您负责。",
            remedy_zh="请选择您负责的团队；跨团队转交请联系管理员调整负责范围。",
            field="team_id",
        )
    if not can_care(team_id, officer_id):
        raise CannotCare(
            "The case cannot go there: the team is closed, or the collector is not in it.",
            remedy="Choose an open team and, if anybody, one of its active collectors.",
            message_zh="案件不能转到那里：团队已关闭，或催收员不在该团队。",
            remedy_zh="请选择在用的团队；如指定人员，须为该团队在岗人员。",
            field="officer_id" if officer_id else "team_id",
        )

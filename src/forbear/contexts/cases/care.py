"""Can a team, or somebody in it, take care of a case?"""

from __future__ import annotations

from forbear.contexts.people.care import can_care
from forbear.values.errors import InvalidInput


class CannotCare(InvalidInput):
    """The team is closed, or the collector is not in it or no longer works here."""

    code = "CANNOT_CARE"


def refuse_unfit(team_id: int, officer_id: int | None) -> None:
    """Refuse care that nobody there can take, inside a transaction.

    Raises:
        CannotCare: the team is closed, or the collector does not work in it.
    """
    if not can_care(team_id, officer_id):
        raise CannotCare(
            "The case cannot go there: the team is closed, or the collector is not in it.",
            remedy="Choose an open team and, if anybody, one of its active collectors.",
            message_zh="案件不能转到那里：团队已关闭，或催收员不在该团队。",
            remedy_zh="请选择在用的团队；如指定人员，须为该团队在岗人员。",
            field="officer_id" if officer_id else "team_id",
        )

"""What may be sent about days? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from forbear.client.words import CaseEnd, CaseState


class AssignSent(TypedDict):
    """In whose care a case goes; no officer: the team's."""

    officer_id: NotRequired[int | None]
    team_id: int
    version: int


class MoveSent(TypedDict):
    """Where a case goes and why; ``version`` is the one that was looked at."""

    because: str
    ended_as: NotRequired[CaseEnd | None]
    to: CaseState
    version: int

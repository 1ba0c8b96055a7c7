"""What is answered about days? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import TypedDict


class CaseDone(TypedDict):
    """Where the case stands now; the next change names this version."""

    id: int
    state: str
    version: int


class CaseListed(TypedDict):
    """One case. Null team or officer: in nobody's care; null ``closed_at``: open."""

    bucket: str
    closed_at: str | None
    currency: str
    days_past_due: int
    debtor_ref: str
    ended_as: str | None
    id: int
    moved_at: str
    officer_id: int | None
    opened_at: str
    overdue_minor: int
    state: str
    team_id: int | None
    version: int


class NightListed(TypedDict):
    """One night.

    ``finished_at`` null: under way; ``failure`` empty: none; ``figures``: counts.
    """

    as_of_date: str
    failure: str
    figures: dict[str, int]
    finished_at: str | None
    id: str
    known_date: str
    started_at: str
    state: str


class PageCaseListed(TypedDict):
    """One part of a list."""

    items: list[CaseListed]
    next: str | None


class PageNightListed(TypedDict):
    """One part of a list."""

    items: list[NightListed]
    next: str | None


class PagePlanListed(TypedDict):
    """One part of a list."""

    items: list[PlanListed]
    next: str | None


class PlanListed(TypedDict):
    """What a day's agenda says about one person. Null: not planned, or not bound to one."""

    cancelled_because: str
    cause: str | None
    channel: str | None
    day: str
    debtor_id: int
    debtor_ref: str
    night_id: str
    officer_ref: str | None
    outcome: str
    rank: int | None
    slot: str | None
    state: str
    team_id: int | None
    text_en: str
    text_zh: str

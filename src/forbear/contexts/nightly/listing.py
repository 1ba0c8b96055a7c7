"""Which nights were run, a page at a time?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.database.transaction import reading
from forbear.contexts.nightly.models import Night
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.errors import NotFound
from forbear.values.principal import Principal


class NoSuchNight(NotFound):
    """There is no such night."""

    code = "NO_SUCH_NIGHT"


@dataclass(frozen=True, slots=True)
class NightListed:
    """One night. ``finished_at`` null: under way; ``failure`` empty: none; ``figures``: counts."""

    id: str
    as_of_date: date
    known_date: date
    state: str
    started_at: datetime
    finished_at: datetime | None
    failure: str
    figures: dict[str, int]


def list_nights(*, before: str | None, rows: int, actor: Principal) -> tuple[NightListed, ...]:
    """Return up to ``rows`` nights, the latest day first, whose ids lie before ``before``.

    Raises:
        NotPermitted: REPORT_SEE is missing.
    """
    with reading(actor):
        may(actor, Permission.REPORT_SEE)
        wanted = Night.objects.all() if before is None else Night.objects.filter(id__lt=before)
        return tuple(_night(row) for row in wanted.order_by("-id")[:rows])


def get_night(night_id: str, *, actor: Principal) -> NightListed:
    """Return one night.

    Raises:
        NotPermitted: REPORT_SEE is missing.
        NoSuchNight: there is none.
    """
    with reading(actor):
        may(actor, Permission.REPORT_SEE)
        row = Night.objects.filter(id=night_id).first()
        if row is None:
            raise NoSuchNight(
                f"There is no night {night_id!r}.",
                remedy="List the nights to see which there are.",
                message_zh=f"没有夜间处理 {night_id!r}。",
                remedy_zh="请查看夜间处理列表。",
            )
        return _night(row)


def _night(row: Night) -> NightListed:
    return NightListed(
        id=row.id,
        as_of_date=row.as_of_date,
        known_date=row.known_date,
        state=row.state,
        started_at=row.started_at,
        finished_at=row.finished_at,
        failure=row.failure,
        figures={name: int(value) for name, value in row.manifest.get("figures", {}).items()},
    )

"""A day at work for tests: a loaded night, persons with plans and cases. Everything is invented."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

from forbear.contexts.cases.models import Case, Plan
from forbear.contexts.database.transaction import acting
from forbear.contexts.nightly.models import Night
from forbear.contexts.portfolio.models import Debtor
from tests.support.portfolio import SETUP, new_person

_NUMBERS = itertools.count(1)
_NAMES = ("张静安", "欧阳明月", "Lindqvist, Maja", "买买提·阿依", "王一", "陈嘉禾", "Otto Brandt")
_WAYS = (("VOICE", "morning"), ("VOICE", "afternoon"), ("SMS", "morning"), ("WECHAT", "evening"))
_WHY_EN = (
    "12 days late on one loan. A call in the morning helps most, since the number is confirmed and "
    "the team speaks the person's dialect; nobody has called this week."
)
_WHY_ZH = "一笔借款逾期 12 天。号码已确认，团队与本人方言相同，上午致电效果最好；本周尚无人致电。"


def new_night(day: date, *, now: datetime, state: str = "LOADED", failure: str = "") -> str:
    """Write down a night for a day."""
    name = f"{day.isoformat()}-{next(_NUMBERS)}"
    with acting(SETUP):
        Night.objects.create(
            id=name,
            as_of_date=day,
            known_date=day,
            state=state,
            started_at=now - timedelta(minutes=9),
            finished_at=None if state == "RUNNING" else now,
            failure=failure,
        )
    return name


def new_plan(day: date, team: tuple[int, str], **given: object) -> int:
    """Plan one person of a team (id and code) for a day, with an open case; return their id."""
    number = next(_NUMBERS)
    channel, slot = _WAYS[number % len(_WAYS)]
    ref = new_person(name=str(given.pop("name", _NAMES[number % len(_NAMES)])), team=team[1])
    with acting(SETUP):
        person = Debtor.objects.get(ref=ref)
        Plan.objects.create(
            day=day,
            debtor=person,
            night_id="night",
            team_id=team[0],
            **{
                "outcome": "PLANNED",
                "text_en": _WHY_EN,
                "text_zh": _WHY_ZH,
                "contact_point_id": number,
                "channel": channel,
                "slot": slot,
                "rank": number,
                **given,
            },
        )
        Case.objects.create(
            debtor=person,
            state="NEW",
            team_id=team[0],
            opened_at=SETUP_AT,
            moved_at=SETUP_AT,
            bucket="M1",
            days_past_due=12,
            currency="CNY",
            overdue_minor=123_456,
        )
    return person.pk


SETUP_AT = datetime.fromisoformat("2026-11-20T00:00:00+00:00")

"""What has happened at the invented lender already, so that its pages are not empty on first sight?

Three persons have called, one own rule counts, and another waits for its second person. The calls'
sound is a hum for each side, at the times at which it speaks.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from forbear.interfaces.commands.story_said import CALLS, CallTold
from forbear.values.principal import Principal, system

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forbear.contexts.contact.transcript.form import Sentence

_ACTOR = system("demo")
_RECOGNISER = "invented 1"
_LOOKED_AT = 50
_FROM_HOUR, _UNTIL_HOUR = 12, 18


def tell_story(*, today: date, now: datetime) -> None:
    """Let it have happened, once; what has happened already is left as it is.

    ``today``: the lender's day.
    """
    from forbear.contexts.contact.call.models import Recording
    from forbear.contexts.database.transaction import reading
    from forbear.contexts.house.models import OwnRule

    with reading(_ACTOR):
        ruled, called = OwnRule.objects.exists(), Recording.objects.exists()
    if not ruled:
        _rules(today, now)
    if not called:
        callers: dict[str, Iterator[tuple[int, str]]] = {}
        for told in CALLS:
            staff_id, doer = _doer(told.username)
            found = callers.setdefault(told.username, _callers(doer, now))
            caller = next(found, None)
            if caller is not None:
                _call(told, *caller, staff_id=staff_id, now=now)


def last_in_hours(now: datetime) -> datetime:
    """Return now, or else when colleagues of the lender were last at work for some hours."""
    from django.conf import settings

    here = now.astimezone(settings.FORBEAR_MORNING.zone)
    evening = here.replace(hour=_UNTIL_HOUR, minute=0, second=0, microsecond=0)
    if here.hour < _FROM_HOUR:
        evening -= timedelta(days=1)
    elif here < evening:
        return now
    return evening.astimezone(UTC)


def _rules(today: date, now: datetime) -> None:
    from forbear.contexts.house.actions.own_rule import decide_own_rule, propose_own_rule
    from forbear.contexts.house.models import Verdict

    one, other = (_doer(username)[1] for username in ("yan", "bai"))
    fewer = propose_own_rule(
        _rule("calls_five", EFFECTIVE=today, TODAY=today),
        reason="来电投诉多与次数有关 · Complaints are mostly about how often we call",
        today=today,
        actor=one,
        now=now,
    )
    decide_own_rule(fewer, Verdict.APPROVED, today=today, actor=other, now=now)
    new_year = date(today.year + 1, 1, 1)
    propose_own_rule(
        _rule("new_year", EFFECTIVE=new_year, ENDS=new_year + timedelta(days=1), TODAY=today),
        reason="节日休息 · A day of rest",
        today=today,
        actor=other,
        now=now,
    )


def _rule(name: str, **days: date) -> str:
    """Return the text of a rule, with its days filled in."""
    from forbear.contexts.rulebook.library import policy_texts

    text = policy_texts("story")[f"{name}.yaml"]
    for mark, day in days.items():
        text = text.replace(mark, str(day))
    return text


def _callers(doer: Principal, now: datetime) -> Iterator[tuple[int, str]]:
    """Yield persons of a colleague's team who may have called, each with a number of their own."""
    from forbear.contexts.cases.listing import list_cases
    from forbear.contexts.database.transaction import reading
    from forbear.contexts.portfolio.queries.door import own_point_at
    from forbear.contexts.portfolio.queries.own import own_points, own_values
    from forbear.values.code import PointKind

    for team in doer.teams:
        for case in list_cases(after=0, rows=_LOOKED_AT, team_id=team, actor=_ACTOR):
            ref = case.debtor_ref
            with reading(_ACTOR):
                values = own_values(ref, now=now)
                told = [values.get(f"address of {p}") for p in own_points(ref, PointKind.MOBILE)]
                numbers = {number: own_point_at(number, now=now) for number in told if number}
            # A number of several persons is nobody's until somebody says whose.
            alone = [(at.debtor_id, number) for number, at in numbers.items() if at is not None]
            yield from alone[:1]


def _call(told: CallTold, debtor_id: int, number: str, *, staff_id: int, now: datetime) -> None:
    """Let a person have called and been recorded, and hand in what was said."""
    from forbear.contexts.contact.call.incoming import came_in, ended, taken
    from forbear.contexts.contact.call.word import IncomingEnd
    from forbear.contexts.contact.transcript.form import TranscriptSaid
    from forbear.contexts.contact.transcript.keep import take_transcript

    sentences, came_at = told.sentences(), last_in_hours(now) - told.ago
    talked_s = sentences[-1].to_ms / 1000 + 1
    over_at = came_at + timedelta(seconds=talked_s)
    caller = came_in(
        "simulated",
        number,
        owner=uuid4(),
        language=told.language,
        actor=_ACTOR,
        clock=lambda: came_at,
    )
    assert caller.debtor_id == debtor_id, "the number is of this person alone"
    taken(caller.id, staff_id, actor=_ACTOR, clock=lambda: came_at)
    _record(caller.id, debtor_id, sentences, talked_s, came_at, over_at)
    ended(caller.id, IncomingEnd.TALKED, actor=_ACTOR, clock=lambda: over_at)
    said = TranscriptSaid(told.language, _RECOGNISER, sentences)
    take_transcript(caller.id, said, actor=_ACTOR, now=now)


def _record(
    ident: UUID,
    debtor_id: int,
    sentences: tuple[Sentence, ...],
    talked_s: float,
    came_at: datetime,
    over_at: datetime,
) -> None:
    from django.conf import settings

    from forbear.contexts.contact.call.recording import begin_incoming, end_recording
    from forbear.contexts.contact.channels.simulated.hum import hummed

    file = begin_incoming(ident, debtor_id, settings.FORBEAR_RECORDINGS, actor=_ACTOR, now=came_at)
    for piece in hummed(sentences, seconds=talked_s):
        file.keep(piece)
    end_recording(
        ident,
        pieces=file.pieces,
        seconds=int(talked_s),
        sha256=file.close(),
        actor=_ACTOR,
        now=over_at,
    )


def _doer(username: str) -> tuple[int, Principal]:
    """Return the number of one of the demonstration's accounts, and as whom it acts."""
    from forbear.contexts.database.transaction import reading
    from forbear.contexts.people.models import Staff
    from forbear.contexts.people.permission import principal_of

    with reading(_ACTOR):
        staff = Staff.objects.get(username=username)
        return staff.pk, principal_of(staff)

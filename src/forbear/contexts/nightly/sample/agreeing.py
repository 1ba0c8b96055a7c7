"""What did people agree to, take back or ask for, and what makes contact stand still?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from forbear.contexts.nightly.sample.draw import constant, identifiers, some_words
from forbear.contexts.nightly.sample.lending import Lending
from forbear.contexts.nightly.sample.people import DISPUTING, IN_HARDSHIP, People
from forbear.contexts.nightly.sample.point import Points
from forbear.contexts.nightly.sample.region import Region, Scene
from forbear.values.code import Channel, ConsentKind, ConsentState, HoldKind, Jurisdiction
from forbear.values.day import DAY_S

DISASTER_PROVINCE = "41"
_NO_END = 0


@dataclass(frozen=True)
class _Cause:
    """Whom a kind of hold strikes, how often, for how many days, and for one loan or all."""

    kind: HoldKind
    who: np.ndarray
    share: float
    days: int = _NO_END
    one_loan: bool = False


def make_holds(
    rng: np.random.Generator, *, people: People, lending: Lending, scene: Scene
) -> pl.DataFrame:
    """Draw holds: what behaviour brings about, opt-outs, and one province's disaster pause."""
    first_loan, book_day = lending.first_of_person, scene.book_day
    first_disbursed_day = lending.disbursed_day[first_loan]
    frames = []
    for cause in _causes(people, scene.regions):
        who = np.flatnonzero(cause.who & (rng.random(len(people.ids)) < cause.share))
        count = len(who)
        earliest = np.maximum(first_disbursed_day[who], book_day - 240)
        start = earliest + (rng.random(count) * (book_day - earliest)).astype(np.int64)
        frames.append(
            pl.DataFrame(
                {
                    "debtor_id": people.ids.gather(who),
                    "loan_id": lending.ids.gather(first_loan[who])
                    if cause.one_loan
                    else constant(None, count=count),
                    "channel": _opted_out(rng, count=count)
                    if cause.kind is HoldKind.OPT_OUT
                    else constant(None, count=count),
                    "kind": constant(cause.kind.value, count=count),
                    "start_date": start,
                    "end_date": _ends(rng, start=start, days=cause.days),
                    "recorded_at": _recorded(rng, start=start, book_day=book_day),
                }
            )
        )
    table = pl.concat(frames)
    return table.with_columns(
        hold_id=identifiers("H", chunk=scene.chunk, count=table.height, digits=8)
    )


def _causes(people: People, regions: tuple[Region, ...]) -> tuple[_Cause, ...]:
    hardship = people.behaviour == IN_HARDSHIP
    disputing = people.behaviour == DISPUTING
    everyone = np.ones(len(people.ids), bool)
    country = {member: people.country == i for i, member in enumerate(Jurisdiction)}
    struck = np.array([r.code == DISASTER_PROVINCE for r in regions])[people.region]
    kind = HoldKind
    return (
        _Cause(kind.DISPUTE, disputing, 0.45, days=75, one_loan=True),
        _Cause(kind.DISPUTE, disputing, 0.15, one_loan=True),
        _Cause(kind.COMPLAINT, everyone, 0.002, days=60),
        _Cause(kind.COMPLAINT, disputing, 0.15),
        _Cause(kind.HARDSHIP, hardship, 0.3, days=120),
        _Cause(kind.ARRANGEMENT, hardship, 0.06, days=180, one_loan=True),
        _Cause(kind.PAUSE, hardship, 0.2, days=60, one_loan=True),
        _Cause(kind.PAUSE, struck, 0.25, days=90),
        _Cause(kind.DISASTER, struck, 0.1, days=120),
        _Cause(kind.BREATHING_SPACE, country[Jurisdiction.UK] & hardship, 0.4, days=60),
        _Cause(kind.CEASE, country[Jurisdiction.US], 0.006),
        _Cause(kind.REPRESENTATION, everyone, 0.0008),
        _Cause(kind.BEREAVEMENT, everyone, 0.0004),
        _Cause(kind.INCAPACITY, everyone, 0.0002),
        _Cause(kind.SELF_HARM, everyone, 0.0001),
        _Cause(kind.OPT_OUT, everyone, 0.012),
        _Cause(kind.OPT_OUT, everyone, 0.002, days=60),
        _Cause(kind.PAYMENT_IN_TRANSIT, everyone, 0.001, days=5, one_loan=True),
    )


def _opted_out(rng: np.random.Generator, *, count: int) -> pl.Series:
    """Of which channel somebody asked to be left alone; by none at all, now and then."""
    return some_words(
        rng,
        [Channel.VOICE, Channel.SMS, Channel.WECHAT, Channel.EMAIL, Channel.BOT, None],
        count=count,
        shares=(0.3, 0.35, 0.15, 0.08, 0.08, 0.04),
    )


def _ends(rng: np.random.Generator, *, start: np.ndarray, days: int) -> pl.Series:
    if days == _NO_END:
        return pl.Series([None], dtype=pl.Int64).new_from_index(0, len(start))
    return pl.Series(start + days + rng.integers(0, 1 + days // 3, len(start)), dtype=pl.Int64)


def _recorded(rng: np.random.Generator, *, start: np.ndarray, book_day: int) -> np.ndarray:
    """On the day itself, mostly; some are entered with a date that is past by then."""
    count = len(start)
    behind = np.where(rng.random(count) < 0.12, rng.integers(2, 15, count), 0)
    day = np.minimum(start + behind, book_day - 1)
    return day * DAY_S + rng.integers(0, DAY_S, count)


_ASKED = (
    # point, channel, kind, share asked and agreeing, share of those who took it back since
    ("mobile", Channel.SMS, ConsentKind.CHANNEL, 0.90, 0.025),
    ("wechat", Channel.WECHAT, ConsentKind.CHANNEL, 0.85, 0.03),
    ("email", Channel.EMAIL, ConsentKind.CHANNEL, 0.80, 0.04),
    ("mobile", Channel.BOT, ConsentKind.AUTODIAL, 0.40, 0.06),
    ("mobile", None, ConsentKind.NIGHT, 0.002, 0.1),
)

_STANDS_APART = 0.004
"""Share of persons who asked that no model weigh them."""


def make_consents(
    rng: np.random.Generator, *, people: People, points: Points, scene: Scene
) -> pl.DataFrame:
    """Draw statements of agreement and their withdrawals, each after the point was learned."""
    frames = []
    now_s = scene.book_day * DAY_S
    for name, channel, kind, share, regrets in _ASKED:
        point = points.of[name]
        who = np.flatnonzero((point >= 0) & (rng.random(len(point)) < share))
        learned = points.recorded_s[point[who]]
        given = _later(rng, learned, now_s=now_s, at_once=0.8)
        back = rng.random(len(who)) < regrets
        withdrawn = _later(rng, given[back], now_s=now_s, at_once=0.0)
        for state, whose, at in (
            (ConsentState.GIVEN, who, given),
            (ConsentState.WITHDRAWN, who[back], withdrawn),
        ):
            count = len(whose)
            frames.append(
                pl.DataFrame(
                    {
                        "debtor_id": people.ids.gather(whose),
                        "contact_point_id": points.ids.gather(point[whose]),
                        "channel": constant(channel, count=count),
                        "kind": constant(kind, count=count),
                        "state": constant(state, count=count),
                        "recorded_at": at,
                    }
                )
            )
    table = pl.concat([*frames, _apart(rng.spawn(1)[0], people=people, now_s=now_s)])
    return table.with_columns(
        consent_id=identifiers("S", chunk=scene.chunk, count=table.height, digits=8)
    )


def _apart(rng: np.random.Generator, *, people: People, now_s: int) -> pl.DataFrame:
    """Draw who agreed that models weigh them, and took it back some time in the last year."""
    who = np.flatnonzero(rng.random(len(people.ids)) < _STANDS_APART)
    count = len(who)
    back = now_s - rng.integers(1, 365 * DAY_S, count)
    given = back - rng.integers(DAY_S, 365 * DAY_S, count)
    return pl.concat(
        pl.DataFrame(
            {
                "debtor_id": people.ids.gather(who),
                "contact_point_id": constant(None, count=count),
                "channel": constant(None, count=count),
                "kind": constant(ConsentKind.WEIGHING, count=count),
                "state": constant(state, count=count),
                "recorded_at": at,
            }
        )
        for state, at in ((ConsentState.GIVEN, given), (ConsentState.WITHDRAWN, back))
    )


def _later(
    rng: np.random.Generator, since_s: np.ndarray, *, now_s: int, at_once: float
) -> np.ndarray:
    """Some time after an instant and before the book's day; within minutes for a share."""
    count = len(since_s)
    span = np.maximum(now_s - since_s, 2)
    soon = np.minimum(rng.integers(60, 1_800, count), span - 1)
    some = 1 + (rng.random(count) * (span - 1)).astype(np.int64)
    return since_s + np.where(rng.random(count) < at_once, soon, some)

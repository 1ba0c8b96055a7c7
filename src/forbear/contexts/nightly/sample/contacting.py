"""Who was contacted before the book was closed, when, and what came of it?

A contact of the last half year either reminds of what is about to fall due or follows what the
lender believed to be late on that day. A payment that is posted late was therefore chased on a
wrong basis, as happens.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from forbear.contexts.nightly.sample.draw import (
    blanked,
    identifiers,
    local_instant_s,
    word_of,
)
from forbear.contexts.nightly.sample.lending import Lending
from forbear.contexts.nightly.sample.paying import Payments
from forbear.contexts.nightly.sample.people import People
from forbear.contexts.nightly.sample.point import DEBTOR, NOBODY, STRANGER, Points
from forbear.contexts.nightly.sample.region import Region, Scene
from forbear.values.code import Channel, Direction, Outcome

HISTORY_DAYS = 180
_REMINDER_DAYS = 3
_REMINDER_SHARE = 0.35
_CHASED_DAYS_MAX = 400
_WEIGHT_DAYS_MAX = 30
_CHANNELS = ("VOICE", "SMS", "BOT", "WECHAT", "EMAIL", "LETTER")
VOICE, SMS, BOT, WECHAT, EMAIL, LETTER = range(6)
_CHASE_SHARE = (0.50, 0.28, 0.10, 0.08, 0.03, 0.01)
_REMINDER_CHANNEL_SHARE = (0.04, 0.66, 0.08, 0.18, 0.04, 0.0)
_FIRST_LOCAL_S, _LOCAL_SPAN_S = 31_000, 40_300  # 08:36:40 to 19:48:20
_STRAY_SHARE = 0.0008
_STRAY_LOCAL_S = (22 * 3_600, 23 * 3_600)
_INBOUND_SHARE = 0.06
_NO_POINT_SHARE = 0.005
_NO_LOAN_SHARE = 0.1
_OUTCOMES = [o.value for o in Outcome]
_AT = {word: position for position, word in enumerate(_OUTCOMES)}


def make_attempts(
    rng: np.random.Generator,
    *,
    people: People,
    points: Points,
    lending: Lending,
    payments: Payments,
    per_loan: float,
    scene: Scene,
) -> pl.DataFrame:
    """Draw the contact history of a chunk: ``per_loan`` contacts a loan on average."""
    wanted = per_loan * len(lending.term)
    chased = _chased(lending, payments=payments, book_day=scene.book_day)
    reminded = _reminded(lending, book_day=scene.book_day)
    share = _REMINDER_SHARE if chased["weight"].sum() > 0 else 1.0
    late = _drawn(rng, chased, wanted=wanted * (1 - share), shares=_CHASE_SHARE)
    soon = _drawn(rng, reminded, wanted=wanted * share, shares=_REMINDER_CHANNEL_SHARE)
    drawn = {name: np.concatenate([late[name], soon[name]]) for name in late}
    person = lending.person[drawn["loan"]]
    started = _started(rng, region=people.region[person], day=drawn["day"], regions=scene.regions)
    channel, point = _ways(
        rng, points=points, person=person, channel=drawn["channel"], started=started
    )
    outcome = _outcomes(
        rng, people=people, points=points, person=person, channel=channel, point=point
    )
    contacts = pl.DataFrame(
        {
            "debtor_id": people.ids.gather(person),
            "contact_point_id": points.ids.gather(point),
            "loan_id": lending.ids.gather(drawn["loan"]),
            "channel": word_of(_CHANNELS, channel),
            "started_at": started,
            "outcome": word_of(_OUTCOMES, outcome),
            "team": word_of([r.team or None for r in scene.regions], people.region[person]),
        }
    )
    return _as_history(rng, contacts, chunk=scene.chunk)


def _chased(lending: Lending, *, payments: Payments, book_day: int) -> dict[str, np.ndarray]:
    """Spans of days on which an instalment was believed to be the newest late one."""
    following = np.roll(lending.due_day, -1, axis=1)
    last = np.arange(lending.due_day.shape[1])[None, :] == lending.term[:, None] - 1
    end = np.where(last, lending.due_day + _CHASED_DAYS_MAX, following)
    end = np.minimum(np.minimum(end, payments.known_settled_day), book_day)
    start = np.maximum(lending.due_day + 1, book_day - HISTORY_DAYS)
    loan, k = np.nonzero(lending.exists & (end > start))
    days = (end - start)[loan, k]
    weight = np.minimum(days, _WEIGHT_DAYS_MAX).astype(float)
    return {"loan": loan, "start": start[loan, k], "days": days, "weight": weight}


def _reminded(lending: Lending, *, book_day: int) -> dict[str, np.ndarray]:
    """Spans of the few days before an instalment falls due."""
    start = np.maximum(
        np.maximum(lending.due_day - _REMINDER_DAYS, book_day - HISTORY_DAYS),
        lending.disbursed_day[:, None] + 1,
    )
    end = np.minimum(lending.due_day + 1, book_day)
    loan, k = np.nonzero(lending.exists & (end > start))
    days = (end - start)[loan, k]
    return {"loan": loan, "start": start[loan, k], "days": days, "weight": days.astype(float)}


def _drawn(
    rng: np.random.Generator,
    spans: dict[str, np.ndarray],
    *,
    wanted: float,
    shares: tuple[float, ...],
) -> dict[str, np.ndarray]:
    """Draw contacts within spans, by weight, ``wanted`` of them on average."""
    mean = spans["weight"] * (wanted / max(spans["weight"].sum(), 1.0))
    span = np.repeat(np.arange(len(mean)), rng.poisson(mean))
    ahead = (rng.random(len(span)) * spans["days"][span]).astype(np.int64)
    return {
        "loan": spans["loan"][span],
        "day": spans["start"][span] + ahead,
        "channel": rng.choice(len(_CHANNELS), len(span), p=shares),
    }


def _started(
    rng: np.random.Generator,
    *,
    region: np.ndarray,
    day: np.ndarray,
    regions: tuple[Region, ...],
) -> np.ndarray:
    """A working hour of the region's first clock; a handful much too late, to be found."""
    count = len(day)
    second = (_FIRST_LOCAL_S + rng.beta(1.6, 1.8, count) * _LOCAL_SPAN_S).astype(np.int64)
    stray = rng.random(count) < _STRAY_SHARE
    second = np.where(stray, rng.integers(*_STRAY_LOCAL_S, count), second)
    zones = [region.zones[0] for region in regions]
    return local_instant_s(zones, region, day=day, second_of_day=second)


def _ways(
    rng: np.random.Generator,
    *,
    points: Points,
    person: np.ndarray,
    channel: np.ndarray,
    started: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """The point for each contact; a message to the first number where there was none yet."""
    of = points.of
    mobile = of["mobile"][person]
    second = np.where(rng.random(len(person)) < 0.3, of["mobile2"][person], -1)
    second = np.where(rng.random(len(person)) < 0.03, of["landline"][person], second)
    spoken = (channel == VOICE) | (channel == BOT)
    asked = (channel == VOICE) & (rng.random(len(person)) < 0.006)
    point = np.select(
        [channel == WECHAT, channel == EMAIL, channel == LETTER, asked, spoken],
        [
            of["wechat"][person],
            of["email"][person],
            of["postal"][person],
            of["contact"][person],
            second,
        ],
        mobile,
    )
    missing = (point < 0) | (points.recorded_s[np.maximum(point, 0)] > started)
    return np.where(missing & ~spoken, SMS, channel), np.where(missing, mobile, point)


def _outcomes(
    rng: np.random.Generator,
    *,
    people: People,
    points: Points,
    person: np.ndarray,
    channel: np.ndarray,
    point: np.ndarray,
) -> np.ndarray:
    holder = points.holder[point]
    spoken = (channel == VOICE) | (channel == BOT)
    answers = people.answers[person]
    voice = _spoken_outcomes(rng, holder=holder, answers=answers[:, 0])
    written = np.select(
        [channel == WECHAT, channel == EMAIL, channel == LETTER],
        [answers[:, 2], answers[:, 3], 0.0],
        answers[:, 1],
    )
    message = _written_outcomes(rng, holder=holder, answers=written * 0.1, letter=channel == LETTER)
    return np.where(spoken, voice, message)


def _spoken_outcomes(
    rng: np.random.Generator, *, holder: np.ndarray, answers: np.ndarray
) -> np.ndarray:
    lot = rng.random(len(holder))
    stranger, nobody, other = holder == STRANGER, holder == NOBODY, holder > NOBODY
    return np.select(
        [
            nobody & (lot < 0.7),
            nobody,
            stranger & (lot < 0.25),
            stranger & (lot < 0.32),
            stranger,
            other & (lot < 0.3),
            other,
            lot < answers,
            lot < answers + 0.06,
            lot < answers + 0.10,
            lot < answers + 0.16,
        ],
        [
            _AT["NOT_CONNECTED"],
            _AT["RANG"],
            _AT["WRONG_PERSON"],
            _AT["ANSWERED"],
            _AT["RANG"],
            _AT["ANSWERED"],
            _AT["RANG"],
            _AT["CONVERSATION"],
            _AT["RIGHT_PARTY"],
            _AT["ANSWERED"],
            _AT["VOICEMAIL"],
        ],
        _AT["RANG"],
    )


def _written_outcomes(
    rng: np.random.Generator, *, holder: np.ndarray, answers: np.ndarray, letter: np.ndarray
) -> np.ndarray:
    lot = rng.random(len(holder))
    failing = np.where(holder == NOBODY, 0.6, 0.02)
    replying = np.where(holder == DEBTOR, answers, 0.0)
    return np.select(
        [letter, lot < failing, lot < failing + 0.005, lot < failing + 0.035, lot > 1 - replying],
        [_AT["SENT"], _AT["FAILED"], _AT["UNKNOWN"], _AT["SENT"], _AT["REPLIED"]],
        _AT["DELIVERED"],
    )


def _as_history(rng: np.random.Generator, contacts: pl.DataFrame, *, chunk: int) -> pl.DataFrame:
    """Put contacts in the order of time, some of their facts not recorded."""
    count = contacts.height
    talked = (contacts["outcome"] == Outcome.CONVERSATION.value).to_numpy()
    voice = (contacts["channel"] == Channel.VOICE.value).to_numpy()
    inbound = talked & (rng.random(count) < _INBOUND_SHARE)
    point = blanked(contacts["contact_point_id"], where=rng.random(count) < _NO_POINT_SHARE)
    loan = blanked(contacts["loan_id"], where=rng.random(count) < _NO_LOAN_SHARE)
    frame = contacts.with_columns(
        contact_point_id=point,
        loan_id=loan,
        team=blanked(contacts["team"], where=~voice | inbound),
        direction=word_of([d.value for d in Direction], inbound.astype(np.int64)),
    )
    order = np.lexsort((np.arange(count), contacts["started_at"].to_numpy()))
    return frame[order].with_columns(
        attempt_id=identifiers("A", chunk=chunk, count=count, digits=8)
    )

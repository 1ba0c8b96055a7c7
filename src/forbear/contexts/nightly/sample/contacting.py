"""What has been tried, agreed and held before the book was closed?"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl

from forbear.contexts.nightly.sample.people import People
from forbear.values.code import Channel, ConsentKind, ConsentState, Direction, HoldKind, Outcome
from forbear.values.day import DAY_S, from_day_number, utc_offset_minutes

HISTORY_DAYS = 180
_WEIGHT = (0.35, 1.6, 3.0, 4.0, 3.5, 5.0, 5.0)
_WEIGHT_MEAN = 0.35 * 0.775 + 1.6 * 0.09 + 3 * 0.055 + 4 * 0.03 + 3.5 * 0.012 + 5 * 0.02 + 5 * 0.018
_CHANNELS = ("VOICE", "SMS", "BOT", "WECHAT", "EMAIL", "LETTER")
_CHANNEL_SHARE = (0.42, 0.36, 0.09, 0.08, 0.035, 0.015)
_TALKS = (0.5, 0.45, 0.35, 0.3, 0.4, 0.02, 0.15)
_DISASTER_PROVINCE = "41"


@lru_cache(maxsize=4096)
def _offset_s(zone: str, day: int) -> int:
    shown: date = from_day_number(day)
    return utc_offset_minutes(zone, shown) * 60


def make_attempts(
    rng: np.random.Generator,
    *,
    people: People,
    owner: np.ndarray,
    per_loan: float,
    book_day: int,
    chunk: int,
    loan_ids: pl.Series,
) -> pl.DataFrame:
    """Draw the contact history of a chunk; ``owner`` is the person of each loan."""
    behaviour = people.behaviour[owner]
    mean = np.array(_WEIGHT)[behaviour] / _WEIGHT_MEAN * per_loan
    loan = np.repeat(np.arange(len(owner)), rng.poisson(mean))
    person, count = owner[loan], len(loan)
    wanted = rng.choice(len(_CHANNELS), count, p=_CHANNEL_SHARE)
    channel, point = _ways(rng, people=people, person=person, wanted=wanted)
    started = _started(rng, zones=people.zone[person], book_day=book_day)
    outcome = _outcomes(rng, people=people, person=person, channel=channel)
    talked = np.isin(outcome, ["CONVERSATION"])
    inbound = talked & (rng.random(count) < 0.06)
    named = rng.random(count) < 0.8
    return pl.DataFrame(
        {
            "attempt_id": _numbered("A", chunk=chunk, count=count),
            "debtor_id": people.ids.gather(person),
            "contact_point_id": people.point["contact_point_id"]
            .gather(np.maximum(point, 0))
            .set(pl.Series(point < 0), None),
            "loan_id": loan_ids.gather(loan).set(pl.Series(~named), None),
            "channel": channel,
            "direction": np.where(inbound, Direction.INBOUND.value, Direction.OUTBOUND.value),
            "started_at": started,
            "outcome": outcome,
            "team": pl.Series([None] * count, dtype=pl.String),
        }
    )


def _ways(
    rng: np.random.Generator, *, people: People, person: np.ndarray, wanted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    points = people.points
    second = (rng.random(len(person)) < 0.3) & (points["mobile2"][person] >= 0)
    mobile = np.where(second, points["mobile2"][person], points["mobile"][person])
    point = np.select(
        [wanted == 3, wanted == 4, wanted == 5],
        [points["wechat"][person], points["email"][person], points["postal"][person]],
        mobile,
    )
    channel = np.array(_CHANNELS)[wanted]
    missing = point < 0
    return (
        np.where(missing, Channel.SMS.value, channel),
        np.where(missing, mobile, point),
    )


def _started(rng: np.random.Generator, *, zones: np.ndarray, book_day: int) -> np.ndarray:
    count = len(zones)
    day = book_day - 1 - (HISTORY_DAYS * rng.random(count) ** 1.5).astype(np.int64)
    second = (8.6 * 3600 + rng.beta(1.6, 1.8, count) * 11.2 * 3600).astype(np.int64)
    stray = rng.random(count) < 0.0008
    second = np.where(stray, rng.integers(22 * 3600, 23 * 3600, count), second)
    offset = np.zeros(count, np.int64)
    for zone in np.unique(zones):
        here = zones == zone
        first_zone = zone.split("|")[0]
        days, place = np.unique(day[here], return_inverse=True)
        offset[here] = np.array([_offset_s(first_zone, int(d)) for d in days])[place]
    return day * DAY_S + second - offset


def _outcomes(
    rng: np.random.Generator, *, people: People, person: np.ndarray, channel: np.ndarray
) -> np.ndarray:
    count = len(person)
    spoken = np.isin(channel, ["VOICE", "BOT"])
    works = people.reachable[person]
    talks = np.array(_TALKS)[people.behaviour[person]]
    lot = rng.random(count)
    voice = np.select(
        [
            ~works & (lot < 0.25),
            ~works & (lot < 0.35),
            lot < talks,
            lot < talks + 0.06,
            lot < talks + 0.10,
            lot < talks + 0.16,
        ],
        [
            Outcome.NOT_CONNECTED.value,
            Outcome.WRONG_PERSON.value,
            Outcome.CONVERSATION.value,
            Outcome.RIGHT_PARTY.value,
            Outcome.ANSWERED.value,
            Outcome.VOICEMAIL.value,
        ],
        Outcome.RANG.value,
    )
    voice = np.where(~works & (voice == Outcome.CONVERSATION.value), Outcome.RANG.value, voice)
    message = rng.choice(
        [
            o.value
            for o in (
                Outcome.DELIVERED,
                Outcome.SENT,
                Outcome.REPLIED,
                Outcome.FAILED,
                Outcome.UNKNOWN,
            )
        ],
        count,
        p=[0.9, 0.03, 0.02, 0.045, 0.005],
    )
    return np.where(spoken, voice, message)


def make_holds(
    rng: np.random.Generator,
    *,
    people: People,
    owner: np.ndarray,
    loan_ids: pl.Series,
    book_day: int,
    chunk: int,
) -> pl.DataFrame:
    """Draw holds: what behaviour brings about, opt-outs, and one province's disaster pause."""
    persons = len(people.ids)
    first_loan = np.zeros(persons, np.int64)
    first_loan[owner[::-1]] = np.arange(len(owner))[::-1]
    behaviour, province = people.behaviour, people.province
    chance = rng.random((9, persons))
    drawn = [
        ("DISPUTE", (behaviour == 4) & (chance[0] < 0.6), 60, True),
        ("HARDSHIP", (behaviour == 3) & (chance[1] < 0.3), 90, False),
        ("COMPLAINT", chance[2] < 0.002, 30, False),
        ("REPRESENTATION", chance[3] < 0.0008, 0, False),
        ("BEREAVEMENT", chance[4] < 0.0004, 0, False),
        ("OPT_OUT", chance[5] < 0.012, 0, False),
        ("PAYMENT_IN_TRANSIT", chance[6] < 0.001, 5, True),
        ("PAUSE", (province == _DISASTER_PROVINCE) & (chance[7] < 0.25), 45, False),
        ("PAUSE", (behaviour == 3) & (chance[8] < 0.2), 40, True),
    ]
    table = pl.concat(
        _holds(
            rng,
            kind,
            ids=people.ids.gather(np.flatnonzero(who)),
            length=length,
            loans=loan_ids.gather(first_loan[who]) if one_loan else None,
            book_day=book_day,
        )
        for kind, who, length, one_loan in drawn
    )
    return table.with_columns(hold_id=_numbered("H", chunk=chunk, count=table.height))


def _holds(
    rng: np.random.Generator,
    kind: str,
    *,
    ids: pl.Series,
    loans: pl.Series | None,
    length: int,
    book_day: int,
) -> pl.DataFrame:
    """Return holds of one kind; a length of 0 days leaves them open."""
    rows = len(ids)
    start = book_day - rng.integers(0, 120, rows)
    end = start + max(length, 1) + rng.integers(0, 20, rows)
    channel = rng.choice(["VOICE", "SMS", "WECHAT"], rows)
    nothing = pl.Series([None] * rows, dtype=pl.String)
    return pl.DataFrame(
        {
            "debtor_id": ids,
            "loan_id": nothing if loans is None else loans,
            "channel": pl.Series(channel) if kind == HoldKind.OPT_OUT.value else nothing,
            "kind": pl.Series([kind]).new_from_index(0, rows),
            "start_date": start,
            "end_date": pl.Series(end) if length else nothing.cast(pl.Int64),
            "recorded_at": start * DAY_S + rng.integers(0, DAY_S, rows),
        }
    )


def make_consents(
    rng: np.random.Generator, *, people: People, book_day: int, chunk: int
) -> pl.DataFrame:
    """Draw statements of agreement and their withdrawals."""
    persons = len(people.ids)
    drawn = [
        ("wechat", Channel.WECHAT, ConsentKind.CHANNEL, 0.85, ConsentState.GIVEN),
        ("email", Channel.EMAIL, ConsentKind.CHANNEL, 0.8, ConsentState.GIVEN),
        ("mobile", Channel.SMS, ConsentKind.CHANNEL, 0.9, ConsentState.GIVEN),
        ("mobile", Channel.BOT, ConsentKind.AUTODIAL, 0.4, ConsentState.GIVEN),
        ("mobile", None, ConsentKind.NIGHT, 0.002, ConsentState.GIVEN),
        ("mobile", Channel.SMS, ConsentKind.CHANNEL, 0.02, ConsentState.WITHDRAWN),
    ]
    frames = []
    for name, channel, kind, share, state in drawn:
        index = people.points[name]
        who = np.flatnonzero((index >= 0) & (rng.random(persons) < share))
        rows = len(who)
        latest = 25 if state is ConsentState.WITHDRAWN else 800
        ago = rng.integers(1 if latest < 100 else 30, latest, rows)
        frames.append(
            pl.DataFrame(
                {
                    "debtor_id": people.ids.gather(who),
                    "contact_point_id": people.point["contact_point_id"].gather(index[who]),
                    "channel": pl.Series(
                        [channel.value if channel else None], dtype=pl.String
                    ).new_from_index(0, rows),
                    "kind": pl.Series([kind.value]).new_from_index(0, rows),
                    "state": pl.Series([state.value]).new_from_index(0, rows),
                    "recorded_at": (book_day - ago) * DAY_S + rng.integers(0, DAY_S, rows),
                }
            )
        )
    table = pl.concat(frames)
    return table.with_columns(consent_id=_numbered("S", chunk=chunk, count=table.height))


def _numbered(letter: str, *, chunk: int, count: int) -> pl.Series:
    number = pl.Series(np.arange(count)).cast(pl.String).str.zfill(8)
    return pl.select(
        pl.format("{}{}{}", pl.lit(letter), pl.lit(f"{chunk:05d}"), number)
    ).to_series()

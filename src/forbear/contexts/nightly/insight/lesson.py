"""From which persons and days is a model learned, calibrated and judged, so that none helps itself?

Persons are dealt into three hands by their hash and stay there: learning, calibrating, judging.
The last day whose outcome is known judges, an earlier one calibrates, and learning uses days whose
outcomes were known by then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forbear.contexts.nightly.workspace import TableFolder
from forbear.engine.delinquency import as_known
from forbear.engine.risk.feature import FEATURES, HOUR_FEATURE
from forbear.engine.risk.gather import BOOK_TABLES, features
from forbear.engine.risk.outcome import (
    HORIZON_DAYS,
    Asked,
    Target,
    complained,
    outcome,
    reached,
)
from forbear.values.code import Channel
from forbear.values.day import day_number, utc_offset_minutes
from forbear.values.errors import InvalidInput

Reals = NDArray[np.float64]

STEP_DAYS = 30
_HANDS = 10
_CALIBRATING, _JUDGING = 2, 2  # of ten
CHANNEL_GROUP = "channel"
"""The group of a contact in a lesson of complaints."""
HOUR_EN, HOUR_ZH = "hour of the person's day", "本人当地时间（时）"


@dataclass(frozen=True)
class Lesson:
    """Rows to learn from: features by column, what came, whose row, of which group and day."""

    names: tuple[str, ...]
    columns: tuple[Reals, ...]
    hit: Reals
    person: NDArray[np.int64]
    """The person's hash."""
    day: NDArray[np.int64]
    groups: dict[str, NDArray[np.object_]]
    """For fairness only, never a feature: the row's group by what is compared."""

    def where(self, chosen: NDArray[np.bool_]) -> Lesson:
        """Return some of the rows."""
        return replace(
            self,
            columns=tuple(column[chosen] for column in self.columns),
            hit=self.hit[chosen],
            person=self.person[chosen],
            day=self.day[chosen],
            groups={name: group[chosen] for name, group in self.groups.items()},
        )

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.hit)

    def sha256(self) -> str:
        """Return a hash of all values, which names this data."""
        digest = hashlib.sha256("\0".join(self.names).encode())
        for values in (*self.columns, self.hit, self.person, self.day):
            digest.update(np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Dealt:
    """A lesson in three hands without a person in common."""

    learning: Lesson
    calibrating: Lesson
    judging: Lesson


def deal(lesson: Lesson) -> Dealt:
    """Deal by person, and by day: judging gets the last day, calibrating the one before."""
    hand = (lesson.person.astype(np.uint64) >> np.uint64(7)) % np.uint64(_HANDS)
    judges, calibrates = hand < _JUDGING, (hand >= _JUDGING) & (hand < _JUDGING + _CALIBRATING)
    days = np.unique(lesson.day)
    last = days[-1]
    earlier = days[-2] if len(days) > 1 else last
    return Dealt(
        learning=lesson.where(~judges & ~calibrates & (lesson.day <= earlier)),
        calibrating=lesson.where(calibrates & (lesson.day == earlier)),
        judging=lesson.where(judges & (lesson.day == last)),
    )


def as_two_days(lesson: Lesson) -> Lesson:
    """Return the lesson with all days before the last as one: what is rare needs them all."""
    days = np.unique(lesson.day)
    return replace(lesson, day=np.where(lesson.day == days[-1], days[-1], days[0]))


def lesson_of(book: TableFolder, target: Target, *, days: int) -> Lesson:
    """Gather the rows of a target from a book, as each person was known on each past day."""
    book_day = day_number(date.fromisoformat(book.manifest["book_date"]))
    parts = [
        _day_of(book, target, as_of=as_of, part=part)
        for as_of in _days(target, book_day, days=days)
        for part in range(book.parts)
    ]
    return _joined(parts, tuple(one.name for one in FEATURES))


def _days(target: Target, book_day: int, *, days: int) -> list[int]:
    """The judging day, the calibrating one a horizon before it, and learning days before that."""
    horizon = HORIZON_DAYS[target]
    judging = book_day - horizon
    calibrating = judging - max(horizon, STEP_DAYS)
    return sorted({judging, *(calibrating - STEP_DAYS * n for n in range(days))})


def _day_of(book: TableFolder, target: Target, *, as_of: int, part: int) -> pl.DataFrame:
    tables = _open(book, part)
    known = known_at(tables, as_of)
    said = features(known, as_of=as_of).collect("polars").to_native()
    came = outcome(tables, Asked(target, as_of)).collect("polars").to_native()
    person = pl.read_parquet(book.file("debtor", part)).select(_PERSON)
    return (
        said.join(came, on="debtor_no", how="inner")
        .join(person, on="debtor_no", how="inner")
        .with_columns(day=pl.lit(as_of, dtype=pl.Int64))
        .sort("debtor_no")
    )


_PERSON = ("debtor_no", "person_hash", "province", "jurisdiction", "language", "vulnerable")


def _open(book: TableFolder, part: int) -> dict[str, nw.LazyFrame]:
    names = (*BOOK_TABLES, "attempt_old")
    return {name: nw.from_native(pl.scan_parquet(book.file(name, part))) for name in names}


def known_at(tables: dict[str, nw.LazyFrame], day: int) -> dict[str, nw.LazyFrame]:
    """Return what was known on a day; but whoever stands apart by now teaches nothing."""
    known = _with_all_attempts(as_known(tables, known_at=day))
    return {**known, "consent": tables["consent"]}


def _with_all_attempts(tables: dict[str, nw.LazyFrame]) -> dict[str, nw.LazyFrame]:
    both = [tables["attempt"], tables["attempt_old"].select(*_columns(tables["attempt"]))]
    return {**tables, "attempt": nw.concat(both, how="vertical")}


def _columns(frame: nw.LazyFrame) -> list[str]:
    return list(frame.collect_schema().names())


def _joined(parts: Sequence[pl.DataFrame], names: tuple[str, ...]) -> Lesson:
    whole = pl.concat(parts)
    groups = {
        "province": whole["province"].fill_null("?"),
        "jurisdiction": whole["jurisdiction"].cast(pl.String),
        "vulnerable": whole["vulnerable"].cast(pl.String).fill_null("?"),
    }
    return Lesson(
        names=names,
        columns=tuple(_real(whole[name]) for name in names),
        hit=whole["hit"].cast(pl.Float64).to_numpy(),
        person=whole["person_hash"].to_numpy(),
        day=whole["day"].to_numpy(),
        groups={name: group.to_numpy().astype(object) for name, group in groups.items()},
    )


def _real(column: pl.Series) -> Reals:
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()


# --------------------------------------------------------------------------------------------
# Who complains
# --------------------------------------------------------------------------------------------


def complaint_lesson(book: TableFolder, *, days: int) -> Lesson:
    """Gather past contacts by every channel: who was the person then, did they complain of it?

    Of a month's span as ``reach_lesson``; the last one ends early enough that complaints are known.
    Which channel it was is a group, ``channel``.
    """
    last = (
        day_number(date.fromisoformat(book.manifest["book_date"])) - HORIZON_DAYS[Target.COMPLAIN]
    )
    parts = [
        _complaints(book, since=until - STEP_DAYS, until=until, part=part)
        for until in (last - STEP_DAYS * number for number in range(days))
        for part in range(book.parts)
    ]
    lesson = _joined(parts, tuple(one.name for one in FEATURES))
    names = {channel.number: channel.value for channel in Channel}
    channel = pl.concat(parts)["channel"].replace_strict(names, return_dtype=pl.String)
    by_channel = {CHANNEL_GROUP: channel.to_numpy().astype(object)}
    return as_two_days(replace(lesson, groups=lesson.groups | by_channel))


def _complaints(book: TableFolder, *, since: int, until: int, part: int) -> pl.DataFrame:
    attempt = _with_all_attempts(_open(book, part))["attempt"]
    hold = nw.from_native(pl.scan_parquet(book.file("hold", part)))
    made = complained(attempt, hold, since=since, until=until)
    came: pl.DataFrame = made.collect("polars").to_native()
    return _known_before(book, came, since=since, part=part)


# --------------------------------------------------------------------------------------------
# Who answers, when
# --------------------------------------------------------------------------------------------


def reach_lesson(book: TableFolder, channel: Channel, *, days: int) -> Lesson:
    """Gather past contacts by a channel: who was the person then, which hour, did they answer?

    What is known of a person is of the first day of the month's span in which the contact lay, so
    that no contact speaks of itself.
    """
    book_day = day_number(date.fromisoformat(book.manifest["book_date"]))
    parts = []
    for until in (book_day - STEP_DAYS * number for number in range(days)):
        parts += [
            _contacts(book, channel, since=until - STEP_DAYS, until=until, part=part)
            for part in range(book.parts)
        ]
    names = (*(one.name for one in FEATURES), HOUR_FEATURE)
    return _joined(parts, names)


def _contacts(
    book: TableFolder, channel: Channel, *, since: int, until: int, part: int
) -> pl.DataFrame:
    tables = _open(book, part)
    made = reached(_with_all_attempts(tables)["attempt"], since=since, until=until)
    came: pl.DataFrame = made.collect("polars").to_native()
    came = came.filter(pl.col("channel") == channel.number)
    joined = _known_before(book, came, since=since, part=part)
    return joined.with_columns(_local_hour(joined, as_of=since)).drop("time_zones", "channel")


def _known_before(book: TableFolder, came: pl.DataFrame, *, since: int, part: int) -> pl.DataFrame:
    """Add to contacts what was known of their persons on the first day of the span."""
    said = features(known_at(_open(book, part), since), as_of=since).collect("polars").to_native()
    person = pl.read_parquet(book.file("debtor", part)).select(*_PERSON, "time_zones")
    joined = came.join(person, on="debtor_no", how="inner").join(said, on="debtor_no", how="inner")
    dated = joined.with_columns(day=pl.lit(since, dtype=pl.Int64))
    return dated.sort("debtor_no", "started_s", "channel")


def _local_hour(contacts: pl.DataFrame, *, as_of: int) -> pl.Series:
    """The hour in the first zone where the person may be; in UTC where none is known."""
    zone = contacts["time_zones"].fill_null("UTC").str.split("|").list.first()
    offset = {
        name: utc_offset_minutes(name, date.fromordinal(as_of + _EPOCH)) * 60
        for name in zone.unique().to_list()
    }
    seconds = contacts["started_s"] + zone.replace_strict(offset, return_dtype=pl.Int64)
    return (seconds % 86_400 / 3_600).floor().cast(pl.Float64).alias(HOUR_FEATURE)


_EPOCH = date(1970, 1, 1).toordinal()


def enough(lesson: Lesson, *, rows_min: int, hits_min: int) -> Lesson:
    """Return the lesson.

    Raises:
        InvalidInput: there are too few rows, or too few of either outcome.
    """
    hits = int(lesson.hit.sum())
    if lesson.rows < rows_min or min(hits, lesson.rows - hits) < hits_min:
        raise InvalidInput(
            f"There is too little to learn from: {lesson.rows:,} rows, {hits:,} hits; "
            f"{rows_min:,} and {hits_min:,} are asked for.",
            remedy="Wait until the book holds more, or lower the numbers in models.yaml knowingly.",
            message_zh=f"可学习的数据太少：{lesson.rows:,} 行，其中发生 {hits:,} 行；"
            f"至少需要 {rows_min:,} 行与 {hits_min:,} 行。",
            remedy_zh="请等账簿数据更多，或在了解后果后调低 models.yaml 中的数字。",
        )
    return lesson

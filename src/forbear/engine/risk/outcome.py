"""What came of each person after a day, so that a model can learn to say it before?

Outcomes look only at the days after ``as_of``; a person whose outcome the book cannot know yet, or
to whom the question does not apply, has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from forbear.engine.delinquency.fact import own_minor
from forbear.engine.frame import Frame
from forbear.values.code import Channel, Direction, HoldKind, Outcome
from forbear.values.day import DAY_S

Flags = NDArray[np.bool_]


class Target(StrEnum):
    """What a model says of a person."""

    MISS = "MISS"
    """An instalment of the next 30 days is not paid by the third day after it fell due."""
    LATE30 = "LATE30"
    """A loan reaches 30 days late within the next 90."""
    CURE = "CURE"
    """Everything that is late today has been paid within 30 days."""
    ROLL = "ROLL"
    """Nothing of what is late today has been paid within 30 days."""
    REACH = "REACH"
    """The person themself answers a contact by a channel, in a part of the day."""
    GAIN = "GAIN"
    """What a contact by a channel adds to the chance of being current."""
    COMPLAIN = "COMPLAIN"
    """The person complains within two weeks after a contact."""


EARLY_WARNINGS = (Target.MISS, Target.LATE30)
HORIZON_DAYS = {
    Target.MISS: 33, Target.LATE30: 90, Target.CURE: 30, Target.ROLL: 30, Target.COMPLAIN: 14,
}  # fmt: skip
OF_CONTACTS = (Target.REACH, Target.GAIN, Target.COMPLAIN)
"""What comes of a contact; the others are what comes of a person by themselves."""
_MISS_DUE_DAYS, _MISS_LATE_DAYS, _LATE_DAYS = 30, 3, 30
_MET = (Outcome.RIGHT_PARTY, Outcome.CONVERSATION, Outcome.REPLIED)


def concerned(target: Target, *, unpaid: Flags, coming: Flags) -> Flags:
    """Say of whom a target is asked, by whether something is unpaid and something still to come."""
    if target in EARLY_WARNINGS:
        return ~unpaid & coming
    if target in (Target.CURE, Target.ROLL):
        return unpaid
    return unpaid | coming


@dataclass(frozen=True, slots=True)
class Asked:
    """A target on a day."""

    target: Target
    as_of: int


def outcome(book: Mapping[str, Frame], asked: Asked) -> Frame:
    """Say what came of everybody to whom the question applied on the day.

    ``book`` is all that is known now; it must know HORIZON_DAYS beyond the day. Early warnings
    concern whoever had a coming instalment and nothing unpaid; the others whoever had something
    unpaid. Days are plain days since the due day, without pauses.

    Grain: one row per such person. Columns: debtor_no, hit (0 or 1).
    """
    as_of = asked.as_of
    rows = (
        book["instalment"]
        .join(
            book["loan"].select("loan_no", "debtor_no", "disbursed_day"), on="loan_no", how="inner"
        )
        .filter(nw.col("disbursed_day") <= as_of, own_minor() > 0)
    )
    settled = nw.coalesce(nw.col("settled_day"), nw.lit(2**30).cast(nw.Int32)).cast(nw.Int64)
    rows = rows.select("debtor_no", due=nw.col("due_day").cast(nw.Int64), settled=settled)
    unpaid = (nw.col("due") < as_of) & (nw.col("settled") > as_of)
    ahead = (nw.col("due") >= as_of) & (nw.col("settled") > as_of)
    marked = rows.with_columns(
        unpaid=nw.when(unpaid).then(nw.lit(1)).otherwise(nw.lit(0)),
        ahead=nw.when(ahead).then(nw.lit(1)).otherwise(nw.lit(0)),
        hit=_hit(asked.target, as_of),
    )
    people = marked.group_by("debtor_no").agg(nw.col("unpaid", "ahead", "hit").sum())
    early = asked.target in EARLY_WARNINGS
    applies = (nw.col("unpaid") == 0) & (nw.col("ahead") > 0) if early else nw.col("unpaid") > 0
    if early:
        came = nw.col("hit") > 0
    elif asked.target is Target.CURE:
        came = nw.col("hit") == 0
    else:
        came = nw.col("hit") == nw.col("unpaid")
    return people.filter(applies).select(
        "debtor_no", hit=nw.when(came).then(nw.lit(1)).otherwise(nw.lit(0))
    )


def _hit(target: Target, as_of: int) -> nw.Expr:
    """Mark an instalment that brings about the target; of the late, one that stays unpaid."""
    due, settled = nw.col("due"), nw.col("settled")
    coming = due >= as_of
    match target:
        case Target.MISS:
            found = coming & (due < as_of + _MISS_DUE_DAYS) & (settled > due + _MISS_LATE_DAYS)
        case Target.LATE30:
            found = (due + _LATE_DAYS <= as_of + HORIZON_DAYS[target]) & (
                settled > due + _LATE_DAYS
            )
            found = found & (settled > as_of)
        case Target.CURE | Target.ROLL:
            found = (due < as_of) & (settled > as_of + HORIZON_DAYS[target])
        case _:
            raise ValueError(f"{target} is learned from contacts")
    return nw.when(found).then(nw.lit(1)).otherwise(nw.lit(0))


def reached(attempt: Frame, *, since: int, until: int) -> Frame:
    """Say of every outbound contact of some days whether the person themself answered.

    Grain: one row per contact by a channel that can be answered. Columns: debtor_no, channel,
    started_s, local_day, hit.
    """
    answerable = [c.number for c in Channel if c not in (Channel.LETTER, Channel.VISIT)]
    return attempt.filter(
        nw.col("direction") == Direction.OUTBOUND.number,
        nw.col("channel").is_in(answerable),
        nw.col("started_s") >= since * DAY_S,
        nw.col("started_s") < until * DAY_S,
    ).select(
        "debtor_no",
        "channel",
        "started_s",
        "local_day",
        hit=nw.when(nw.col("outcome").is_in([one.number for one in _MET]))
        .then(nw.lit(1))
        .otherwise(nw.lit(0)),
    )


def complained(attempt: Frame, hold: Frame, *, since: int, until: int) -> Frame:
    """Say of every outbound contact of some days whether the person complained about then.

    A complaint is held against the last contact before it, none longer ago than HORIZON_DAYS; that
    the contact was its cause is not known.

    Grain: one row per contact but visits. Columns: debtor_no, channel, started_s, local_day, hit.
    """
    made = attempt.filter(
        nw.col("direction") == Direction.OUTBOUND.number,
        nw.col("channel") != Channel.VISIT.number,
        nw.col("started_s") >= since * DAY_S,
        nw.col("started_s") < until * DAY_S,
    ).select("debtor_no", "channel", "started_s", "local_day")
    told = hold.filter(nw.col("kind") == HoldKind.COMPLAINT.number).select(
        "debtor_no", "hold_no", told_s="recorded_s"
    )
    waited = nw.col("told_s") - nw.col("started_s")
    within_s = HORIZON_DAYS[Target.COMPLAIN] * DAY_S
    last = (
        made.select("debtor_no", "started_s")
        .join(told, on="debtor_no", how="inner")
        .filter(waited >= 0, waited <= within_s)
        .group_by("debtor_no", "hold_no")
        .agg(nw.col("started_s").max())
        .group_by("debtor_no", "started_s")
        .agg(nw.len().alias("complaints"))
    )
    return made.join(last, on=["debtor_no", "started_s"], how="left").select(
        "debtor_no",
        "channel",
        "started_s",
        "local_day",
        hit=nw.when(nw.col("complaints") > 0).then(nw.lit(1)).otherwise(nw.lit(0)),
    )

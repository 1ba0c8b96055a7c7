"""How does what models say of a person enter the worth of a way to contact them?

What a contact by a channel adds was measured by lot; what the tables say of it was believed. Both
are unsure, the one by chance and the other by opinion: the worth follows their geometric mean, in
which what was measured has so many eighths of the weight as it is sure, and never all. Where
nothing was measured, the tables' chance counts, moved in proportion: before anything is late by how
likely it is to be missed; once it is late by how likely the person is not to pay by themselves, and
to answer that channel. The complaints that a contact is likely to bring are costs of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import narwhals as nw

from forbear.engine.agenda.expression import choose, times_ppm
from forbear.engine.agenda.settings import PPM
from forbear.engine.frame import Frame
from forbear.engine.risk.hours import PLACE, SLOTS_MAX
from forbear.engine.risk.judge import (
    GAIN_CHANNELS,
    REACH_CHANNELS,
    Bounds,
    gain_column,
    hours_column,
    reach_column,
)

if TYPE_CHECKING:
    from forbear.engine.risk.judge import Warned
    from forbear.values.code import Channel


_HUNDRED = 100
EIGHTHS = 8
_BITS = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Usual:
    """How often came what a model foretells, when it was learned; 0 where no such model counts."""

    miss_ppm: int = 0
    cure_ppm: int = 0
    roll_ppm: int = 0
    reach_ppm: Mapping[Channel, int] = field(default_factory=dict)
    gain_eighths: Mapping[Channel, int] = field(default_factory=dict)
    """What a measured gain weighs beside the tables, from 0 to 7; a half where it is not said."""
    complain_times_ppm: Mapping[Channel, int] = field(default_factory=dict)
    """How much more often a contact by a channel is complained of than the usual one."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The table ``risk``, how warnings are heeded, what is usual, and how far a table may move."""

    risk: Frame
    warned: Warned
    usual: Usual
    bounds: Bounds
    hours_told: bool = False
    """A model tells hours of the day apart; else the join for it is spared."""


def miss_ppm() -> nw.Expr:
    """Return the warning of a row of ``risk``: the first that was given; -1 where none was."""
    return nw.when(nw.col("miss_ppm") >= 0).then(nw.col("miss_ppm")).otherwise(nw.col("late30_ppm"))


def only_warned(risk: Frame, warned: Warned) -> Frame:
    """Return who is to be reminded early: rows of ``risk`` whose warning reaches the bound."""
    return risk.filter(miss_ppm() >= warned.from_ppm)


def only_kind(eligibility: Frame, measured: Measured) -> Frame:
    """Leave out the ways that are no gentle reminder to somebody who was only warned of."""
    warned = only_warned(measured.risk, measured.warned).select(
        "debtor_no", is_warned=nw.lit(1)
    )  # fmt: skip
    gentle = [channel.number for channel in measured.warned.channels]
    joined = eligibility.join(warned, on="debtor_no", how="left")
    kept = nw.col("is_warned").is_null() | nw.col("channel").is_in(gentle or [0])
    return joined.filter(kept).drop("is_warned")


def with_measured(ways: Frame, measured: Measured) -> Frame:
    """Move ``chance_ppm``, the tables' own, by what was measured of the person.

    A way that the tables give no chance has none. Exact on every engine: a square root is rounded
    alike everywhere, and what stands under it stays far below 2**53. Three of them, one in another,
    make every eighth of a weight. Step by step, since one
    expression would be too deep for the Spark protocol.
    """
    table = nw.col("table_ppm")
    ways = ways.with_columns(table_ppm=nw.col("chance_ppm"))
    for moved in _moves(measured):
        ways = ways.with_columns(chance_ppm=moved)
    gained = (
        ways.with_columns(
            gain=_of_channel({channel: gain_column(channel) for channel in GAIN_CHANNELS}),
            hour=hour_percent().fill_null(_HUNDRED),
        )
        .with_columns(
            gain=nw.when(nw.col("gain") >= 0).then(
                nw.min_horizontal(nw.col("gain") * nw.col("hour") // _HUNDRED, nw.lit(PPM))
            ),
            most=times_ppm(table, measured.bounds.gain_rise_max_ppm),
        )
        .with_columns(pooled=table)
    )
    for bit in _BITS:
        other = nw.when(_weighs(measured.usual, bit)).then(nw.col("gain")).otherwise(table)
        both = (nw.col("pooled") * other).cast(nw.Float64)
        gained = gained.with_columns(pooled=both.sqrt().floor().cast(nw.Int64))
    held = nw.min_horizontal("pooled", "most")
    moved_ppm = nw.when(nw.col("gain") >= 0).then(held).otherwise(nw.col("chance_ppm"))
    return gained.with_columns(chance_ppm=moved_ppm).drop(
        "gain", "hour", "most", "pooled", "table_ppm"
    )


def _weighs(usual: Usual, bit: int) -> nw.Expr:
    """Tell the ways by whose channel a measured gain has this part of the weight."""
    numbers = [
        channel.number
        for channel in GAIN_CHANNELS
        if usual.gain_eighths.get(channel, EIGHTHS // 2) & bit
    ]
    return nw.col("channel").is_in(numbers or [0])


def hour_percent() -> nw.Expr:
    """Return how often the person answers at the way's time of day, in percent of their mean.

    Null where that is not known.
    """
    code = _of_channel({channel: hours_column(channel) for channel in REACH_CHANNELS})
    place = {slot: PLACE**slot for slot in range(SLOTS_MAX)}
    return (code // choose(nw.col("slot"), place, 1) % PLACE).cast(nw.Int64)


def with_hour(ways: Frame, risk: Frame, slot_ppm: Sequence[int]) -> Frame:
    """Let what is known of a person's hours count in ``slot_ppm`` instead of the house's belief.

    On average over the day a way stays worth what the house believes it to be.
    """
    mean = sum(slot_ppm) // max(len(slot_ppm), 1)
    hours = risk.select("debtor_no", *(hours_column(channel) for channel in REACH_CHANNELS))
    moved = nw.coalesce(hour_percent() * mean // _HUNDRED, nw.col("slot_ppm"))
    joined = ways.join(hours, on="debtor_no", how="left").with_columns(slot_ppm=moved)
    return joined.drop([hours_column(channel) for channel in REACH_CHANNELS])


def _of_channel(columns: Mapping[Channel, str]) -> nw.Expr:
    """Return what a row of ``risk`` says of the way's own channel; null where nothing."""
    found = [
        nw.when((nw.col("channel") == channel.number) & (nw.col(name) >= 0)).then(
            nw.col(name).cast(nw.Int64)
        )
        for channel, name in columns.items()
    ]
    return nw.coalesce(*found, nw.lit(None, dtype=nw.Int64))


def complaint_micro(measured: Measured) -> nw.Expr:
    """Return what the complaints are expected to cost that a way of contact brings.

    In millionths of a minor unit; nothing where no model says how likely the person complains.
    """
    bounds = measured.bounds
    said = nw.col("complain_ppm").cast(nw.Int64)
    times = {way.number: ppm for way, ppm in measured.usual.complain_times_ppm.items()}
    often = times_ppm(said, choose(nw.col("channel"), times, PPM))
    held = nw.min_horizontal(often, nw.lit(bounds.complaint_max_ppm)).cast(nw.Int64)
    cost = (held * bounds.complaint_minor).cast(nw.Int64)
    return nw.when(said >= 0).then(cost).otherwise(nw.lit(0, dtype=nw.Int64))


def worth_ppm(measured: Measured) -> nw.Expr:
    """Return by how much more, or less, an amount is worth to bring current than it usually is.

    Of what is late, the more the likelier nothing of it is paid and it grows older still.
    """
    usual, more_ppm = measured.usual.roll_ppm, measured.bounds.roll_worth_ppm
    plain = nw.lit(PPM, dtype=nw.Int64)
    if not usual:
        return plain
    roll = nw.col("roll_ppm").cast(nw.Int64)
    heavy = (PPM + times_ppm(roll, more_ppm)) * PPM // (PPM + usual * more_ppm // PPM)
    return nw.when(roll >= 0).then(heavy.cast(nw.Int64)).otherwise(plain)


def _moves(measured: Measured) -> Iterator[nw.Expr]:
    """Yield, one after the other, what becomes of ``chance_ppm``."""
    usual, bounds = measured.usual, measured.bounds
    chance = nw.col("chance_ppm")
    if usual.miss_ppm:
        miss = miss_ppm().cast(nw.Int64)
        yield _in_proportion(chance, miss, usual.miss_ppm, bounds.warned_ppm, known=miss >= 0)
    if usual.cure_ppm:
        cure = nw.col("cure_ppm").cast(nw.Int64)
        need, needed = PPM - cure, max(PPM - usual.cure_ppm, 1)
        yield _in_proportion(chance, need, needed, bounds.need_ppm, known=cure >= 0)
    for channel in REACH_CHANNELS:
        often = usual.reach_ppm.get(channel, 0)
        if often:
            reach = nw.col(reach_column(channel)).cast(nw.Int64)
            here = (nw.col("channel") == channel.number) & (reach >= 0)
            yield _in_proportion(chance, reach, often, bounds.reach_ppm, known=here)


def _in_proportion(
    chance: nw.Expr, said: nw.Expr, usual_ppm: int, bounds_ppm: tuple[int, int], *, known: nw.Expr
) -> nw.Expr:
    low, high = (nw.lit(bound, dtype=nw.Int64) for bound in bounds_ppm)
    times = said * PPM // usual_ppm
    held = nw.max_horizontal(nw.min_horizontal(times, high), low).cast(nw.Int64)
    return nw.when(known).then(times_ppm(chance, held)).otherwise(chance)

"""How does what models say of a person enter the worth of a way to contact them?

What a contact by a channel adds was measured over the ways in which it was made, so it takes the
place of the settings' chance and of what they say of points; only the hour still makes one way
better than another. Where it was not measured, the settings' chance counts: before anything is late
in proportion to how likely it is to be missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw

from forbear.engine.agenda.expression import choose, times_ppm
from forbear.engine.agenda.settings import PPM, AgendaSettings
from forbear.engine.frame import Frame
from forbear.engine.risk.judge import GAIN_CHANNELS, gain_column

if TYPE_CHECKING:
    from forbear.engine.risk.judge import Warned

_TIMES_MAX, _TIMES_MIN_PPM = 5, 100_000
# Of very large and very old debts few are ever drawn by lot; there a model promises an average that
# nothing confirms. It may lower a chance at will, and raise it so many times.
_RISE_MAX = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """The table ``risk``, how warnings are heeded, and how often the warned-of came on average."""

    risk: Frame
    warned: Warned
    usual_miss_ppm: int
    """0 where no warning counts."""


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


def measured_ppm(chance: nw.Expr, measured: Measured, settings: AgendaSettings) -> nw.Expr:
    """Return the chance of a way: as measured for its channel, or the settings' own, weighed."""
    slots = settings.factors.slot_ppm
    mean = sum(slots) // len(slots)
    better = {n: ppm * PPM // max(mean, 1) for n, ppm in enumerate(slots)}
    found = _weighed(chance, measured)
    for channel in GAIN_CHANNELS:
        gain = nw.col(gain_column(channel))
        here = (nw.col("channel") == channel.number) & (gain >= 0)
        timed = times_ppm(gain.cast(nw.Int64), choose(nw.col("slot"), better, PPM))
        found = nw.when(here).then(nw.min_horizontal(timed, chance * _RISE_MAX)).otherwise(found)
    return found


def _weighed(chance: nw.Expr, measured: Measured) -> nw.Expr:
    if not measured.usual_miss_ppm:
        return chance
    times = miss_ppm().cast(nw.Int64) * PPM // measured.usual_miss_ppm
    held = nw.max_horizontal(
        nw.min_horizontal(times, nw.lit(_TIMES_MAX * PPM, dtype=nw.Int64)),
        nw.lit(_TIMES_MIN_PPM, dtype=nw.Int64),
    ).cast(nw.Int64)
    return nw.when(miss_ppm() >= 0).then(times_ppm(chance, held)).otherwise(chance)

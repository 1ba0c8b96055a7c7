"""Which lawful ways to contact a person today are there, and what is each worth?

A way's worth is the goal times the chance that the contact brings it, less what the contact costs
and burdens. All of it is whole numbers, in millionths of a minor unit, equal on every engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from forbear.engine.agenda.expression import choose, choose_bucket, times_ppm
from forbear.engine.agenda.measured import (
    Measured,
    complaint_micro,
    only_kind,
    with_hour,
    with_measured,
    worth_ppm,
)
from forbear.engine.agenda.settings import PPM
from forbear.engine.agenda.team import WHO, near_ppm, with_teams
from forbear.engine.frame import Frame
from forbear.engine.tables import OUTPUT
from forbear.values.code import Direction, PersonState, PointKind, PointQuality

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forbear.engine.agenda.settings import AgendaSettings

# One whole number ranks the ways of a person that use the same scarce thing, so that the best is
# a plain maximum: its factor above (24 bits), the earlier slot (5), the lower point number (34).
_POINTS_MAX = 2**34
_SLOTS_MAX = 2**5
_FACTOR_MAX = 2**24 - 1
_EVERY_SLOT = -1
_LAST = 2**62


def option(
    book: Mapping[str, Frame],
    position: Frame,
    eligibility: Frame,
    *,
    as_of: int,
    settings: AgendaSettings,
    measured: Measured | None = None,
) -> Frame:
    """List the ways in which each candidate may be contacted and a team serves them, best first.

    Of ways that use the same scarce thing (a team's seats in a slot, a channel's budget) only the
    best can ever be part of a best agenda, so the others are left out. At most
    ``settings.options_max`` remain for a person. What is ``measured`` counts instead of the
    settings' chances where it is known.

    Grain: one row per kept way, in no order.
    """
    if measured is not None:
        eligibility = only_kind(eligibility, measured)
    factored = _with_factor(eligibility, book["contact_point"], settings, measured)
    ways = _best_by_resource(factored, settings)
    persons = _persons(book, position, as_of=as_of, settings=settings)
    if measured is not None:
        persons = persons.join(measured.risk, on="debtor_no", how="left")
    served = _with_team(ways.join(persons, on="debtor_no", how="inner"), settings)
    best = _only_best(_with_value(served, settings, measured), settings)
    return best.select(OUTPUT["option"].names)


def _with_factor(
    eligibility: Frame, point: Frame, settings: AgendaSettings, measured: Measured | None
) -> Frame:
    factors = settings.factors
    reach = {PointQuality(word).number: ppm for word, ppm in factors.reach_ppm.items()}
    kind = {PointKind(word).number: ppm for word, ppm in factors.kind_ppm.items()}
    slots = dict(enumerate(factors.slot_ppm))
    # What nobody has said about a point is that it is untried.
    quality = nw.col("quality").fill_null(PointQuality.UNTRIED.number)
    points = point.select(
        "contact_point_no",
        point_ppm=times_ppm(choose(quality, reach, 0), choose(nw.col("kind"), kind, 0)),
    )
    used = [terms.channel.number for terms in settings.channels]
    ways = (
        eligibility.filter(nw.col("allowed"), nw.col("channel").is_in(used or [0]))
        .select("contact_point_no", "debtor_no", "channel", "slot")
        .join(points, on="contact_point_no", how="inner")
        .with_columns(slot_ppm=choose(nw.col("slot"), slots, 0))
    )
    if measured is not None and measured.hours_told:
        ways = with_hour(ways, measured.risk, factors.slot_ppm)
    return ways.with_columns(factor=times_ppm(nw.col("point_ppm"), nw.col("slot_ppm")))


def _best_by_resource(ways: Frame, settings: AgendaSettings) -> Frame:
    factor = (
        nw.when(nw.col("factor") < _FACTOR_MAX)
        .then(nw.col("factor"))
        .otherwise(nw.lit(_FACTOR_MAX))
    )
    slot = nw.col("slot").cast(nw.Int64)
    rank = (factor * _SLOTS_MAX + (_SLOTS_MAX - 1 - slot)) * _POINTS_MAX + (
        _POINTS_MAX - 1 - nw.col("contact_point_no")
    )
    own_slot = nw.when(_seated(settings)).then(slot).otherwise(nw.lit(_EVERY_SLOT))
    best = (
        ways.with_columns(rank=rank, own_slot=own_slot.cast(nw.Int64))
        .group_by("debtor_no", "channel", "own_slot")
        .agg(nw.col("rank").max())
        .with_columns(low=nw.col("rank") % (_SLOTS_MAX * _POINTS_MAX))
        .with_columns(point=nw.col("low") % _POINTS_MAX)
    )
    # What is taken off before dividing makes each division exact, also as a float.
    return best.select(
        "debtor_no",
        "channel",
        contact_point_no=_POINTS_MAX - 1 - nw.col("point"),
        slot=_SLOTS_MAX - 1 - ((nw.col("low") - nw.col("point")) // _POINTS_MAX).cast(nw.Int64),
        factor=((nw.col("rank") - nw.col("low")) // (_SLOTS_MAX * _POINTS_MAX)).cast(nw.Int64),
    )


def _seated(settings: AgendaSettings) -> nw.Expr:
    numbers = [terms.channel.number for terms in settings.channels if terms.seconds > 0]
    return nw.col("channel").is_in(numbers or [0])


def _persons(
    book: Mapping[str, Frame],
    position: Frame,
    *,
    as_of: int,
    settings: AgendaSettings,
) -> Frame:
    candidates = position.filter(
        nw.col("state") != PersonState.NOTHING_DUE.number, nw.col("goal_minor") > 0
    ).select("debtor_no", "bucket", "goal_minor")
    debtor = book["debtor"].select("debtor_no", *WHO, "vulnerable")
    recent = _recent(book["attempt"], as_of=as_of, settings=settings)
    known = candidates.join(debtor, on="debtor_no", how="inner")
    persons = with_teams(known, settings, served_only=True)
    chances = {
        f"chance_{terms.channel.number}": choose_bucket(terms.chance_ppm)
        for terms in settings.channels
    }
    return (
        persons.join(recent, on="debtor_no", how="left")
        .with_columns(
            harm_ppm=_harm_ppm(settings),
            seconds_ppm=choose_bucket(settings.seconds_ppm),
            near_ppm_0=near_ppm(0, settings),
            near_ppm_1=near_ppm(1, settings),
            **chances,
        )
        .drop(
            *WHO,
            "vulnerable",
            "bucket",
            "contacts",
            "closeness_0",
            "closeness_1",
        )
    )


def _recent(attempt: Frame, *, as_of: int, settings: AgendaSettings) -> Frame:
    return (
        attempt.filter(
            nw.col("direction") == Direction.OUTBOUND.number,
            nw.col("local_day") > as_of - settings.harm.window_days,
            nw.col("local_day") <= as_of,
        )
        .group_by("debtor_no")
        .agg(nw.len().cast(nw.Int64).alias("contacts"))
    )


def _harm_ppm(settings: AgendaSettings) -> nw.Expr:
    harm = settings.harm
    contacts = nw.col("contacts").fill_null(0)
    contacts = (
        nw.when(contacts < harm.contacts_max).then(contacts).otherwise(nw.lit(harm.contacts_max))
    )
    growth = contacts.cast(nw.Int64) * harm.growth_ppm + PPM
    return (
        nw.when(nw.col("vulnerable").fill_null(value=False))
        .then(times_ppm(growth, harm.vulnerable_ppm))
        .otherwise(growth)
    )


def _with_team(ways: Frame, settings: AgendaSettings) -> Frame:
    """One row per way and team; a way without a seat has only the closest team.

    Where there is no second team, its row stays with team -1: see ``with_teams``.
    """
    plain = nw.lit(PPM, dtype=nw.Int64)
    closest = ways.with_columns(
        team=nw.col("team_0"),
        near_ppm=nw.when(_seated(settings)).then(nw.col("near_ppm_0")).otherwise(plain),
    )
    second = ways.filter(_seated(settings)).with_columns(
        team=nw.col("team_1"), near_ppm=nw.col("near_ppm_1")
    )
    drop = ("team_0", "team_1", "near_ppm_0", "near_ppm_1")
    return nw.concat([closest.drop(drop), second.drop(drop)], how="vertical")


def _with_value(ways: Frame, settings: AgendaSettings, measured: Measured | None) -> Frame:
    zero = nw.lit(0, dtype=nw.Int64)
    chance, spent, seconds = zero, zero, zero
    for terms in settings.channels:
        here = nw.col("channel") == terms.channel.number
        price = nw.col("harm_ppm") * terms.harm_minor + terms.cost_minor * PPM
        talk = times_ppm(nw.col("seconds_ppm"), terms.seconds)
        chance = nw.when(here).then(nw.col(f"chance_{terms.channel.number}")).otherwise(chance)
        spent = nw.when(here).then(price).otherwise(spent)
        seconds = nw.when(here).then(talk).otherwise(seconds)
    ways = ways.with_columns(
        chance_ppm=times_ppm(chance, nw.col("factor")), spent=spent, seconds=seconds
    )
    if measured is not None:
        ways = with_measured(ways, measured)
        ways = ways.with_columns(spent=nw.col("spent") + complaint_micro(measured))
    worth = nw.lit(PPM, dtype=nw.Int64) if measured is None else worth_ppm(measured)
    return (
        ways.with_columns(chance_ppm=times_ppm(nw.col("chance_ppm"), nw.col("near_ppm")))
        .with_columns(
            chance_ppm=nw.when(nw.col("chance_ppm") < PPM)
            .then(nw.col("chance_ppm"))
            .otherwise(nw.lit(PPM))
            .cast(nw.Int64)
        )
        .with_columns(
            value_micro=nw.col("goal_minor") * times_ppm(nw.col("chance_ppm"), worth)
            - nw.col("spent")
        )
    )


def _only_best(ways: Frame, settings: AgendaSettings) -> Frame:
    numbered = ways.with_columns(
        # Rows without a team come last, and their numbers are nobody else's.
        less=nw.when(nw.col("team") < 0).then(nw.lit(_LAST)).otherwise(-nw.col("value_micro")),
    ).with_columns(
        option_no=nw.col("debtor_no")
        .cum_count()
        .over("debtor_no", order_by=["less", "contact_point_no", "channel", "slot", "team"])
        - 1
    )
    kept = numbered.filter(nw.col("option_no") < settings.options_max, nw.col("team") >= 0)
    return kept.with_columns(
        nw.col("option_no", "slot", "team", "seconds", "chance_ppm").cast(nw.Int32)
    )

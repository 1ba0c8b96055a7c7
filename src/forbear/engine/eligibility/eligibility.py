"""Which ways to reach a candidate are there, and what does the rulebook say to each?

The rulebook is handed in: the engine knows no law.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import narwhals as nw

from forbear.engine.frame import Frame
from forbear.engine.tables import OUTPUT
from forbear.values.code import Channel, PersonState, PointKind

WAYS: dict[PointKind, tuple[Channel, ...]] = {
    PointKind.MOBILE: (Channel.VOICE, Channel.BOT, Channel.SMS),
    PointKind.LANDLINE: (Channel.VOICE, Channel.BOT),
    PointKind.WECHAT: (Channel.WECHAT,),
    PointKind.EMAIL: (Channel.EMAIL,),
    PointKind.POSTAL: (Channel.LETTER,),
}
"""Which channels a kind of contact point carries. Visits are never planned by the night."""


class Rulebook(Protocol):
    """What the engine asks of the rules."""

    @property
    def scoped_by(self) -> frozenset[str]:
        """The columns beyond the usual ones that some rule looks at: region, product."""
        ...

    def mask(
        self,
        candidates: Frame,
        *,
        attempts: Frame,
        holds: Frame,
        consents: Frame,
        as_of: int,
        slots: Sequence[tuple[int, int]],
        clocks: Sequence[str],
    ) -> Frame:
        """Judge every candidate way in every slot."""
        ...


def clock_key() -> nw.Expr:
    """The person's zones, ``>``, and every zone of the way; null where not known."""
    return nw.concat_str([nw.col("person_zones"), nw.lit(">"), nw.col("time_zones")])


def clocks_of(book: Mapping[str, Frame]) -> Frame:
    """Return the distinct clocks of a book's contact points; few rows, column ``clock``."""
    zones = book["debtor"].select("debtor_no", person_zones=nw.col("time_zones"))
    joined = (
        book["contact_point"]
        .select("debtor_no", "time_zones")
        .join(zones, on="debtor_no", how="inner")
    )
    return joined.select(clock=clock_key()).filter(~nw.col("clock").is_null()).unique()


def eligibility(
    book: Mapping[str, Frame],
    position: Frame,
    *,
    as_of: int,
    slots: Sequence[tuple[int, int]],
    clocks: Sequence[str],
    rulebook: Rulebook,
) -> Frame:
    """Ask the rulebook about every way to reach every candidate in every slot.

    A candidate is a person whose state is OVERDUE or DUE_SOON. ``slots`` are [start, end) minutes
    of the person's local day; ``clocks`` are those of ``clocks_of``.

    Grain: one row per contact point, channel and slot, in no order.
    """
    chosen = position.filter(nw.col("state") != PersonState.NOTHING_DUE.number).select(
        "debtor_no", loan_no=nw.col("lead_loan_no")
    )
    ways = _ways(book, chosen, scoped_by=rulebook.scoped_by)
    concerned = chosen.select("debtor_no")
    return rulebook.mask(
        ways,
        attempts=book["attempt"]
        .join(concerned, on="debtor_no", how="semi")
        .select(
            "debtor_no",
            "contact_point_no",
            "loan_no",
            "channel",
            "direction",
            "outcome",
            "local_day",
            "started_s",
        ),
        holds=book["hold"].join(concerned, on="debtor_no", how="semi"),
        consents=book["consent"].join(concerned, on="debtor_no", how="semi"),
        as_of=as_of,
        slots=slots,
        clocks=clocks,
    ).select(OUTPUT["eligibility"].names)


def _ways(book: Mapping[str, Frame], chosen: Frame, *, scoped_by: frozenset[str]) -> Frame:
    region = ["region"] if "region" in scoped_by else []
    people = (
        book["debtor"]
        .select("debtor_no", "jurisdiction", *region, person_zones=nw.col("time_zones"))
        .join(chosen, on="debtor_no", how="inner")
    )
    if "product" in scoped_by:
        products = book["loan"].select("loan_no", "product")
        people = people.join(products, on="loan_no", how="left")
    points = (
        book["contact_point"]
        .join(people, on="debtor_no", how="inner")
        .with_columns(clock=clock_key())
    )
    carried = [
        points.filter(nw.col("kind").is_in(_kinds_of(channel))).with_columns(
            channel=nw.lit(channel.number, dtype=nw.Int8)
        )
        for channel in Channel
        if _kinds_of(channel)
    ]
    return nw.concat(carried).select(
        "contact_point_no",
        "debtor_no",
        "channel",
        "jurisdiction",
        "relation",
        "quality",
        "origin",
        "loan_no",
        "clock",
        *sorted(scoped_by),
    )


def _kinds_of(channel: Channel) -> list[int]:
    return [kind.number for kind, channels in WAYS.items() if channel in channels]

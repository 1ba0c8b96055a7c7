"""Whom does each local team contact today, where, how, in which slot and in which order?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from forbear.engine.agenda.expression import choose_text
from forbear.engine.frame import Frame
from forbear.engine.tables import OUTPUT
from forbear.values.code import AgendaOutcome, Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forbear.engine.agenda.settings import AgendaSettings


def agenda(
    book: Mapping[str, Frame],
    position: Frame,
    option: Frame,
    assignment: Frame,
    *,
    settings: AgendaSettings,
) -> Frame:
    """Put the chosen ways into the words that teams and channels work with.

    Grain: one row per person to be contacted, sorted by (team, slot, rank).
    """
    chosen = assignment.filter(nw.col("option_no") >= 0).join(
        option, on=["debtor_no", "option_no"], how="inner"
    )
    point = book["contact_point"].select("contact_point_no", "contact_point_id")
    person = book["debtor"].select("debtor_no", "debtor_id", "officer_id", known_team="team")
    lead = position.select("debtor_no", loan_no="lead_loan_no")
    team = {number: team.name for number, team in enumerate(settings.teams)}
    slot = {number: slot.name for number, slot in enumerate(settings.slots)}
    channel = {channel.number: channel.value for channel in Channel}
    return (
        chosen.join(person, on="debtor_no", how="inner")
        .join(lead, on="debtor_no", how="inner")
        .join(point, on="contact_point_no", how="inner")
        .with_columns(
            explored=nw.col("outcome") == AgendaOutcome.EXPLORED.number,
            team=choose_text(nw.col("team"), team),
            slot=choose_text(nw.col("slot"), slot),
            channel=choose_text(nw.col("channel"), channel),
        )
        .with_columns(
            officer_id=nw.when(nw.col("known_team") == nw.col("team")).then(nw.col("officer_id"))
        )
        .select(OUTPUT["agenda"].names)
        .sort("team", "slot", "rank")
    )

"""How does a conversation come to an arrangement, and where does it stand?

All of it happens inside the transaction of a message, with the person's row held: what is offered
are the proposals that the page of arrangements makes on the same question, by the same function.
Nothing is agreed here: what is chosen is kept as the page keeps it, to be read and signed there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from forbear.contexts.access.visit import Inside
from forbear.contexts.arrangements.actions.propose import ProposalSaid, propose
from forbear.contexts.arrangements.offer import RuleForbids, Wanted, offers, worked_out
from forbear.contexts.arrangements.queries import get_arrangement
from forbear.contexts.assistant.bargain_laid import TARGET, Laid, laid_out
from forbear.contexts.assistant.models import Bargain, Talk
from forbear.contexts.database.transaction import reading, required
from forbear.contexts.portfolio.held import PersonHeld
from forbear.contexts.portfolio.queries.signer import ref_of_person
from forbear.contexts.rulebook.library import open_arrangements
from forbear.policy.arrange.afford import Budget, afford
from forbear.policy.arrange.propose import proposals
from forbear.policy.arrange.word import PlanKind
from forbear.policy.assistant.bargain import (
    ENDED,
    ENDS,
    Move,
    Said,
    Where,
    go_on,
    taken_up,
    within_bounds,
)
from forbear.policy.assistant.bargain import Talk as Far
from forbear.policy.assistant.bargain_heard import At, Moved
from forbear.policy.assistant.bargain_shown import OfferShown, Stood, offers_read, offers_written
from forbear.policy.assistant.dialogue import Line
from forbear.policy.assistant.knowledge import Way
from forbear.values.errors import BrokenInvariant, Conflict, NotFound
from forbear.values.money import Currency
from forbear.values.principal import Principal

_GOES_ON: Final = [each.value for each in Where if each not in ENDED]


class FiguresMoved(Conflict):
    """What was chosen is not what can be offered any more."""

    code = "FIGURES_MOVED"


class NotChosen(NotFound):
    """There is no such talk, or nothing was chosen in it."""

    code = "NOTHING_CHOSEN"


@dataclass(frozen=True, slots=True)
class Turned:
    """What a message did. ``hands``: a member of staff is called. ``stood`` null: no talk."""

    lines: tuple[Line, ...]
    ways: tuple[Way, ...] = ()
    stood: Stood | None = None
    hands: bool = False


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was done by a button, on a page that showed the talk ``ref`` at ``turn``.

    ``moved`` null: the talk is taken up again after a break.
    """

    ref: UUID
    turn: int
    moved: Moved | None


def may_talk(inside: Inside) -> bool:
    """Whether arrangements are talked about: with the person alone, who knows what they need."""
    return inside.representative is None


def going_on(talk: Talk, *, now: datetime) -> Bargain | None:
    """Return the talk that goes on with a person, held; one that is too old is ended."""
    required()
    found = Bargain.objects.select_for_update().filter(
        debtor_id=talk.debtor_id, stands__in=_GOES_ON
    )
    row = found.first()
    if row is not None and row.until <= now:
        row.stands, row.offered = Where.LEFT.value, []
        row.save(update_fields=["stands", "offered"])
        return None
    return row


def place_of(row: Bargain | None) -> At:
    """Return to where a message comes."""
    if row is None:
        return At()
    shown = offers_read(row.offered)
    largest = min((each.largest_minor for each in shown), default=0)
    return At(Where(row.stands), tuple(each.kind for each in shown), largest)


def turn(
    row: Bargain | None,
    talk: Talk,
    moved: Moved,
    signer: PersonHeld,
    inside: Inside,
    *,
    today: date,
    now: datetime,
) -> Turned:
    """Do what a message does in the talk, or begin one with it; the row is written.

    ``signer``: the person, held.
    """
    if row is not None and moved.move in ENDS:
        return _ended(row, talk, ENDS[moved.move], now=now)
    laid = laid_out(signer, inside, today=today, now=now)
    if not isinstance(laid, Laid):
        if row is not None:
            _ended(row, talk, Where.LEFT, now=now)
        return Turned((laid,), (Way.TIME,))
    row = _begun(talk, laid, now=now) if row is None else row
    before = _far(row, laid)
    changed = before.where is not Where(row.stands) or (
        before.offered != () and _differs(row, before)
    )
    move = moved.move
    if move is None:
        after = before
    elif changed and move is Move.CHOOSES:
        # What was chosen is not what stands: it is shown anew, and nothing is chosen.
        after = replace(before, turns=before.turns + 1)
    else:
        after = go_on(before, _said(moved, laid), laid.table)
    if not within_bounds(after, laid.table):
        raise BrokenInvariant("An arrangement was offered beyond what can be afforded or granted.")
    at_once = after.where is Where.OFFERING and not _as_the_page(after, laid, signer, today, now)
    if at_once:
        after = replace(after, where=Where.LEFT, offered=())
    needed = _needed(after, laid)
    lines, ways = _told(before, after, move, needed=needed, at_once=at_once)
    if changed and after.where not in ENDED:
        lines = (Line.PLAN_CHANGED, *lines)
    _write(row, talk, after, needed, now=now)
    return Turned(lines, ways, stood_of(row), hands=after.where is Where.STAFF)


def pressed_before(pressed: Pressed, talk: Talk) -> Turned:
    """Return what is answered to a button on a page that shows an older turn; nothing is moved."""
    row = Bargain.objects.filter(ref=pressed.ref, debtor_id=talk.debtor_id).first()
    if row is None:
        return Turned((Line.PLAN_CHANGED, Line.PLAN_ASK), (Way.TIME,))
    if row.stands == Where.CHOSEN.value:
        return Turned((Line.PLAN_CHOSEN,), (), stood_of(row))
    again = Line.PLAN_ASK if not row.offered else Line.PLAN_OFFER
    goes_on = row.stands in _GOES_ON
    lines = (Line.PLAN_CHANGED, again) if goes_on else (Line.PLAN_CHANGED, Line.PLAN_LEFT)
    return Turned(lines, (), stood_of(row) if goes_on else None)


def pressed_at(row: Bargain | None, pressed: Pressed) -> bool:
    """Whether a button was pressed on a page that shows how the talk stands now."""
    return row is not None and row.ref == pressed.ref and row.turns == pressed.turn


def waits(inside: Inside, *, now: datetime) -> Stood | None:
    """Return the talk that a person can take up again; None: there is none."""
    if not may_talk(inside):
        return None
    with reading(inside.principal):
        found = Bargain.objects.filter(
            debtor_id=inside.debtor_id, stands__in=_GOES_ON, until__gt=now
        )
        row = found.first()
        return None if row is None else stood_of(row)


def keep_chosen(ref: UUID, inside: Inside, *, today: date, now: datetime) -> str:
    """Keep what was chosen, as the page of arrangements would, and return by which ref.

    The same choice is kept once.

    Raises:
        NotChosen: nothing was chosen there, or by somebody else.
        FiguresMoved: it is not what can be offered today.
        and as ``propose``.
    """
    actor = inside.principal
    with reading(actor):
        row = Bargain.objects.filter(
            ref=ref, debtor_id=inside.debtor_id, stands=Where.CHOSEN.value
        ).first()
        if row is None or row.kind is None or not may_talk(inside):
            raise NotChosen(
                "Nothing was chosen here.",
                remedy="Go back to the assistant.",
                message_zh="这里没有已选的方案。",
                remedy_zh="请返回智能助手。",
            )
        wanted, kind = _wanted(row, ref_of_person(inside.debtor_id)), PlanKind(row.kind)
        shown = [each for each in offers_read(row.offered) if each.kind is kind]
    arrangement = f"talk-{row.ref.hex}"
    if not _is_kept(arrangement, actor):
        made = offers(wanted, actor=actor, today=today, now=now).offered.proposals
        if [OfferShown.of(each) for each in made if each.kind is kind] != shown:
            raise FiguresMoved(
                "The figures are others today.",
                remedy="Tell the assistant again what you can pay each month.",
                message_zh="今天的金额与当时不同。",
                remedy_zh="请再告诉助手每月能还多少。",
            )
        propose(ProposalSaid(arrangement, wanted, kind), actor=actor, today=today, now=now)
    return arrangement


def stood_of(row: Bargain) -> Stood:
    """Return how a talk stands."""
    return Stood(
        ref=str(row.ref),
        turn=row.turns,
        where=Where(row.stands),
        currency=Currency(row.currency),
        monthly_minor=row.monthly_minor,
        granted_minor=row.granted_minor,
        needed_minor=row.needed_minor,
        offers=offers_read(row.offered),
        chosen=None if row.kind is None else PlanKind(row.kind),
    )


def _ended(row: Bargain, talk: Talk, where: Where, *, now: datetime) -> Turned:
    row.stands, row.turns, row.talk, row.moved_at = where.value, row.turns + 1, talk, now
    row.save(update_fields=["stands", "turns", "talk", "moved_at"])
    lines, ways = _AT_THE_END[where]
    return Turned(lines, ways, stood_of(row), hands=where is Where.STAFF)


_AT_THE_END: Final[dict[Where, tuple[tuple[Line, ...], tuple[Way, ...]]]] = {
    Where.STOPPED: ((), ()),
    Where.LEFT: ((Line.PLAN_LEFT,), (Way.TIME,)),
    Where.STAFF: ((), ()),
    Where.HARDSHIP: ((Line.PLAN_HARD,), (Way.HARD, Way.HELP, Way.BUDGET)),
    Where.CHOSEN: ((Line.PLAN_CHOSEN,), ()),
}


def _begun(talk: Talk, laid: Laid, *, now: datetime) -> Bargain:
    return Bargain(
        debtor_id=talk.debtor_id,
        talk=talk,
        began_at=now,
        stands=Where.ASKING.value,
        currency=laid.currency.value,
        loans=list(laid.loans),
    )


def _far(row: Bargain, laid: Laid) -> Far:
    """Return how far a talk has come, with what can be offered on the same terms today."""
    table = laid.table
    afforded = None
    if row.said_minor is not None:
        afforded = afford(
            _budget(row.said_minor, laid.currency),
            table.protected,
            owed_minor=table.owed_minor,
            keep_back_percent=table.terms.keep_back_percent,
        )
    stored = Far(
        where=Where(row.stands),
        turns=row.turns,
        lowered=row.lowered,
        monthly_minor=row.monthly_minor,
        granted_minor=row.granted_minor,
        afforded=afforded,
    )
    return taken_up(stored, table)


def _differs(row: Bargain, now: Far) -> bool:
    return offers_read(row.offered) != tuple(OfferShown.of(each) for each in now.offered)


def _budget(monthly_minor: int, currency: Currency) -> Budget:
    return Budget(currency, can_pay_month_minor=monthly_minor)


def _said(moved: Moved, laid: Laid) -> Said:
    assert moved.move is not None
    told = moved.monthly_minor
    return Said(moved.move, None if told is None else _budget(told, laid.currency), moved.kind)


def _as_the_page(after: Far, laid: Laid, signer: PersonHeld, today: date, now: datetime) -> bool:
    """Hold what is offered against what the page makes; False: no law lets it be arranged.

    Raises:
        BrokenInvariant: they differ; nothing is offered.
    """
    wanted = Wanted(
        signer.ref,
        laid.loans,
        TARGET,
        _budget(after.monthly_minor, laid.currency),
        waive_minor=after.granted_minor,
    )
    try:
        made = worked_out(wanted, signer, today=today, now=now).offered.proposals
    except RuleForbids:
        return False
    if made != after.offered:
        raise BrokenInvariant("An offer in a talk differs from the page's.")
    return True


def _needed(after: Far, laid: Laid) -> int | None:
    """Return the least a month that would do, where nothing can be offered on what was said."""
    if after.where is not Where.HARDSHIP or not after.monthly_minor:
        return None
    ask = replace(laid.table.ask, monthly_minor=after.monthly_minor)
    return proposals(laid.table.owed, laid.table.terms, ask).needed_minor


def _told(
    before: Far, after: Far, move: Move | None, *, needed: int | None, at_once: bool
) -> tuple[tuple[Line, ...], tuple[Way, ...]]:
    """Return what is said about where a talk has come, and where it leads."""
    if at_once:
        return (Line.PLAN_AT_ONCE,), (Way.PAY, Way.PROMISE, Way.TIME)
    if after.where is Where.HARDSHIP and after.monthly_minor:
        least = () if needed is None else (Line.PLAN_NEEDED,)
        return (Line.PLAN_TOO_LITTLE, *least), (Way.HARD, Way.HELP, Way.TIME)
    if after.where in ENDED:
        return _AT_THE_END[after.where]
    if after.where is Where.ASKING:
        return (Line.PLAN_ASK if move is None else Line.PLAN_NO_AMOUNT,), (Way.TIME, Way.HARD)
    further = (Way.HARD, Way.HUMAN)
    match move:
        case Move.WANTS_LESS_A_MONTH if after.monthly_minor < before.monthly_minor:
            return (Line.PLAN_LESS,), further
        case Move.WANTS_LESS_A_MONTH:
            return (Line.PLAN_NO_LESS,), further
        case Move.WANTS_REDUCTION:
            granted = after.granted_minor > 0
            return (Line.PLAN_GRANTED if granted else Line.PLAN_NOT_GRANTED,), further
        case Move.PRESSES:
            return (Line.PLAN_SAME,), further
    return (Line.PLAN_OFFER,), (Way.TIME,)


def _write(row: Bargain, talk: Talk, after: Far, needed: int | None, *, now: datetime) -> None:
    row.talk, row.moved_at = talk, now
    row.until = now + timedelta(days=open_arrangements().offer_days)
    row.stands, row.turns, row.lowered = after.where.value, after.turns, after.lowered
    row.said_minor = None if after.afforded is None else after.afforded.monthly_minor
    row.monthly_minor, row.granted_minor = after.monthly_minor, after.granted_minor
    row.needed_minor = needed
    row.offered = offers_written([OfferShown.of(each) for each in after.offered])
    row.kind = None if after.chosen is None else after.chosen.kind.value
    row.save()


def _wanted(row: Bargain, debtor_ref: str) -> Wanted:
    return Wanted(
        debtor_ref,
        tuple(row.loans),
        TARGET,
        _budget(row.monthly_minor, Currency(row.currency)),
        waive_minor=row.granted_minor,
    )


def _is_kept(ref: str, actor: Principal) -> bool:
    try:
        get_arrangement(ref, actor=actor)
    except NotFound:
        return False
    return True

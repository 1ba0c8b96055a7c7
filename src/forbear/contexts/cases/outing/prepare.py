"""Whom would one approved message reach, and whom not, and why? Nothing leaves.

The set is chosen by what the list of cases is chosen by. The gate is asked its own question for
each person, and the words are filled in for whoever it would let through. All of it is kept, so
that whoever starts it sees what whoever prepared it saw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db.models import Func, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.campaign.words import fill_in, ground_of
from forbear.contexts.cases.models import Case
from forbear.contexts.cases.outing.entry import enter
from forbear.contexts.cases.outing.models import Outing, OutingRow
from forbear.contexts.cases.outing.search import found_by, saved
from forbear.contexts.cases.outing.set import Chosen, late_loans, team_of, wish_of
from forbear.contexts.cases.outing.word import LASTS, NO_WAY, WORDS, OutingState
from forbear.contexts.contact.gate.ask import Verdict, Wish, judge_all
from forbear.contexts.contact.gate.word import Cause
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_desks, open_sending, open_wordings
from forbear.policy.wording.form import UnknownWording, Wording
from forbear.policy.wording.render import WordingRefused
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal

TRIED_MAX = 1_000
"""So many are tried one by one; of a larger set a sample of so many, and the search is saved."""
PERSONS_MAX = 500_000
"""So many persons at most are in one set."""
_AT_ONCE = 200


class UnfitOuting(InvalidInput):
    """A message or a set of persons that cannot be chosen."""

    code = "UNFIT_OUTING"


def messages_to_choose(*, as_of: date) -> tuple[Wording, ...]:
    """Return the approved messages in force that a machine may carry and somebody may choose."""
    by_hand = {name for desk in open_desks().by_law.values() for name in desk.messages}
    machine = open_sending().by_machine
    found = open_wordings().in_force(as_of=as_of)
    return tuple(each for each in found if each.id in by_hand and each.channel in machine)


def prepare_outing(
    message_id: str,
    chosen: Chosen,
    *,
    persons_max: int | None = None,
    today: date,
    actor: Principal,
    now: datetime,
) -> int:
    """Choose a message and a set, try it, and keep what was found; return its id.

    Of a set of more than ``TRIED_MAX`` a sample is tried. Who is in it is looked up when it starts,
    and ``persons_max``, which whoever starts it sees, bounds how many that may be.

    Raises:
        NotPermitted: OUTING_MAKE is missing.
        UnfitOuting: the message cannot be chosen, nobody is in the set, or too many are.
    """
    may(actor, Permission.OUTING_MAKE)
    wording = next((e for e in messages_to_choose(as_of=today) if e.id == message_id), None)
    if wording is None:
        raise UnfitOuting(
            "This message cannot be chosen.",
            remedy="Choose an approved one from the list.",
            message_zh="不能选择这条消息。",
            remedy_zh="请从列表中选择已批准的消息。",
            field="message",
        )
    with acting(actor):
        kept = saved(chosen, actor=actor)
        found = found_by(kept, wording)
        persons = found.count()
        bound = _bound(persons, persons_max)
        outing = Outing.objects.create(
            message_id=wording.id,
            message_version=wording.version,
            channel=wording.channel.value,
            chosen=kept,
            persons_found=None if bound is None else persons,
            persons_max=bound,
            state=OutingState.PREPARED.value,
            prepared_by_id=staff_id(actor),
            prepared_at=now,
        )
        rows = list(_tried(outing, wording, _sample(found, wording, persons), now=now))
        OutingRow.objects.bulk_create(rows)
        enter(
            AuditEvent.OUTING_PREPARED,
            outing,
            actor=actor,
            now=now,
            persons=persons,
            tried=len(rows),
            would_leave=sum(not row.said for row in rows),
        )
    return outing.pk


def _sample(found: QuerySet[Case], wording: Wording, persons: int) -> Sequence[Case]:
    """Return the cases to be tried: all, or a lot of them that is the same for the same search."""
    if persons <= TRIED_MAX:
        return list(found.select_related("team"))
    lot = Func(Concat(Value(f"{wording.id}:"), Cast("id", TextField())), function="md5")
    drawn = found.order_by(lot).select_related("team")[:TRIED_MAX]
    return sorted(drawn, key=lambda case: case.pk)


def _bound(persons: int, persons_max: int | None) -> int | None:
    """Return how many may be written to at most; None: everybody was tried, which is the bound."""
    if not persons:
        raise UnfitOuting(
            "Nobody is in this set.",
            remedy="Choose a wider one.",
            message_zh="没有符合条件的人。",
            remedy_zh="请放宽条件。",
        )
    if persons <= TRIED_MAX:
        if persons_max is not None and persons_max < persons:
            raise UnfitOuting(
                f"{persons:,} persons are in this set, more than the {persons_max:,} named.",
                remedy="Choose a narrower set, or leave the most empty: all of them are tried.",
                message_zh=f"符合条件的有 {persons:,} 人，超过所填上限 {persons_max:,} 人。",
                remedy_zh="请缩小范围，或将上限留空：名单内的人都会试算。",
                field="persons_max",
            )
        return None
    if persons_max is None or persons_max < persons:
        raise UnfitOuting(
            f"{persons:,} persons are in this set now; of so many a sample is tried.",
            remedy=f"Choose a narrower set, or say the most it may grow to: {persons} or more.",
            message_zh=f"现有 {persons:,} 人符合条件；人数过多，仅抽样试算。",
            remedy_zh=f"请缩小范围，或填写人数上限（不少于 {persons}）。",
            field="persons_max",
        )
    if persons_max > PERSONS_MAX:
        raise UnfitOuting(
            f"No set has more than {PERSONS_MAX:,} persons.",
            remedy="Choose a narrower one, and another after it.",
            message_zh=f"每批最多 {PERSONS_MAX:,} 人。",
            remedy_zh="请缩小范围，分批进行。",
            field="persons_max",
        )
    return persons_max


def _tried(
    outing: Outing, wording: Wording, cases: Sequence[Case], *, now: datetime
) -> Iterator[OutingRow]:
    # Whether those of a sample are asked for is decided when it starts.
    sampled = outing.persons_max is not None
    for start in range(0, len(cases), _AT_ONCE):
        some = cases[start : start + _AT_ONCE]
        loans = late_loans(some)
        wishes = {case.debtor_id: wish_of(case, wording, loans, now=now) for case in some}
        asked = [wish for wish in wishes.values() if wish is not None]
        teams = {case.debtor_id: team_of(case) for case in some}
        verdicts = _within_its_time(judge_all(asked, now=now, teams=teams), now=now)
        for case in some:
            wish = wishes[case.debtor_id]
            said, rules = _said(wish, None if wish is None else verdicts[wish], wording, now=now)
            yield OutingRow(
                outing=outing,
                debtor_id=case.debtor_id,
                contact_point_id=None if wish is None else wish.contact_point_id,
                loan_id=None if wish is None else wish.loan_id,
                team=teams[case.debtor_id],
                said=said,
                said_rules=rules,
                ask_at=None if wish is None or sampled else now,
                cause=said if wish is None and not sampled else "",
            )


def _within_its_time(verdicts: dict[Wish, Verdict], *, now: datetime) -> dict[Wish, Verdict]:
    """Judge anew at the instant when time alone turns a refusal, where it comes soon enough.

    So what the hour alone refuses, which the gate will be asked again for, is not told as refused.
    """
    later: dict[datetime, list[Wish]] = {}
    for wish, verdict in verdicts.items():
        by_rules = {one.cause for one in verdict.reasons} == {Cause.RULE}
        if by_rules and verdict.turns_at is not None and verdict.turns_at < now + LASTS:
            later.setdefault(verdict.turns_at, []).append(wish)
    found = dict(verdicts)
    for at, wishes in later.items():
        for wish, verdict in judge_all(wishes, now=at).items():
            if verdict.decision is not None and not verdict.rules:
                found[wish] = Verdict(at, (), verdict.decision, None)
    return found


def _said(
    wish: Wish | None, verdict: Verdict | None, wording: Wording, *, now: datetime
) -> tuple[str, str]:
    """Return why it would not leave, and the rules that say so; two empty texts: it would."""
    if wish is None or verdict is None:
        return NO_WAY, ""
    if not verdict.allowed:
        first = verdict.reasons[0].cause.value if verdict.reasons else ""
        return first or NO_WAY, verdict.rules
    ground = ground_of(wish.debtor_id, wish.channel, wish.loan_id, wish.contact_point_id, now=now)
    try:
        if ground is None:
            return NO_WAY, ""
        fill_in(wording, ground)
    except (WordingRefused, UnknownWording):
        return WORDS, ""
    return "", ""

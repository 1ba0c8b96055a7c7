"""Whom would one approved message reach, and whom not, and why? Nothing leaves.

The set is chosen by what the list of cases is chosen by. The gate is asked its own question for
each person, and the words are filled in for whoever it would let through. All of it is kept, so
that whoever starts it sees what whoever prepared it saw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.campaign.cascade import best_point
from forbear.contexts.cases.campaign.words import fill_in, ground_of
from forbear.contexts.cases.models import Case
from forbear.contexts.cases.outing.models import Outing, OutingRow
from forbear.contexts.cases.outing.word import LASTS, NO_WAY, WORDS, OutingState
from forbear.contexts.contact.gate.ask import Verdict, Wish, judge_all
from forbear.contexts.contact.gate.word import Cause
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_desks, open_sending, open_wordings
from forbear.policy.wording.form import UnknownWording, Wording
from forbear.policy.wording.render import WordingRefused
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal

PERSONS_MAX = 1_000
"""So many persons at most are written to at once."""
_AT_ONCE = 200
_LATE = """
SELECT DISTINCT ON (s.debtor_id) s.debtor_id, s.loan_id FROM ledger_standing s
WHERE s.debtor_id = ANY(%s) AND s.overdue_minor > 0
ORDER BY s.debtor_id, s.days_past_due DESC, s.overdue_minor DESC, s.loan_id
"""


class UnfitOuting(InvalidInput):
    """A message or a set of persons that cannot be chosen."""

    code = "UNFIT_OUTING"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What narrows the set: open cases of a team, in a state or bucket, late for some days.

    Null: that does not narrow it. Days are those past due, both bounds included.
    """

    team_id: int | None = None
    state: str | None = None
    bucket: str | None = None
    late_days_min: int | None = None
    late_days_max: int | None = None


def messages_to_choose(*, as_of: date) -> tuple[Wording, ...]:
    """Return the approved messages in force that a machine may carry and somebody may choose."""
    by_hand = {name for desk in open_desks().by_law.values() for name in desk.messages}
    machine = open_sending().by_machine
    found = open_wordings().in_force(as_of=as_of)
    return tuple(each for each in found if each.id in by_hand and each.channel in machine)


def prepare_outing(
    message_id: str, chosen: Chosen, *, today: date, actor: Principal, now: datetime
) -> int:
    """Choose a message and a set, try it, and keep what was found; return its id.

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
        cases = _cases(wording, chosen)
        outing = Outing.objects.create(
            message_id=wording.id,
            message_version=wording.version,
            channel=wording.channel.value,
            chosen={name: value for name, value in asdict(chosen).items() if value is not None},
            state=OutingState.PREPARED.value,
            prepared_by_id=staff_id(actor),
            prepared_at=now,
        )
        rows = list(_tried(outing, wording, cases, now=now))
        OutingRow.objects.bulk_create(rows)
        record(
            AuditEvent.OUTING_PREPARED,
            actor=actor,
            subject=f"outing:{outing.pk}",
            now=now,
            body={
                "message": f"{wording.id}@{wording.version}",
                "chosen": outing.chosen,
                "persons": len(rows),
                "would_leave": sum(not row.said for row in rows),
            },
        )
    return outing.pk


def _cases(wording: Wording, chosen: Chosen) -> Sequence[Case]:
    given = {
        "team_id": chosen.team_id,
        "state": chosen.state,
        "bucket": chosen.bucket,
        "days_past_due__gte": chosen.late_days_min,
        "days_past_due__lte": chosen.late_days_max,
    }
    wanted = Case.objects.filter(
        closed_at__isnull=True,
        debtor__jurisdiction=wording.jurisdiction.value,
        **{name: value for name, value in given.items() if value is not None},
    )
    found = list(wanted.select_related("team").order_by("id")[: PERSONS_MAX + 1])
    if not found:
        raise UnfitOuting(
            "Nobody is in this set.",
            remedy="Choose a wider one.",
            message_zh="没有符合条件的人。",
            remedy_zh="请放宽条件。",
        )
    if len(found) > PERSONS_MAX:
        raise UnfitOuting(
            f"More than {PERSONS_MAX} persons are in this set.",
            remedy="Choose a narrower one: a team, a bucket, or fewer days.",
            message_zh=f"符合条件的人超过 {PERSONS_MAX} 名。",
            remedy_zh="请缩小范围：选择团队、账龄或更少的天数。",
        )
    return found


def _tried(
    outing: Outing, wording: Wording, cases: Sequence[Case], *, now: datetime
) -> Iterator[OutingRow]:
    for start in range(0, len(cases), _AT_ONCE):
        some = cases[start : start + _AT_ONCE]
        loans = dict(ask(_LATE, [[case.debtor_id for case in some]]))
        wishes = {case.debtor_id: _wish(case, wording, loans, now=now) for case in some}
        asked = [wish for wish in wishes.values() if wish is not None]
        teams = {case.debtor_id: _team(case) for case in some}
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
                ask_at=None if wish is None else now,
                cause=said if wish is None else "",
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


def _team(case: Case) -> str | None:
    return None if case.team is None else case.team.code


def _wish(case: Case, wording: Wording, loans: dict[int, int], *, now: datetime) -> Wish | None:
    loan = loans.get(case.debtor_id)
    point = best_point(case.debtor_id, wording.channel, now=now)
    if loan is None or point is None:
        return None
    return Wish(case.debtor_id, point, wording.channel, loan, wording.contact)


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

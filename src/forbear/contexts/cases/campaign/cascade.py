"""What follows when a day's planned contact reached nobody?

The lender's file names the steps. Each is taken in one transaction that holds the person's row and
the cascade's: what ended the contact before, and everything that may end the cascade, is looked at
there, and the gate is asked there, under an id of the step's own. So two workers take no step
twice, and one that is killed leaves the step either whole or not taken at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.campaign.words import message_for
from forbear.contexts.cases.models import Cascade, CascadeEnd
from forbear.contexts.cases.slot import shipped_slots
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.authorise import Answer, Asked, authorise_within
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.silence import best_first
from forbear.contexts.contact.gate.word import Cause, Way
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.prepared import ask, tell
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_id
from forbear.contexts.portfolio.row import UnknownRef
from forbear.contexts.rulebook.library import open_cascades
from forbear.policy import cascade as rules
from forbear.policy.wording.form import UnknownWording
from forbear.values.code import Channel, Jurisdiction, Outcome, PointKind, PointQuality, Relation
from forbear.values.principal import Principal

LASTS = timedelta(hours=2)
"""So long a step's leave may wait for its carrier, and no longer than the person's day."""
AGAIN = timedelta(minutes=10)
"""So long until a contact whose end is not known yet is looked at again."""
_STEPS = UUID("8a4f6f3b-5a56-5d0c-9f7a-0d8a5a2b9c11")
_KINDS = {
    Channel.SMS: (PointKind.MOBILE,),
    Channel.EMAIL: (PointKind.EMAIL,),
    Channel.WECHAT: (PointKind.WECHAT,),
    Channel.BOT: (PointKind.MOBILE, PointKind.LANDLINE),
    Channel.LETTER: (PointKind.POSTAL,),
}
_UNFIT = {PointQuality.INVALID, PointQuality.WRONG_PERSON}
ENDING = (
    AuditEvent.HOLD_PLACED,
    AuditEvent.CONSENT_RECORDED,
    AuditEvent.PREFERENCE_RECORDED,
    AuditEvent.MESSAGE_CAME,
    AuditEvent.POSTING_RECORDED,
    AuditEvent.PAYMENT_BEGUN,
    AuditEvent.PROMISE_MADE,
    AuditEvent.ARRANGEMENT_PROPOSED,
    AuditEvent.ARRANGEMENT_SIGNED,
    AuditEvent.FILING_FILED,
    AuditEvent.CALLBACK_SET,
    AuditEvent.ACCESS_BEGAN,
)
"""What is written down of a person, or by them, that leaves nothing to follow today."""
_BEGIN = """
INSERT INTO cases_cascade (day, debtor_id, name, step, first_at, look_at, until_at)
SELECT p.day, p.debtor_id, c.name, 0, a.first_at, a.first_at, w.until_at
FROM cases_plan p JOIN portfolio_debtor d ON d.id = p.debtor_id
JOIN unnest(%(names)s::text[], %(laws)s::text[], %(firsts)s::text[]) AS c (name, law, channel)
  ON c.law = d.jurisdiction AND c.channel = p.channel
CROSS JOIN LATERAL (
  SELECT min((p.day + make_interval(mins => %(ends)s)) AT TIME ZONE zone) AS until_at,
    min(p.day::timestamp AT TIME ZONE zone) AS since
  FROM unnest(CASE WHEN cardinality(d.time_zones) = 0 THEN '{UTC}' ELSE d.time_zones END) AS zone) w
CROSS JOIN LATERAL (
  SELECT min(started_at) AS first_at FROM contact_attempt WHERE debtor_id = p.debtor_id
  AND channel = p.channel AND direction = 'OUTBOUND' AND started_at >= w.since) a
WHERE p.day = ANY(%(days)s) AND p.state IN ('OPEN', 'DONE') AND p.loan_id IS NOT NULL
  AND a.first_at IS NOT NULL AND w.until_at > %(now)s
  AND NOT EXISTS (SELECT 1 FROM cases_cascade o WHERE o.day = p.day AND o.debtor_id = p.debtor_id)
ON CONFLICT (day, debtor_id) DO NOTHING
"""
_DUE = (
    "SELECT id, debtor_id FROM cases_cascade WHERE ended_as IS NULL AND look_at <= %s "
    "ORDER BY look_at, id LIMIT %s"
)
_PLAN = (
    "SELECT p.state, p.channel, p.loan_id, d.jurisdiction, CASE WHEN s.days_past_due > 0 "
    "OR s.overdue_minor = 0 THEN s.days_past_due END, t.code FROM cases_plan p "
    "JOIN portfolio_debtor d ON d.id = p.debtor_id "
    "LEFT JOIN people_team t ON t.id = p.team_id "
    "LEFT JOIN ledger_standing s ON s.loan_id = p.loan_id WHERE p.day = %s AND p.debtor_id = %s"
)
_LATEST = (
    "SELECT outcome, started_at FROM contact_attempt WHERE debtor_id = %s "
    "AND (id = %s::bigint OR (%s::bigint IS NULL AND channel = %s AND direction = 'OUTBOUND' "
    "AND started_at >= %s)) ORDER BY started_at DESC, id DESC LIMIT 1"
)
_MADE = (
    "SELECT count(*) FILTER (WHERE direction = 'OUTBOUND' AND outcome <> 'FAILED'), "
    "count(*) FILTER (WHERE direction = 'INBOUND') FROM contact_attempt "
    "WHERE debtor_id = %s AND started_at >= %s"
)
_SAID = "SELECT 1 FROM audit_entry WHERE debtor_id = %s AND at >= %s AND event = ANY(%s) LIMIT 1"
_WAITING = frozenset({Outcome.UNKNOWN, Outcome.SENT})
"""How these end is not known yet; where a step names ``SENT``, its waiting time decides."""


@dataclass
class Steps:
    """What one round brought."""

    taken: int = 0
    ended: int = 0


@dataclass(frozen=True, slots=True)
class _Plan:
    """The plan that is followed, as it is now. ``days_past_due`` null: there are no words."""

    state: str
    channel: Channel
    loan_id: int
    law: Jurisdiction
    days_past_due: int | None
    team: str | None


def begin_cascades(days: Sequence[date], *, actor: Principal, clock: Clock = database_clock) -> int:
    """Begin to follow each plan of some days whose own contact was made; return how many are new.

    Doing it again changes nothing.
    """
    rows = [
        (one.name, law.value, channel.value)
        for one in open_cascades()
        for law in sorted(one.laws)
        for channel in sorted(one.first)
    ]
    names, laws, firsts = ([row[at] for row in rows] for at in range(3))
    with acting(actor):
        told = {
            "names": names,
            "laws": laws,
            "firsts": firsts,
            "days": list(days),
            "now": clock(),
            "ends": max(slot.end_minute for slot in shipped_slots()),
        }
        return tell(_BEGIN, told)


def step_due(
    carriers: Mapping[Channel, str],
    *,
    limit: int,
    actor: Principal,
    clock: Clock = database_clock,
    going: Callable[[], bool] = lambda: True,
) -> Steps:
    """Look at up to ``limit`` cascades whose time has come, and take their next steps.

    ``carriers``: by which provider each channel goes from here.
    """
    done = Steps()
    with reading(actor):
        due = ask(_DUE, [clock(), limit])
    for ident, debtor_id in due:
        if not going():
            break
        taken, ended = _look(ident, debtor_id, carriers, actor=actor, clock=clock)
        done.taken += taken
        done.ended += ended
    return done


def _look(
    ident: int, debtor_id: int, carriers: Mapping[Channel, str], *, actor: Principal, clock: Clock
) -> tuple[bool, bool]:
    """Look at one cascade; return whether a step was taken, and whether it has ended."""
    with acting(actor):
        if not hold_person(debtor_id):
            return False, False
        rows = Cascade.objects.select_for_update().filter(pk=ident, ended_as__isnull=True)
        row, now = rows.first(), clock()
        if row is None or row.look_at > now:
            return False, False
        before = row.step
        _move(row, carriers, actor=actor, now=now, clock=clock)
        row.save(update_fields=["step", "attempt_id", "look_at", "ended_as", "ended_at"])
        chaos("cascade.step.before_commit")
    chaos("cascade.step.after_commit")
    return row.step > before, row.ended_as is not None


def _move(
    row: Cascade,
    carriers: Mapping[Channel, str],
    *,
    actor: Principal,
    now: datetime,
    clock: Clock,
) -> None:
    if now >= row.until_at:
        return _end(row, CascadeEnd.DAY_OVER, now)
    plan = _plan(row)
    one = None if plan is None else rules.cascade_for(open_cascades(), plan.law, plan.channel)
    if plan is None or one is None or one.name != row.name or plan.state == "CANCELLED":
        return _end(row, CascadeEnd.CANCELLED, now)
    if row.step >= len(one.steps):
        return _end(row, CascadeEnd.DONE, now)
    made, came = ask(_MADE, [row.debtor_id, row.first_at])[0]
    if came or _something_came(row):
        return _end(row, CascadeEnd.HEARD, now)
    step = one.steps[row.step]
    found = _latest(row, plan)
    if found is None:
        return _end(row, CascadeEnd.CANCELLED, now)
    outcome, at = found
    if outcome not in step.when and outcome not in _WAITING:
        return _end(row, CascadeEnd.REACHED, now)
    if now < at + step.wait:
        row.look_at = at + step.wait
        return None
    if outcome not in step.when:
        row.look_at = now + AGAIN
        return None
    if made >= one.contacts_at_most:
        return _end(row, CascadeEnd.SPENT, now)
    return _take(row, plan, step.channel, carriers, actor=actor, now=now, clock=clock)


def _take(
    row: Cascade,
    plan: _Plan,
    channel: Channel,
    carriers: Mapping[Channel, str],
    *,
    actor: Principal,
    now: datetime,
    clock: Clock,
) -> None:
    provider, message = carriers.get(channel), _message(row, plan, channel)
    point = best_point(row.debtor_id, channel, now=now)
    if provider is None or message is None or point is None:
        return _end(row, CascadeEnd.NO_WAY, now)
    asked = Asked(
        uuid5(_STEPS, f"{row.day.isoformat()}:{row.debtor_id}:{row.step}"),
        Wish(row.debtor_id, point, channel, plan.loan_id),
        Way.AGENDA,
        provider,
        message=message,
        team=plan.team,
        lasts=min(LASTS, row.until_at - now),
    )
    answer = authorise_within(asked, actor=actor, clock=clock)
    if answer.attempt_id is None:
        return _refused(row, answer, now)
    row.step += 1
    row.attempt_id, row.look_at = answer.attempt_id, now + AGAIN
    return None


def _refused(row: Cascade, answer: Answer, now: datetime) -> None:
    """Ask again when time alone turns it today; whatever else refuses ends the cascade."""
    rule = {each.cause for each in answer.reasons} == {Cause.RULE}
    if rule and answer.turns_at is not None and now < answer.turns_at < row.until_at:
        row.look_at = answer.turns_at
    else:
        _end(row, CascadeEnd.REFUSED, now)


def _end(row: Cascade, why: CascadeEnd, now: datetime) -> None:
    row.ended_as, row.ended_at = why.value, now


def _plan(row: Cascade) -> _Plan | None:
    found = ask(_PLAN, [row.day, row.debtor_id])
    if not found or found[0][1] is None or found[0][2] is None:
        return None
    state, channel, loan_id, law, late, team = found[0]
    return _Plan(state, Channel(channel), loan_id, Jurisdiction(law), late, team)


def _something_came(row: Cascade) -> bool:
    events = [event.value for event in ENDING]
    return bool(ask(_SAID, [row.debtor_id, row.first_at, events]))


def _latest(row: Cascade, plan: _Plan) -> tuple[Outcome, datetime] | None:
    values = [row.debtor_id, row.attempt_id, row.attempt_id, plan.channel.value, row.first_at]
    found = ask(_LATEST, values)
    return (Outcome(found[0][0]), found[0][1]) if found else None


def _message(row: Cascade, plan: _Plan, channel: Channel) -> tuple[str, int] | None:
    if plan.days_past_due is None:
        return None
    try:
        return message_for(plan.law, channel, plan.days_past_due, as_of=row.day)
    except UnknownWording:
        return None


def best_point(debtor_id: int, channel: Channel, *, now: datetime) -> int | None:
    """Return which of the person's own contact points the channel reaches them by best.

    Runs inside a transaction; None: there is none, or the person was erased.
    """
    try:
        person: PersonFacts = facts_of_id(debtor_id)
    except UnknownRef:
        return None
    kinds = _KINDS.get(channel, ())
    own = [
        point.no
        for point in person.points
        if point.relation is Relation.OWN and point.kind in kinds and point.quality not in _UNFIT
    ]
    return best_first(debtor_id, own, now=now)[0] if own else None

"""How does a contact get leave to be made?

One transaction holds the person's row, asks every rule, debits the caps, and writes the attempt,
its place in the queue and the record. The attempt itself is the debit: until it is known that
nothing was sent, it counts as sent for every rule that counts contacts.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.gate.ask import Reason, Verdict, Wish, about_wish, judge
from forbear.contexts.contact.gate.clock import Clock, about_time, database_clock
from forbear.contexts.contact.gate.word import Cause, DispatchState, Stage, Way
from forbear.contexts.contact.models import AttemptSource
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.prepared import Question, ask, looking_ahead, write
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import about_holding, hold_person
from forbear.values.code import Direction, Outcome
from forbear.values.errors import Conflict, ForbearError
from forbear.values.principal import Principal

LASTS = timedelta(hours=12)
"""How long leave may wait to be used, where the asker says nothing."""
_log = logging.getLogger(__name__)
# Its number is known before the attempt is written, so that all that names it is written at once.
_NEXT: Question = ("SELECT nextval('contact_attempt_id_seq')", ())
_ADD = (
    "WITH attempt AS (INSERT INTO contact_attempt (id, ref, debtor_id, contact_point_id, loan_id, "
    "channel, direction, started_at, outcome, team, source, recorded_at) VALUES (%(id)s, "
    "%(ref)s, %(debtor_id)s, %(contact_point_id)s, %(loan_id)s, %(channel)s, %(direction)s, "
    "%(now)s, %(outcome)s, %(team)s, %(source)s, %(now)s) RETURNING id) "
    "INSERT INTO contact_dispatch (attempt_id, permit_id, debtor_id, channel, purpose, way, "
    "provider, message_id, message_version, text_sha256, pack_sha256, asked_by, state, "
    "authorised_at, not_before, expires_at, fence, provider_ref, answer, asked_count) "
    "SELECT id, %(permit)s, %(debtor_id)s, %(channel)s, %(purpose)s, %(way)s, %(provider)s, "
    "%(message_id)s, %(message_version)s::integer, '', %(pack)s, %(asked_by)s, %(state)s, %(now)s, "
    "%(not_before)s, %(expires_at)s, 0, '', '', 0 FROM attempt"
)
_KNOWN = (
    "SELECT a.id, a.debtor_id, a.contact_point_id, a.loan_id, d.channel, d.purpose "
    "FROM contact_dispatch d JOIN contact_attempt a ON a.id = d.attempt_id WHERE d.permit_id = %s"
)
_DECIDED = (
    "INSERT INTO contact_gatedecision (permit_id, attempt_id, debtor_id, contact_point_id, "
    "loan_id, channel, purpose, way, stage, at, allowed, cause, rules, turns_at, asked_by, "
    f"pack_sha256, body, body_sha256) VALUES ({'%s, ' * 17}sha256(%s::bytea))"
)


class OtherWish(Conflict):
    """The same request id was used for another contact."""

    code = "OTHER_WISH"


@dataclass(frozen=True, slots=True)
class Asked:
    """A contact that is asked for. Once it was allowed, asking again by its ``id`` is no other one.

    A refused one may be asked for again, and is decided anew.
    ``message``: id and version of the approved words; null for a call by a person. ``provider``:
    who is to carry it. ``not_before`` null: at once; ``lasts``: how long leave may wait.
    """

    id: UUID
    wish: Wish
    way: Way
    provider: str
    message: tuple[str, int] | None = None
    team: str | None = None
    not_before: datetime | None = None
    lasts: timedelta = LASTS


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gate answered. ``attempt_id`` null: refused, and ``reasons`` say why.

    ``turns_at``: when time alone turns a refusal; null: only a new fact can.
    """

    id: UUID
    attempt_id: int | None
    reasons: tuple[Reason, ...]
    turns_at: datetime | None
    verdict: Verdict | None

    @property
    def allowed(self) -> bool:
        """Leave was given."""
        return self.attempt_id is not None


def authorise(asked: Asked, *, actor: Principal, clock: Clock = database_clock) -> Answer:
    """Decide about a contact and, where it is allowed, debit it and put it in the queue.

    Whatever goes wrong refuses: then nothing was written, and nothing will be sent.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
        OtherWish: the id was used for another contact.
    """
    may(actor, Permission.CONTACT_MAKE)
    try:
        with acting(actor, *_questions(asked, clock)):
            answer = _decide(asked, actor=actor, clock=clock)
            chaos("gate.authorise.before_commit")
        chaos("gate.authorise.after_commit")
    except DatabaseError as error:
        _log.warning("the gate could not write", extra={"code": type(error).__name__})
        return _refusal(asked, _NOT_RECORDED)
    except ForbearError:
        raise
    except Exception:  # noqa: BLE001  # in doubt there is no contact
        _log.exception("the gate refused in doubt")
        return _refusal(asked, _DOUBT)
    return answer


def authorise_within(asked: Asked, *, actor: Principal, clock: Clock = database_clock) -> Answer:
    """Decide inside an action's own transaction, so that both stand or neither does.

    Whether the doer may act is the action's to ask. A fault takes the whole action back.

    Raises:
        OtherWish: the id was used for another contact.
    """
    required()
    with looking_ahead(*_questions(asked, clock)):
        return _decide(asked, actor=actor, clock=clock)


def _questions(asked: Asked, clock: Clock) -> list[Question]:
    """Return what ``_decide`` asks: first the person's row is held, last comes the time."""
    return [
        about_holding(asked.wish.debtor_id),
        (_KNOWN, [asked.id]),
        *about_wish(asked.wish),
        _NEXT,
        *about_time(clock),
    ]


def _decide(asked: Asked, *, actor: Principal, clock: Clock) -> Answer:
    wish = asked.wish
    if not hold_person(wish.debtor_id):
        return _refusal(asked, _NO_PERSON)
    known = ask(_KNOWN, [asked.id])
    if known:
        return _known(asked, *known[0])
    now = clock()
    verdict = judge(wish, now=now, team=asked.team)
    if not verdict.allowed:
        _decided(asked, verdict, None, actor=actor)
        record(
            AuditEvent.CONTACT_REFUSED,
            actor=actor,
            subject=f"permit:{asked.id}",
            now=now,
            debtor_id=wish.debtor_id,
            body={
                "channel": wish.channel.value,
                "way": asked.way.value,
                "causes": sorted({one.cause.value for one in verdict.reasons}),
                "rules": verdict.rules,
                "decision_sha256": verdict.sha256,
            },
        )
        return Answer(asked.id, None, verdict.reasons, verdict.turns_at, verdict)
    attempt_id = _debit(asked, verdict, actor=actor)
    _decided(asked, verdict, attempt_id, actor=actor)
    record(
        AuditEvent.CONTACT_AUTHORISED,
        actor=actor,
        subject=f"attempt:{attempt_id}",
        now=now,
        debtor_id=wish.debtor_id,
        body={
            "permit": str(asked.id),
            "channel": wish.channel.value,
            "purpose": wish.purpose.value,
            "way": asked.way.value,
            "contact_point_id": wish.contact_point_id,
            "loan_id": wish.loan_id,
            "message": None if asked.message is None else list(asked.message),
            "pack_sha256": verdict.pack_sha256,
            "decision_sha256": verdict.sha256,
        },
    )
    return Answer(asked.id, attempt_id, (), None, verdict)


def _debit(asked: Asked, verdict: Verdict, *, actor: Principal) -> int:
    wish, now = asked.wish, verdict.at
    begins = max(now, asked.not_before or now)
    message_id, version = asked.message or ("", None)
    ((attempt_id,),) = ask(*_NEXT)
    assert isinstance(attempt_id, int)
    write(
        _ADD,
        {
            "id": attempt_id,
            "ref": str(asked.id),
            "permit": asked.id,
            "debtor_id": wish.debtor_id,
            "contact_point_id": wish.contact_point_id,
            "loan_id": wish.loan_id,
            "channel": wish.channel.value,
            "direction": Direction.OUTBOUND.value,
            "outcome": Outcome.UNKNOWN.value,
            "team": asked.team,
            "source": AttemptSource.GATE.value,
            "purpose": wish.purpose.value,
            "way": asked.way.value,
            "provider": asked.provider,
            "message_id": message_id,
            "message_version": version,
            "pack": verdict.pack_sha256,
            "asked_by": str(actor),
            "state": DispatchState.AUTHORISED.value,
            "now": now,
            "not_before": begins,
            "expires_at": begins + asked.lasts,
        },
    )
    return attempt_id


def _decided(asked: Asked, verdict: Verdict, attempt_id: int | None, *, actor: Principal) -> None:
    stage = Stage.AUTHORISE
    decided(
        asked.wish,
        asked.way,
        stage,
        verdict,
        permit_id=asked.id,
        attempt_id=attempt_id,
        actor=actor,
    )


def decided(
    wish: Wish,
    way: Way,
    stage: Stage,
    verdict: Verdict,
    *,
    permit_id: UUID,
    attempt_id: int | None,
    actor: Principal,
) -> None:
    """Keep a whole decision, inside the transaction in which it was made."""
    cause = verdict.reasons[0].cause.value if verdict.reasons else None
    write(
        _DECIDED,
        [
            permit_id,
            attempt_id,
            wish.debtor_id,
            wish.contact_point_id,
            wish.loan_id,
            wish.channel.value,
            wish.purpose.value,
            way.value,
            stage.value,
            verdict.at,
            verdict.allowed,
            cause,
            verdict.rules,
            verdict.turns_at,
            str(actor),
            verdict.pack_sha256,
            verdict.body,
            verdict.body,
        ],
    )


def _known(asked: Asked, attempt_id: int, *was: object) -> Answer:
    wish = asked.wish
    words = (wish.channel.value, wish.purpose.value)
    if was != (wish.debtor_id, wish.contact_point_id, wish.loan_id, *words):
        raise OtherWish(
            f"The request {asked.id} was used for another contact.",
            remedy="Give every contact an id of its own.",
            message_zh=f"请求编号 {asked.id} 已用于另一次联系。",
            remedy_zh="每次联系请使用新的编号。",
        )
    return Answer(asked.id, attempt_id, (), None, None)


def _refusal(asked: Asked, reason: Reason) -> Answer:
    return Answer(asked.id, None, (reason,), None, None)


_NO_PERSON = Reason(
    Cause.NOT_OF_PERSON, "person", "There is no such person here.", "这里没有该债务人。"
)
_NOT_RECORDED = Reason(
    Cause.NOT_RECORDED,
    "database",
    "The record could not be written, so nothing may be sent.",
    "无法写入记录，因此不得发送。",
)
_DOUBT = Reason(
    Cause.DOUBT,
    "fault",
    "Something went wrong while deciding; in doubt there is no contact.",
    "判断过程中出现问题；存疑时一律不联系。",
)

"""How does an agency get leave to contact a person, and what is it told of a permit?

It names refs and gets an id, a masked number and a time, or every reason why not; the number itself
is in no answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from forbear.contexts.contact.agency.who import agency_of
from forbear.contexts.contact.ask import ContactAsked
from forbear.contexts.contact.caller.code import code_of
from forbear.contexts.contact.channels.registry import BRIDGED
from forbear.contexts.contact.gate.ask import Reason
from forbear.contexts.contact.gate.authorise import Answer, Asked, authorise
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.explain import UnknownContact
from forbear.contexts.contact.gate.permit import PERMIT_LASTS
from forbear.contexts.contact.gate.word import Cause, DispatchState, Way
from forbear.contexts.contact.models import Dispatch, GateDecision
from forbear.contexts.contact.named import named
from forbear.contexts.database.transaction import reading
from forbear.contexts.house.named import own_named
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.listing import refs_by_id
from forbear.contexts.portfolio.queries.person import points_for
from forbear.contexts.rulebook.library import open_library
from forbear.values.code import Outcome
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal, PrincipalKind, Sight

MINUTES_MAX = 60
MINUTES = 15
"""So long a permit may wait to be begun; until then it counts against every cap."""


class UnfitPermit(InvalidInput):
    """An agency cannot ask for this."""

    code = "UNFIT_PERMIT"


@dataclass(frozen=True, slots=True)
class ReasonTold:
    """One reason against a contact. Source and address empty: it is no rule's.

    ``source`` names the article, ``address`` is where to read it.
    ``opens_at``: when time alone lifts it; null: it takes a new fact, or is not known.
    """

    cause: Cause
    detail: str
    en: str
    zh: str
    source: str = ""
    address: str = ""
    opens_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PermitTold:
    """A permit, or why there is none. ``state`` null: it was refused at once.

    ``check_code``: what the caller reads out, so that the person can check the call; null: gone.
    ``expires_at``: until then it may be begun. ``begun_at`` and ``connect_until`` null: it was not
    begun. ``opens_at``: when time alone turns a refusal.
    """

    id: UUID
    allowed: bool
    debtor_ref: str | None
    contact_point_ref: str | None
    channel: str
    masked: str
    state: DispatchState | None = None
    outcome: Outcome | None = None
    expires_at: datetime | None = None
    begun_at: datetime | None = None
    connect_until: datetime | None = None
    check_code: str | None = None
    reasons: tuple[ReasonTold, ...] = ()
    opens_at: datetime | None = None


def ask_permit(
    permit_id: UUID,
    asked: ContactAsked,
    *,
    minutes: int = MINUTES,
    actor: Principal,
    clock: Clock = database_clock,
) -> PermitTold:
    """Ask for leave; ``permit_id`` is the agency's own new id, and asking again changes nothing.

    Raises:
        NotPermitted: CONTACT_MAKE is missing, or no agency asks.
        UnfitPermit: the channel is none that is connected for agencies, or the time too long.
        UnknownRef, NotOfPerson: the person, contact point or loan is not in the agency's care.
        OtherWish: the id was used for another contact.
    """
    may(actor, Permission.CONTACT_MAKE)
    agency = agency_of(actor)
    _check(asked, minutes)
    wish = named(asked, actor=actor)
    answer = authorise(
        Asked(
            permit_id,
            wish,
            Way.AGENCY,
            agency.provider,
            team=agency.code,
            lasts=timedelta(minutes=minutes),
        ),
        actor=actor,
        clock=clock,
    )
    if answer.allowed or answer.verdict is not None:
        return show_permit(permit_id, actor=actor, now=clock())
    return _undecided(answer, asked)


def show_permit(permit_id: UUID, *, actor: Principal, now: datetime) -> PermitTold:
    """Return where a permit of an agency stands, or why it was refused.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownContact: there is none by that id for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        row = _row(permit_id, actor)
        decisions = GateDecision.objects.filter(permit_id=permit_id, way=Way.AGENCY.value)
        refusal = decisions.filter(allowed=False).order_by("-id").first()
        of = row or refusal
        if of is None:
            raise unknown_permit(permit_id)
        point_id = refusal.contact_point_id if row is None else row.attempt.contact_point_id
        debtor_ref = refs_by_id([of.debtor_id]).get(of.debtor_id)
    points = () if debtor_ref is None else points_for(debtor_ref, actor=actor, now=now)
    point = next((each for each in points if each.id == point_id), None)
    facts = {
        "id": permit_id,
        "debtor_ref": debtor_ref,
        "contact_point_ref": None if point is None else point.ref,
        "channel": of.channel,
        "masked": "" if point is None else point.masked,
    }
    if row is None:
        return PermitTold(**facts, allowed=False, **_why(refusal))
    return PermitTold(**facts, **_standing(row, refusal))


def unknown_permit(permit_id: UUID) -> UnknownContact:
    """Return the error for a permit that is not there."""
    return UnknownContact(
        f"There is no permit {permit_id} here.",
        remedy="Check the id; the person may have left your care.",
        message_zh=f"这里没有编号为 {permit_id} 的许可。",
        remedy_zh="请核对编号；该债务人也可能已不由贵方负责。",
    )


def _row(permit_id: UUID, actor: Principal) -> Dispatch | None:
    rows = Dispatch.objects.select_related("attempt").filter(
        permit_id=permit_id, way=Way.AGENCY.value
    )
    if actor.kind is PrincipalKind.TOKEN and actor.sight is Sight.TEAMS:
        rows = rows.filter(provider=agency_of(actor).provider)
    return rows.first()


def _standing(row: Dispatch, refusal: GateDecision | None) -> dict[str, object]:
    state = DispatchState(row.state)
    gone = state in {DispatchState.WITHDRAWN, DispatchState.REJECTED}
    begun_at = None if gone else row.intent_at
    told: dict[str, object] = {
        "allowed": not gone,
        "state": state,
        "outcome": Outcome(row.attempt.outcome),
        "expires_at": row.expires_at,
        "begun_at": begun_at,
        "connect_until": begun_at and min(row.expires_at, begun_at + PERMIT_LASTS),
        "check_code": None if gone else code_of(row.pk),
    }
    if gone:
        told |= _why(refusal) if refusal is not None else {"reasons": (_taken_back(row),)}
    return told


def _taken_back(row: Dispatch) -> ReasonTold:
    if row.cause == Cause.LAPSED.value or row.state == DispatchState.REJECTED.value:
        return ReasonTold(
            Cause.LAPSED,
            "",
            "The permit's time ran out before it could be used.",
            "许可在使用前已过期。",
        )
    return ReasonTold(
        Cause(row.cause),
        "",
        "A new fact forbids the contact; ask for a new permit to be told which.",
        "有新的情况禁止此次联系；重新申请许可即可得知原因。",
    )


def _why(refusal: GateDecision) -> dict[str, object]:
    return {"reasons": _reasons(bytes(refusal.body)), "opens_at": refusal.turns_at}


def _reasons(body: bytes) -> tuple[ReasonTold, ...]:
    """Return a kept decision's reasons, with what the packs say of each rule."""
    kept = json.loads(body)
    findings = {found["rule"]: found for found in kept["findings"]}
    return tuple(_reason(each, findings.get(each["detail"])) for each in kept["reasons"])


def _reason(reason: dict[str, str], finding: dict[str, str] | None) -> ReasonTold:
    cause = Cause(reason["cause"])
    told = ReasonTold(cause, reason["detail"], reason["en"], reason["zh"])
    if cause is not Cause.RULE or finding is None:
        return told
    since = date.fromisoformat(finding["effective"])
    rules = open_library().rules
    filed = next((r for r in rules if r.id == told.detail and r.effective == since), None)
    rule = filed or own_named(told.detail, since)
    return ReasonTold(
        told.cause,
        told.detail,
        told.en,
        told.zh,
        source="" if rule is None else str(rule.source),
        address="" if rule is None else rule.source.address,
        opens_at=datetime.fromisoformat(finding["until"]) if finding["until"] else None,
    )


def _undecided(answer: Answer, asked: ContactAsked) -> PermitTold:
    def plain(reason: Reason) -> ReasonTold:
        return ReasonTold(reason.cause, reason.detail, reason.en, reason.zh)

    return PermitTold(
        answer.id,
        allowed=False,
        debtor_ref=asked.debtor_ref,
        contact_point_ref=asked.contact_point_ref,
        channel=asked.channel.value,
        masked="",
        reasons=tuple(plain(each) for each in answer.reasons),
    )


def _check(asked: ContactAsked, minutes: int) -> None:
    if asked.channel not in BRIDGED:
        raise UnfitPermit(
            f"{asked.channel.value} is not connected for agencies.",
            remedy=f"Ask for {', '.join(sorted(each.value for each in BRIDGED))}.",
            message_zh=f"{asked.channel.value} 渠道不为外包机构接通。",
            remedy_zh=f"可用：{'、'.join(sorted(each.value for each in BRIDGED))}。",
            field="channel",
        )
    if not 1 <= minutes <= MINUTES_MAX:
        raise UnfitPermit(
            f"A permit waits for 1 to {MINUTES_MAX} minutes.",
            remedy="Ask when the call can be made.",
            message_zh=f"许可可等待 1 至 {MINUTES_MAX} 分钟。",
            remedy_zh="请在可以拨打时再申请。",
            field="minutes",
        )

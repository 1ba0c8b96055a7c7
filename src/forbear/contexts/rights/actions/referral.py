"""A person is shown who helps, handed over with their consent, or represented by somebody."""

from __future__ import annotations

from datetime import date, datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.cases.actions.hold import end_hold_and_refresh, enter_hold_and_refresh
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import doing, may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.actions.representative import (
    enter_authority,
    enter_end_of_authority,
)
from forbear.contexts.portfolio.contract import hold_person, hold_span
from forbear.contexts.portfolio.held import held_person, person_of_representative
from forbear.contexts.portfolio.row import insert
from forbear.contexts.portfolio.said import HoldSaid, Recorded
from forbear.contexts.portfolio.word import RepresentativeKind, Source
from forbear.contexts.rights.models import Referral
from forbear.contexts.rights.transition import (
    REFERRAL_EVENTS,
    REFERRAL_NEXT,
    REFERRAL_STATES,
    ReferralState,
)
from forbear.contexts.rulebook.library import open_helpers
from forbear.values.code import HoldKind
from forbear.values.errors import Conflict, Denied, InvalidInput, NotFound
from forbear.values.principal import Principal


class UnknownHelper(InvalidInput):
    """The directory names nobody by that code for this person's country."""

    code = "UNKNOWN_HELPER"


class UnknownReferral(NotFound):
    """There is no such referral, or the doer may not see it."""

    code = "UNKNOWN_REFERRAL"


class OtherReferral(Conflict):
    """Another referral goes by this ref."""

    code = "OTHER_REFERRAL"


class ReferralMayNotFollow(Conflict):
    """A referral in this state cannot go there."""

    code = "REFERRAL_MAY_NOT_FOLLOW"


class ConsentMissing(Denied):
    """Nobody is told of a person who has not agreed to it."""

    code = "CONSENT_MISSING"


def refer(ref: str, debtor_ref: str, helper: str, *, actor: Principal, now: datetime) -> Recorded:
    """Tell a person of somebody who helps; nobody else is told of the person.

    Raises:
        NotPermitted: FILINGS_TAKE is missing.
        UnknownHelper: the directory names nobody by that code for the person's country.
        InvalidField, UnknownRef, PersonErased, OtherReferral.
    """
    may(actor, Permission.FILINGS_TAKE)
    ref = check.ref("ref", ref)
    with acting(actor):
        person = held_person(debtor_ref)
        known = open_helpers().get(helper)
        if known is None or known.jurisdiction is not person.jurisdiction:
            raise UnknownHelper(
                "helper: the directory names nobody by that code for this person's country.",
                remedy="Choose from GET /help.",
                message_zh="helper：目录中没有适用于此人的该代码。",
                remedy_zh="请从 GET /help 中选择。",
                field="helper",
            )
        before = Referral.objects.filter(ref=ref).first()
        if before is not None and (before.debtor_id, before.entry) == (person.id, helper):
            return Recorded(before.pk, ref, new=False)
        row = Referral(
            ref=ref,
            debtor_id=person.id,
            entry=helper,
            state=ReferralState.OFFERED.value,
            made_by=str(actor),
            at=now,
            moved_at=now,
        )
        if before is not None or not insert(row):
            raise OtherReferral(
                f"The ref {ref!r} stands for another referral.",
                remedy="Give every referral a ref of its own.",
                message_zh=f"编号 {ref!r} 已用于另一转介。",
                remedy_zh="每项转介请使用各自的编号。",
                ref=ref,
            )
        _note(row, actor=actor, now=now)
        return Recorded(row.pk, ref, new=True)


def move_referral(
    ref: str, to: ReferralState, *, consented: bool = False, actor: Principal, now: datetime
) -> Referral:
    """Hand a person over with their consent, or note that they decline, or that it has ended.

    Raises:
        NotPermitted, UnknownReferral.
        ConsentMissing: to be handed over, the person must have agreed, and has not.
        ReferralMayNotFollow.
    """
    may(actor, Permission.FILINGS_TAKE)
    with acting(actor):
        debtor_id = Referral.objects.filter(ref=ref).values_list("debtor_id", flat=True).first()
        if debtor_id is None or not hold_person(debtor_id):
            raise _unknown(ref)
        row = Referral.objects.select_for_update().get(ref=ref)
        before = ReferralState(row.state)
        if to not in REFERRAL_NEXT[before]:
            raise _may_not_follow(before, to)
        if to is ReferralState.HANDED_OVER:
            if not consented:
                raise ConsentMissing(
                    "The person has not agreed that somebody is told of them.",
                    remedy="Ask them first; or let them get in touch by themselves.",
                    message_zh="本人未同意将其信息告知他人。",
                    remedy_zh="请先征得同意；或由本人自行联系。",
                    field="consented",
                )
            row.consented_at = now
        row.state, row.moved_at = to.value, now
        row.save(update_fields=["state", "moved_at", "consented_at"])
        _note(row, actor=actor, now=now)
        return row


def check_representative(
    ref: str, *, evidence: str, actor: Principal, today: date, now: datetime
) -> Recorded:
    """Say that somebody's authority was checked: from now on the person is not contacted.

    Whoever deals with the matter deals with the representative alone.

    Raises:
        NotPermitted: PERSON_CHANGE is missing.
        UnknownRef, PersonErased, AuthorityEnded, InvalidField.
    """
    with acting(actor):
        who = person_of_representative(ref)
        done = enter_authority(ref, evidence=evidence, actor=actor, now=now)
        if done.new:
            hold = HoldKind.REPRESENTATION
            if who.kind is RepresentativeKind.DEBT_ADVISER:
                hold = HoldKind.DEBT_ADVICE
            said = HoldSaid(_hold_ref(done.id), who.debtor_ref, hold, today, who.until_date)
            enter_hold_and_refresh(said, source=Source.STAFF, actor=actor, today=today, now=now)
        return done


def release_representative(ref: str, *, actor: Principal, today: date, now: datetime) -> Recorded:
    """Say that somebody acts for the person no longer; what kept contact away ends with it.

    Raises:
        NotPermitted: PERSON_CHANGE is missing.
        UnknownRef, PersonErased.
    """
    with acting(actor):
        done = enter_end_of_authority(ref, actor=actor, now=now)
        if done.new and hold_span(_hold_ref(done.id)) is not None:
            by = doing(actor, Permission.HOLD_RELEASE)
            evidence = f"representative:{done.id}"
            end_hold_and_refresh(
                _hold_ref(done.id), evidence=evidence, actor=by, today=today, now=now
            )
        return done


def _hold_ref(representative_id: int) -> str:
    return f"representative-{representative_id}"


def _note(row: Referral, *, actor: Principal, now: datetime) -> None:
    record(
        REFERRAL_EVENTS[ReferralState(row.state)],
        actor=actor,
        subject=f"referral:{row.pk}",
        debtor_id=row.debtor_id,
        body={"ref": row.ref, "helper": row.entry, "state": row.state},
        now=now,
    )


def _unknown(ref: str) -> UnknownReferral:
    return UnknownReferral(
        f"There is no referral {ref!r} here.",
        remedy="Check the ref; it may concern a person in the care of another team.",
        message_zh=f"这里没有编号为 {ref!r} 的转介。",
        remedy_zh="请核对编号；也可能由其他团队负责。",
        ref=ref,
    )


def _may_not_follow(before: ReferralState, to: ReferralState) -> ReferralMayNotFollow:
    was, wanted = REFERRAL_STATES[before], REFERRAL_STATES[to]
    ways = [REFERRAL_STATES[each] for each in REFERRAL_NEXT[before]]
    return ReferralMayNotFollow(
        f"A referral that is {was.en} cannot become {wanted.en}.",
        remedy=f"From here it can become: {', '.join(sorted(w.en for w in ways)) or 'nothing'}.",
        message_zh=f"转介目前为“{was.zh}”，不能变为“{wanted.zh}”。",
        remedy_zh=f"从这里可以变为：{'、'.join(sorted(w.zh for w in ways)) or '无'}。",
        field="to",
    )

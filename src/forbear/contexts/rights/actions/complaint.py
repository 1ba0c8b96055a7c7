"""Somebody says that they were treated as they should not be; what was so, and what is done?

What is alleged stays as it was said. What was borne out stands beside it, and neither hides the
other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from forbear.contexts.contact.gate.explain import UnknownContact
from forbear.contexts.contact.makers import contact_named
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.actions.staff import UnknownStaff
from forbear.contexts.people.care import works_here
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.filing import (
    Filed,
    FilingSaid,
    filed,
    find_filing,
    hold_kind_of_complaint,
    move,
    place_hold,
    release_hold,
    take_in,
)
from forbear.contexts.rights.independent import refuse_involved
from forbear.contexts.rights.models import Complaint, Filing, Mention
from forbear.contexts.rights.statement import say
from forbear.contexts.rights.transition import FilingState
from forbear.contexts.rights.word import FilingKind, Finding, Redress, Side, StatementKind
from forbear.contexts.rulebook.library import open_complaints, open_helpers
from forbear.policy.help import HelpKind
from forbear.values.errors import Conflict, InvalidInput
from forbear.values.money import Currency
from forbear.values.principal import Principal, staff_number

MENTIONS_MAX = 50


class UnknownReason(InvalidInput):
    """The taxonomy of complaints has no such reason."""

    code = "UNKNOWN_COMPLAINT_REASON"


class UnknownAuthority(InvalidInput):
    """The directory has no such authority for this person's country."""

    code = "UNKNOWN_AUTHORITY"


class NoOwner(Conflict):
    """A complaint is decided by whoever looks into it; nobody does yet."""

    code = "NO_OWNER"


@dataclass(frozen=True, slots=True)
class ComplaintSaid:
    """What is alleged. ``filing.reason``: a code of the taxonomy.

    ``contacts``: permit ids or refs of the calls and messages that it speaks of; ``about_staff``:
    whom it is about, where that is known.
    """

    filing: FilingSaid
    contacts: tuple[str, ...] = ()
    about_staff: int | None = None


@dataclass(frozen=True, slots=True)
class ComplaintDecided:
    """What was borne out, why, and what is done.

    ``substantiated``: a code of the taxonomy, which need not be the one alleged; null: nothing was
    borne out. ``root_cause``: what let it happen, for those who work here.
    """

    finding: Finding
    reasons: str = field(repr=False)
    version: int
    substantiated: str | None = None
    root_cause: str | None = field(default=None, repr=False)
    redress: Redress = Redress.NONE
    redress_minor: int | None = None
    currency: str | None = None


def file_complaint(
    said: ComplaintSaid, *, source: Source, actor: Principal, today: date, now: datetime
) -> Filed:
    """Take a complaint in, whoever brings it; what the taxonomy says stops, stops at once.

    Raises:
        NotPermitted: FILINGS_TAKE is missing.
        UnknownReason: the taxonomy has no such reason.
        UnknownContact: a contact that is named is not the person's.
        UnknownStaff: nobody has the id of whom it is about.
        InvalidField, UnknownRef, OtherPerson, PersonErased, OtherFiling: nothing was written.
    """
    may(actor, Permission.FILINGS_TAKE)
    reason = open_complaints().get(said.filing.reason)
    if reason is None:
        raise _unknown_reason("reason")
    if len(said.contacts) > MENTIONS_MAX:
        raise check.invalid(
            "contacts",
            f"names more than {MENTIONS_MAX}",
            f"超过 {MENTIONS_MAX} 项",
            remedy="Name those that matter most; the others stand in the record.",
            remedy_zh="请填写最重要的；其余已在记录中。",
        )
    with acting(actor):
        taken = take_in(
            said.filing,
            FilingKind.COMPLAINT,
            hold=hold_kind_of_complaint(reason.code),
            also=reason.clocks,
            source=source,
            actor=actor,
            today=today,
            now=now,
        )
        if taken.new:
            _detail(taken.filing, said, team=taken.person.team_id)
        return filed(taken)


def _detail(filing: Filing, said: ComplaintSaid, *, team: int | None) -> None:
    if said.about_staff is not None and not works_here(said.about_staff):
        raise UnknownStaff(
            f"Nobody who works here has the id {said.about_staff}.",
            remedy="Leave it out where it is not known.",
            message_zh=f"没有编号为 {said.about_staff} 的在职人员。",
            remedy_zh="如不清楚，请不填。",
            field="about_staff",
        )
    Complaint.objects.create(
        filing=filing,
        debtor_id=filing.debtor_id,
        about_staff_id=said.about_staff,
        about_team_id=team,
    )
    for name in dict.fromkeys(said.contacts):
        found = contact_named(name)
        if found is None or found.debtor_id != filing.debtor_id:
            raise UnknownContact(
                "A contact that is named was not with this person.",
                remedy="Give permit ids or refs of this person's contacts, or leave them out.",
                message_zh="所填联系不属于此人。",
                remedy_zh="请填写此人的联系许可编号，或不填。",
                field="contacts",
            )
        Mention.objects.create(
            filing=filing, debtor_id=filing.debtor_id, attempt_id=found.attempt_id
        )


def decide_complaint(
    ref: str, said: ComplaintDecided, *, actor: Principal, today: date, now: datetime
) -> Filing:
    """Answer a complaint: what was borne out, why, what let it happen, and what is done.

    Raises:
        NotPermitted: FILINGS_DECIDE is missing.
        UnknownFiling, FilingChanged, FilingMayNotFollow.
        NoOwner: nobody independent looks into it yet.
        NotIndependent: whoever decides was part of it.
        UnknownReason, InvalidField: the parts of the answer do not fit each other.
    """
    may(actor, Permission.FILINGS_DECIDE)
    finding = check.word("finding", said.finding, Finding)
    redress = check.word("redress", said.redress, Redress)
    check.label("reasons", said.reasons, length_max=8_000)
    _check_finding(finding, said)
    minor, currency = _money(redress, said)
    with acting(actor):
        filing = find_filing(ref, FilingKind.COMPLAINT, version=said.version)
        if filing.owner_id is None:
            raise NoOwner(
                "Nobody looks into this complaint yet.",
                remedy="Give it an owner who had no part in it, who then decides.",
                message_zh="该投诉尚无负责人。",
                remedy_zh="请先指定未参与其中的负责人，由其处理。",
            )
        decider = staff_number(str(actor))
        if decider is not None:
            refuse_involved(filing, decider)
        row = Complaint.objects.select_for_update().get(filing=filing)
        row.substantiated, row.redress = said.substantiated, redress.value
        row.redress_minor, row.currency = minor, currency
        row.save(update_fields=["substantiated", "redress", "redress_minor", "currency"])
        filing.finding = finding.value
        move(
            filing,
            FilingState.DECIDED,
            actor=actor,
            now=now,
            finding=finding,
            substantiated=said.substantiated,
            redress=redress,
            redress_minor=minor,
        )
        say(filing, Side.LENDER, StatementKind.REASONS, said.reasons, actor=actor, now=now)
        cause = said.root_cause
        say(filing, Side.LENDER, StatementKind.ROOT_CAUSE, cause, actor=actor, now=now)
        release_hold(filing, actor=actor, today=today, now=now)
        return filing


def escalate(
    ref: str,
    authority: str,
    *,
    authority_ref: str | None = None,
    version: int,
    actor: Principal,
    today: date,
    now: datetime,
) -> Filing:
    """Note that a complaint went to an authority: what it stops stays stopped, or stops again.

    Raises:
        NotPermitted, UnknownFiling, FilingChanged, FilingMayNotFollow, InvalidField.
        UnknownAuthority: the directory has none by that code for the person's country.
    """
    may(actor, Permission.FILINGS_TAKE)
    kept = "" if authority_ref is None else check.reference("authority_ref", authority_ref)
    with acting(actor):
        filing = find_filing(ref, FilingKind.COMPLAINT, version=version)
        known = open_helpers().get(authority)
        if (
            known is None
            or known.kind is not HelpKind.REGULATOR
            or known.jurisdiction != filing.debtor.jurisdiction
        ):
            raise _unknown_authority(filing.debtor.jurisdiction)
        row = Complaint.objects.select_for_update().get(filing=filing)
        row.authority, row.authority_ref, row.escalated_at = authority, kept, now
        row.save(update_fields=["authority", "authority_ref", "escalated_at"])
        answered = filing.state == FilingState.DECIDED
        if answered:
            filing.cycle += 1
        said = {"authority": authority, "authority_ref": kept}
        move(filing, FilingState.ESCALATED, actor=actor, now=now, **said)
        if answered:
            hold = hold_kind_of_complaint(filing.reason)
            place_hold(filing, hold, source=Source.STAFF, actor=actor, today=today, now=now)
        return filing


def _unknown_reason(name: str) -> UnknownReason:
    """Return the error that says that the taxonomy has no such reason."""
    return UnknownReason(
        f"{name}: the list of complaints has no such reason.",
        remedy="Choose from GET /complaint-reasons.",
        message_zh=f"{name}：投诉分类中没有该项。",
        remedy_zh="请从 GET /complaint-reasons 中选择。",
        field=name,
    )


def _check_finding(finding: Finding, said: ComplaintDecided) -> None:
    if said.substantiated is not None and said.substantiated not in open_complaints():
        raise _unknown_reason("substantiated")
    if (finding is Finding.REJECTED) != (said.substantiated is None):
        raise check.invalid(
            "substantiated",
            "does not fit the finding: what is upheld names what was borne out, and nothing else",
            "与处理结论不符：成立须写明查实的事项，不成立则不填",
            remedy="Name the reason that was borne out, or choose REJECTED.",
            remedy_zh="请填写查实的事项，或选择 REJECTED。",
        )


def _money(redress: Redress, said: ComplaintDecided) -> tuple[int | None, str | None]:
    given = said.redress_minor is not None and said.currency is not None
    if redress is not Redress.MONEY:
        if said.redress_minor is not None or said.currency is not None:
            raise _money_unfit()
        return None, None
    if not given or not said.redress_minor or said.currency not in {c.value for c in Currency}:
        raise _money_unfit()
    return check.amount("redress_minor", said.redress_minor), said.currency


def _money_unfit() -> check.InvalidField:
    return check.invalid(
        "redress_minor",
        "stands with its currency where redress is MONEY, and nowhere else",
        "仅当补救方式为 MONEY 时填写金额与币种",
        remedy="Give both, above zero, or choose another redress.",
        remedy_zh="请同时填写大于零的金额与币种，或选择其他补救方式。",
    )


def _unknown_authority(law: str) -> UnknownAuthority:
    codes = sorted(
        each.code
        for each in open_helpers().values()
        if each.kind is HelpKind.REGULATOR and each.jurisdiction == law
    )
    return UnknownAuthority(
        "authority: there is none by that code for this person's country.",
        remedy=f"Use one of {', '.join(codes)}.",
        message_zh="authority：该国家或地区没有此机构代码。",
        remedy_zh=f"请使用：{'、'.join(codes)}。",
        field="authority",
    )

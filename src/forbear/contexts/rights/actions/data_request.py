"""A person uses a right over their own data; what is answered, and what follows from it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.care import works_here
from forbear.contexts.people.permission import doing, may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.actions.erase import enter_erasure
from forbear.contexts.portfolio.queries.retention import enter_retention
from forbear.contexts.portfolio.retention import Verdict
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.filing import (
    Filed,
    FilingSaid,
    filed,
    find_filing,
    move,
    place_lasting,
    release_hold,
    take_in,
)
from forbear.contexts.rights.models import Filing
from forbear.contexts.rights.owned import Owned, owned
from forbear.contexts.rights.statement import say
from forbear.contexts.rights.transition import FilingState
from forbear.contexts.rights.word import (
    DATA_HOLDS,
    DataRight,
    FilingKind,
    Finding,
    Side,
    StatementKind,
)
from forbear.values.errors import Denied
from forbear.values.principal import Principal, staff_number


class HumanNeeded(Denied):
    """A human decides, and says who they are."""

    code = "HUMAN_NEEDED"


@dataclass(frozen=True, slots=True)
class AnswerSaid:
    """What is answered, and why.

    ``decided_by``: the member of staff who decided, where a system passes the answer on.
    """

    finding: Finding
    reasons: str = field(repr=False)
    version: int
    decided_by: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer changed. ``stays`` says what must stay of the data, why and until when.

    ``keep_until`` null: no rule names a day, or its clock has not begun.
    """

    filing: Filing
    erased: bool
    stays: Verdict | None


def file_data_request(
    said: FilingSaid, *, source: Source, actor: Principal, today: date, now: datetime
) -> Filed:
    """Take in that a person uses a right over their own data; an objection binds at once.

    Raises:
        NotPermitted: FILINGS_TAKE is missing.
        InvalidField, UnknownRef, PersonErased, OtherFiling: nothing was written.
    """
    may(actor, Permission.FILINGS_TAKE)
    right = check.word("right", said.reason, DataRight)  # type: ignore[arg-type]
    with acting(actor):
        return filed(
            take_in(
                said,
                FilingKind.DATA_REQUEST,
                hold=DATA_HOLDS.get(right),
                source=source,
                actor=actor,
                today=today,
                now=now,
            )
        )


def answer_data_request(
    ref: str, said: AnswerSaid, *, actor: Principal, today: date, now: datetime
) -> Answered:
    """Answer a request with reasons, and do what follows.

    To delete: everything that may go goes, where nothing keeps it; else the answer tells what
    stays, why, and until when, and cannot be that it was all deleted. To object or restrict: what
    was stopped stays stopped where it is upheld. That a human decide: a human does.

    Raises:
        NotPermitted: DATA_RIGHTS_ANSWER is missing.
        UnknownFiling, FilingChanged, FilingMayNotFollow, InvalidField.
        MustStay: it was answered that all is deleted, and a rule keeps something.
        HumanNeeded: nobody who works here stands behind the answer.
    """
    may(actor, Permission.DATA_RIGHTS_ANSWER)
    finding = check.word("finding", said.finding, Finding)
    check.label("reasons", said.reasons, length_max=8_000)
    with acting(actor):
        filing = find_filing(ref, FilingKind.DATA_REQUEST, version=said.version)
        right = DataRight(filing.reason)
        human = _human(right, said, actor)
        filing.finding = finding.value
        move(
            filing,
            FilingState.DECIDED,
            actor=actor,
            now=now,
            finding=finding,
            decided_by=human,
        )
        say(filing, Side.LENDER, StatementKind.REASONS, said.reasons, actor=actor, now=now)
        stays, erased = None, False
        if right is DataRight.DELETE:
            by = doing(actor, Permission.RETENTION_MANAGE)
            stays = enter_retention(filing.debtor.ref, actor=by, now=now)
            if finding is Finding.UPHELD:
                erased = enter_erasure(filing.debtor.ref, actor=by, now=now).new
        lasting = DATA_HOLDS.get(right)
        if lasting is not None and finding is not Finding.REJECTED:
            place_lasting(filing, lasting, actor=actor, today=today, now=now)
        release_hold(filing, actor=actor, today=today, now=now)
        return Answered(filing, erased, stays)


def _human(right: DataRight, said: AnswerSaid, actor: Principal) -> int | None:
    """Return who decided; null: it was not asked that a human do."""
    decider = staff_number(str(actor)) if said.decided_by is None else said.decided_by
    if right is not DataRight.HUMAN:
        return decider
    if decider is None or not works_here(decider):
        raise HumanNeeded(
            "The person asked that a human decide.",
            remedy="Name under decided_by the member of staff who did.",
            message_zh="本人要求由人工处理。",
            remedy_zh="请在 decided_by 填写作出决定的在职人员。",
            field="decided_by",
        )
    return decider


def show_data(debtor_ref: str, *, actor: Principal, now: datetime) -> Owned:
    """Show what is held of a person: in full to the person, masked to those who work here.

    That it was shown, and to whom, is recorded.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownRef: there is no such person for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    with acting(actor):
        found = owned(debtor_ref, actor=actor, as_of=now.astimezone(UTC).date(), now=now)
        record(
            AuditEvent.DATA_SHOWN,
            actor=actor,
            subject=f"debtor:{found.person.id}",
            debtor_id=found.person.id,
            body={"in_full": found.values is not None},
            now=now,
        )
        return found

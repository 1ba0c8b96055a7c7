"""What can happen to a person's debt, one value a kind, with the words that tell it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.queries import Done
from forbear.contexts.cases.arranged import Arranged
from forbear.contexts.cases.models import Plan, PlanState, WrongBasis
from forbear.contexts.cases.note import NoteShown
from forbear.contexts.cases.transition import ENDS, STATES, CaseEnd, CaseState, Said
from forbear.contexts.cases.word import (
    CHANNELS,
    CONSENT_STATES,
    CONSENTS,
    FILING_STEPS,
    FILINGS,
    HOLDS,
    LOOKS,
    OUTCOMES,
    PLANS,
    PURPOSES,
    WORK,
)
from forbear.contexts.contact.history import AttemptTold
from forbear.contexts.ledger.history import PostingTold
from forbear.contexts.portfolio.queries.told import ConsentTold, HoldTold
from forbear.contexts.protection.look import Look
from forbear.values.code import AgendaOutcome, Channel, Direction
from forbear.values.day import day_number
from forbear.values.money import format_minor


@dataclass(frozen=True, slots=True)
class Tried:
    """A contact that was tried, by either side."""

    id: int
    at: datetime
    what: AttemptTold

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        way, end = CHANNELS[self.what.channel], OUTCOMES[self.what.outcome]
        if self.what.direction is Direction.INBOUND:
            return Said(
                f"The person got in touch, {way.en}: {end.en}", f"本人联系，{way.zh}：{end.zh}"
            )
        return Said(f"Contact tried, {way.en}: {end.en}", f"联系，{way.zh}：{end.zh}")


@dataclass(frozen=True, slots=True)
class Posted:
    """A payment, or the reversal of one."""

    id: int
    at: datetime
    what: PostingTold

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        what, of = self.what, PURPOSES[self.what.purpose]
        amount = format_minor(what.amount_minor, what.currency.value)
        if what.reverses is not None:
            return Said(
                f"Payment {what.reverses} of {amount} declared void",
                f"还款 {what.reverses}（{amount}）已冲正",
            )
        return Said(
            f"Payment of {amount} for {of.en}, counting from {what.value_date}",
            f"还款 {amount}（{of.zh}），自 {what.value_date} 起计",
        )


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """A reason to stand still began to bind."""

    id: int
    at: datetime
    what: HoldTold

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        kind, start, end = HOLDS[self.what.kind], self.what.start_date, self.what.end_date
        until = (f" until {end}", f"至 {end}") if end else ("", "起")
        return Said(
            f"Hold placed: {kind.en}, from {start}{until[0]}",
            f"登记暂停：{kind.zh}，{start} {until[1]}".rstrip(),
        )


@dataclass(frozen=True, slots=True)
class HoldReleased:
    """A hold was released, on evidence."""

    id: int
    at: datetime
    what: HoldTold

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        kind, why = HOLDS[self.what.kind], self.what.evidence
        return Said(f"Hold released: {kind.en} ({why})", f"解除暂停：{kind.zh}（{why}）")


@dataclass(frozen=True, slots=True)
class Consented:
    """The person agreed to something, or no longer does."""

    id: int
    at: datetime
    what: ConsentTold

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        state, kind = CONSENT_STATES[self.what.state], CONSENTS[self.what.kind]
        by = CHANNELS[self.what.channel] if self.what.channel else None
        return Said(
            f"The person {state.en} {kind.en}" + (f" ({by.en})" if by else ""),
            f"本人{state.zh}{kind.zh}" + (f"（{by.zh}）" if by else ""),
        )


@dataclass(frozen=True, slots=True)
class Noted:
    """Somebody wrote something down. ``text`` null: the person was erased."""

    id: int
    at: datetime
    by: str
    text: str | None = field(repr=False)

    @classmethod
    def of(cls, note: NoteShown) -> Noted:
        """Return a note as an entry."""
        return cls(note.id, note.at, f"{note.author_kind.lower()}:{note.author_id}", note.text)

    @property
    def words(self) -> Said:
        """Return that there is a note; what it says is in ``text``."""
        return Said("Note", "备注")


@dataclass(frozen=True, slots=True)
class CaseStep:
    """A case was opened, moved, given into other care, or closed. State null: as it was."""

    id: int
    at: datetime
    by: str
    case: str
    event: AuditEvent
    state: CaseState | None
    ended_as: CaseEnd | None

    @classmethod
    def of(cls, done: Done) -> CaseStep:
        """Return an entry of the record as an entry."""
        to, end = done.body.get("to"), done.body.get("ended_as")
        state = CaseState(to) if isinstance(to, str) else None
        ended = CaseEnd(end) if end else None
        if done.event is AuditEvent.CASE_CLOSED:
            # The night closes what is cured, and says no more of it.
            state, ended = CaseState.CLOSED, ended or CaseEnd.CURED
        return cls(done.id, done.at, done.by, done.subject, done.event, state, ended)

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        if self.event is AuditEvent.CASE_OPENED:
            return Said("Case opened", "立案")
        if self.event is AuditEvent.CASE_ASSIGNED:
            return Said("Case given into other care", "案件转派")
        if self.ended_as is not None:
            end = ENDS[self.ended_as]
            return Said(f"Case closed: {end.en}", f"结案：{end.zh}")
        state = STATES[self.state or CaseState.WORKING]
        return Said(f"Case is now {state.en}", f"案件状态：{state.zh}")


def begins(day: date) -> datetime:
    """Return the instant at which what has only a day stands in the list."""
    return datetime.combine(day, time.min, UTC)


@dataclass(frozen=True, slots=True)
class Planned:
    """What the agenda of a day said. ``at``: the beginning of the day, UTC."""

    id: int
    at: datetime
    day: date
    outcome: AgendaOutcome
    channel: Channel | None
    state: PlanState
    reason: Said

    @classmethod
    def of(cls, plan: Plan) -> Planned:
        """Return a plan as an entry, known by the number of its day."""
        channel = Channel(plan.channel) if plan.channel else None
        reason = Said(plan.text_en, plan.text_zh)
        outcome = AgendaOutcome(plan.outcome)
        state, at = PlanState(plan.state), begins(plan.day)
        return cls(day_number(plan.day), at, plan.day, outcome, channel, state, reason)

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        said = PLANS[self.outcome]
        way = CHANNELS[self.channel] if self.channel else None
        gone = self.state is PlanState.CANCELLED
        return Said(
            f"Plan of {self.day}: {said.en}"
            + (f", {way.en}" if way else "")
            + (" (cancelled)" if gone else ""),
            f"{self.day} 计划：{said.zh}"
            + (f"，{way.zh}" if way else "")
            + ("（已取消）" if gone else ""),
        )


@dataclass(frozen=True, slots=True)
class PlanCancelled:
    """A fact that came in by day forbade a planned contact, or needed it no more."""

    id: int
    at: datetime
    by: str
    because: str

    @classmethod
    def of(cls, done: Done) -> PlanCancelled:
        """Return an entry of the record as an entry."""
        return cls(done.id, done.at, done.by, str(done.body.get("because", "")))

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        return Said("The day's plan cancelled", "当日计划已取消")


@dataclass(frozen=True, slots=True)
class Corrected:
    """A late fact changed what had been true, and so the light on earlier contacts."""

    id: int
    at: datetime
    by: str
    loan: str
    cause: str
    contacts: int

    @classmethod
    def of(cls, done: Done) -> Corrected:
        """Return an entry of the record as an entry."""
        body = done.body
        return cls(
            done.id, done.at, done.by, done.subject, str(body["cause"]), int(body["contacts"])
        )

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        return Said(
            f"What was owed was corrected; contacts made meanwhile: {self.contacts}",
            f"应还金额已更正；其间联系 {self.contacts} 次",
        )


@dataclass(frozen=True, slots=True)
class Worked:
    """A step of somebody's work on a case."""

    id: int
    at: datetime
    by: str
    event: AuditEvent

    @classmethod
    def of(cls, done: Done) -> Worked:
        """Return an entry of the record as an entry."""
        return cls(done.id, done.at, done.by, done.event)

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        return WORK[self.event]


@dataclass(frozen=True, slots=True)
class WrongFound:
    """A contact was found to have been made while a loan was believed to stand worse."""

    id: int
    at: datetime
    attempt_id: int
    loan_id: int
    believed_minor: int
    true_minor: int

    @classmethod
    def of(cls, row: WrongBasis) -> WrongFound:
        """Return a finding as an entry."""
        return cls(
            row.pk,
            row.found_at,
            row.attempt_id,
            row.loan_id,
            row.believed_overdue_minor,
            row.true_overdue_minor,
        )

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        believed, true = format_minor(self.believed_minor), format_minor(self.true_minor)
        return Said(
            f"A contact was made on a wrong basis: {believed} was believed overdue, {true} was",
            f"一次联系所依据的金额有误：当时认为逾期 {believed}，实际为 {true}",
        )


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody saw a personal value in full."""

    id: int
    at: datetime
    what: Look

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        why = LOOKS[self.what.reason]
        return Said(f"A personal value was seen in full {why.en}", f"查看完整个人信息：{why.zh}")


@dataclass(frozen=True, slots=True)
class Reported:
    """What is reported to a credit bureau was corrected, disputed or decided."""

    id: int
    at: datetime
    by: str
    loan: str
    event: AuditEvent
    because: str

    @classmethod
    def of(cls, done: Done) -> Reported:
        """Return an entry of the record as an entry."""
        because = str(done.body.get("because") or done.body.get("dispute") or "")
        return cls(done.id, done.at, done.by, done.subject, done.event, because)

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        return REPORTED[self.event]


REPORTED: dict[AuditEvent, Said] = {
    AuditEvent.BUREAU_LINES_CORRECTED: Said(
        "What is reported to the credit bureau was corrected", "征信记录已更正"
    ),
    AuditEvent.BUREAU_DISPUTE_MARKED: Said(
        "Lines reported to the credit bureau are marked as disputed", "征信记录已标注异议"
    ),
    AuditEvent.BUREAU_DISPUTE_CLOSED: Said(
        "A dispute about reported lines was closed", "征信异议已了结"
    ),
    AuditEvent.BUREAU_LINES_RULED: Said(
        "A dispute about reported lines was decided: they were wrong",
        "征信异议已有结论：原记录有误",
    ),
    AuditEvent.BUREAU_TOLD: Said(
        "Somebody was told of a corrected line", "已就更正后的征信记录告知相关方"
    ),
}


@dataclass(frozen=True, slots=True)
class FilingStep:
    """A dispute, complaint, hardship or data request went a step on. ``ref``: whose it is."""

    id: int
    at: datetime
    by: str
    ref: str
    kind: str
    event: AuditEvent

    @classmethod
    def of(cls, done: Done) -> FilingStep:
        """Return an entry of the record as an entry."""
        body = done.body
        return cls(done.id, done.at, done.by, str(body["ref"]), str(body["kind"]), done.event)

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        what, step = FILINGS[self.kind], FILING_STEPS[self.event]
        return Said(f"{what.en}: {step.en}", f"{what.zh}：{step.zh}")


Happened = (
    Tried
    | Posted
    | HoldPlaced
    | HoldReleased
    | Consented
    | Noted
    | CaseStep
    | Planned
    | PlanCancelled
    | Corrected
    | Worked
    | WrongFound
    | Looked
    | Arranged
    | FilingStep
    | Reported
)

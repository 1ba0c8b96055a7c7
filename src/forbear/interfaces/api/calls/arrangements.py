"""What a person can pay, and arrangements about it: work out, propose, show, sign, change, list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from forbear.contexts.arrangements.actions.change import (
    EndReason,
    ask_to_be_reminded,
    end_arrangement,
    pause_arrangement,
    withdraw_arrangement,
)
from forbear.contexts.arrangements.actions.propose import ProposalSaid, propose
from forbear.contexts.arrangements.actions.show import show_agreement
from forbear.contexts.arrangements.actions.sign import SignatureSaid, make_code, sign
from forbear.contexts.arrangements.offer import Wanted, affordable, offers
from forbear.contexts.arrangements.queries import (
    ArrangementShown,
    get_arrangement,
    list_arrangements,
)
from forbear.contexts.arrangements.transition import ArrangementState
from forbear.contexts.exchange.scope import Scope
from forbear.interfaces.api.budget import BudgetSent
from forbear.interfaces.api.call import Request, Told, call
from forbear.interfaces.api.field import Amount, Day, Flag, Ref, Sent, SentId
from forbear.interfaces.api.page import Page, Paged, after, page
from forbear.policy.arrange.afford import Afforded
from forbear.policy.arrange.propose import Offered, Proposal
from forbear.policy.arrange.word import Every, LeftOut, PlanKind, Target
from forbear.values.code import Language
from forbear.values.day import from_day_number

router = Router(tags=["arrangements"])

_MONTHS_MAX = 1_200
Months = Annotated[int, Field(strict=True, ge=1, le=_MONTHS_MAX)]
LoanRefs = Annotated[tuple[Ref, ...], Field(min_length=1, max_length=20)]
Digits = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[0-9 ]+$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class AffordSent(Sent):
    """Whose budget, towards which loans."""

    debtor_ref: Ref
    loan_refs: LoanRefs
    budget: BudgetSent


class WantedSent(Sent):
    """What is to be arranged. ``months``: how many instalments; null: as few as can be afforded.

    ``every``: how far apart they lie. What is affordable a month is a week's and a fortnight's by
    the year: twelve months, 52 weeks, 26 fortnights.

    ``first_date`` null: in thirty days. ``waive_minor``: to be given up of the penalty, beside what
    the house gives up by itself; ``freeze``: nothing more is to be added.
    """

    debtor_ref: Ref
    loan_refs: LoanRefs
    target: Target
    budget: BudgetSent
    first_date: Day | None = None
    months: Months | None = None
    every: Every = Every.MONTH
    waive_minor: Amount = 0
    freeze: Flag = False

    def wanted(self) -> Wanted:
        """Return it as the context sees it."""
        return Wanted(
            debtor_ref=self.debtor_ref,
            loan_refs=self.loan_refs,
            target=self.target,
            budget=self.budget.budget(),
            first_date=self.first_date,
            months=self.months,
            every=self.every,
            waive_minor=self.waive_minor,
            freeze=self.freeze,
        )


class ProposeSent(WantedSent):
    """An arrangement to keep. ``replaces``: a signed one that it would follow.

    ``approval_id``: a granted approval of what is given up, where that takes a second person.
    """

    ref: Ref
    kind: PlanKind
    replaces: Ref | None = None
    approval_id: SentId | None = None


class SignSent(Sent):
    """What a person signs with: their name, the code that reached them, the text they agree to.

    ``reminder``: they want to be reminded the day before each instalment.
    """

    typed_name: Name
    code: Digits
    text_sha256: Sha256
    language: Language
    reminder: Flag = False


class ReminderSent(Sent):
    """Whether the person wants to be reminded the day before each instalment."""

    wanted: Flag


class PauseSent(Sent):
    """For how many months instalments are put off."""

    months: Annotated[int, Field(strict=True, ge=1, le=24)]


class EndSent(Sent):
    """Why a signed arrangement ends."""

    because: EndReason


class StepShown(BaseModel):
    """One step; the changes sum up to what can be paid."""

    code: str
    change_minor: int
    left_minor: int
    en: str
    zh: str


class CautionShown(BaseModel):
    """What is to be borne in mind."""

    code: str
    en: str
    zh: str


class AffordedShown(BaseModel):
    """What can be paid a month. ``leads_to_hardship``: nothing; offer help instead."""

    monthly_minor: int
    currency: str
    checked: bool
    leads_to_hardship: bool
    steps: list[StepShown]
    cautions: list[CautionShown]


class InstalmentOffered(BaseModel):
    """One instalment; ``regular_minor`` and ``charge_minor`` stand within its amount."""

    number: int
    due_date: date
    amount_minor: int
    regular_minor: int
    charge_minor: int


class ProposalShown(BaseModel):
    """One arrangement that can be offered.

    total = owed - waived + regular + charge = all instalments.
    """

    kind: PlanKind
    frozen: bool
    owed_minor: int
    waived_minor: int
    regular_minor: int
    charge_minor: int
    total_minor: int
    saves_minor: int
    last_date: date
    instalments: list[InstalmentOffered]


class LeftOutShown(BaseModel):
    """A kind that cannot be offered, and why."""

    kind: PlanKind
    why: LeftOut


class OffersShown(BaseModel):
    """What can be paid, and what can be offered on it.

    ``needed_minor``: the least a month that would do, where nothing can be offered; null: none.
    """

    afforded: AffordedShown
    proposals: list[ProposalShown]
    left_out: list[LeftOutShown]
    needed_minor: int | None


class AgreementShown(BaseModel):
    """The whole text, in both languages. Whoever signs names its ``sha256``."""

    template: str
    version: int
    text_en: str
    text_zh: str
    sha256: str


class CodeShown(BaseModel):
    """A code was sent to the person; it stands nowhere here."""

    expires_at: datetime
    attempts: int


class ArrangementsAsked(Paged):
    """Which arrangements are asked for."""

    debtor_ref: Ref | None = None
    state: ArrangementState | None = None


@call(router, "POST", "/affordability", scope=Scope.ARRANGEMENTS_READ, answer=AffordedShown)
def work_out_affordability(request: Request, said: AffordSent) -> object:
    """Work out what a person can pay a month, step by step; nothing is kept."""
    found = affordable(
        said.debtor_ref,
        said.loan_refs,
        said.budget.budget(),
        actor=request.actor,
        today=request.today,
    )
    return _afforded(found)


@call(router, "POST", "/proposals", scope=Scope.ARRANGEMENTS_READ, answer=OffersShown)
def work_out_proposals(request: Request, said: WantedSent) -> object:
    """Work out two or three arrangements to the minor unit; nothing is kept."""
    worked = offers(said.wanted(), actor=request.actor, today=request.today, now=request.now)
    return _offers(_afforded(worked.afforded), worked.offered)


@call(
    router,
    "POST",
    "/arrangements",
    scope=Scope.ARRANGEMENTS_WRITE,
    answer=ArrangementShown,
    status=201,
)
def propose_arrangement(request: Request, said: ProposeSent) -> object:
    """Keep a proposal for some days, for the person to decide."""
    proposal = ProposalSaid(said.ref, said.wanted(), said.kind, said.replaces, said.approval_id)
    done = propose(proposal, actor=request.actor, today=request.today, now=request.now)
    return Told(201 if done.new else 200, get_arrangement(said.ref, actor=request.actor))


@call(
    router,
    "GET",
    "/arrangements",
    scope=Scope.ARRANGEMENTS_READ,
    answer=Page[ArrangementShown],
)
def list_all_arrangements(request: Request, asked: Query[ArrangementsAsked]) -> object:
    """List arrangements in the order in which they were proposed."""
    found = list_arrangements(
        after=after(asked),
        rows=asked.limit + 1,
        debtor_ref=asked.debtor_ref,
        state=None if asked.state is None else asked.state.value,
        actor=request.actor,
    )
    return page(found, asked.limit, lambda row: row.id)


@call(
    router,
    "GET",
    "/arrangements/{ref}",
    scope=Scope.ARRANGEMENTS_READ,
    answer=ArrangementShown,
)
def show_arrangement(request: Request, ref: Ref) -> object:
    """Show one arrangement, and what would end it today."""
    return get_arrangement(ref, actor=request.actor)


@call(
    router,
    "POST",
    "/arrangements/{ref}/agreement",
    scope=Scope.ARRANGEMENTS_WRITE,
    answer=AgreementShown,
)
def show_agreement_text(request: Request, ref: Ref) -> object:
    """Return the text of the agreement, and keep that it was shown."""
    return show_agreement(ref, actor=request.actor, today=request.today, now=request.now)


@call(
    router,
    "POST",
    "/arrangements/{ref}/code",
    scope=Scope.ARRANGEMENTS_WRITE,
    answer=CodeShown,
)
def send_signing_code(request: Request, ref: Ref) -> object:
    """Send the person a one-time code for signing; earlier ones are void."""
    return make_code(ref, actor=request.actor, today=request.today, now=request.now)


@call(
    router,
    "POST",
    "/arrangements/{ref}/signature",
    scope=Scope.ARRANGEMENTS_WRITE,
    answer=ArrangementShown,
)
def sign_arrangement(request: Request, ref: Ref, said: SignSent) -> object:
    """Sign: the arrangement begins, and collection of its loans stops at once."""
    given = SignatureSaid(
        said.typed_name, said.code, said.text_sha256, said.language, said.reminder
    )
    sign(ref, given, actor=request.actor, today=request.today, now=request.now)
    return get_arrangement(ref, actor=request.actor)


@call(
    router,
    "POST",
    "/arrangements/{ref}/pauses",
    scope=Scope.ARRANGEMENTS_WRITE,
    answer=ArrangementShown,
)
def put_instalments_off(request: Request, ref: Ref, said: PauseSent) -> object:
    """Put off every instalment that is not paid whole; nothing is added for it."""
    pause_arrangement(ref, said.months, actor=request.actor, today=request.today, now=request.now)
    return get_arrangement(ref, actor=request.actor)


@call(
    router,
    "POST",
    "/arrangements/{ref}/reminder",
    scope=Scope.ARRANGEMENTS_WRITE,
    answer=ArrangementShown,
)
def remind_of_instalments(request: Request, ref: Ref, said: ReminderSent) -> object:
    """Note whether the person wants to be reminded the day before each instalment."""
    ask_to_be_reminded(
        ref, wanted=said.wanted, actor=request.actor, today=request.today, now=request.now
    )
    return get_arrangement(ref, actor=request.actor)


@call(
    router,
    "POST",
    "/arrangements/{ref}/withdrawal",
    scope=Scope.ARRANGEMENTS_WRITE,
    answer=ArrangementShown,
)
def take_arrangement_back(request: Request, ref: Ref) -> object:
    """Take an arrangement back: before it is signed, or within the days after signing."""
    withdraw_arrangement(ref, actor=request.actor, today=request.today, now=request.now)
    return get_arrangement(ref, actor=request.actor)


@call(
    router,
    "POST",
    "/arrangements/{ref}/end",
    scope=Scope.ARRANGEMENTS_WRITE,
    answer=ArrangementShown,
)
def end_signed_arrangement(request: Request, ref: Ref, said: EndSent) -> object:
    """End a signed arrangement that the person wants no more, or that was not kept."""
    end_arrangement(ref, said.because, actor=request.actor, today=request.today, now=request.now)
    return get_arrangement(ref, actor=request.actor)


def _afforded(found: Afforded) -> AffordedShown:
    return AffordedShown(
        monthly_minor=found.monthly_minor,
        currency=found.currency.value,
        checked=found.checked,
        leads_to_hardship=found.leads_to_hardship,
        steps=[
            StepShown(
                code=step.code.value,
                change_minor=step.change_minor,
                left_minor=step.left_minor,
                en=step.en,
                zh=step.zh,
            )
            for step in found.steps
        ],
        cautions=[
            CautionShown(code=each.code.value, en=each.en, zh=each.zh) for each in found.cautions
        ],
    )


def _offers(afforded: AffordedShown, offered: Offered) -> OffersShown:
    return OffersShown(
        afforded=afforded,
        proposals=[_proposal(made) for made in offered.proposals],
        left_out=[LeftOutShown(kind=kind, why=why) for kind, why in offered.left_out],
        needed_minor=offered.needed_minor,
    )


def _proposal(made: Proposal) -> ProposalShown:
    names = (
        "kind",
        "frozen",
        "owed_minor",
        "waived_minor",
        "regular_minor",
        "charge_minor",
        "total_minor",
        "saves_minor",
    )
    return ProposalShown(
        **{name: getattr(made, name) for name in names},
        last_date=from_day_number(made.last_day),
        instalments=[
            InstalmentOffered(
                number=each.number,
                due_date=from_day_number(each.due_day),
                amount_minor=each.amount_minor,
                regular_minor=each.regular_minor,
                charge_minor=each.charge_minor,
            )
            for each in made.instalments
        ],
    )

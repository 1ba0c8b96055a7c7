"""Cases, notes, each day's plans, and contacts that were made on what later proved wrong."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.contexts.cases.outing.models import Outing, OutingRow  # noqa: F401  # their home
from forbear.contexts.cases.quality.word import Stratum
from forbear.contexts.cases.transition import CaseEnd, CaseState
from forbear.contexts.database.column import CodeField, amount, one_of
from forbear.contexts.protection.field import SealedText
from forbear.values.code import AgendaOutcome, Channel, Code, Outcome


class Case(models.Model):
    """The care for one person's overdue debts, from falling behind to being current."""

    id = models.BigAutoField(primary_key=True)
    debtor = models.ForeignKey(
        "portfolio.Debtor", models.PROTECT, db_constraint=False, related_name="+"
    )
    state = CodeField(CaseState)
    team = models.ForeignKey(
        "people.Team", models.PROTECT, null=True, db_constraint=False, related_name="+"
    )
    officer = models.ForeignKey(
        "people.Staff", models.PROTECT, null=True, db_constraint=False, related_name="+"
    )
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    ended_as = CodeField(CaseEnd, null=True)
    bucket = models.CharField(max_length=20)
    days_past_due = models.IntegerField()
    currency = models.CharField(max_length=3)
    overdue_minor = amount()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """What the database checks: a person has one open case at most."""

        indexes = (
            models.Index(fields=("team", "state"), name="cases_case_team_state"),
            models.Index(fields=("debtor",), name="cases_case_debtor"),
        )
        constraints = (
            one_of("state", CaseState, "cases_case"),
            one_of("ended_as", CaseEnd, "cases_case"),
            models.UniqueConstraint(
                fields=("debtor",), condition=Q(closed_at__isnull=True), name="cases_case_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="CLOSED", closed_at__isnull=False, ended_as__isnull=False)
                | (~Q(state="CLOSED") & Q(closed_at__isnull=True, ended_as__isnull=True)),
                name="cases_case_closed_whole",
            ),
        )

    def __str__(self) -> str:
        return f"case {self.id}"


class PlanState(Code):
    """What became of one person's plan of a day."""

    OPEN = "OPEN"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    """A fact that came in by day forbids or needs it no more."""


class Plan(models.Model):
    """What the agenda of a day says about one person: how to contact them, or why not."""

    pk = models.CompositePrimaryKey("day", "debtor_id")
    day = models.DateField()
    debtor = models.ForeignKey(
        "portfolio.Debtor", models.PROTECT, db_constraint=False, related_name="+"
    )
    night_id = models.CharField(max_length=80)
    outcome = CodeField(AgendaOutcome)
    cause = models.CharField(max_length=80, null=True)  # noqa: DJ001  # null: none
    text_en = models.TextField()
    text_zh = models.TextField()
    loan_id = models.BigIntegerField(null=True)
    contact_point_id = models.BigIntegerField(null=True)
    channel = CodeField(Channel, null=True)
    team = models.ForeignKey(
        "people.Team", models.PROTECT, null=True, db_constraint=False, related_name="+"
    )
    officer_ref = models.CharField(max_length=60, null=True)  # noqa: DJ001
    slot = models.CharField(max_length=40, null=True)  # noqa: DJ001
    rank = models.IntegerField(null=True)
    value_micro = models.BigIntegerField(null=True)
    explored = models.BooleanField(default=False)
    propensity_ppm = models.IntegerField(null=True)
    state = CodeField(PlanState, default=PlanState.OPEN.value)
    cancelled_because = models.CharField(max_length=80, blank=True)

    class Meta:
        """What the database checks, and how a team's day is listed."""

        indexes = (
            models.Index(
                fields=("day", "team", "slot", "rank"),
                condition=Q(team__isnull=False),
                name="cases_plan_team_day",
            ),
            models.Index(
                fields=("day", "channel", "state"),
                # Row security asks for the person of each row that is counted.
                include=("debtor",),
                condition=Q(channel__isnull=False),
                name="cases_plan_channel_day",
            ),
        )
        constraints = (
            one_of("outcome", AgendaOutcome, "cases_plan"),
            one_of("channel", Channel, "cases_plan"),
            one_of("state", PlanState, "cases_plan"),
            models.CheckConstraint(
                condition=~Q(outcome__in=["PLANNED", "EXPLORED"])
                | Q(channel__isnull=False, contact_point_id__isnull=False, slot__isnull=False),
                name="cases_plan_planned_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.debtor_id} {self.outcome}"


class CascadeEnd(Code):
    """Why a cascade goes no further."""

    REACHED = "REACHED"
    """The contact before reached somebody, or may have."""
    HEARD = "HEARD"
    """Something came from the person, or was entered about them."""
    REFUSED = "REFUSED"
    """The gate refused, and time alone does not turn it today."""
    SPENT = "SPENT"
    """The person has had as many contacts today as one plan may lead to."""
    NO_WAY = "NO_WAY"
    """There is no contact point, carrier or approved message for the next step."""
    CANCELLED = "CANCELLED"
    """The plan that it follows was cancelled, or the lender's file has changed."""
    DONE = "DONE"
    """There is no further step."""
    DAY_OVER = "DAY_OVER"


class Cascade(models.Model):
    """What follows a day's plan that reached nobody: one row a person and day.

    ``step`` counts the steps that were asked for and allowed. ``first_at``: when the plan's own
    contact was made. ``attempt_id``: the contact of the latest step; null: the plan's own.
    ``ended_as`` null: it goes on, and is looked at when ``look_at`` has come.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    debtor_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    step = models.PositiveSmallIntegerField(default=0)
    first_at = models.DateTimeField()
    attempt_id = models.BigIntegerField(null=True)
    look_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_as = CodeField(CascadeEnd, null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One a person and day, and how the next to be looked at are found."""

        indexes = (
            models.Index(
                fields=("look_at",), condition=Q(ended_as__isnull=True), name="cases_cascade_due"
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("day", "debtor_id"), name="cases_cascade_once"),
            one_of("ended_as", CascadeEnd, "cases_cascade"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.debtor_id} {self.name}"


class Asking(models.Model):
    """A plan that goes by machine, on its way to the gate: when to ask, and what was answered.

    ``ask_at`` is when the gate is to be asked (again); null: not any more. ``opens_at`` and
    ``until_at`` bound the time in which the contact was planned, on the clock ``zone`` of the
    person. ``attempt_id`` null: not allowed, or not asked yet, as ``asked_at`` tells. ``cause``
    and ``rules`` say why it was refused, ``turns_at`` when time alone turns that, ``spent`` which
    caps leave the person nothing more.
    """

    pk = models.CompositePrimaryKey("day", "debtor_id")
    day = models.DateField()
    debtor_id = models.BigIntegerField()
    channel = CodeField(Channel)
    zone = models.CharField(max_length=64)
    opens_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ask_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    attempt_id = models.BigIntegerField(null=True)
    cause = models.CharField(max_length=40, blank=True)
    rules = models.TextField(blank=True)
    turns_at = models.DateTimeField(null=True)
    spent = models.TextField(blank=True)

    class Meta:
        """How the next to be asked are found."""

        indexes = (
            models.Index(
                fields=("ask_at",), condition=Q(ask_at__isnull=False), name="cases_asking_due"
            ),
            models.Index(
                fields=("day", "attempt_id"),
                condition=Q(attempt_id__isnull=False),
                name="cases_asking_attempt",
            ),
        )
        constraints = (
            one_of("channel", Channel, "cases_asking"),
            models.CheckConstraint(
                condition=Q(attempt_id__isnull=True) | Q(asked_at__isnull=False, cause=""),
                name="cases_asking_allowed_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.debtor_id} {self.channel}"


class Sender(models.Model):
    """A process that asks the gate and carries what it allows. ``seen_at`` is its sign of life.

    ``early``: it does not wait for a plan's part of the day, but for the rules alone.
    """

    id = models.UUIDField(primary_key=True)
    providers = models.CharField(max_length=200)
    early = models.BooleanField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.id} {self.providers}"


class Claim(models.Model):
    """Who has a case now, and until when if nothing more is done. One row a case that is had.

    What was claimed before stands in the record.
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="+")
    debtor_id = models.BigIntegerField()
    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        """How everything that somebody has is found."""

        indexes = (models.Index(fields=("until_at",), name="cases_claim_until"),)

    def __str__(self) -> str:
        return f"case {self.case_id} until {self.until_at}"


class Talk(models.Model):
    """A call that somebody makes about a case: from the wish to its wrap-up.

    ``permit_id`` is what the gate is asked under. ``verified_at`` null: nobody has said yet that it
    is the person. ``ended_at`` null: it is not wrapped up. ``suggested``: the outcome that was
    offered at its end, beside the one that was chosen, so that the offer can be judged.
    """

    permit_id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    debtor_id = models.BigIntegerField()
    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    contact_point_id = models.BigIntegerField()
    loan_id = models.BigIntegerField(null=True)
    begun_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    suggested = CodeField(Outcome, null=True)
    outcome = CodeField(Outcome, null=True)

    class Meta:
        """What the database checks: a case has one call at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("case",), condition=Q(ended_at__isnull=True), name="cases_talk_one_open"
            ),
            one_of("suggested", Outcome, "cases_talk"),
            one_of("outcome", Outcome, "cases_talk"),
        )
        indexes = (
            models.Index(fields=("debtor_id", "begun_at"), name="cases_talk_debtor"),
            models.Index(fields=("begun_at",), name="cases_talk_begun"),
        )

    def __str__(self) -> str:
        return f"{self.permit_id} about case {self.case_id}"


class Draft(models.Model):
    """What somebody has begun to write about a case, so that a dying browser loses none of it.

    One a case and writer. ``ref`` is that of the note that it is to become. Gone once that is
    written.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    debtor_id = models.BigIntegerField()
    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    text = SealedText(person_key="case.debtor.key_id", row="ref")
    at = models.DateTimeField()

    class Meta:
        """One for each writer."""

        constraints = (
            models.UniqueConstraint(fields=("case", "staff"), name="cases_draft_one_each"),
        )
        indexes = (models.Index(fields=("debtor_id",), name="cases_draft_debtor"),)

    def __str__(self) -> str:
        return f"draft {self.ref}"


class Callback(models.Model):
    """When somebody said that the person would be called back. ``done_at`` null: still to do."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    debtor_id = models.BigIntegerField()
    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    contact_point_id = models.BigIntegerField()
    due_at = models.DateTimeField()
    set_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks: a case waits for one call at most."""

        constraints = (
            models.UniqueConstraint(
                fields=("case",), condition=Q(done_at__isnull=True), name="cases_callback_one_open"
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",), condition=Q(done_at__isnull=True), name="cases_callback_due"
            ),
            models.Index(fields=("debtor_id",), name="cases_callback_debtor"),
        )

    def __str__(self) -> str:
        return f"case {self.case_id} at {self.due_at}"


class Note(models.Model):
    """What somebody wrote about a case. Sealed, since it speaks of a person.

    ``ref`` is chosen before the note is written: the text opens under it alone.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    debtor_id = models.BigIntegerField()
    author_kind = CodeField()
    author_id = models.CharField(max_length=100)
    text = SealedText(person_key="case.debtor.key_id", row="ref")
    at = models.DateTimeField()

    class Meta:
        """How a case's notes are listed."""

        indexes = (
            models.Index(fields=("case", "id"), name="cases_note_case"),
            models.Index(fields=("debtor_id", "at"), name="cases_note_debtor"),
        )

    def __str__(self) -> str:
        return f"note {self.id}"


class QualityCard(models.Model):
    """One call that was drawn to be listened to, and how it was. Marks: 0 to 2; null: not judged.

    ``note`` is for the collector; sealed, since it may speak of the person.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True)
    day = models.DateField()
    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", models.PROTECT, null=True, related_name="+")
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    permit_id = models.UUIDField()
    stratum = CodeField(Stratum)
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=120)
    identity = models.PositiveSmallIntegerField(null=True)
    listening = models.PositiveSmallIntegerField(null=True)
    facts = models.PositiveSmallIntegerField(null=True)
    options = models.PositiveSmallIntegerField(null=True)
    tone = models.PositiveSmallIntegerField(null=True)
    note = SealedText(person_key="debtor.key_id", row="ref", null=True)
    scored_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    scored_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks: one call a collector and day, and nobody judges their own."""

        indexes = (models.Index(fields=("staff", "day"), name="cases_qualitycard_staff"),)
        constraints = (
            models.UniqueConstraint(fields=("day", "staff"), name="cases_qualitycard_one_a_day"),
            one_of("stratum", Stratum, "cases_qualitycard"),
            models.CheckConstraint(
                condition=Q(scored_by__isnull=True) | ~Q(scored_by=models.F("staff")),
                name="cases_qualitycard_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(scored_by__isnull=True, scored_at__isnull=True)
                | Q(scored_by__isnull=False, scored_at__isnull=False),
                name="cases_qualitycard_scored_whole",
            ),
        )

    def __str__(self) -> str:
        return f"card of {self.day}"


class WrongBasis(models.Model):
    """A contact that was made while a loan was believed to stand worse than it did."""

    id = models.BigAutoField(primary_key=True)
    debtor_id = models.BigIntegerField()
    loan_id = models.BigIntegerField()
    attempt_id = models.BigIntegerField()
    cause = models.CharField(max_length=120)
    believed_days_past_due = models.IntegerField()
    true_days_past_due = models.IntegerField()
    believed_overdue_minor = models.BigIntegerField()
    true_overdue_minor = models.BigIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        """A contact is listed once for each cause."""

        constraints = (
            models.UniqueConstraint(
                fields=("attempt_id", "loan_id", "cause"), name="cases_wrong_basis_once"
            ),
        )
        indexes = (models.Index(fields=("debtor_id",), name="cases_wrong_basis_debtor"),)

    def __str__(self) -> str:
        return f"attempt {self.attempt_id} on loan {self.loan_id}"

"""What persons put before the lender, its clocks, what was said and handed in, and how it ended."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from forbear.contexts.database.column import CodeField, one_of
from forbear.contexts.portfolio.word import Source
from forbear.contexts.protection.field import SealedText
from forbear.contexts.rights.transition import NEXT, FilingState, ReferralState
from forbear.contexts.rights.word import (
    CorrectionKind,
    FilingKind,
    Finding,
    Intake,
    Redress,
    Side,
    Solution,
    StatementKind,
)
from forbear.values.code import Matter


def _known_states() -> Q:
    """Return the condition that a filing is in a state that its kind knows."""
    condition = Q()
    for kind, table in NEXT.items():
        condition |= Q(kind=kind.value, state__in=sorted(state.value for state in table))
    return condition


class Filing(models.Model):
    """One dispute, complaint, hardship or data request. Rows are never removed.

    ``received_date`` is the day from which clocks run. ``reason``: a word of the kind's list; for a
    complaint, a code of the taxonomy: what is alleged. ``hold_id``: the hold that this filing
    placed and that ends with it alone; null: it needs none. ``cycle`` counts reopenings, from 1.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    loan = models.ForeignKey("portfolio.Loan", models.PROTECT, null=True, related_name="+")
    contact_point = models.ForeignKey(
        "portfolio.ContactPoint", models.PROTECT, null=True, related_name="+"
    )
    kind = CodeField(FilingKind)
    state = CodeField(FilingState)
    reason = models.CharField(max_length=60)
    intake = CodeField(Intake)
    taken_by = models.CharField(max_length=120)
    source = CodeField(Source)
    received_date = models.DateField()
    filed_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    owner = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    hold_id = models.BigIntegerField(null=True)
    finding = CodeField(Finding, null=True)
    cycle = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """What the database checks, and how filings are found."""

        indexes = (
            models.Index(fields=("debtor", "id"), name="rights_filing_debtor"),
            models.Index(fields=("kind", "state", "id"), name="rights_filing_kind"),
            models.Index(
                fields=("hold_id",), condition=Q(hold_id__isnull=False), name="rights_filing_hold"
            ),
        )
        constraints = (
            one_of("kind", FilingKind, "rights_filing"),
            one_of("intake", Intake, "rights_filing"),
            one_of("source", Source, "rights_filing"),
            one_of("finding", Finding, "rights_filing"),
            models.CheckConstraint(condition=_known_states(), name="rights_filing_state_of_kind"),
        )

    def __str__(self) -> str:
        return f"{self.kind.lower()}:{self.pk}"


class Complaint(models.Model):
    """What a complaint alone has. What is alleged stands in the filing and is never overwritten.

    ``substantiated``: a code of the taxonomy, or null: not decided, or nothing was borne out.
    ``about_staff``: whom it is about, where that is known.
    """

    filing = models.OneToOneField(
        Filing, models.PROTECT, primary_key=True, related_name="complaint"
    )
    debtor_id = models.BigIntegerField()
    about_staff = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    about_team = models.ForeignKey("people.Team", models.PROTECT, null=True, related_name="+")
    substantiated = models.CharField(max_length=60, null=True)  # noqa: DJ001  # null: not borne out
    redress = CodeField(Redress, null=True)
    redress_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, null=True)  # noqa: DJ001  # null: no money
    authority = models.CharField(max_length=60, blank=True)
    authority_ref = models.CharField(max_length=200, blank=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks."""

        constraints = (
            one_of("redress", Redress, "rights_complaint"),
            models.CheckConstraint(
                condition=Q(redress="MONEY", redress_minor__gt=0, currency__isnull=False)
                | (
                    (Q(redress__isnull=True) | ~Q(redress="MONEY"))
                    & Q(redress_minor__isnull=True, currency__isnull=True)
                ),
                name="rights_complaint_money_whole",
            ),
        )

    def __str__(self) -> str:
        return f"complaint {self.pk}"


class Mention(models.Model):
    """A contact that a filing speaks of."""

    id = models.BigAutoField(primary_key=True)
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="mentions")
    debtor_id = models.BigIntegerField()
    attempt_id = models.BigIntegerField()

    class Meta:
        """A contact is mentioned once."""

        constraints = (
            models.UniqueConstraint(fields=("filing", "attempt_id"), name="rights_mention_once"),
        )

    def __str__(self) -> str:
        return f"{self.filing_id} attempt {self.attempt_id}"


class Hardship(models.Model):
    """What a hardship alone has. ``review_date`` null: nothing was granted, or it has ended.

    ``solution_mark`` names the holds of what is granted apart from earlier ones; ``noticed_for``:
    for which review it was told that its day has come.
    """

    filing = models.OneToOneField(Filing, models.PROTECT, primary_key=True, related_name="hardship")
    debtor_id = models.BigIntegerField()
    severity = models.PositiveSmallIntegerField()
    self_declared = models.BooleanField()
    solution = CodeField(Solution, null=True)
    solution_hold_id = models.BigIntegerField(null=True)
    solution_mark = models.PositiveIntegerField(default=0)
    proposal_ref = models.CharField(max_length=64, blank=True)
    until_date = models.DateField(null=True)
    review_date = models.DateField(null=True)
    noticed_for = models.DateField(null=True)

    class Meta:
        """What the database checks: what is granted has a day on which somebody looks again."""

        constraints = (
            one_of("solution", Solution, "rights_hardship"),
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=5), name="rights_hardship_severity"
            ),
        )
        indexes = (
            models.Index(
                fields=("review_date",),
                condition=Q(review_date__isnull=False),
                name="rights_hardship_review",
            ),
        )

    def __str__(self) -> str:
        return f"hardship {self.pk}"


class Clock(models.Model):
    """Until when a rule wants something done about a filing, or left alone.

    ``step``: the length that counts; an extension that was granted renames it. ``met_at``: when it
    was done; ``noticed_at``: when it was told that the day had gone by. ``protects``: it is a time
    that must be left to the person, so it is never late.
    """

    id = models.BigAutoField(primary_key=True)
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="clocks")
    debtor_id = models.BigIntegerField()
    cycle = models.PositiveSmallIntegerField()
    matter = CodeField(Matter)
    rule_id = models.CharField(max_length=100)
    step = models.CharField(max_length=60)
    starts_on = models.DateField()
    due_on = models.DateField()
    protects = models.BooleanField()
    met_at = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField(null=True)

    class Meta:
        """A rule runs once in each cycle; what is open is found by its day."""

        constraints = (
            one_of("matter", Matter, "rights_clock"),
            models.UniqueConstraint(
                fields=("filing", "cycle", "rule_id"), name="rights_clock_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("due_on",),
                condition=Q(met_at__isnull=True, protects=False),
                name="rights_clock_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.filing_id} {self.matter} {self.due_on}"


class Statement(models.Model):
    """What was said in a filing, by either side. Sealed, since it speaks of a person."""

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True, default=uuid4)
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="statements")
    debtor_id = models.BigIntegerField()
    side = CodeField(Side)
    kind = CodeField(StatementKind)
    author = models.CharField(max_length=120)
    text = SealedText(person_key="filing.debtor.key_id", row="ref")
    at = models.DateTimeField()

    class Meta:
        """What the database checks, and how a filing's statements are listed."""

        indexes = (models.Index(fields=("filing", "id"), name="rights_statement_filing"),)
        constraints = (
            one_of("side", Side, "rights_statement"),
            one_of("kind", StatementKind, "rights_statement"),
        )

    def __str__(self) -> str:
        return f"statement {self.id}"


class Attachment(models.Model):
    """A file that was handed in. Its name and content are sealed with the person's key."""

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True, default=uuid4)
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="attachments")
    debtor_id = models.BigIntegerField()
    side = CodeField(Side)
    kind = models.CharField(max_length=40)
    name = SealedText(person_key="filing.debtor.key_id", row="ref")
    bytes = models.PositiveIntegerField()
    digest = models.BinaryField()
    handed_in_by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        """The same content is kept once in a filing."""

        constraints = (
            one_of("side", Side, "rights_attachment"),
            models.UniqueConstraint(fields=("filing", "digest"), name="rights_attachment_once"),
        )

    def __str__(self) -> str:
        return f"attachment {self.id}"


class AttachmentPiece(models.Model):
    """A part of a file, as base64; a sealed cell holds 64 KiB at most."""

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True, default=uuid4)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="pieces")
    debtor_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    content = SealedText(person_key="attachment.filing.debtor.key_id", row="ref")

    class Meta:
        """A file has one piece of each number."""

        constraints = (
            models.UniqueConstraint(
                fields=("attachment", "number"), name="rights_attachmentpiece_number"
            ),
        )

    def __str__(self) -> str:
        return f"piece {self.number}"


class Correction(models.Model):
    """Something that a decision puts right. ``done_at`` null: somebody else has yet to do it."""

    id = models.BigAutoField(primary_key=True)
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="corrections")
    debtor_id = models.BigIntegerField()
    loan_id = models.BigIntegerField()
    kind = CodeField(CorrectionKind)
    amount_minor = models.BigIntegerField(null=True)
    since_date = models.DateField(null=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_as = models.CharField(max_length=120, blank=True)

    class Meta:
        """What the database checks."""

        constraints = (one_of("kind", CorrectionKind, "rights_correction"),)
        indexes = (
            models.Index(
                fields=("id",), condition=Q(done_at__isnull=True), name="rights_correction_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.filing_id} {self.kind}"


class Referral(models.Model):
    """A way to somebody who helps, shown to a person or taken with their consent."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    entry = models.CharField(max_length=60)
    state = CodeField(ReferralState)
    consented_at = models.DateTimeField(null=True)
    made_by = models.CharField(max_length=120)
    at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        """What the database checks: nobody is told of a person who has not agreed."""

        indexes = (models.Index(fields=("debtor", "id"), name="rights_referral_debtor"),)
        constraints = (
            one_of("state", ReferralState, "rights_referral"),
            models.CheckConstraint(
                condition=~Q(state="HANDED_OVER") | Q(consented_at__isnull=False),
                name="rights_referral_consented",
            ),
        )

    def __str__(self) -> str:
        return self.ref

"""What was reported of loans, month by month. Lines only ever grow in number."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from forbear.contexts.database.column import CodeField, amount, one_of
from forbear.values.bureau import LineCause, Mark, Special, Told


class Line(models.Model):
    """What is to be reported of one loan for one month, as it was believed when it was written.

    ``number`` counts a loan's lines of one month from 1; each names the one that it ``replaces``.
    ``replaced_at`` is set once, when a later line takes its place; null: it counts. ``because``
    names the fact, such as ``debtor:42`` or ``dispute:7``. ``facts_sha256`` is a hash of all that
    was known of the loan. Days and amounts as in ``policy.bureau.line``.
    """

    id = models.BigAutoField(primary_key=True)
    bureau = models.CharField(max_length=40)
    loan_id = models.BigIntegerField()
    debtor_id = models.BigIntegerField()
    month = models.DateField()
    number = models.SmallIntegerField()
    replaces = models.BigIntegerField(null=True)
    replaced_at = models.DateTimeField(null=True)
    cause = CodeField(LineCause)
    because = models.CharField(max_length=120)
    code = models.CharField(max_length=4)
    is_negative = models.BooleanField()
    days_past_due = models.IntegerField()
    overdue_minor = amount()
    balance_minor = amount()
    scheduled_minor = amount()
    paid_minor = amount()
    late_since_date = models.DateField(null=True)
    paid_latest_date = models.DateField(null=True)
    closed_date = models.DateField(null=True)
    mark = CodeField(Mark, blank=True)
    special = CodeField(Special, blank=True)
    facts_sha256 = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        """What the database checks, and how lines are found."""

        indexes = (
            models.Index(fields=("loan_id", "id"), name="bureau_line_loan"),
            models.Index(fields=("debtor_id",), name="bureau_line_debtor"),
            models.Index(
                fields=("bureau", "month", "id"),
                condition=Q(replaced_at__isnull=True),
                name="bureau_line_month",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("bureau", "loan_id", "month"),
                condition=Q(replaced_at__isnull=True),
                name="bureau_line_one_counts",
            ),
            models.UniqueConstraint(
                fields=("replaces",),
                condition=Q(replaces__isnull=False),
                name="bureau_line_replaced_once",
            ),
            models.CheckConstraint(
                condition=Q(number=1, replaces__isnull=True)
                | Q(number__gt=1, replaces__isnull=False),
                name="bureau_line_names_what_it_replaces",
            ),
            one_of("cause", LineCause, "bureau_line"),
        )

    def __str__(self) -> str:
        return f"{self.bureau} {self.loan_id} {self.month:%Y-%m} {self.code}"


class Run(models.Model):
    """A month's lines of a bureau were made, for every loan, as things were known then."""

    id = models.BigAutoField(primary_key=True)
    bureau = models.CharField(max_length=40)
    month = models.DateField()
    at = models.DateTimeField()
    loans = models.IntegerField()
    added = models.IntegerField()
    corrected = models.IntegerField()

    class Meta:
        """How the latest is found."""

        indexes = (models.Index(fields=("bureau", "month"), name="bureau_run_month"),)

    def __str__(self) -> str:
        return f"{self.bureau} {self.month:%Y-%m}"


class Export(models.Model):
    """A file that was made for a bureau: the month's (part 1), or what could go later.

    ``sha256`` and ``size_bytes`` are of the whole file, which is not kept here: it can be made
    again, and is then compared. ``withheld``: lines that were not in it. ``gaps``: accounts of
    which the bureau would miss something personal.
    """

    id = models.BigAutoField(primary_key=True)
    bureau = models.CharField(max_length=40)
    month = models.DateField()
    part = models.SmallIntegerField()
    recipients = ArrayField(models.CharField(max_length=40))
    lines = models.IntegerField()
    negative = models.IntegerField()
    corrections = models.IntegerField()
    withheld = models.IntegerField()
    gaps = models.IntegerField()
    overdue_minor = amount()
    balance_minor = amount()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    class Meta:
        """A part is made once."""

        constraints = (
            models.UniqueConstraint(
                fields=("bureau", "month", "part"), name="bureau_export_part_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.bureau} {self.month:%Y-%m} part {self.part}"


class Sent(models.Model):
    """A line that went in a file. ``corrects``: the line sent before that it replaces; null: none.

    ``before``: the status words of the 24 months before as the file told them, the newest first;
    a dot stands for a month without one. ``notice_id``: the contact that told the person before.
    """

    id = models.BigAutoField(primary_key=True)
    export = models.ForeignKey(Export, models.PROTECT, db_constraint=False, related_name="+")
    line_id = models.BigIntegerField(unique=True)
    loan_id = models.BigIntegerField()
    debtor_id = models.BigIntegerField()
    corrects = models.BigIntegerField(null=True)
    before = models.CharField(max_length=120, blank=True)
    notice_id = models.BigIntegerField(null=True)

    class Meta:
        """How it is found."""

        indexes = (
            models.Index(fields=("export", "line_id"), name="bureau_sent_export"),
            models.Index(fields=("loan_id", "id"), name="bureau_sent_loan"),
        )

    def __str__(self) -> str:
        return f"line {self.line_id}"


class Dispute(models.Model):
    """A dispute about a loan's lines of some months. ``ref`` names it where it is handled.

    ``to_month`` null: every later month as well. ``due_date``: by when the law wants an answer;
    null: no rule names a day. ``closing_mark``: what lines say once it is closed; null: nothing.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64)
    bureau = models.CharField(max_length=40)
    loan_id = models.BigIntegerField()
    debtor_id = models.BigIntegerField()
    from_month = models.DateField()
    to_month = models.DateField(null=True)
    received_date = models.DateField()
    due_date = models.DateField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)
    closed_at = models.DateTimeField(null=True)
    closing_mark = CodeField(Mark, null=True)

    class Meta:
        """What the database checks."""

        indexes = (
            models.Index(fields=("loan_id",), name="bureau_dispute_loan"),
            models.Index(
                fields=("due_date",), condition=Q(closed_at__isnull=True), name="bureau_dispute_due"
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("ref", "loan_id"), name="bureau_dispute_once"),
            one_of("closing_mark", Mark, "bureau_dispute"),
        )

    def __str__(self) -> str:
        return self.ref


class Ruling(models.Model):
    """A decided dispute: for one month another word is right. The latest of a month counts."""

    id = models.BigAutoField(primary_key=True)
    bureau = models.CharField(max_length=40)
    loan_id = models.BigIntegerField()
    debtor_id = models.BigIntegerField()
    month = models.DateField()
    code = models.CharField(max_length=4)
    because = models.CharField(max_length=120)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        """How it is found."""

        indexes = (models.Index(fields=("loan_id", "id"), name="bureau_ruling_loan"),)

    def __str__(self) -> str:
        return f"{self.loan_id} {self.month:%Y-%m} {self.code}"


class ToldOf(models.Model):
    """Somebody beside the bureaus was told of a corrected line. ``how`` names by what means."""

    id = models.BigAutoField(primary_key=True)
    line_id = models.BigIntegerField()
    loan_id = models.BigIntegerField()
    debtor_id = models.BigIntegerField()
    whom = CodeField(Told)
    how = models.CharField(max_length=120)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        """Somebody is told of a line in one way once."""

        constraints = (
            models.UniqueConstraint(fields=("line_id", "whom", "how"), name="bureau_told_once"),
            one_of("whom", Told, "bureau_told"),
        )

    def __str__(self) -> str:
        return f"{self.whom} of line {self.line_id}"

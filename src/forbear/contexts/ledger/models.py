"""What was paid, and what each loan stands at. Postings only ever grow in number."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.contexts.database.column import CodeField, amount, one_of
from forbear.values.code import Code, Purpose, RiskClass


class PostingSource(Code):
    """By which way a posting came in."""

    EXTRACT = "EXTRACT"
    API = "API"
    STAFF = "STAFF"
    PORTAL = "PORTAL"
    ARRANGEMENT = "ARRANGEMENT"
    """What was agreed: penalty that is given up, or is not after all."""


class Posting(models.Model):
    """A payment, or the reversal of one. Value date: from when it counts. Posting date: known.

    ``part_of``: what names the payment of which this is a part; null: it is the whole.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    loan = models.ForeignKey(
        "portfolio.Loan", models.PROTECT, db_constraint=False, related_name="+"
    )
    value_date = models.DateField()
    posting_date = models.DateField()
    amount_minor = amount()
    purpose = CodeField(Purpose)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    part_of = models.CharField(max_length=64, null=True)  # noqa: DJ001  # null: the whole
    source = CodeField(PostingSource)
    recorded_at = models.DateTimeField()

    class Meta:
        """What the database checks; a trigger refuses changes and removals.

        A composite foreign key, laid in the migration, sees to it that a reversal names a payment
        of the same loan and amount.
        """

        indexes = (
            models.Index(
                fields=("loan",),
                condition=Q(source="PORTAL", reverses__isnull=True),
                name="ledger_posting_noticed",
            ),
        )
        constraints = (
            one_of("purpose", Purpose, "ledger_posting"),
            one_of("source", PostingSource, "ledger_posting"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="ledger_posting_positive"),
            models.UniqueConstraint(
                fields=("reverses",),
                condition=Q(reverses__isnull=False),
                name="ledger_posting_reversed_once",
            ),
            models.UniqueConstraint(
                fields=("id", "loan", "amount_minor"), name="ledger_posting_identity"
            ),
        )

    def __str__(self) -> str:
        return self.ref


class SamePayment(models.Model):
    """One payment that came by two ways: a notice told it, and a lender's file.

    ``told_ref`` is the file's name for it. ``noticed_ref`` is the notice's, by which its postings
    are known where the notice came first; where the file did, the file's posting is the one.
    """

    id = models.BigAutoField(primary_key=True)
    loan = models.ForeignKey(
        "portfolio.Loan", models.PROTECT, db_constraint=False, related_name="+"
    )
    told_ref = models.CharField(max_length=64, unique=True)
    noticed_ref = models.CharField(max_length=64, unique=True)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.noticed_ref} = {self.told_ref}"


class ComputedBy(Code):
    """Who worked a standing out."""

    NIGHT = "NIGHT"
    DAY = "DAY"
    """At once, after a fact that came in by day."""


class Standing(models.Model):
    """What one loan stands at: the columns of the night's delinquency table, by loan."""

    loan = models.OneToOneField(
        "portfolio.Loan", models.PROTECT, primary_key=True, db_constraint=False, related_name="+"
    )
    debtor_id = models.BigIntegerField()
    as_of_date = models.DateField()
    known_date = models.DateField()
    days_past_due = models.IntegerField()
    bucket = models.CharField(max_length=20)
    instalments_overdue = models.IntegerField()
    oldest_unpaid_date = models.DateField(null=True)
    due_minor = amount()
    paid_minor = amount()
    credit_minor = amount()
    overdue_principal_minor = amount()
    overdue_interest_minor = amount()
    overdue_fee_minor = amount()
    penalty_accrued_minor = amount()
    penalty_minor = amount()
    overdue_minor = amount()
    outstanding_principal_minor = amount()
    accrued_interest_minor = amount()
    payoff_minor = amount()
    next_due_date = models.DateField(null=True)
    next_due_minor = amount()
    risk_class = CodeField(RiskClass)
    bureau_code = models.CharField(max_length=4)
    limitation_date = models.DateField(null=True)
    computed_by = CodeField(ComputedBy)
    computed_at = models.DateTimeField()

    class Meta:
        """What the database checks: the debt adds up, to the minor unit."""

        indexes = (models.Index(fields=("debtor_id",), name="ledger_standing_debtor"),)
        constraints = (
            one_of("computed_by", ComputedBy, "ledger_standing"),
            models.CheckConstraint(
                condition=Q(
                    overdue_minor=models.F("overdue_principal_minor")
                    + models.F("overdue_interest_minor")
                    + models.F("overdue_fee_minor")
                    + models.F("penalty_minor")
                ),
                name="ledger_standing_adds_up",
            ),
        )

    def __str__(self) -> str:
        return f"{self.loan_id} as of {self.as_of_date}"

"""References, payments that were begun, money that came, and everything that pages told."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from forbear.contexts.database.column import CodeField, amount, one_of
from forbear.contexts.payments.word import IntentState, NoticeKind, NoticeState, Settled, Why


class Reference(models.Model):
    """What a person writes beside a transfer: one for each loan. Rows are never changed."""

    id = models.BigAutoField(primary_key=True)
    reference = models.CharField(max_length=12, unique=True)
    debtor_id = models.BigIntegerField()
    loan_id = models.BigIntegerField(unique=True)
    loan_ref = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference


class Intent(models.Model):
    """A payment that was begun on a page. ``ref`` is random: whoever holds it may see the amount.

    ``back_to``: where the page sends the person in the end; empty: nowhere.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True)
    reference = models.ForeignKey(Reference, models.PROTECT, related_name="+")
    debtor_id = models.BigIntegerField()
    provider = models.CharField(max_length=18)
    amount_minor = amount()
    state = CodeField(IntentState)
    back_to = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    expires_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        """What the database checks."""

        indexes = (models.Index(fields=("debtor_id", "id"), name="payments_intent_debtor"),)
        constraints = (
            one_of("state", IntentState, "payments_intent"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="payments_intent_positive"
            ),
        )

    def __str__(self) -> str:
        return str(self.ref)


class Received(models.Model):
    """Money that came by a page, known by the page's own name for the payment.

    What has not gone back stands as two postings, one of which may be missing (empty): what goes
    to the schedule, and what goes to the penalty. ``parts``: how often they were replaced.
    ``excess_minor``: more than was owed. ``settles``: all was paid, and the loan is at rest.
    """

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=18)
    ref = models.CharField(max_length=40)
    reference = models.ForeignKey(Reference, models.PROTECT, related_name="+")
    intent = models.ForeignKey(Intent, models.PROTECT, null=True, related_name="+")
    debtor_id = models.BigIntegerField()
    value_date = models.DateField()
    amount_minor = amount()
    returned_minor = amount(default=0)
    excess_minor = amount(default=0)
    schedule_ref = models.CharField(max_length=64, blank=True)
    schedule_minor = amount()
    penalty_ref = models.CharField(max_length=64, blank=True)
    penalty_minor = amount()
    parts = models.PositiveSmallIntegerField(default=0)
    settles = models.BooleanField(default=False)
    taken_at = models.DateTimeField()

    class Meta:
        """What the database checks: money comes once, and no more goes back than came."""

        indexes = (models.Index(fields=("debtor_id", "id"), name="payments_received_debtor"),)
        constraints = (
            models.UniqueConstraint(fields=("provider", "ref"), name="payments_received_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0)
                & Q(returned_minor__gte=0)
                & Q(returned_minor__lte=F("amount_minor"))
                & Q(excess_minor__gte=0)
                & Q(excess_minor__lte=F("amount_minor")),
                name="payments_received_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_minor=F("returned_minor") + F("schedule_minor") + F("penalty_minor")
                )
                & (Q(schedule_ref="", schedule_minor=0) | Q(schedule_minor__gt=0))
                & (Q(penalty_ref="", penalty_minor=0) | Q(penalty_minor__gt=0)),
                name="payments_received_adds_up",
            ),
        )

    def __str__(self) -> str:
        return f"{self.provider}:{self.ref}"


class Notice(models.Model):
    """One thing that a page told, as it was told. What it tells is never changed.

    ``why``: why somebody should look; empty: nobody needs to. ``open``: nobody has yet.
    ``debtor_id`` null: it is not known whose it is.
    """

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=18)
    event_id = models.CharField(max_length=120)
    kind = CodeField(NoticeKind)
    payment_ref = models.CharField(max_length=40)
    return_ref = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    intent_ref = models.UUIDField(null=True)
    currency = models.CharField(max_length=3)
    amount_minor = amount()
    at = models.DateTimeField()
    value_date = models.DateField()
    taken_at = models.DateTimeField()
    state = CodeField(NoticeState)
    why = models.CharField(max_length=40, blank=True)
    open = models.BooleanField(default=False)
    debtor_id = models.BigIntegerField(null=True)
    received = models.ForeignKey(Received, models.PROTECT, null=True, related_name="+")
    settled_as = CodeField(Settled, null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """What the database checks: an event counts once, and so does a return."""

        indexes = (
            models.Index(fields=("id",), condition=Q(open=True), name="payments_notice_open"),
            models.Index(fields=("provider", "payment_ref"), name="payments_notice_payment"),
        )
        constraints = (
            one_of("kind", NoticeKind, "payments_notice"),
            one_of("state", NoticeState, "payments_notice"),
            one_of("settled_as", Settled, "payments_notice"),
            models.CheckConstraint(
                condition=Q(why__in=["", *[each.value for each in Why]]),
                name="payments_notice_why_known",
            ),
            models.UniqueConstraint(fields=("provider", "event_id"), name="payments_notice_once"),
            models.UniqueConstraint(
                fields=("provider", "payment_ref", "return_ref"),
                condition=Q(kind="RETURNED", state="BOOKED"),
                name="payments_notice_return_once",
            ),
            models.CheckConstraint(
                condition=Q(open=False) | ~Q(why=""), name="payments_notice_open_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="BOOKED", received__isnull=False) | ~Q(state="BOOKED"),
                name="payments_notice_booked_has_money",
            ),
        )

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"

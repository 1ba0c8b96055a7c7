"""Arrangements with their loans, instalments, texts, codes and signatures; and promises to pay."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from forbear.contexts.arrangements.transition import ArrangementState, PromiseState
from forbear.contexts.database.column import CodeField, amount, never_negative, one_of
from forbear.contexts.protection.field import SealedText
from forbear.policy.arrange.word import Every, PlanKind, Target, Waiver
from forbear.values.code import Language


class Arrangement(models.Model):
    """What a person is to pay instead, on one or several loans, and how it is kept.

    ``law_last_date``: the last day on which the law lets an instalment lie. ``owed_minor`` is what
    was owed when it was worked out, ``total_minor`` all instalments.
    ``posting_mark``: the newest posting that the amounts know of; what became known later counts
    towards it. ``live``: its loans are covered. ``final``: somebody ended it, and no payment says
    otherwise. ``round``: how often its holds were placed. Null days: not signed, not ended.
    ``every``: how far apart its instalments lie. ``waiver``: when penalty is given up, as the text
    says that was shown last. ``reminder``: the person wants to be reminded of each instalment.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    state = CodeField(ArrangementState)
    kind = CodeField(PlanKind)
    target = CodeField(Target)
    every = CodeField(Every, default=Every.MONTH.value, db_default=Every.MONTH.value)
    waiver = CodeField(Waiver, default=Waiver.KEPT.value, db_default=Waiver.KEPT.value)
    reminder = models.BooleanField(default=False, db_default=False)
    currency = models.CharField(max_length=3)
    frozen = models.BooleanField()
    affordable_minor = amount()
    affordable_checked = models.BooleanField()
    owed_minor = amount()
    waived_minor = amount()
    regular_minor = amount()
    charge_minor = amount()
    total_minor = amount()
    saves_minor = amount()
    pack_sha256 = models.CharField(max_length=64)
    law_last_date = models.DateField()
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    approval_id = models.BigIntegerField(null=True)
    posting_mark = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    proposed_date = models.DateField()
    proposed_by = models.CharField(max_length=120)
    offer_until = models.DateField()
    signed_at = models.DateTimeField(null=True)
    signed_date = models.DateField(null=True)
    paused_until = models.DateField(null=True)
    pauses = models.PositiveSmallIntegerField(default=0)
    live = models.BooleanField(default=False)
    final = models.BooleanField(default=False)
    round = models.PositiveSmallIntegerField(default=0)
    ended_date = models.DateField(null=True)
    ended_because = models.CharField(max_length=40, blank=True)
    settled_loans = models.BooleanField(default=False)
    paid_minor = amount(default=0)
    late_minor = amount(default=0)
    next_date = models.DateField(null=True)
    next_minor = amount(default=0)
    settle_minor = amount(default=0)
    checked_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """What the database checks: amounts add up, and what is live was signed."""

        indexes = (
            models.Index(fields=("debtor", "id"), name="arrangements_debtor"),
            models.Index(
                fields=("state", "id"),
                condition=Q(state__in=["PROPOSED", "OFFERED", "ACTIVE", "LATE", "PAUSED"]),
                name="arrangements_open",
            ),
        )
        constraints = (
            one_of("state", ArrangementState, "arrangements_arrangement"),
            one_of("kind", PlanKind, "arrangements_arrangement"),
            one_of("target", Target, "arrangements_arrangement"),
            one_of("every", Every, "arrangements_arrangement"),
            one_of("waiver", Waiver, "arrangements_arrangement"),
            never_negative(
                "arrangements_arrangement",
                "owed_minor",
                "waived_minor",
                "regular_minor",
                "charge_minor",
                "total_minor",
                "paid_minor",
                "late_minor",
                "next_minor",
                "settle_minor",
            ),
            models.CheckConstraint(
                condition=Q(
                    total_minor=F("owed_minor")
                    - F("waived_minor")
                    + F("regular_minor")
                    + F("charge_minor")
                ),
                name="arrangements_arrangement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(live=True, state__in=["ACTIVE", "LATE", "PAUSED"])
                | (Q(live=False) & ~Q(state__in=["ACTIVE", "LATE", "PAUSED"])),
                name="arrangements_arrangement_live",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=False, signed_date__isnull=False)
                | Q(
                    signed_at__isnull=True,
                    signed_date__isnull=True,
                    state__in=["PROPOSED", "OFFERED", "WITHDRAWN", "LAPSED"],
                ),
                name="arrangements_arrangement_signed",
            ),
        )

    def __str__(self) -> str:
        return self.ref


class CoveredLoan(models.Model):
    """A loan that an arrangement covers, and what of the total goes to it.

    ``waived_minor``: what is given up of its penalty; ``waiver_stands``: it is booked so, for the
    ``waiver_round``-th time. ``spared_minor``: what is booked of penalty that came since it was
    worked out, now that all that was agreed is paid.
    """

    id = models.BigAutoField(primary_key=True)
    arrangement = models.ForeignKey(Arrangement, models.PROTECT, related_name="loans")
    debtor_id = models.BigIntegerField()
    loan_id = models.BigIntegerField()
    loan_ref = models.CharField(max_length=64)
    owed_minor = amount()
    principal_minor = amount()
    interest_minor = amount()
    fee_minor = amount()
    penalty_minor = amount()
    share_minor = amount()
    waived_minor = amount(default=0, db_default=0)
    waiver_round = models.PositiveSmallIntegerField(default=0, db_default=0)
    waiver_stands = models.BooleanField(default=False, db_default=False)
    spared_minor = amount(default=0, db_default=0)
    spared_round = models.PositiveSmallIntegerField(default=0, db_default=0)
    live = models.BooleanField(default=False)

    class Meta:
        """A loan is under one live arrangement at most."""

        constraints = (
            models.UniqueConstraint(
                fields=("loan_id",), condition=Q(live=True), name="arrangements_one_live"
            ),
            models.UniqueConstraint(
                fields=("arrangement", "loan_id"), name="arrangements_loan_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    owed_minor=F("principal_minor")
                    + F("interest_minor")
                    + F("fee_minor")
                    + F("penalty_minor")
                ),
                name="arrangements_loan_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(waived_minor__gte=0, waived_minor__lte=F("penalty_minor"))
                & Q(spared_minor__gte=0),
                name="arrangements_loan_gives_up_penalty",
            ),
        )

    def __str__(self) -> str:
        return f"{self.arrangement_id} {self.loan_ref}"


class Instalment(models.Model):
    """One instalment. ``due_date`` moves with a pause; ``first_due_date`` is the one signed."""

    id = models.BigAutoField(primary_key=True)
    arrangement = models.ForeignKey(Arrangement, models.PROTECT, related_name="instalments")
    debtor_id = models.BigIntegerField()
    number = models.PositiveSmallIntegerField()
    first_due_date = models.DateField()
    due_date = models.DateField()
    amount_minor = amount()
    regular_minor = amount()
    charge_minor = amount()
    covered_minor = amount(default=0)

    class Meta:
        """What the database checks."""

        constraints = (
            models.UniqueConstraint(
                fields=("arrangement", "number"), name="arrangements_instalment_number"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0)
                & Q(charge_minor__gte=0)
                & Q(covered_minor__gte=0)
                & Q(covered_minor__lte=F("amount_minor")),
                name="arrangements_instalment_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.arrangement_id} {self.number}"


class ShownText(models.Model):
    """The text of an agreement as it was shown. Rows are never changed."""

    id = models.BigAutoField(primary_key=True)
    arrangement = models.ForeignKey(Arrangement, models.PROTECT, related_name="texts")
    debtor_id = models.BigIntegerField()
    template = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField()
    text_en = models.TextField()
    text_zh = models.TextField()
    sha256 = models.CharField(max_length=64)
    shown_at = models.DateTimeField()

    class Meta:
        """A text of an arrangement is kept once."""

        constraints = (
            models.UniqueConstraint(
                fields=("arrangement", "sha256"), name="arrangements_text_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.arrangement_id} {self.template} {self.version}"


class SigningCode(models.Model):
    """A one-time code, as a keyed hash alone."""

    id = models.BigAutoField(primary_key=True)
    arrangement = models.ForeignKey(Arrangement, models.PROTECT, related_name="codes")
    debtor_id = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts_left = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """How codes of a day are counted."""

        indexes = (models.Index(fields=("arrangement", "made_at"), name="arrangements_code_made"),)

    def __str__(self) -> str:
        return f"code {self.id}"


class Signature(models.Model):
    """That a person agreed: to which text, under which name, at which instant.

    ``ref`` is drawn before it is written: the name opens under it alone. Rows are never changed.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True)
    arrangement = models.OneToOneField(Arrangement, models.PROTECT, related_name="signature")
    debtor_id = models.BigIntegerField()
    text = models.ForeignKey(ShownText, models.PROTECT, related_name="+")
    code = models.ForeignKey(SigningCode, models.PROTECT, related_name="+")
    language = CodeField(Language)
    typed_name = SealedText(person_key="arrangement.debtor.key_id", row="ref")
    name_compared = models.BooleanField()
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        """What the database checks."""

        constraints = (one_of("language", Language, "arrangements_signature"),)

    def __str__(self) -> str:
        return f"signature {self.ref}"


class Pause(models.Model):
    """Instalments from a number on were put off by some months. Rows are never changed."""

    id = models.BigAutoField(primary_key=True)
    arrangement = models.ForeignKey(Arrangement, models.PROTECT, related_name="put_off")
    debtor_id = models.BigIntegerField()
    from_number = models.PositiveSmallIntegerField()
    months = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.arrangement_id} from {self.from_number} by {self.months}"


class Promise(models.Model):
    """A person's word that an amount is paid by a day.

    ``loan_id`` null: on whichever of the person's loans. ``reminder``: they want to be reminded.
    ``round``: how often its hold was placed before.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    loan_id = models.BigIntegerField(null=True)
    loan_ref = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3)
    amount_minor = amount()
    due_date = models.DateField()
    reminder = models.BooleanField()
    state = CodeField(PromiseState)
    posting_mark = models.BigIntegerField()
    paid_minor = amount(default=0)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    moved_at = models.DateTimeField()
    checked_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """What the database checks."""

        indexes = (models.Index(fields=("debtor", "id"), name="arrangements_promise_debtor"),)
        constraints = (
            one_of("state", PromiseState, "arrangements_promise"),
            models.UniqueConstraint(
                fields=("debtor", "loan_id"),
                condition=Q(state="OPEN"),
                nulls_distinct=False,
                name="arrangements_promise_one_open",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) & Q(paid_minor__gte=0),
                name="arrangements_promise_whole",
            ),
        )

    def __str__(self) -> str:
        return self.ref

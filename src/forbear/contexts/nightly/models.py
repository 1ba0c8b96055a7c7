"""Nights that were run, and contacts that were made on what later proved wrong."""

from __future__ import annotations

from django.db import models

from forbear.contexts.database.column import CodeField, one_of
from forbear.values.code import Code


class NightState(Code):
    """How far a night has come."""

    RUNNING = "RUNNING"
    LOADED = "LOADED"
    FAILED = "FAILED"


class Night(models.Model):
    """One night: which book, which day, what came of it."""

    id = models.CharField(max_length=80, primary_key=True)
    as_of_date = models.DateField()
    known_date = models.DateField()
    state = CodeField(NightState)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    manifest = models.JSONField(default=dict)
    difference = models.JSONField(default=dict)
    failure = models.CharField(max_length=400, blank=True)

    class Meta:
        """What the database checks."""

        indexes = (models.Index(fields=("-as_of_date",), name="nightly_night_latest"),)
        constraints = (one_of("state", NightState, "nightly_night"),)

    def __str__(self) -> str:
        return self.id


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
                fields=("attempt_id", "loan_id", "cause"), name="nightly_wrong_basis_once"
            ),
        )
        indexes = (models.Index(fields=("debtor_id",), name="nightly_wrong_basis_debtor"),)

    def __str__(self) -> str:
        return f"attempt {self.attempt_id} on loan {self.loan_id}"

"""Contacts that were tried, in or out, by whatever system."""

from __future__ import annotations

from django.db import models

from forbear.contexts.database.column import CodeField, one_of
from forbear.values.code import Channel, Code, Direction, Outcome


class AttemptSource(Code):
    """By which way an attempt came in."""

    EXTRACT = "EXTRACT"
    """Told by the lender's files."""
    API = "API"
    """Told by a lender's or agency's own system."""
    STAFF = "STAFF"
    """Told by a collector, such as a visit or a call received."""


class Attempt(models.Model):
    """One contact that was tried. ``outcome`` is the latest word on how it ended."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor_id = models.BigIntegerField()
    contact_point_id = models.BigIntegerField(null=True)
    loan_id = models.BigIntegerField(null=True)
    channel = CodeField(Channel)
    direction = CodeField(Direction)
    started_at = models.DateTimeField()
    outcome = CodeField(Outcome)
    team = models.CharField(max_length=60, null=True)  # noqa: DJ001  # null: none or not recorded
    source = CodeField(AttemptSource)
    recorded_at = models.DateTimeField()

    class Meta:
        """What the database checks. Foreign keys are laid in the migration, as plain columns."""

        indexes = (models.Index(fields=("debtor_id", "started_at"), name="contact_attempt_debtor"),)
        constraints = (
            one_of("channel", Channel, "contact_attempt"),
            one_of("direction", Direction, "contact_attempt"),
            one_of("outcome", Outcome, "contact_attempt"),
            one_of("source", AttemptSource, "contact_attempt"),
        )

    def __str__(self) -> str:
        return self.ref

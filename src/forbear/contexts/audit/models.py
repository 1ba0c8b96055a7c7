"""One row per thing done. Rows are written in the transaction of what they tell of."""

from __future__ import annotations

from django.db import models

from forbear.contexts.database.column import CodeField, one_of
from forbear.values.principal import PrincipalKind


class Entry(models.Model):
    """One thing that was done. Holds ids and codes, never a personal value.

    The application may add rows and read them; a trigger refuses everything else to everyone.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=80)
    actor_kind = CodeField(PrincipalKind)
    actor_id = models.CharField(max_length=100)
    subject = models.CharField(max_length=120)
    debtor_id = models.BigIntegerField(null=True)
    body = models.BinaryField()
    body_sha256 = models.BinaryField()

    class Meta:
        """What the database checks."""

        indexes = (
            models.Index(fields=("debtor_id", "id"), name="audit_entry_debtor"),
            models.Index(fields=("event", "id"), name="audit_entry_event"),
        )
        constraints = (one_of("actor_kind", PrincipalKind, "audit_entry"),)

    def __str__(self) -> str:
        return f"{self.event} {self.subject} by {self.actor_kind.lower()}:{self.actor_id}"

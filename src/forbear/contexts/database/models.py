"""After which restores may be sent again."""

from __future__ import annotations

from django.db import models

from forbear.contexts.database.column import CodeField, one_of
from forbear.values.code import Code


class Settled(Code):
    """How it was settled what had been sent since the backup was made."""

    NOTHING_SENT = "NOTHING_SENT"
    """Nothing was sent between the backup and the restore."""
    RECORDED_ANEW = "RECORDED_ANEW"
    """What was sent was recorded again, from the lists of those who carried it."""


class SendingRelease(models.Model):
    """One restore whose consequences are settled. Rows are never changed or removed."""

    restored_at = models.DateTimeField()
    dump_sha256 = models.CharField(max_length=64)
    settled = CodeField(Settled)
    released_at = models.DateTimeField()

    class Meta:
        """What the database checks."""

        constraints = (
            models.UniqueConstraint(
                fields=("restored_at", "dump_sha256"), name="database_sendingrelease_once"
            ),
            one_of("settled", Settled, "database_sendingrelease"),
        )

    def __str__(self) -> str:
        return f"{self.restored_at} {self.settled}"

"""The keys of persons (wrapped), and who looked at a personal value, when and why."""

from __future__ import annotations

from django.db import models

from forbear.contexts.database.column import CodeField


class PersonKey(models.Model):
    """One data key per person, wrapped by a key of the ring that lies outside the database.

    Destroying ``wrapped`` makes every sealed value of the person unreadable for good.
    """

    id = models.UUIDField(primary_key=True)
    debtor_id = models.BigIntegerField(unique=True, null=True)
    ring_key = models.CharField(max_length=40)
    wrapped = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks."""

        indexes = (models.Index(fields=("ring_key",), name="protection_person_key_ring"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False) | models.Q(destroyed_at__isnull=False),
                name="protection_personkey_gone_or_kept",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class RingMark(models.Model):
    """What a key ring must be able to confirm before any value is read or written."""

    ring_key = models.CharField(max_length=40, primary_key=True)
    mark = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.ring_key


class Reveal(models.Model):
    """One look at a personal value in full, by whom and why."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = CodeField()
    actor_id = models.CharField(max_length=100)
    debtor_id = models.BigIntegerField()
    field = models.CharField(max_length=80)
    reason = models.CharField(max_length=40)

    class Meta:
        """How it is searched."""

        indexes = (
            models.Index(fields=("debtor_id", "id"), name="protection_reveal_debtor"),
            models.Index(fields=("actor_id", "at"), name="protection_reveal_actor"),
        )

    def __str__(self) -> str:
        return f"{self.field} of {self.debtor_id} by {self.actor_id}"


class RotationState(models.Model):
    """How far a rotation of keys has come, so that a killed one goes on."""

    name = models.CharField(max_length=40, primary_key=True)
    cursor = models.CharField(max_length=100)
    rows_done = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

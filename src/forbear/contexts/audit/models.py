"""One row per thing done, written in its transaction; and the tree that is built over them."""

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
            models.Index(fields=("subject", "id"), name="audit_entry_subject"),
            # What programs did is by far the most, and is sought by event, subject or person.
            models.Index(
                fields=("actor_id", "id"),
                condition=models.Q(actor_kind="STAFF"),
                name="audit_entry_staff",
            ),
        )
        constraints = (one_of("actor_kind", PrincipalKind, "audit_entry"),)

    def __str__(self) -> str:
        return f"{self.event} {self.subject} by {self.actor_kind.lower()}:{self.actor_id}"


class Leaf(models.Model):
    """One leaf of the tree. ``id`` is its place, from 0 without gaps.

    ``subtree_hashes`` are 32 bytes for each full subtree that the leaf ends, from small to big:
    any node of the tree is found with one look-up.
    """

    id = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    leaf_hash = models.BinaryField()
    subtree_hashes = models.BinaryField()

    class Meta:
        """What the database checks."""

        constraints = (
            models.CheckConstraint(condition=models.Q(id__gte=0), name="audit_leaf_from_zero"),
        )

    def __str__(self) -> str:
        return f"{self.pk}: entry {self.entry_id}"


class Checkpoint(models.Model):
    """One signed statement of the tree's size and root.

    ``settled_entry_id``: no entry up to it can come any more. ``public_key`` has 32 bytes; the
    secret one is in the key ring under ``key_id``. The signature covers every other column but
    ``key_id``, in the text that ``checkpoint.py`` makes.
    """

    tree_size = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    at = models.DateTimeField()
    settled_entry_id = models.BigIntegerField()
    origin = models.CharField(max_length=80)
    key_id = models.CharField(max_length=40)
    public_key = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        """What the database checks."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(tree_size__gt=0), name="audit_checkpoint_not_empty"
            ),
        )

    def __str__(self) -> str:
        return f"{self.tree_size} entries at {self.at}"

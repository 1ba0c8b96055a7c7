"""What came in, sealed, and how far it is worked on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.contexts.database.column import CodeField, one_of
from forbear.contexts.protection.field import SealedText
from forbear.values.code import Channel, Code


class InboundState(Code):
    """How far a message is worked on."""

    KEPT = "KEPT"
    """It is stored, and nothing was done about it yet."""
    HEARD = "HEARD"
    """Whose it is and what it forbids is written down; who else must know of it is told next."""
    DONE = "DONE"
    MERGED = "MERGED"
    """A part of a long message; its words stand in the first part's row."""


class InboundMessage(models.Model):
    """One message that somebody wrote to us, or a part of a long one.

    Sealed under a key of its own until it is known whose it is, then under that person's.
    ``debtor_id`` null: nobody's here, or of several persons. ``meanings``: what its words mean,
    apart by blanks; "": a person must read it. ``confirm_due``: the one confirmation is to be asked
    for. ``seen_at`` null: nobody has read it. ``sender_mark``: tells the parts of a long message
    from others' within minutes; it is not made anew when an index key changes.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True)
    key_id = models.UUIDField()
    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=200)
    channel = CodeField(Channel)
    to = models.CharField(max_length=200)
    sender = SealedText(person_key="key_id", row="ref")
    body = SealedText(person_key="key_id", row="ref")
    sender_mark = models.BinaryField()
    group = models.CharField(max_length=40, blank=True)
    part = models.PositiveSmallIntegerField(default=1)
    parts = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    kept_at = models.DateTimeField()
    state = CodeField(InboundState)
    tried_at = models.DateTimeField(null=True)
    debtor_id = models.BigIntegerField(null=True)
    contact_point_id = models.BigIntegerField(null=True)
    meanings = models.CharField(max_length=120, blank=True)
    confirm_due = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=120, blank=True)

    class Meta:
        """A provider's message is one; and how the next to work on are found."""

        app_label = "contact"
        indexes = (
            models.Index(
                fields=("id",),
                condition=Q(state__in=["KEPT", "HEARD"]) | Q(confirm_due=True),
                name="contact_inbound_waiting",
            ),
            models.Index(
                fields=("id",),
                condition=Q(seen_at__isnull=True),
                name="contact_inbound_unseen",
            ),
            models.Index(fields=("debtor_id", "at"), name="contact_inbound_debtor"),
        )
        constraints = (
            models.UniqueConstraint(fields=("provider", "event_id"), name="contact_inbound_once"),
            one_of("channel", Channel, "contact_inbound"),
            one_of("state", InboundState, "contact_inbound"),
        )

    def __str__(self) -> str:
        return f"inbound {self.pk}"

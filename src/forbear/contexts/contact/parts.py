"""What is kept of messages that were given to carriers, and of what those say of them?"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.contexts.database.column import CodeField, one_of
from forbear.values.code import Code


class PartState(Code):
    """Where one part of a message stands."""

    SUBMITTED = "SUBMITTED"
    """It is about to leave, or left and no answer came."""
    TAKEN = "TAKEN"
    """The carrier took it."""
    REFUSED = "REFUSED"
    """The carrier definitely did not take it."""
    UNSENT = "UNSENT"
    """It never left, since an earlier part did not come through."""


class SmsPart(models.Model):
    """One part of one message; written before it leaves.

    ``reference``: our own number for the message, which some carriers give back. ``address_mark``:
    compared with a receipt's within days. It is not made anew when an index key changes: what is
    then under way is matched by its ids alone. ``message_id``:
    the carrier's, "" until it answered. ``fate``: what a last receipt said, "" until then.
    ``ripe``: on the first part, that all that can be known is, and is to be told to the gate.
    """

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=40)
    permit_id = models.UUIDField()
    debtor_id = models.BigIntegerField()
    number = models.PositiveSmallIntegerField()
    count = models.PositiveSmallIntegerField()
    reference = models.IntegerField()
    address_mark = models.BinaryField()
    state = CodeField(PartState)
    message_id = models.CharField(max_length=80, blank=True)
    status = models.IntegerField(default=0)
    fate = models.CharField(max_length=20, blank=True)
    submitted_at = models.DateTimeField()
    fate_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    ripe = models.BooleanField(default=False)

    class Meta:
        """How parts are found by what a receipt names."""

        app_label = "contact"
        indexes = (
            models.Index(
                fields=("provider", "message_id"),
                condition=~Q(message_id=""),
                name="contact_smspart_message",
            ),
            models.Index(
                fields=("provider", "submitted_at"),
                condition=Q(fate=""),
                name="contact_smspart_open",
            ),
            models.Index(fields=("provider",), condition=Q(ripe=True), name="contact_smspart_ripe"),
        )
        constraints = (
            models.UniqueConstraint(fields=("permit_id", "number"), name="contact_smspart_once"),
            one_of("state", PartState, "contact_smspart"),
        )

    def __str__(self) -> str:
        return f"{self.permit_id}/{self.number}"


class SmsDelivery(models.Model):
    """One receipt of a carrier, stored before it is acknowledged.

    ``part_id`` null: not matched yet. ``digest``: of all that it says, so that the same told twice
    is one row.
    """

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=40)
    digest = models.BinaryField()
    message_id = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=7, blank=True)
    error = models.CharField(max_length=16, blank=True)
    reference = models.IntegerField(null=True)
    address_mark = models.BinaryField(null=True)
    taken_at = models.DateTimeField()
    part_id = models.BigIntegerField(null=True)
    debtor_id = models.BigIntegerField(null=True)

    class Meta:
        """A receipt counts once."""

        app_label = "contact"
        indexes = (
            models.Index(
                fields=("provider", "taken_at"),
                condition=Q(part_id__isnull=True),
                name="contact_smsdelivery_open",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("provider", "digest"), name="contact_smsdelivery_once"),
        )

    def __str__(self) -> str:
        return f"{self.provider}:{self.message_id}"

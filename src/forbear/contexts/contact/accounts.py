"""What is kept of accounts with WeChat and WeCom: their access, what left, and what they told?"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.contexts.database.column import CodeField, one_of
from forbear.contexts.protection.field import SealedText
from forbear.values.code import Code, Outcome


class SentState(Code):
    """Where one message to the platform stands."""

    LEAVING = "LEAVING"
    """It is about to leave, or left and no answer came."""
    TAKEN = "TAKEN"
    REFUSED = "REFUSED"


class Told(Code):
    """What the platform told of by itself."""

    FINISHED = "FINISHED"
    """How a message ended."""
    CLOSED = "CLOSED"
    """Somebody no longer follows, or blocks: the channel is closed to them."""


class AccountToken(models.Model):
    """The access token of one account, for every process. ``token`` null: none was fetched yet.

    ``refresh_at``: from then on one process fetches the next one, until ``busy_until``; the others
    use the old one until ``expires_at``.
    """

    provider = models.CharField(max_length=40, primary_key=True)
    ref = models.UUIDField(unique=True)
    key_id = models.UUIDField()
    token = SealedText(person_key="key_id", row="ref", null=True)
    refresh_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    busy_until = models.DateTimeField(null=True)

    class Meta:
        """It is this context's."""

        app_label = "contact"

    def __str__(self) -> str:
        return f"token of {self.provider}"


class AccountMessage(models.Model):
    """One message, written down before it leaves.

    ``sender``: the account of a member of staff by which it goes; "": the one that all share.
    ``address_mark``: compared with what the platform tells within days; it is not made anew when
    an index key changes. ``message_ref``: the platform's own number, "" until it answered, or
    where it gives none.
    """

    permit_id = models.UUIDField(primary_key=True)
    provider = models.CharField(max_length=40)
    debtor_id = models.BigIntegerField()
    address_mark = models.BinaryField()
    state = CodeField(SentState)
    sender = models.CharField(max_length=64, blank=True, db_default="")
    message_ref = models.CharField(max_length=120, blank=True)
    answer = models.CharField(max_length=80, blank=True)
    left_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)

    class Meta:
        """How a message is found by what the platform names."""

        app_label = "contact"
        indexes = (
            models.Index(
                fields=("provider", "message_ref"),
                condition=~Q(message_ref=""),
                name="contact_accountmessage_ref",
            ),
            models.Index(
                fields=("provider", "left_at"),
                condition=Q(state="LEAVING"),
                name="contact_accountmessage_open",
            ),
        )
        constraints = (one_of("state", SentState, "contact_accountmessage"),)

    def __str__(self) -> str:
        return f"{self.permit_id} {self.state.lower()}"


class AccountEvent(models.Model):
    """One thing that the platform told, stored before it is acknowledged.

    ``outcome`` null: it says only that the message was taken, or is of no message.
    ``done_at`` null: nothing was done about it yet.
    """

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=120)
    told = CodeField(Told)
    sender_mark = models.BinaryField()
    message_ref = models.CharField(max_length=120, blank=True)
    outcome = CodeField(Outcome, null=True)
    at = models.DateTimeField()
    kept_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        """An event counts once."""

        app_label = "contact"
        indexes = (
            models.Index(
                fields=("provider", "kept_at"),
                condition=Q(done_at__isnull=True),
                name="contact_accountevent_open",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("provider", "event_id"), name="contact_accountevent_once"
            ),
            one_of("told", Told, "contact_accountevent"),
            one_of("outcome", Outcome, "contact_accountevent"),
        )

    def __str__(self) -> str:
        return f"{self.provider}:{self.event_id}"

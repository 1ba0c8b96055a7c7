"""Calls that our own switchboard places, and their recordings."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.contexts.contact.call.word import (
    CallEnd,
    CallState,
    CallWish,
    HeadsetFault,
    HeadsetState,
    HeadsetTest,
    IncomingEnd,
    IncomingState,
)
from forbear.contexts.database.column import CodeField, one_of


class Call(models.Model):
    """One call of our own switchboard; its permit is its key.

    ``owner``: the process that places it, alive while ``beat_at`` is young. ``staff_id`` null: a
    machine speaks. ``line``: the registered number that is shown. Null instants: it has not
    come so far.
    """

    permit_id = models.UUIDField(primary_key=True)
    attempt_id = models.BigIntegerField()
    debtor_id = models.BigIntegerField()
    provider = models.CharField(max_length=40)
    owner = models.UUIDField()
    staff_id = models.BigIntegerField(null=True)
    line = models.CharField(max_length=24)
    state = CodeField(CallState)
    end = CodeField(CallEnd, null=True)
    began_at = models.DateTimeField()
    dialled_at = models.DateTimeField(null=True)
    ringing_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField()
    muted = models.BooleanField(default=False)
    recorded = models.BooleanField(default=False)
    sip_id = models.CharField(max_length=120, blank=True)

    class Meta:
        """What the database checks, and how calls under way are found."""

        indexes = (
            models.Index(
                fields=("beat_at",), condition=~Q(state="ENDED"), name="contact_call_under_way"
            ),
            models.Index(fields=("debtor_id",), name="contact_call_debtor"),
        )
        constraints = (
            one_of("state", CallState, "contact_call"),
            one_of("end", CallEnd, "contact_call"),
            models.CheckConstraint(
                condition=Q(state="ENDED", end__isnull=False, ended_at__isnull=False)
                | (~Q(state="ENDED") & Q(end__isnull=True, ended_at__isnull=True)),
                name="contact_call_ended_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.permit_id} {self.state.lower()}"


class IncomingCall(models.Model):
    """One call that somebody made to us.

    ``debtor_id`` null: the number is nobody's here, or of several. ``shown``: the number as it may
    be shown, "" where none came. ``staff_id``: whose telephone rings, or who took it; null: a
    queue's. ``callback``: the caller asked to be called back; ``done_at`` null: nobody has yet.
    """

    id = models.UUIDField(primary_key=True)
    provider = models.CharField(max_length=40)
    debtor_id = models.BigIntegerField(null=True)
    contact_point_id = models.BigIntegerField(null=True)
    attempt_id = models.BigIntegerField(null=True)
    shown = models.CharField(max_length=40, blank=True)
    owner = models.UUIDField()
    staff_id = models.BigIntegerField(null=True)
    state = CodeField(IncomingState)
    end = CodeField(IncomingEnd, null=True)
    came_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField()
    callback = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        """How calls under way, and those that wait for an answer, are found."""

        indexes = (
            models.Index(
                fields=("beat_at",), condition=~Q(state="ENDED"), name="contact_incoming_going"
            ),
            models.Index(
                fields=("came_at",),
                condition=Q(callback=True, done_at__isnull=True),
                name="contact_incoming_waits",
            ),
            models.Index(fields=("debtor_id", "came_at"), name="contact_incoming_debtor"),
            models.Index(fields=("came_at",), name="contact_incoming_came"),
        )
        constraints = (
            one_of("state", IncomingState, "contact_incoming"),
            one_of("end", IncomingEnd, "contact_incoming"),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.state.lower()}"


class CallAsked(models.Model):
    """What somebody wants of a call under way. ``keys``: with KEYS alone."""

    id = models.BigAutoField(primary_key=True)
    permit_id = models.UUIDField()
    debtor_id = models.BigIntegerField()
    wish = CodeField(CallWish)
    keys = models.CharField(max_length=20, blank=True)
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        """How what is not done is found."""

        indexes = (
            models.Index(
                fields=("permit_id",),
                condition=Q(done_at__isnull=True),
                name="contact_callasked_waits",
            ),
        )
        constraints = (one_of("wish", CallWish, "contact_callasked"),)

    def __str__(self) -> str:
        return f"{self.wish} {self.permit_id}"


class Recording(models.Model):
    """One recorded call; its sound lies sealed in a file that bears the permit's id.

    ``pieces`` and ``seconds`` are those of a closed recording; null: its process died, and what
    was written until then stands. ``removed_at``: when its file was deleted.
    """

    permit_id = models.UUIDField(primary_key=True)
    debtor_id = models.BigIntegerField()
    began_at = models.DateTimeField()
    pieces = models.IntegerField(null=True)
    seconds = models.IntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """How a person's recordings are found."""

        indexes = (models.Index(fields=("debtor_id",), name="contact_recording_debtor"),)

    def __str__(self) -> str:
        return str(self.permit_id)


class Headset(models.Model):
    """The browser headset of one member of staff; a new one takes its place.

    ``session``: the hash of the key of the session it was asked for in. ``offer`` and ``answer``:
    how both ends can be reached, kept for no longer than it takes to connect. ``owner`` null: no
    switchboard has taken it up. ``seen_at``: when its page last said that it is there; ``beat_at``:
    when its switchboard did, null: never. ``test`` null: none was asked for.
    """

    staff_id = models.BigIntegerField(primary_key=True)
    offer_id = models.UUIDField(unique=True)
    session = models.CharField(max_length=64)
    offer = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    state = CodeField(HeadsetState)
    fault = CodeField(HeadsetFault, null=True)
    test = CodeField(HeadsetTest, null=True)
    owner = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks, and how what waits is found."""

        indexes = (
            models.Index(
                fields=("asked_at",), condition=Q(state="OFFERED"), name="contact_headset_waits"
            ),
        )
        constraints = (
            one_of("state", HeadsetState, "contact_headset"),
            one_of("fault", HeadsetFault, "contact_headset"),
            one_of("test", HeadsetTest, "contact_headset"),
        )

    def __str__(self) -> str:
        return f"headset of staff {self.staff_id} {self.state.lower()}"

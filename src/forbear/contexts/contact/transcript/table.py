"""Transcripts, sealed, and the moments in them: which code, at which second, and no words."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.contexts.contact.transcript.word import MomentKind, Side, TranscriptState, Verdict
from forbear.contexts.database.column import CodeField, one_of
from forbear.contexts.protection.field import SealedText
from forbear.values.code import Language


class Transcript(models.Model):
    """What was said in one call; the permit, or the incoming call's id, is its key.

    ``began_at``: when the recording began, or the call where none is kept here. ``staff_id`` null:
    a machine spoke, or it is not known who did. ``handed_in``: the lender's own recogniser wrote
    it. ``tries``: how often one of ours began. ``fault``: why the last of these failed.
    ``whole`` False: the end of a very long call is missing.
    """

    permit_id = models.UUIDField(primary_key=True)
    debtor_id = models.BigIntegerField()
    staff_id = models.BigIntegerField(null=True)
    began_at = models.DateTimeField()
    state = CodeField(TranscriptState)
    language = CodeField(Language)
    made_by = models.CharField(max_length=80, blank=True)
    handed_in = models.BooleanField(default=False)
    whole = models.BooleanField(default=True)
    sentences = models.IntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=60, blank=True)
    kept_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks, and how a person's are found."""

        app_label = "contact"
        indexes = (models.Index(fields=("debtor_id",), name="contact_transcript_debtor"),)
        constraints = (
            one_of("state", TranscriptState, "contact_transcript"),
            one_of("language", Language, "contact_transcript"),
            models.CheckConstraint(
                condition=Q(state="KEPT", kept_at__isnull=False)
                | (~Q(state="KEPT") & Q(kept_at__isnull=True)),
                name="contact_transcript_kept_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.permit_id} {self.state.lower()}"


class TranscriptPiece(models.Model):
    """Some sentences of a transcript, sealed with the person's key, in their order."""

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True)
    permit_id = models.UUIDField()
    debtor_id = models.BigIntegerField()
    key_id = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    words = SealedText(person_key="key_id", row="ref")

    class Meta:
        """A place is taken once."""

        app_label = "contact"
        constraints = (
            models.UniqueConstraint(
                fields=("permit_id", "number"), name="contact_transcriptpiece_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.permit_id} {self.number}"


class Moment(models.Model):
    """A sentence that somebody should look at, without its words.

    ``sentence``: its place in the transcript, from 0. ``code``: a forbidden act, or what a sign of
    distress lets fear; for other kinds the kind itself. ``held``: contact was stopped at once,
    before anybody looked, or when somebody confirmed it. ``verdict`` null: nobody has decided yet.
    """

    id = models.BigAutoField(primary_key=True)
    permit_id = models.UUIDField()
    debtor_id = models.BigIntegerField()
    staff_id = models.BigIntegerField(null=True)
    began_at = models.DateTimeField()
    sentence = models.IntegerField()
    at_ms = models.IntegerField()
    side = CodeField(Side)
    kind = CodeField(MomentKind)
    code = models.CharField(max_length=40)
    held = models.BooleanField(default=False)
    found_at = models.DateTimeField()
    verdict = CodeField(Verdict, null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)

    class Meta:
        """What the database checks, and how those that wait, and a call's, are found."""

        app_label = "contact"
        indexes = (
            models.Index(fields=("permit_id",), name="contact_moment_call"),
            models.Index(
                fields=("id",), condition=Q(verdict__isnull=True), name="contact_moment_waits"
            ),
        )
        constraints = (
            one_of("side", Side, "contact_moment"),
            one_of("kind", MomentKind, "contact_moment"),
            one_of("verdict", Verdict, "contact_moment"),
            models.CheckConstraint(
                condition=Q(verdict__isnull=True, decided_at__isnull=True, decided_by="")
                | (Q(verdict__isnull=False, decided_at__isnull=False) & ~Q(decided_by="")),
                name="contact_moment_decided_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.permit_id} {self.at_ms}"

"""Conversations with the assistant, and each message of them. Rows are never removed."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from forbear.contexts.assistant.llm_word import Fate, Task
from forbear.contexts.database.column import CodeField, one_of
from forbear.contexts.protection.field import SealedText
from forbear.policy.assistant.dialogue import Deed, Stage


class Talk(models.Model):
    """One conversation, in one visit.

    ``handed_at``: when a member of staff was called; null: nobody was. ``seen_by`` empty: no member
    of staff has read it yet.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True, default=uuid4)
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    visit = models.OneToOneField("access.Visit", models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    stage = CodeField(Stage)
    unclear = models.PositiveSmallIntegerField(default=0)
    handed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=120, blank=True)

    class Meta:
        """What the database checks, and how conversations that wait are found."""

        indexes = (
            models.Index(fields=("debtor", "id"), name="assistant_talk_debtor"),
            models.Index(
                fields=("handed_at",),
                condition=Q(handed_at__isnull=False, seen_at__isnull=True),
                name="assistant_talk_waits",
            ),
        )
        constraints = (
            one_of("stage", Stage, "assistant_talk"),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by="")
                | (Q(seen_at__isnull=False, handed_at__isnull=False) & ~Q(seen_by="")),
                name="assistant_talk_seen_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"talk {self.pk}"


class Message(models.Model):
    """One message of the person, and what was answered, in codes that hold nothing personal.

    ``said`` null: a meaning was chosen from those that were asked about. ``meant``: meanings, the
    weightiest first. ``reply``: lines, articles with versions, pages, choices, as codes.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True, default=uuid4)
    talk = models.ForeignKey(Talk, models.PROTECT, related_name="messages")
    debtor_id = models.BigIntegerField()
    at = models.DateTimeField()
    said = SealedText(person_key="talk.debtor.key_id", row="ref", null=True)
    meant = models.JSONField()
    reply = models.JSONField()
    deed = CodeField(Deed, null=True)

    class Meta:
        """What the database checks, and how a conversation's messages are listed."""

        indexes = (models.Index(fields=("talk", "id"), name="assistant_message_talk"),)
        constraints = (one_of("deed", Deed, "assistant_message"),)

    def __str__(self) -> str:
        return f"message {self.pk}"


class ModelCall(models.Model):
    """One question to the lender's language model, what it said, and what became of it.

    ``prompt``: what was sent beside the instructions, which are those of ``phrasing`` (a version).
    ``answer`` null: none came. ``message_ref`` null: the question came before the message was kept.
    ``doubts``: why a text was not said, apart by blanks.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True, default=uuid4)
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    task = CodeField(Task)
    model = models.CharField(max_length=120)
    phrasing = models.PositiveIntegerField()
    fate = CodeField(Fate)
    took_ms = models.PositiveIntegerField()
    prompt = SealedText(person_key="debtor.key_id", row="ref")
    answer = SealedText(person_key="debtor.key_id", row="ref", null=True)
    doubts = models.CharField(max_length=120, blank=True)
    message_ref = models.UUIDField(null=True)

    class Meta:
        """What the database checks, and how a message's text and a day's figures are found."""

        indexes = (
            models.Index(fields=("debtor", "id"), name="assistant_call_debtor"),
            models.Index(fields=("message_ref",), name="assistant_call_message"),
            models.Index(fields=("at",), name="assistant_call_at"),
        )
        constraints = (
            one_of("task", Task, "assistant_call"),
            one_of("fate", Fate, "assistant_call"),
        )

    def __str__(self) -> str:
        return f"question {self.pk}"

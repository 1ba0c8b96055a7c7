"""Conversations with the assistant, and each message of them. Rows are never removed."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from forbear.contexts.assistant.llm_word import Fate, Task
from forbear.contexts.database.column import CodeField, one_of
from forbear.contexts.protection.field import SealedText
from forbear.policy.arrange.word import PlanKind
from forbear.policy.assistant.bargain import Where
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
    weightiest first. ``reply``: lines, articles with versions, pages, choices, as codes. ``stood``:
    how the talk about an arrangement stood after it, as it was shown; null: it was about none.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True, default=uuid4)
    talk = models.ForeignKey(Talk, models.PROTECT, related_name="messages")
    debtor_id = models.BigIntegerField()
    at = models.DateTimeField()
    said = SealedText(person_key="talk.debtor.key_id", row="ref", null=True)
    meant = models.JSONField()
    reply = models.JSONField()
    stood = models.JSONField(null=True)
    deed = CodeField(Deed, null=True)

    class Meta:
        """What the database checks, and how a conversation's messages are listed."""

        indexes = (models.Index(fields=("talk", "id"), name="assistant_message_talk"),)
        constraints = (one_of("deed", Deed, "assistant_message"),)

    def __str__(self) -> str:
        return f"message {self.pk}"


class Bargain(models.Model):
    """How far somebody has come to an arrangement by talking; one at a time goes on for a person.

    ``talk``: the conversation in which it went on last. ``loans``: refs of what it is about, all of
    it. ``said_minor``: what the person last said that they can pay a month; null: nothing yet.
    ``offered``: what was shown last, as ``policy/assistant/bargain_shown`` writes it. ``until``:
    from then on it is not gone on with. Amounts are minor units.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True, default=uuid4)
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    talk = models.ForeignKey(Talk, models.PROTECT, related_name="bargains")
    began_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    until = models.DateTimeField()
    stands = CodeField(Where)
    turns = models.PositiveSmallIntegerField(default=0)
    lowered = models.PositiveSmallIntegerField(default=0)
    currency = models.CharField(max_length=3)
    loans = models.JSONField()
    said_minor = models.BigIntegerField(null=True)
    monthly_minor = models.BigIntegerField(default=0)
    granted_minor = models.BigIntegerField(default=0)
    needed_minor = models.BigIntegerField(null=True)
    offered = models.JSONField(default=list)
    kind = CodeField(PlanKind, null=True)

    class Meta:
        """What the database checks."""

        indexes = (models.Index(fields=("debtor", "id"), name="assistant_bargain_debtor"),)
        constraints = (
            one_of("stands", Where, "assistant_bargain"),
            one_of("kind", PlanKind, "assistant_bargain"),
            models.UniqueConstraint(
                fields=("debtor",),
                condition=Q(stands__in=[Where.ASKING.value, Where.OFFERING.value]),
                name="assistant_bargain_one_goes_on",
            ),
            models.CheckConstraint(
                condition=Q(monthly_minor__gte=0, granted_minor__gte=0)
                & (Q(said_minor__isnull=True) | Q(said_minor__gte=0)),
                name="assistant_bargain_amounts",
            ),
            models.CheckConstraint(
                condition=Q(stands=Where.CHOSEN.value, kind__isnull=False)
                | (~Q(stands=Where.CHOSEN.value) & Q(kind__isnull=True)),
                name="assistant_bargain_chosen_kind",
            ),
        )

    def __str__(self) -> str:
        return f"bargain {self.pk}"


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

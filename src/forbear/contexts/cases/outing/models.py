"""Messages to a chosen set, and each person's row in one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.contexts.cases.outing.word import OutingState
from forbear.contexts.database.column import CodeField, one_of
from forbear.values.code import Channel


class Outing(models.Model):
    """One approved message to a chosen set of persons. Holds no person itself.

    ``chosen``: by what the set was chosen. ``started_by`` is never who prepared it.
    ``persons_found`` and ``persons_max``: how many a saved search found when it was tried, and how
    many it may find at most; null: everybody was tried, and nobody else is asked for.
    ``search_after``: the case behind which a running search goes on; null: there is none, or it
    is through.
    """

    id = models.BigAutoField(primary_key=True)
    message_id = models.CharField(max_length=80)
    message_version = models.PositiveIntegerField()
    channel = CodeField(Channel)
    chosen = models.JSONField(default=dict)
    state = CodeField(OutingState)
    prepared_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    started_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    persons_found = models.IntegerField(null=True)
    persons_max = models.IntegerField(null=True)
    search_after = models.BigIntegerField(null=True)

    class Meta:
        """What the database checks: whoever starts it did not prepare it."""

        constraints = (
            one_of("state", OutingState, "cases_outing"),
            one_of("channel", Channel, "cases_outing"),
            models.CheckConstraint(
                condition=Q(started_by__isnull=True) | ~Q(started_by=models.F("prepared_by")),
                name="cases_outing_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(state="PREPARED", started_at__isnull=True, until_at__isnull=True)
                | (Q(state="STOPPED") & Q(started_at__isnull=True))
                | Q(started_by__isnull=False, started_at__isnull=False, until_at__isnull=False),
                name="cases_outing_started_whole",
            ),
        )

    def __str__(self) -> str:
        return f"outing {self.id} {self.message_id} {self.state}"


class OutingRow(models.Model):
    """One person of a chosen set: what the trial said, and what the gate answered in earnest.

    ``said``: why it would not have left when it was tried, with the ``said_rules``; empty: it
    would have. Not ``tried``: a saved search found it later. ``ask_at`` null: it is not asked for
    (any more). ``attempt_id``, ``cause``, ``rules`` and ``turns_at`` as in ``Asking``.
    """

    id = models.BigAutoField(primary_key=True)
    outing = models.ForeignKey(Outing, models.PROTECT, related_name="+")
    debtor_id = models.BigIntegerField()
    contact_point_id = models.BigIntegerField(null=True)
    loan_id = models.BigIntegerField(null=True)
    team = models.CharField(max_length=60, null=True)  # noqa: DJ001  # null: no team's
    said = models.CharField(max_length=40, blank=True)
    said_rules = models.TextField(blank=True)
    tried = models.BooleanField(default=True, db_default=True)
    ask_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    attempt_id = models.BigIntegerField(null=True)
    cause = models.CharField(max_length=40, blank=True)
    rules = models.TextField(blank=True)
    turns_at = models.DateTimeField(null=True)

    class Meta:
        """Once a set and person, and how the next to be asked are found."""

        constraints = (
            models.UniqueConstraint(fields=("outing", "debtor_id"), name="cases_outingrow_once"),
        )
        indexes = (
            models.Index(
                fields=("ask_at",), condition=Q(ask_at__isnull=False), name="cases_outingrow_due"
            ),
        )

    def __str__(self) -> str:
        return f"row {self.id} of outing {self.outing_id}"

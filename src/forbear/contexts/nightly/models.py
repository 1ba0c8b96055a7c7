"""Nights that were run."""

from __future__ import annotations

from django.db import models

from forbear.contexts.database.column import CodeField, one_of
from forbear.values.code import Code, TrialArm


class NightState(Code):
    """How far a night has come."""

    RUNNING = "RUNNING"
    LOADED = "LOADED"
    FAILED = "FAILED"


class Night(models.Model):
    """One night: which book, which day, what came of it."""

    id = models.CharField(max_length=80, primary_key=True)
    as_of_date = models.DateField()
    known_date = models.DateField()
    state = CodeField(NightState)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    manifest = models.JSONField(default=dict)
    difference = models.JSONField(default=dict)
    failure = models.CharField(max_length=400, blank=True)

    class Meta:
        """What the database checks."""

        indexes = (models.Index(fields=("-as_of_date",), name="nightly_night_latest"),)
        constraints = (one_of("state", NightState, "nightly_night"),)

    def __str__(self) -> str:
        return self.id


class TrialPerson(models.Model):
    """Somebody whom the lot of the local trial sent to a kind of team, and since which day."""

    id = models.BigAutoField(primary_key=True)
    trial = models.PositiveIntegerField()
    debtor_id = models.BigIntegerField()
    arm = CodeField(TrialArm)
    since = models.DateField()

    class Meta:
        """Once a trial and person."""

        constraints = (
            models.UniqueConstraint(fields=("trial", "debtor_id"), name="nightly_trialperson_once"),
            one_of("arm", TrialArm, "nightly_trialperson"),
        )

    def __str__(self) -> str:
        return f"trial {self.trial} {self.arm}"

"""Offers of lessons, made or held back by lot, and what came after. Codes and days alone."""

from __future__ import annotations

from django.db import models

from forbear.contexts.database.column import CodeField, one_of
from forbear.policy.education.lesson import Moment
from forbear.policy.education.terms import Arm


class Exposure(models.Model):
    """One lesson for one person at one moment, for the first time in an experiment.

    ``version``: of the lesson. ``arm`` HELD_OUT: it would have been offered, and by lot was not.
    ``on_date``: the lender's day. ``put_aside_at`` null: the person did not say "not now".
    """

    id = models.BigAutoField(primary_key=True)
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    experiment = models.CharField(max_length=60)
    moment = CodeField(Moment)
    lesson = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    arm = CodeField(Arm)
    on_date = models.DateField()
    at = models.DateTimeField()
    put_aside_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks, and how offers that can be judged are found."""

        indexes = (models.Index(fields=("experiment", "on_date"), name="education_exposure_when"),)
        constraints = (
            models.UniqueConstraint(
                fields=("debtor", "experiment", "moment", "lesson"), name="education_exposure_once"
            ),
            one_of("moment", Moment, "education_exposure"),
            one_of("arm", Arm, "education_exposure"),
        )

    def __str__(self) -> str:
        return f"exposure {self.pk}"


class Outcome(models.Model):
    """Whether the person fell behind within so many days of an offer; judged once."""

    id = models.BigAutoField(primary_key=True)
    exposure = models.ForeignKey(Exposure, models.PROTECT, related_name="outcomes")
    days = models.PositiveSmallIntegerField()
    fell_behind = models.BooleanField()
    judged_at = models.DateTimeField()

    class Meta:
        """What the database checks."""

        constraints = (
            models.UniqueConstraint(fields=("exposure", "days"), name="education_outcome_once"),
        )

    def __str__(self) -> str:
        return f"outcome {self.pk}"


class Mailing(models.Model):
    """One message that told a person, who had chosen so, where a lesson stands.

    ``permit``: by which it was let out, or taken back; one message a permit.
    """

    id = models.BigAutoField(primary_key=True)
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    lesson = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    permit = models.UUIDField(unique=True)
    at = models.DateTimeField()

    class Meta:
        """How a person's messages are found."""

        indexes = (models.Index(fields=("debtor", "at"), name="education_mailing_debtor"),)

    def __str__(self) -> str:
        return f"mailing {self.pk}"

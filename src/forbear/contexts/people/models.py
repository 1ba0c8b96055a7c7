"""Staff, teams, and approvals that take two."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from forbear.contexts.database.column import CodeField, one_of
from forbear.contexts.people.role import Role
from forbear.values.code import Code, Jurisdiction


class Team(models.Model):
    """A local team: where it sits, whom it serves, what it speaks."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=60, unique=True)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    regions = ArrayField(models.CharField(max_length=12), default=list)
    dialects = ArrayField(models.CharField(max_length=20), default=list)
    time_zone = models.CharField(max_length=60)
    opens_minute = models.PositiveSmallIntegerField(default=540)
    agency = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code


class TeamTerms(models.Model):
    """A team's territory, staffing and calendar from a day on. Never written over.

    ``approval_id``: what the second person granted. ``adopted_at`` null: it does not count (yet).
    """

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    since = models.DateField()
    jurisdiction = CodeField(Jurisdiction)
    regions = ArrayField(models.CharField(max_length=12), default=list)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    dialects = ArrayField(models.CharField(max_length=20), default=list)
    seats = ArrayField(models.PositiveIntegerField(), default=list)
    reserve = models.BooleanField(default=False)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    quiet_days = ArrayField(models.DateField(), default=list)
    licences = models.JSONField(default=list)
    mandate_until = models.DateField(null=True)
    review_on = models.DateField(null=True)
    asked_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approval_id = models.BigIntegerField()
    adopted_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks, and how what counts on a day is found."""

        indexes = (
            models.Index(
                fields=("team", "since", "id"),
                condition=models.Q(adopted_at__isnull=False),
                name="people_teamterms_counts",
            ),
        )
        constraints = (
            one_of("jurisdiction", Jurisdiction, "people_teamterms"),
            models.CheckConstraint(
                condition=models.Q(adopted_by__isnull=True, adopted_at__isnull=True)
                | models.Q(adopted_by__isnull=False, adopted_at__isnull=False),
                name="people_teamterms_adopted_whole",
            ),
        )

    def __str__(self) -> str:
        return f"terms of team {self.team_id} since {self.since}"


class Staff(AbstractBaseUser):
    """Somebody who works here. Signs in by user name, password and a second factor."""

    id = models.BigAutoField(primary_key=True)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    role = CodeField(Role)
    officer_ref = models.CharField(max_length=60, null=True, unique=True)  # noqa: DJ001
    teams = models.ManyToManyField(Team, blank=True, related_name="staff")
    language = models.CharField(max_length=8, default="zh-hans")
    authority_minor = models.BigIntegerField(default=0)
    authority_currency = models.CharField(max_length=3, default="CNY", db_default="CNY")
    # Null once the person has chosen a password of their own.
    password_given_at = models.DateTimeField(null=True)
    # The name of their telephone at the lender's telephone system; empty: they have none.
    extension = models.CharField(max_length=32, blank=True, default="", db_default="")
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[BaseUserManager[Staff]] = BaseUserManager()

    class Meta:
        """What the database checks."""

        constraints = (one_of("role", Role, "people_staff"),)

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        """There is no second kind of account here."""
        return self.is_active

    @property
    def is_superuser(self) -> bool:
        """Nobody is above the table of permissions."""
        return False


class ApprovalState(Code):
    """Where an approval stands."""

    ASKED = "ASKED"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"


class Approval(models.Model):
    """Something that one person asked for and another must grant."""

    id = models.BigAutoField(primary_key=True)
    what = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    debtor_id = models.BigIntegerField(null=True)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, null=True)  # noqa: DJ001  # null: no amount
    details = models.JSONField(default=dict)
    state = CodeField(ApprovalState)
    asked_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks: the one who grants is never the one who asked."""

        constraints = (
            one_of("state", ApprovalState, "people_approval"),
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("asked_by")),
                name="people_approval_takes_two",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["ASKED", "LAPSED", "WITHDRAWN"])
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="people_approval_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(state="GRANTED"),
                name="people_approval_used_when_granted",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor__isnull=True, currency__isnull=True)
                | models.Q(amount_minor__gte=0, currency__isnull=False),
                name="people_approval_amount_whole",
            ),
        )
        indexes = (models.Index(fields=("state", "asked_at"), name="people_approval_state"),)

    def __str__(self) -> str:
        return f"{self.what} {self.subject} {self.state}"

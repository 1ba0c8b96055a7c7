"""Own rules as they were proposed and decided, and how they are withdrawn. Rows only grow."""

from __future__ import annotations

from django.db import models

from forbear.contexts.database.column import CodeField, one_of
from forbear.values.code import Code, Jurisdiction


class Verdict(Code):
    """What became of what somebody asked for."""

    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    TAKEN_BACK = "TAKEN_BACK"


def _decided(table: str) -> tuple[models.BaseConstraint, ...]:
    """Let what is decided be decided whole, and by somebody else but where it is taken back."""
    undecided = {"verdict__isnull": True, "decided_by__isnull": True, "decided_at__isnull": True}
    decided = {"verdict__isnull": False, "decided_by__isnull": False, "decided_at__isnull": False}
    same = models.Q(decided_by=models.F("asked_by"))
    return (
        one_of("verdict", Verdict, table),
        models.CheckConstraint(
            condition=models.Q(**undecided) | models.Q(**decided), name=f"{table}_decided_whole"
        ),
        models.CheckConstraint(
            condition=models.Q(verdict__isnull=True)
            | (models.Q(verdict=Verdict.TAKEN_BACK.value) & same)
            | (~models.Q(verdict=Verdict.TAKEN_BACK.value) & ~same),
            name=f"{table}_takes_two",
        ),
    )


class OwnRule(models.Model):
    """One version of an own rule: its text, from when to when, and who let it count.

    ``verdict`` null: it waits for a second person. ``ends`` null: it holds until it is withdrawn.
    """

    id = models.BigAutoField(primary_key=True)
    rule_id = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    jurisdiction = CodeField(Jurisdiction)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    effective = models.DateField()
    ends = models.DateField(null=True)
    reason = models.CharField(max_length=400)
    asked_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    verdict = CodeField(Verdict, null=True)
    decided_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=400, null=True)  # noqa: DJ001  # null: undecided

    class Meta:
        """What the database checks."""

        constraints = (
            one_of("jurisdiction", Jurisdiction, "house_ownrule"),
            *_decided("house_ownrule"),
            models.UniqueConstraint(fields=("rule_id", "version"), name="house_ownrule_version"),
            models.UniqueConstraint(
                fields=("rule_id",),
                condition=models.Q(verdict__isnull=True),
                name="house_ownrule_waits_once",
            ),
            models.UniqueConstraint(
                fields=("rule_id", "effective"),
                condition=models.Q(verdict="APPROVED"),
                name="house_ownrule_one_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule_id}@{self.version}"


class OwnRuleEnd(models.Model):
    """That somebody asked to withdraw an own rule, and what became of it."""

    id = models.BigAutoField(primary_key=True)
    rule = models.ForeignKey(OwnRule, models.PROTECT, related_name="ends_asked")
    reason = models.CharField(max_length=400)
    asked_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    verdict = CodeField(Verdict, null=True)
    decided_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=400, null=True)  # noqa: DJ001  # null: undecided

    class Meta:
        """What the database checks: a rule is withdrawn once, and asked about once at a time."""

        constraints = (
            *_decided("house_ownruleend"),
            models.UniqueConstraint(
                fields=("rule",),
                condition=models.Q(verdict__isnull=True) | models.Q(verdict="APPROVED"),
                name="house_ownruleend_once",
            ),
        )

    def __str__(self) -> str:
        return f"end of {self.rule_id}"


class Standing(models.Model):
    """One row that changes whenever what counts does; no row: nothing ever counted."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    stamp = models.UUIDField()

    class Meta:
        """There is one."""

        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="house_standing_is_one"),
        )

    def __str__(self) -> str:
        return str(self.stamp)

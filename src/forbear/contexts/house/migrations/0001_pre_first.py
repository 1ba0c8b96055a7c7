"""Own rules, their ends, and the stamp that changes with what counts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from forbear.contexts.database.guard import never_removed, only_grows

_Q = models.Q
_ONE = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}
_STAFF = {**_ONE, "to": settings.AUTH_USER_MODEL}
_DECISION = ("verdict", "decided_by_id", "decided_at", "decided_why")


def _asked() -> list:
    return [
        ("reason", models.CharField(max_length=400)),
        ("asked_at", models.DateTimeField()),
        ("verdict", models.CharField(max_length=40, null=True)),
        ("decided_at", models.DateTimeField(null=True)),
        ("decided_why", models.CharField(max_length=400, null=True)),
        ("asked_by", models.ForeignKey(**_STAFF)),
        ("decided_by", models.ForeignKey(null=True, **_STAFF)),
    ]


def _decided(table: str) -> list:
    undecided = _Q(verdict__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
    decided = _Q(verdict__isnull=False, decided_by__isnull=False, decided_at__isnull=False)
    same = _Q(decided_by=models.F("asked_by"))
    return [
        models.CheckConstraint(
            condition=_Q(verdict__in=["APPROVED", "REFUSED", "TAKEN_BACK"]),
            name=f"{table}_verdict_known",
        ),
        models.CheckConstraint(condition=undecided | decided, name=f"{table}_decided_whole"),
        models.CheckConstraint(
            condition=_Q(verdict__isnull=True)
            | (_Q(verdict="TAKEN_BACK") & same)
            | (~_Q(verdict="TAKEN_BACK") & ~same),
            name=f"{table}_takes_two",
        ),
    ]


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    initial = True
    dependencies = [("people", "0007_pre_team_terms")]
    operations = [
        migrations.CreateModel(
            name="OwnRule",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("rule_id", models.CharField(max_length=100)),
                ("version", models.PositiveIntegerField()),
                ("jurisdiction", models.CharField(max_length=40)),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("effective", models.DateField()),
                ("ends", models.DateField(null=True)),
                *_asked(),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=_Q(jurisdiction__in=["CN", "US", "UK"]),
                        name="house_ownrule_jurisdiction_known",
                    ),
                    *_decided("house_ownrule"),
                    models.UniqueConstraint(
                        fields=["rule_id", "version"], name="house_ownrule_version"
                    ),
                    models.UniqueConstraint(
                        condition=_Q(verdict__isnull=True),
                        fields=["rule_id"],
                        name="house_ownrule_waits_once",
                    ),
                    models.UniqueConstraint(
                        condition=_Q(verdict="APPROVED"),
                        fields=["rule_id", "effective"],
                        name="house_ownrule_one_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnRuleEnd",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ends_asked",
                        to="house.ownrule",
                    ),
                ),
                *_asked(),
            ],
            options={
                "constraints": [
                    *_decided("house_ownruleend"),
                    models.UniqueConstraint(
                        condition=_Q(verdict__isnull=True) | _Q(verdict="APPROVED"),
                        fields=["rule"],
                        name="house_ownruleend_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("stamp", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=_Q(id=1), name="house_standing_is_one")
                ],
            },
        ),
        only_grows("house_ownrule", except_columns=_DECISION),
        only_grows("house_ownruleend", except_columns=_DECISION),
        never_removed("house_standing"),
    ]

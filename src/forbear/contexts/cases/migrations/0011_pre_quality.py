"""Calls that are drawn to be listened to, and how they were."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import forbear.contexts.protection.field
from forbear.contexts.database.guard import person_rows

_ONE = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}
_Q = models.Q


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    atomic = False
    dependencies = [
        ("cases", "0010_pre_cascade"),
        ("people", "0006_pre_telephones"),
        ("portfolio", "0002_pre_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="QualityCard",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("ref", models.UUIDField(unique=True)),
                ("day", models.DateField()),
                ("staff", models.ForeignKey(to=settings.AUTH_USER_MODEL, **_ONE)),
                ("team", models.ForeignKey(null=True, to="people.team", **_ONE)),
                ("debtor", models.ForeignKey(to="portfolio.debtor", **_ONE)),
                ("permit_id", models.UUIDField()),
                ("stratum", models.CharField(max_length=40)),
                ("drawn_at", models.DateTimeField()),
                ("drawn_by", models.CharField(max_length=120)),
                ("identity", models.PositiveSmallIntegerField(null=True)),
                ("listening", models.PositiveSmallIntegerField(null=True)),
                ("facts", models.PositiveSmallIntegerField(null=True)),
                ("options", models.PositiveSmallIntegerField(null=True)),
                ("tone", models.PositiveSmallIntegerField(null=True)),
                (
                    "note",
                    forbear.contexts.protection.field.SealedText(
                        null=True, person_key="debtor.key_id", row="ref"
                    ),
                ),
                ("scored_by", models.ForeignKey(null=True, to=settings.AUTH_USER_MODEL, **_ONE)),
                ("scored_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["staff", "day"], name="cases_qualitycard_staff")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "staff"), name="cases_qualitycard_one_a_day"
                    ),
                    models.CheckConstraint(
                        condition=_Q(stratum__in=["SPOKEN", "ANSWERED", "NOBODY"]),
                        name="cases_qualitycard_stratum_known",
                    ),
                    models.CheckConstraint(
                        condition=_Q(scored_by__isnull=True) | ~_Q(scored_by=models.F("staff")),
                        name="cases_qualitycard_takes_two",
                    ),
                    models.CheckConstraint(
                        condition=_Q(scored_by__isnull=True, scored_at__isnull=True)
                        | _Q(scored_by__isnull=False, scored_at__isnull=False),
                        name="cases_qualitycard_scored_whole",
                    ),
                ],
            },
        ),
        person_rows("cases_qualitycard", column="debtor_id"),
        AddIndexConcurrently(
            model_name="talk", index=models.Index(fields=["begun_at"], name="cases_talk_begun")
        ),
    ]

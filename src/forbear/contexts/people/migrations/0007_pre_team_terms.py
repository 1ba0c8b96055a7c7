"""What counts of a local team, from a day on."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from forbear.contexts.database.guard import only_grows

_ONE = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}
_Q = models.Q


def _many(kind: models.Field) -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(base_field=kind, default=list, size=None)


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("people", "0006_pre_telephones")]
    operations = [
        migrations.CreateModel(
            name="TeamTerms",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.DateField()),
                ("jurisdiction", models.CharField(max_length=40)),
                ("regions", _many(models.CharField(max_length=12))),
                ("languages", _many(models.CharField(max_length=8))),
                ("dialects", _many(models.CharField(max_length=20))),
                ("seats", _many(models.PositiveIntegerField())),
                ("reserve", models.BooleanField(default=False)),
                ("weekdays", _many(models.PositiveSmallIntegerField())),
                ("quiet_days", _many(models.DateField())),
                ("licences", models.JSONField(default=list)),
                ("mandate_until", models.DateField(null=True)),
                ("review_on", models.DateField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("approval_id", models.BigIntegerField()),
                ("adopted_at", models.DateTimeField(null=True)),
                ("team", models.ForeignKey(to="people.team", **_ONE)),
                ("asked_by", models.ForeignKey(to=settings.AUTH_USER_MODEL, **_ONE)),
                (
                    "adopted_by",
                    models.ForeignKey(null=True, to=settings.AUTH_USER_MODEL, **_ONE),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=_Q(adopted_at__isnull=False),
                        fields=["team", "since", "id"],
                        name="people_teamterms_counts",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=_Q(jurisdiction__in=["CN", "US", "UK"]),
                        name="people_teamterms_jurisdiction_known",
                    ),
                    models.CheckConstraint(
                        condition=_Q(adopted_by__isnull=True, adopted_at__isnull=True)
                        | _Q(adopted_by__isnull=False, adopted_at__isnull=False),
                        name="people_teamterms_adopted_whole",
                    ),
                ],
            },
        ),
        only_grows("people_teamterms", except_columns=("adopted_by_id", "adopted_at")),
    ]

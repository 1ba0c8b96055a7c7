"""Messages to a chosen set of persons."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from forbear.contexts.database.guard import person_rows

_ONE = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}
_Q = models.Q


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("cases", "0011_pre_quality"),
        ("portfolio", "0002_pre_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Outing",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("message_id", models.CharField(max_length=80)),
                ("message_version", models.PositiveIntegerField()),
                ("channel", models.CharField(max_length=40)),
                ("chosen", models.JSONField(default=dict)),
                ("state", models.CharField(max_length=40)),
                ("prepared_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("until_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("prepared_by", models.ForeignKey(to=settings.AUTH_USER_MODEL, **_ONE)),
                ("started_by", models.ForeignKey(null=True, to=settings.AUTH_USER_MODEL, **_ONE)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=_Q(state__in=["PREPARED", "RUNNING", "STOPPED", "DONE"]),
                        name="cases_outing_state_known",
                    ),
                    models.CheckConstraint(
                        condition=_Q(
                            channel__in=[
                                *("VOICE", "BOT", "SMS", "WECHAT", "EMAIL", "LETTER", "VISIT"),
                            ]
                        ),
                        name="cases_outing_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=_Q(started_by__isnull=True)
                        | ~_Q(started_by=models.F("prepared_by")),
                        name="cases_outing_takes_two",
                    ),
                    models.CheckConstraint(
                        condition=_Q(
                            state="PREPARED", started_at__isnull=True, until_at__isnull=True
                        )
                        | (_Q(state="STOPPED") & _Q(started_at__isnull=True))
                        | _Q(
                            started_by__isnull=False,
                            started_at__isnull=False,
                            until_at__isnull=False,
                        ),
                        name="cases_outing_started_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutingRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("debtor_id", models.BigIntegerField()),
                ("contact_point_id", models.BigIntegerField(null=True)),
                ("loan_id", models.BigIntegerField(null=True)),
                ("team", models.CharField(max_length=60, null=True)),
                ("said", models.CharField(blank=True, max_length=40)),
                ("said_rules", models.TextField(blank=True)),
                ("ask_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("attempt_id", models.BigIntegerField(null=True)),
                ("cause", models.CharField(blank=True, max_length=40)),
                ("rules", models.TextField(blank=True)),
                ("turns_at", models.DateTimeField(null=True)),
                ("outing", models.ForeignKey(to="cases.outing", **_ONE)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=_Q(ask_at__isnull=False),
                        fields=["ask_at"],
                        name="cases_outingrow_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outing", "debtor_id"), name="cases_outingrow_once"
                    )
                ],
            },
        ),
        person_rows("cases_outingrow", column="debtor_id"),
    ]

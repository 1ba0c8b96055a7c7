"""Calls that people make to us."""

from django.db import migrations, models

from forbear.contexts.database.guard import person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("contact", "0013_pre_account_sender"),
    ]

    operations = [
        migrations.CreateModel(
            name="IncomingCall",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("provider", models.CharField(max_length=40)),
                ("debtor_id", models.BigIntegerField(null=True)),
                ("contact_point_id", models.BigIntegerField(null=True)),
                ("attempt_id", models.BigIntegerField(null=True)),
                ("shown", models.CharField(blank=True, max_length=40)),
                ("owner", models.UUIDField()),
                ("staff_id", models.BigIntegerField(null=True)),
                ("state", models.CharField(max_length=40)),
                ("end", models.CharField(max_length=40, null=True)),
                ("came_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("beat_at", models.DateTimeField()),
                ("callback", models.BooleanField(default=False)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "ENDED"), _negated=True),
                        fields=["beat_at"],
                        name="contact_incoming_going",
                    ),
                    models.Index(
                        condition=models.Q(("callback", True), ("done_at__isnull", True)),
                        fields=["came_at"],
                        name="contact_incoming_waits",
                    ),
                    models.Index(fields=["debtor_id", "came_at"], name="contact_incoming_debtor"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["RINGING", "ANSWERED", "ENDED"])),
                        name="contact_incoming_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "end__in",
                                [
                                    "TALKED",
                                    "NOBODY_FREE",
                                    "CLOSED",
                                    "GIVEN_UP",
                                    "TURNED_AWAY",
                                    "LOST",
                                ],
                            )
                        ),
                        name="contact_incoming_end_known",
                    ),
                ],
            },
        ),
        person_rows("contact_incomingcall", column="debtor_id"),
    ]

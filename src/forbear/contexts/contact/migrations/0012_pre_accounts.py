"""Accounts with WeChat: their access, what left by them, and what they told."""

from django.db import migrations, models

import forbear.contexts.protection.field
from forbear.contexts.database.guard import person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("contact", "0011_pre_calls"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountToken",
            fields=[
                ("provider", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("ref", models.UUIDField(unique=True)),
                ("key_id", models.UUIDField()),
                (
                    "token",
                    forbear.contexts.protection.field.SealedText(
                        null=True, person_key="key_id", row="ref"
                    ),
                ),
                ("refresh_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("busy_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider", models.CharField(max_length=40)),
                ("event_id", models.CharField(max_length=120)),
                ("told", models.CharField(max_length=40)),
                ("sender_mark", models.BinaryField()),
                ("message_ref", models.CharField(blank=True, max_length=120)),
                ("outcome", models.CharField(max_length=40, null=True)),
                ("at", models.DateTimeField()),
                ("kept_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["provider", "kept_at"],
                        name="contact_accountevent_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "event_id"), name="contact_accountevent_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("told__in", ["FINISHED", "CLOSED"])),
                        name="contact_accountevent_told_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                [
                                    "NOT_CONNECTED",
                                    "RANG",
                                    "VOICEMAIL",
                                    "ANSWERED",
                                    "WRONG_PERSON",
                                    "RIGHT_PARTY",
                                    "CONVERSATION",
                                    "SENT",
                                    "DELIVERED",
                                    "REPLIED",
                                    "FAILED",
                                    "UNKNOWN",
                                ],
                            )
                        ),
                        name="contact_accountevent_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountMessage",
            fields=[
                ("permit_id", models.UUIDField(primary_key=True, serialize=False)),
                ("provider", models.CharField(max_length=40)),
                ("debtor_id", models.BigIntegerField()),
                ("address_mark", models.BinaryField()),
                ("state", models.CharField(max_length=40)),
                ("message_ref", models.CharField(blank=True, max_length=120)),
                ("answer", models.CharField(blank=True, max_length=80)),
                ("left_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("message_ref", ""), _negated=True),
                        fields=["provider", "message_ref"],
                        name="contact_accountmessage_ref",
                    ),
                    models.Index(
                        condition=models.Q(("state", "LEAVING")),
                        fields=["provider", "left_at"],
                        name="contact_accountmessage_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["LEAVING", "TAKEN", "REFUSED"])),
                        name="contact_accountmessage_state_known",
                    )
                ],
            },
        ),
        person_rows("contact_accountmessage", column="debtor_id"),
    ]

"""What carriers were given and told of, and what people write to us."""

from django.db import migrations, models

import forbear.contexts.protection.field
from forbear.contexts.database.guard import person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("contact", "0009_post_asked_validated"),
    ]

    operations = [
        migrations.CreateModel(
            name="InboundMessage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("ref", models.UUIDField(unique=True)),
                ("key_id", models.UUIDField()),
                ("provider", models.CharField(max_length=40)),
                ("event_id", models.CharField(max_length=200)),
                ("channel", models.CharField(max_length=40)),
                ("to", models.CharField(max_length=200)),
                (
                    "sender",
                    forbear.contexts.protection.field.SealedText(person_key="key_id", row="ref"),
                ),
                (
                    "body",
                    forbear.contexts.protection.field.SealedText(person_key="key_id", row="ref"),
                ),
                ("sender_mark", models.BinaryField()),
                ("group", models.CharField(blank=True, max_length=40)),
                ("part", models.PositiveSmallIntegerField(default=1)),
                ("parts", models.PositiveSmallIntegerField(default=1)),
                ("at", models.DateTimeField()),
                ("kept_at", models.DateTimeField()),
                ("state", models.CharField(max_length=40)),
                ("tried_at", models.DateTimeField(null=True)),
                ("debtor_id", models.BigIntegerField(null=True)),
                ("contact_point_id", models.BigIntegerField(null=True)),
                ("meanings", models.CharField(blank=True, max_length=120)),
                ("confirm_due", models.BooleanField(default=False)),
                ("seen_at", models.DateTimeField(null=True)),
                ("seen_by", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["KEPT", "HEARD"]), ("confirm_due", True), _connector="OR"
                        ),
                        fields=["id"],
                        name="contact_inbound_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("seen_at__isnull", True)),
                        fields=["id"],
                        name="contact_inbound_unseen",
                    ),
                    models.Index(fields=["debtor_id", "at"], name="contact_inbound_debtor"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "event_id"), name="contact_inbound_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "channel__in",
                                ["VOICE", "BOT", "SMS", "WECHAT", "EMAIL", "LETTER", "VISIT"],
                            )
                        ),
                        name="contact_inbound_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["KEPT", "HEARD", "DONE", "MERGED"])),
                        name="contact_inbound_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SmsDelivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider", models.CharField(max_length=40)),
                ("digest", models.BinaryField()),
                ("message_id", models.CharField(blank=True, max_length=80)),
                ("state", models.CharField(blank=True, max_length=7)),
                ("error", models.CharField(blank=True, max_length=16)),
                ("reference", models.IntegerField(null=True)),
                ("address_mark", models.BinaryField(null=True)),
                ("taken_at", models.DateTimeField()),
                ("part_id", models.BigIntegerField(null=True)),
                ("debtor_id", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("part_id__isnull", True)),
                        fields=["provider", "taken_at"],
                        name="contact_smsdelivery_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "digest"), name="contact_smsdelivery_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SmsPart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider", models.CharField(max_length=40)),
                ("permit_id", models.UUIDField()),
                ("debtor_id", models.BigIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                ("count", models.PositiveSmallIntegerField()),
                ("reference", models.IntegerField()),
                ("address_mark", models.BinaryField()),
                ("state", models.CharField(max_length=40)),
                ("message_id", models.CharField(blank=True, max_length=80)),
                ("status", models.IntegerField(default=0)),
                ("fate", models.CharField(blank=True, max_length=20)),
                ("submitted_at", models.DateTimeField()),
                ("fate_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("ripe", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("message_id", ""), _negated=True),
                        fields=["provider", "message_id"],
                        name="contact_smspart_message",
                    ),
                    models.Index(
                        condition=models.Q(("fate", "")),
                        fields=["provider", "submitted_at"],
                        name="contact_smspart_open",
                    ),
                    models.Index(
                        condition=models.Q(("ripe", True)),
                        fields=["provider"],
                        name="contact_smspart_ripe",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("permit_id", "number"), name="contact_smspart_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["SUBMITTED", "TAKEN", "REFUSED", "UNSENT"])
                        ),
                        name="contact_smspart_state_known",
                    ),
                ],
            },
        ),
        # Our own number for a message: it goes on after a restart, and begins again at its end.
        migrations.RunSQL(
            "CREATE SEQUENCE contact_sms_reference MINVALUE 1 MAXVALUE 65535 CYCLE",
            "DROP SEQUENCE contact_sms_reference",
        ),
        person_rows("contact_inboundmessage", column="debtor_id"),
        person_rows("contact_smspart", column="debtor_id"),
        person_rows("contact_smsdelivery", column="debtor_id"),
    ]

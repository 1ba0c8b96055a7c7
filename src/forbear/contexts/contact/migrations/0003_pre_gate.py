"""What the gate keeps: its queue, its decisions, receipts and kill switches."""

import django.contrib.postgres.operations
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0002_pre_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="dispatch",
                        serialize=False,
                        to="contact.attempt",
                    ),
                ),
                ("permit_id", models.UUIDField(unique=True)),
                ("debtor_id", models.BigIntegerField()),
                ("channel", models.CharField(max_length=40)),
                ("purpose", models.CharField(max_length=40)),
                ("way", models.CharField(max_length=40)),
                ("provider", models.CharField(max_length=40)),
                ("message_id", models.CharField(blank=True, max_length=80)),
                ("message_version", models.IntegerField(null=True)),
                ("text_sha256", models.CharField(blank=True, max_length=64)),
                ("pack_sha256", models.CharField(max_length=64)),
                ("asked_by", models.CharField(max_length=120)),
                ("state", models.CharField(max_length=40)),
                ("cause", models.CharField(max_length=40, null=True)),
                ("authorised_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("claimed_by", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("fence", models.IntegerField(default=0)),
                ("intent_at", models.DateTimeField(null=True)),
                ("provider_ref", models.CharField(blank=True, max_length=120)),
                ("answer", models.CharField(blank=True, max_length=80)),
                ("answered_at", models.DateTimeField(null=True)),
                ("asked_count", models.IntegerField(default=0)),
                ("ask_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["AUTHORISED", "CLAIMED"])),
                        fields=["not_before", "attempt"],
                        name="contact_dispatch_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state", "INTENT")),
                        fields=["intent_at"],
                        name="contact_dispatch_intent",
                    ),
                    models.Index(
                        condition=models.Q(("state", "UNKNOWN")),
                        fields=["ask_at"],
                        name="contact_dispatch_unknown",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["AUTHORISED", "CLAIMED"])),
                        fields=["debtor_id"],
                        name="contact_dispatch_of_person",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "channel__in",
                                ["VOICE", "BOT", "SMS", "WECHAT", "EMAIL", "LETTER", "VISIT"],
                            )
                        ),
                        name="contact_dispatch_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "purpose__in",
                                [
                                    "COLLECT",
                                    "REPLY",
                                    "OPT_OUT_CONFIRMATION",
                                    "CLOSING_NOTICE",
                                    "REQUIRED_NOTICE",
                                    "LOCATE",
                                    "RELAY",
                                ],
                            )
                        ),
                        name="contact_dispatch_purpose_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "way__in",
                                ["AGENDA", "MANUAL", "CALLBACK", "CAMPAIGN", "BOT", "AGENCY"],
                            )
                        ),
                        name="contact_dispatch_way_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "AUTHORISED",
                                    "CLAIMED",
                                    "INTENT",
                                    "ACCEPTED",
                                    "REJECTED",
                                    "UNKNOWN",
                                    "WITHDRAWN",
                                ],
                            )
                        ),
                        name="contact_dispatch_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cause__in",
                                [
                                    "RULE",
                                    "STOPPED",
                                    "CONDITION",
                                    "NOT_OF_PERSON",
                                    "ERASED",
                                    "NO_PACK",
                                    "NOT_RECORDED",
                                    "WORDING",
                                    "NO_ADDRESS",
                                    "LAPSED",
                                    "DOUBT",
                                ],
                            )
                        ),
                        name="contact_dispatch_cause_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["AUTHORISED", "WITHDRAWN"]),
                            models.Q(("claimed_by__isnull", False), ("lease_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="contact_dispatch_claimed_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("intent_at__isnull", True),
                                ("state__in", ["AUTHORISED", "CLAIMED", "WITHDRAWN"]),
                            ),
                            models.Q(
                                ("intent_at__isnull", False),
                                ("state__in", ["INTENT", "ACCEPTED", "REJECTED", "UNKNOWN"]),
                            ),
                            _connector="OR",
                        ),
                        name="contact_dispatch_intent_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "UNKNOWN"), _negated=True),
                            ("ask_at__isnull", False),
                            _connector="OR",
                        ),
                        name="contact_dispatch_unknown_asked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GateDecision",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("permit_id", models.UUIDField()),
                ("attempt_id", models.BigIntegerField(null=True)),
                ("debtor_id", models.BigIntegerField(null=True)),
                ("contact_point_id", models.BigIntegerField(null=True)),
                ("loan_id", models.BigIntegerField(null=True)),
                ("channel", models.CharField(max_length=40)),
                ("purpose", models.CharField(max_length=40)),
                ("way", models.CharField(max_length=40)),
                ("stage", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("allowed", models.BooleanField()),
                ("cause", models.CharField(max_length=40, null=True)),
                ("rules", models.TextField(blank=True)),
                ("turns_at", models.DateTimeField(null=True)),
                ("asked_by", models.CharField(max_length=120)),
                ("pack_sha256", models.CharField(blank=True, max_length=64)),
                ("body", models.BinaryField()),
                ("body_sha256", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["debtor_id", "at"], name="contact_gatedecision_debtor"),
                    models.Index(fields=["permit_id"], name="contact_gatedecision_permit"),
                    models.Index(
                        condition=models.Q(("allowed", False)),
                        fields=["at"],
                        name="contact_gatedecision_refused",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "channel__in",
                                ["VOICE", "BOT", "SMS", "WECHAT", "EMAIL", "LETTER", "VISIT"],
                            )
                        ),
                        name="contact_gatedecision_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "purpose__in",
                                [
                                    "COLLECT",
                                    "REPLY",
                                    "OPT_OUT_CONFIRMATION",
                                    "CLOSING_NOTICE",
                                    "REQUIRED_NOTICE",
                                    "LOCATE",
                                    "RELAY",
                                ],
                            )
                        ),
                        name="contact_gatedecision_purpose_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "way__in",
                                ["AGENDA", "MANUAL", "CALLBACK", "CAMPAIGN", "BOT", "AGENCY"],
                            )
                        ),
                        name="contact_gatedecision_way_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stage__in", ["AUTHORISE", "INTENT"])),
                        name="contact_gatedecision_stage_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cause__in",
                                [
                                    "RULE",
                                    "STOPPED",
                                    "CONDITION",
                                    "NOT_OF_PERSON",
                                    "ERASED",
                                    "NO_PACK",
                                    "NOT_RECORDED",
                                    "WORDING",
                                    "NO_ADDRESS",
                                    "LAPSED",
                                    "DOUBT",
                                ],
                            )
                        ),
                        name="contact_gatedecision_cause_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptTaken",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider", models.CharField(max_length=40)),
                ("event_id", models.CharField(max_length=120)),
                ("permit_id", models.UUIDField()),
                ("attempt_id", models.BigIntegerField(null=True)),
                ("debtor_id", models.BigIntegerField(null=True)),
                ("outcome", models.CharField(max_length=40, null=True)),
                ("at", models.DateTimeField()),
                ("taken_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["attempt_id"], name="contact_receipt_attempt")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "event_id"), name="contact_receipt_once"
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
                        name="contact_receipt_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("scope", models.CharField(max_length=40)),
                ("subject", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(max_length=400)),
                ("placed_at", models.DateTimeField()),
                ("placed_by", models.CharField(max_length=120)),
                ("released_at", models.DateTimeField(null=True)),
                ("released_by", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "indexes": [],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("released_at__isnull", True)),
                        fields=("scope", "subject"),
                        name="contact_stop_one_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scope__in", ["GLOBAL", "CREDITOR", "CHANNEL", "PERSON"])
                        ),
                        name="contact_stop_scope_known",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="attempt",
            name="contact_attempt_source_known",
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["EXTRACT", "API", "STAFF", "GATE"])),
                name="contact_attempt_source_known",
            ),
        ),
    ]

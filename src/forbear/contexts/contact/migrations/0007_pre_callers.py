"""What is asked of and told about contacts by whoever is not known, and numbers that are ours."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("contact", "0006_pre_agencies"),
    ]

    operations = [
        migrations.CreateModel(
            name="CallerCheck",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("source", models.BinaryField()),
                ("asked", models.CharField(max_length=40)),
                ("answer", models.CharField(max_length=40)),
                ("attempt_id", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["source", "at"], name="contact_callercheck_source"),
                    models.Index(fields=["at"], name="contact_callercheck_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("attempt_id__isnull", False)),
                        fields=("attempt_id",),
                        name="contact_callercheck_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked__in", ["CODE", "NUMBER", "TIME", "REPORT"])),
                        name="contact_callercheck_asked_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "answer__in",
                                [
                                    "GENUINE",
                                    "USED",
                                    "NOT_OURS",
                                    "REGISTERED",
                                    "NOT_REGISTERED",
                                    "BY_CODE",
                                    "CONTACTED",
                                    "NOT_CONTACTED",
                                    "REPORTED",
                                ],
                            )
                        ),
                        name="contact_callercheck_answer_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallerLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=24)),
                ("team_id", models.BigIntegerField()),
                ("name_en", models.CharField(max_length=120)),
                ("name_zh", models.CharField(max_length=120)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=120)),
                ("retired_at", models.DateTimeField(null=True)),
                ("retired_by", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at__isnull", True)),
                        fields=("number",),
                        name="contact_callerline_one_in_use",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImpostorReport",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("ref", models.UUIDField(unique=True)),
                ("pretence", models.CharField(max_length=40)),
                ("channel", models.CharField(max_length=40)),
                ("number", models.CharField(max_length=24, null=True)),
                ("registered", models.BooleanField()),
                ("happened_at", models.DateTimeField()),
                ("reported_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "pretence__in",
                                [
                                    "CLAIMED_TO_BE_US",
                                    "ASKED_FOR_PAYMENT",
                                    "ASKED_FOR_SECRETS",
                                    "THREATENED",
                                    "GAVE_A_FALSE_CODE",
                                    "OFFERED_PAID_HELP",
                                ],
                            )
                        ),
                        name="contact_impostorreport_pretence_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "channel__in",
                                ["VOICE", "BOT", "SMS", "WECHAT", "EMAIL", "LETTER", "VISIT"],
                            )
                        ),
                        name="contact_impostorreport_channel_known",
                    ),
                ],
            },
        ),
    ]

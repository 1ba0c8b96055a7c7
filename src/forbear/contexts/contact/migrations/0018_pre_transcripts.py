"""What was said in calls, sealed, and the moments in it that somebody should look at."""

from django.db import migrations, models

import forbear.contexts.protection.field
from forbear.contexts.database.guard import person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("contact", "0017_pre_looked"),
    ]

    operations = [
        migrations.CreateModel(
            name="Transcript",
            fields=[
                ("permit_id", models.UUIDField(primary_key=True, serialize=False)),
                ("debtor_id", models.BigIntegerField()),
                ("staff_id", models.BigIntegerField(null=True)),
                ("began_at", models.DateTimeField()),
                ("state", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=40)),
                ("made_by", models.CharField(blank=True, max_length=80)),
                ("handed_in", models.BooleanField(default=False)),
                ("whole", models.BooleanField(default=True)),
                ("sentences", models.IntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("tried_at", models.DateTimeField(null=True)),
                ("fault", models.CharField(blank=True, max_length=60)),
                ("kept_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["debtor_id"], name="contact_transcript_debtor")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["TRYING", "KEPT", "GIVEN_UP"])),
                        name="contact_transcript_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["ZH", "EN"])),
                        name="contact_transcript_language_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kept_at__isnull", False), ("state", "KEPT")),
                            models.Q(
                                models.Q(("state", "KEPT"), _negated=True),
                                ("kept_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="contact_transcript_kept_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TranscriptPiece",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("ref", models.UUIDField(unique=True)),
                ("permit_id", models.UUIDField()),
                ("debtor_id", models.BigIntegerField()),
                ("key_id", models.UUIDField()),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "words",
                    forbear.contexts.protection.field.SealedText(person_key="key_id", row="ref"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("permit_id", "number"), name="contact_transcriptpiece_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Moment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("permit_id", models.UUIDField()),
                ("debtor_id", models.BigIntegerField()),
                ("staff_id", models.BigIntegerField(null=True)),
                ("began_at", models.DateTimeField()),
                ("sentence", models.IntegerField()),
                ("at_ms", models.IntegerField()),
                ("side", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=40)),
                ("held", models.BooleanField(default=False)),
                ("found_at", models.DateTimeField()),
                ("verdict", models.CharField(max_length=40, null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["permit_id"], name="contact_moment_call"),
                    models.Index(
                        condition=models.Q(("verdict__isnull", True)),
                        fields=["id"],
                        name="contact_moment_waits",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["US", "PERSON"])),
                        name="contact_moment_side_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["ACT", "DISTRESS", "STOP", "WRONG_PERSON"])
                        ),
                        name="contact_moment_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["SO", "NOT_SO"])),
                        name="contact_moment_verdict_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by", ""),
                                ("verdict__isnull", True),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("verdict__isnull", False),
                                models.Q(("decided_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="contact_moment_decided_by_somebody",
                    ),
                ],
            },
        ),
        person_rows("contact_transcript", column="debtor_id"),
        person_rows("contact_transcriptpiece", column="debtor_id"),
        person_rows("contact_moment", column="debtor_id"),
    ]

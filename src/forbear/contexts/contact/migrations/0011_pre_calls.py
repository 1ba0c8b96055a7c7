"""Calls that our own switchboard places, what is wanted of them, and their recordings."""

from django.db import migrations, models

from forbear.contexts.database.guard import person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("contact", "0010_pre_text"),
    ]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                ("permit_id", models.UUIDField(primary_key=True, serialize=False)),
                ("attempt_id", models.BigIntegerField()),
                ("debtor_id", models.BigIntegerField()),
                ("provider", models.CharField(max_length=40)),
                ("owner", models.UUIDField()),
                ("staff_id", models.BigIntegerField(null=True)),
                ("line", models.CharField(max_length=24)),
                ("state", models.CharField(max_length=40)),
                ("end", models.CharField(max_length=40, null=True)),
                ("began_at", models.DateTimeField()),
                ("dialled_at", models.DateTimeField(null=True)),
                ("ringing_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("beat_at", models.DateTimeField()),
                ("muted", models.BooleanField(default=False)),
                ("recorded", models.BooleanField(default=False)),
                ("sip_id", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "ENDED"), _negated=True),
                        fields=["beat_at"],
                        name="contact_call_under_way",
                    ),
                    models.Index(fields=["debtor_id"], name="contact_call_debtor"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["DESK", "DIALLING", "RINGING", "ANSWERED", "ENDED"])
                        ),
                        name="contact_call_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "end__in",
                                [
                                    "DESK_UNREACHED",
                                    "TAKEN_BACK",
                                    "NOT_DIALLED",
                                    "REFUSED_BY_TRUNK",
                                    "TRUNK_FAILED",
                                    "NO_SUCH_NUMBER",
                                    "BUSY",
                                    "DECLINED",
                                    "UNAVAILABLE",
                                    "NO_ANSWER",
                                    "CALLED_OFF",
                                    "ABANDONED",
                                    "PERSON_HUNG_UP",
                                    "DESK_HUNG_UP",
                                    "WE_HUNG_UP",
                                    "VOICEMAIL",
                                    "MEDIA_LOST",
                                    "SWITCHBOARD_LOST",
                                ],
                            )
                        ),
                        name="contact_call_end_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("end__isnull", False),
                                ("ended_at__isnull", False),
                                ("state", "ENDED"),
                            ),
                            models.Q(
                                models.Q(("state", "ENDED"), _negated=True),
                                ("end__isnull", True),
                                ("ended_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="contact_call_ended_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallAsked",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("permit_id", models.UUIDField()),
                ("debtor_id", models.BigIntegerField()),
                ("wish", models.CharField(max_length=40)),
                ("keys", models.CharField(blank=True, max_length=20)),
                ("asked_by", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["permit_id"],
                        name="contact_callasked_waits",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wish__in", ["HANG_UP", "MUTE", "UNMUTE", "KEYS"])),
                        name="contact_callasked_wish_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recording",
            fields=[
                ("permit_id", models.UUIDField(primary_key=True, serialize=False)),
                ("debtor_id", models.BigIntegerField()),
                ("began_at", models.DateTimeField()),
                ("pieces", models.IntegerField(null=True)),
                ("seconds", models.IntegerField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["debtor_id"], name="contact_recording_debtor")],
            },
        ),
        person_rows("contact_call", column="debtor_id"),
        person_rows("contact_callasked", column="debtor_id"),
        person_rows("contact_recording", column="debtor_id"),
    ]

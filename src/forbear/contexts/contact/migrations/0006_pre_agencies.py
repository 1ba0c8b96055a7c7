"""What agencies report, and where that and their permits do not agree."""

from django.db import migrations, models

from forbear.contexts.database.guard import only_grows, team_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("contact", "0005_post_validated"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgencyDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("team_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("reported_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("begun_count", models.IntegerField(default=0)),
                ("reported_count", models.IntegerField(default=0)),
                ("finding_count", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="AgencyFinding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("team_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=64)),
                ("permit_id", models.UUIDField(null=True)),
                ("debtor_id", models.BigIntegerField(null=True)),
                ("attempt_id", models.BigIntegerField(null=True)),
                ("found_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AgencyReport",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("team_id", models.BigIntegerField()),
                ("ref", models.CharField(max_length=64)),
                ("day", models.DateField()),
                ("permit_id", models.UUIDField(null=True)),
                ("debtor_ref", models.CharField(max_length=64)),
                ("debtor_id", models.BigIntegerField(null=True)),
                ("channel", models.CharField(max_length=40)),
                ("started_at", models.DateTimeField()),
                ("outcome", models.CharField(max_length=40)),
                ("reported_at", models.DateTimeField()),
                ("reported_by", models.CharField(max_length=120)),
            ],
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(
                condition=models.Q(("way", "AGENCY")),
                fields=["provider", "intent_at"],
                name="contact_dispatch_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyday",
            constraint=models.UniqueConstraint(
                fields=("team_id", "day"), name="contact_agencyday_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyfinding",
            constraint=models.UniqueConstraint(
                fields=("team_id", "day", "kind", "subject"), name="contact_agencyfinding_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "NO_PERMIT",
                            "UNKNOWN_PERMIT",
                            "NOT_BEGUN",
                            "UNKNOWN_PERSON",
                            "OTHER_PERSON",
                            "OTHER_CHANNEL",
                            "OUTSIDE_WINDOW",
                            "USED_TWICE",
                            "OTHER_OUTCOME",
                            "NOT_REPORTED",
                        ],
                    )
                ),
                name="contact_agencyfinding_kind_known",
            ),
        ),
        migrations.AddIndex(
            model_name="agencyreport",
            index=models.Index(fields=["permit_id"], name="contact_agencyreport_permit"),
        ),
        migrations.AddIndex(
            model_name="agencyreport",
            index=models.Index(fields=["team_id", "day"], name="contact_agencyreport_day"),
        ),
        migrations.AddConstraint(
            model_name="agencyreport",
            constraint=models.UniqueConstraint(
                fields=("team_id", "ref"), name="contact_agencyreport_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ["VOICE", "BOT", "SMS", "WECHAT", "EMAIL", "LETTER", "VISIT"])
                ),
                name="contact_agencyreport_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyreport",
            constraint=models.CheckConstraint(
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
                name="contact_agencyreport_outcome_known",
            ),
        ),
        team_rows("contact_agencyreport", column="team_id"),
        team_rows("contact_agencyfinding", column="team_id"),
        team_rows("contact_agencyday", column="team_id"),
        only_grows("contact_agencyreport"),
        only_grows("contact_agencyfinding", except_columns=("resolved_at",)),
    ]

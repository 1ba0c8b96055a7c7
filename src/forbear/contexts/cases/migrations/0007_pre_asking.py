"""What goes by machine on its way to the gate, and who carries it."""

from django.db import migrations, models

from forbear.contexts.database.guard import person_rows, refers


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("cases", "0006_pre_room_to_update"),
        ("people", "0004_pre_shared_cache"),
        ("portfolio", "0012_pre_officer_team"),
    ]

    operations = [
        migrations.CreateModel(
            name="Asking",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day",
                        "debtor_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("debtor_id", models.BigIntegerField()),
                ("channel", models.CharField(max_length=40)),
                ("zone", models.CharField(max_length=64)),
                ("opens_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("ask_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("attempt_id", models.BigIntegerField(null=True)),
                ("cause", models.CharField(blank=True, max_length=40)),
                ("rules", models.TextField(blank=True)),
                ("turns_at", models.DateTimeField(null=True)),
                ("spent", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Sender",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("providers", models.CharField(max_length=200)),
                ("early", models.BooleanField()),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(
                condition=models.Q(("channel__isnull", False)),
                fields=["day", "channel", "state"],
                include=("debtor",),
                name="cases_plan_channel_day",
            ),
        ),
        migrations.AddIndex(
            model_name="asking",
            index=models.Index(
                condition=models.Q(("ask_at__isnull", False)),
                fields=["ask_at"],
                name="cases_asking_due",
            ),
        ),
        migrations.AddIndex(
            model_name="asking",
            index=models.Index(
                condition=models.Q(("attempt_id__isnull", False)),
                fields=["day", "attempt_id"],
                name="cases_asking_attempt",
            ),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ["VOICE", "BOT", "SMS", "WECHAT", "EMAIL", "LETTER", "VISIT"])
                ),
                name="cases_asking_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("attempt_id__isnull", True),
                    models.Q(("asked_at__isnull", False), ("cause", "")),
                    _connector="OR",
                ),
                name="cases_asking_allowed_whole",
            ),
        ),
        person_rows("cases_asking", column="debtor_id"),
        refers("cases_asking", "debtor_id", "portfolio_debtor"),
    ]

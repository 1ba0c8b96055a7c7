"""The browser headsets of staff who call people."""

from django.db import migrations, models

STATES = ["OFFERED", "TAKEN", "ANSWERED", "CONNECTED", "REFUSED", "LOST", "ENDED"]
FAULTS = ["NOT_INSTALLED", "FULL", "UNUSABLE", "NO_WAY", "SILENT", "PAGE_GONE"]
TESTS = ["ASKED", "LISTENING", "HEARD", "QUIET", "NOTHING"]


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("contact", "0018_pre_transcripts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Headset",
            fields=[
                ("staff_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("offer_id", models.UUIDField(unique=True)),
                ("session", models.CharField(max_length=64)),
                ("offer", models.TextField(blank=True)),
                ("answer", models.TextField(blank=True)),
                ("state", models.CharField(max_length=40)),
                ("fault", models.CharField(max_length=40, null=True)),
                ("test", models.CharField(max_length=40, null=True)),
                ("owner", models.UUIDField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("beat_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "OFFERED")),
                        fields=["asked_at"],
                        name="contact_headset_waits",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", STATES)),
                        name="contact_headset_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fault__in", FAULTS)),
                        name="contact_headset_fault_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("test__in", TESTS)),
                        name="contact_headset_test_known",
                    ),
                ],
            },
        ),
    ]

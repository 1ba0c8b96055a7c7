"""Calls to us, as they ring in the browsers of staff, and how those of a day are counted."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

STATES = ["RINGING", "TAKEN", "TALKING", "PASSED", "OVER"]
WISHES = ["HANG_UP", "MUTE", "UNMUTE", "KEYS"]


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("contact", "0019_pre_headsets"),
    ]

    # The index is built beside whoever writes.
    atomic = False

    operations = [
        AddIndexConcurrently(
            model_name="incomingcall",
            index=models.Index(fields=["came_at"], name="contact_incoming_came"),
        ),
        migrations.CreateModel(
            name="Ring",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("call_id", models.UUIDField()),
                ("staff_id", models.BigIntegerField()),
                ("shown", models.CharField(blank=True, max_length=40)),
                ("state", models.CharField(max_length=40)),
                ("wish", models.CharField(max_length=40, null=True)),
                ("muted", models.BooleanField(default=False)),
                ("rung_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["RINGING", "TAKEN", "TALKING"])),
                        fields=["staff_id"],
                        name="contact_ring_going",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", STATES)),
                        name="contact_ring_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wish__in", WISHES)),
                        name="contact_ring_wish_known",
                    ),
                    models.UniqueConstraint(
                        fields=("call_id", "staff_id"), name="contact_ring_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["TAKEN", "TALKING"])),
                        fields=("call_id",),
                        name="contact_ring_taken_by_one",
                    ),
                ],
            },
        ),
    ]

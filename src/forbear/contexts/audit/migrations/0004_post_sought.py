"""The record is sought by its subject, and by who of the staff did something, without a scan."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart from every other, and without a lock, since entries are added all the time."""

    atomic = False
    dependencies = [("audit", "0003_pre_tree")]
    operations = [
        AddIndexConcurrently(
            "entry", models.Index(fields=("subject", "id"), name="audit_entry_subject")
        ),
        AddIndexConcurrently(
            "entry",
            models.Index(
                fields=("actor_id", "id"),
                condition=models.Q(actor_kind="STAFF"),
                name="audit_entry_staff",
            ),
        ),
    ]

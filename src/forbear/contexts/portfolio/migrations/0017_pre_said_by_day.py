"""Rows say which of their fields were changed by day, so that a file governs all the others."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


def _names() -> ArrayField:
    return ArrayField(models.CharField(max_length=30), default=list, db_default=[])


class Migration(migrations.Migration):
    """Safe before and after: columns with a constant default need no rewrite of the table."""

    dependencies = (("portfolio", "0016_pre_creditor_code"),)
    operations = (
        migrations.AddField("debtor", "said_by_day", _names()),
        migrations.AddField("contactpoint", "said_by_day", _names()),
        migrations.AddField("loan", "said_by_day", _names()),
    )

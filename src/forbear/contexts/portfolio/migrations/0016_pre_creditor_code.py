"""A creditor's code is as long as any other ref."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Widening a text needs no rewrite of the table."""

    dependencies = (("portfolio", "0015_post_promise_hold"),)
    operations = (
        migrations.AlterField("creditor", "code", models.CharField(max_length=64, unique=True)),
    )

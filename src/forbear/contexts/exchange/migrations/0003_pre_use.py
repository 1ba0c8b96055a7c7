"""Calls of a key are counted, and a webhook's secret has a key of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("exchange", "0002_pre_guards")]
    operations = [
        migrations.CreateModel(
            name="TokenUse",
            fields=[
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="exchange.token",
                    ),
                ),
                ("minute", models.BigIntegerField()),
                ("calls", models.IntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="endpoint",
            name="key_id",
            field=models.UUIDField(null=True, unique=True),
        ),
    ]

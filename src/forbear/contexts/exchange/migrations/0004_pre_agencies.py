"""A key may be bound to an agency, and providers sign what they tell."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("exchange", "0003_pre_use"),
        ("people", "0004_pre_shared_cache"),
    ]

    operations = [
        migrations.AddField(
            model_name="token",
            name="agency",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.team",
            ),
        ),
        migrations.CreateModel(
            name="ReceiptSource",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key_id", models.UUIDField(unique=True)),
                ("provider", models.CharField(max_length=40)),
                ("secret", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("retired_at__isnull", True)),
                        fields=["provider"],
                        name="exchange_receiptsource_of",
                    )
                ],
            },
        ),
    ]

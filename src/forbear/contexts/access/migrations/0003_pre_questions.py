"""Questions to the assistant by whoever is not in are counted, so that they can be limited."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Safe before and after: it only adds a table."""

    dependencies = [("access", "0002_pre_guards")]
    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("source", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["source", "at"], name="access_question_source"),
                    models.Index(fields=["at"], name="access_question_at"),
                ],
            },
        ),
    ]

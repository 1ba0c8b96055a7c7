"""A way that was shut by tries can be opened again by those who work here."""

import django.db.models.deletion
from django.db import migrations, models

from forbear.contexts.database.guard import never_removed, person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds a table."""

    dependencies = [("access", "0003_pre_questions"), ("portfolio", "0002_pre_guards")]
    operations = [
        migrations.CreateModel(
            name="Reopening",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("known_by", models.CharField(max_length=40)),
                ("last_guess_id", models.BigIntegerField()),
                ("by", models.CharField(max_length=80)),
                ("approval_id", models.BigIntegerField(null=True)),
                (
                    "contact_point",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.contactpoint",
                    ),
                ),
                (
                    "debtor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.debtor",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["debtor", "id"], name="access_reopening_debtor"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("known_by__in", ["CALLED_BACK", "ANSWERED", "SHOWED_PAPER"])
                        ),
                        name="access_reopening_known_by_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("contact_point__isnull", True),
                            ("approval_id__isnull", False),
                            _connector="OR",
                        ),
                        name="access_reopening_of_a_number_takes_two",
                    ),
                ],
            },
        ),
        person_rows("access_reopening", column="debtor_id"),
        never_removed("access_reopening"),
    ]

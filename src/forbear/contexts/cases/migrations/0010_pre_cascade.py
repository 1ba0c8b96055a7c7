"""What follows a day's plan that reached nobody."""

from django.db import migrations, models

from forbear.contexts.database.guard import person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("cases", "0009_pre_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cascade",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("debtor_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("first_at", models.DateTimeField()),
                ("attempt_id", models.BigIntegerField(null=True)),
                ("look_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("ended_as", models.CharField(max_length=40, null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_as__isnull", True)),
                        fields=["look_at"],
                        name="cases_cascade_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("day", "debtor_id"), name="cases_cascade_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ended_as__in",
                                [
                                    "REACHED",
                                    "HEARD",
                                    "REFUSED",
                                    "SPENT",
                                    "NO_WAY",
                                    "CANCELLED",
                                    "DONE",
                                    "DAY_OVER",
                                ],
                            )
                        ),
                        name="cases_cascade_ended_as_known",
                    ),
                ],
            },
        ),
        person_rows("cases_cascade", column="debtor_id"),
    ]

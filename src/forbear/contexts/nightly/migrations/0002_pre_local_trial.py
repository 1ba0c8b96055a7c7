"""Who takes part in the local trial, and in which arm."""

from django.db import migrations, models

from forbear.contexts.database.guard import person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("nightly", "0001_pre_first"), ("portfolio", "0002_pre_guards")]
    operations = [
        migrations.CreateModel(
            name="TrialPerson",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("trial", models.PositiveIntegerField()),
                ("debtor_id", models.BigIntegerField()),
                ("arm", models.CharField(max_length=40)),
                ("since", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("trial", "debtor_id"), name="nightly_trialperson_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(arm__in=["LOCAL", "AWAY"]),
                        name="nightly_trialperson_arm_known",
                    ),
                ],
            },
        ),
        person_rows("nightly_trialperson", column="debtor_id"),
    ]

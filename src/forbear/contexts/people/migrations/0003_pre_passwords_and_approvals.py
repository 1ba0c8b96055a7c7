"""Passwords given by others, and approvals that are used once."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    atomic = False
    dependencies = [("people", "0002_pre_guards")]
    operations = [
        migrations.AddField(
            "staff",
            "authority_currency",
            models.CharField(max_length=3, default="CNY", db_default="CNY"),
        ),
        migrations.AddField("staff", "password_given_at", models.DateTimeField(null=True)),
        migrations.AddField("approval", "currency", models.CharField(max_length=3, null=True)),
        migrations.AddField("approval", "used_at", models.DateTimeField(null=True)),
        AddConstraintNotValid(
            "approval",
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(state="GRANTED"),
                name="people_approval_used_when_granted",
            ),
        ),
        ValidateConstraint("approval", "people_approval_used_when_granted"),
        AddConstraintNotValid(
            "approval",
            models.CheckConstraint(
                condition=models.Q(amount_minor__isnull=True, currency__isnull=True)
                | models.Q(amount_minor__gte=0, currency__isnull=False),
                name="people_approval_amount_whole",
            ),
        ),
        ValidateConstraint("approval", "people_approval_amount_whole"),
    ]

"""What the first digits of a number tell is kept beside it."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Null: never read. Numbers are read as they are told, and by the next extract."""

    dependencies = [("portfolio", "0021_post_lessons")]
    operations = [
        migrations.AddField(
            model_name="contactpoint",
            name="number_type",
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="number_region",
            field=models.CharField(max_length=12, null=True),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="number_confidence_percent",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="number_read_at",
            field=models.DateTimeField(null=True),
        ),
        AddConstraintNotValid(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "number_type__in",
                        [
                            "MOBILE",
                            "FIXED",
                            "FIXED_OR_MOBILE",
                            "SERVICE",
                            "TOLL_FREE",
                            "PREMIUM",
                            "OTHER",
                        ],
                    )
                ),
                name="portfolio_contactpoint_number_type_known",
            ),
        ),
        AddConstraintNotValid(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number_confidence_percent__isnull", True), ("number_region__isnull", True)
                )
                | models.Q(
                    ("number_confidence_percent__gte", 1),
                    ("number_confidence_percent__lte", 100),
                    ("number_read_at__isnull", False),
                    ("number_region__isnull", False),
                ),
                name="portfolio_contactpoint_number_told",
            ),
        ),
    ]

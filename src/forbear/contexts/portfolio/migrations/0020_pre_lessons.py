"""Whether to be sent lessons about money is something to agree to, too."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """A longer list refuses nothing that was accepted before."""

    dependencies = [("portfolio", "0019_post_weighing")]
    operations = [
        migrations.RemoveConstraint(model_name="consent", name="portfolio_consent_kind_known"),
        AddConstraintNotValid(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "CHANNEL",
                            "NIGHT",
                            "AUTODIAL",
                            "MORE_CALLS",
                            "APPROACH",
                            "PRIVATE_DEVICE",
                            "WEIGHING",
                            "LESSONS",
                        ],
                    )
                ),
                name="portfolio_consent_kind_known",
            ),
        ),
    ]

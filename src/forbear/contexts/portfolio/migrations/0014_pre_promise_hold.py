"""A promise to pay is a reason to stand still, too."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0013_pre_named_loans"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="hold",
            name="portfolio_hold_kind_known",
        ),
        AddConstraintNotValid(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "DISPUTE",
                            "COMPLAINT",
                            "HARDSHIP",
                            "BEREAVEMENT",
                            "INCAPACITY",
                            "REPRESENTATION",
                            "BREATHING_SPACE",
                            "DISASTER",
                            "PAYMENT_IN_TRANSIT",
                            "SELF_HARM",
                            "WRONG_PERSON",
                            "OPT_OUT",
                            "CEASE",
                            "ARRANGEMENT",
                            "PAUSE",
                            "DECEASED",
                            "DEBT_ADVICE",
                            "CRISIS",
                            "TIME_BARRED",
                            "HISTORY_INCOMPLETE",
                            "PROMISE",
                        ],
                    )
                ),
                name="portfolio_hold_kind_known",
            ),
        ),
    ]

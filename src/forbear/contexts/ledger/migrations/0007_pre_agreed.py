"""What an arrangement asked for beyond the contract is a posting of its own kind."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations
from django.db.models import CheckConstraint, Q

_NAME = "ledger_posting_purpose_known"
_WORDS = ["SCHEDULE", "PENALTY", "WAIVER", "AGREED"]
_KEPT = CheckConstraint(condition=Q(("purpose__in", _WORDS)), name=_NAME)


class Migration(migrations.Migration):
    """Safe before and after: a column may hold one more word."""

    atomic = False
    dependencies = (("ledger", "0006_pre_waivers"),)
    operations = (
        migrations.RemoveConstraint(model_name="posting", name=_NAME),
        AddConstraintNotValid(model_name="posting", constraint=_KEPT),
        ValidateConstraint(model_name="posting", name=_NAME),
    )

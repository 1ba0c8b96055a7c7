"""See that the rows which were there already keep the wider rules of the migration before."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Apart from the one before, so that the long look holds no strong lock."""

    dependencies = [("contact", "0015_pre_education")]
    operations = [
        ValidateConstraint(model, f"contact_{model}_purpose_known")
        for model in ("dispatch", "gatedecision")
    ]

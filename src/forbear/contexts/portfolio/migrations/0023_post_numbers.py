"""See that the rows which were there already keep the constraints of the migration before."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Apart from the one before, so that the long look holds no strong lock."""

    dependencies = [("portfolio", "0022_pre_numbers")]
    operations = [
        ValidateConstraint("contactpoint", "portfolio_contactpoint_number_type_known"),
        ValidateConstraint("contactpoint", "portfolio_contactpoint_number_told"),
    ]

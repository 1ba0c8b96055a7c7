"""See that the rows which were there already keep the constraint of the migration before."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Apart from the one before, so that the long look holds no strong lock."""

    dependencies = [("portfolio", "0020_pre_lessons")]
    operations = [ValidateConstraint("consent", "portfolio_consent_kind_known")]

"""See that the rows which were there already keep the constraints of the migrations before."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Apart from those before, so that the long look holds no strong lock."""

    dependencies = [("portfolio", "0007_pre_sealed_columns")]
    operations = [
        ValidateConstraint("debtor", "portfolio_debtor_erased_is_empty"),
        ValidateConstraint("debtor", "portfolio_debtor_name_sealed"),
        ValidateConstraint("debtor", "portfolio_debtor_national_id_sealed"),
        ValidateConstraint("contactpoint", "portfolio_contactpoint_address_sealed"),
        ValidateConstraint("vulnerability", "portfolio_vulnerability_note_sealed"),
        ValidateConstraint("representative", "portfolio_representative_name_sealed"),
        ValidateConstraint("representative", "portfolio_representative_address_sealed"),
    ]

"""What the database guarantees about questions to a language model."""

from django.db import migrations

from forbear.contexts.database.guard import never_removed, person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("assistant", "0003_pre_model")]
    operations = [
        person_rows("assistant_modelcall", column="debtor_id"),
        never_removed("assistant_modelcall"),
    ]

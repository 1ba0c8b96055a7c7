"""What the database guarantees about the gate's tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import only_grows, person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("contact", "0003_pre_gate")]
    operations = [
        person_rows("contact_dispatch", column="debtor_id"),
        person_rows("contact_gatedecision", column="debtor_id"),
        person_rows("contact_receipttaken", column="debtor_id"),
        only_grows("contact_gatedecision"),
        only_grows("contact_receipttaken"),
    ]

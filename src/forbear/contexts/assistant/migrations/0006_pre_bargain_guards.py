"""What the database guarantees about talks about an arrangement."""

from django.db import migrations

from forbear.contexts.database.guard import never_removed, person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("assistant", "0005_pre_bargain")]
    operations = [
        person_rows("assistant_bargain", column="debtor_id"),
        never_removed("assistant_bargain"),
    ]

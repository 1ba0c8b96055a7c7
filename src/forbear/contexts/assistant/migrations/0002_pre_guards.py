"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import never_removed, person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("assistant", "0001_pre_first"),
        ("database", "0001_pre_roles_and_guards"),
        ("portfolio", "0002_pre_guards"),
    ]
    operations = [
        person_rows("assistant_talk", column="debtor_id"),
        person_rows("assistant_message", column="debtor_id"),
        never_removed("assistant_talk"),
        never_removed("assistant_message"),
    ]

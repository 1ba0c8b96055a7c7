"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import only_grows, person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("cases", "0001_pre_first"),
        ("database", "0001_pre_roles_and_guards"),
        ("portfolio", "0002_pre_guards"),
    ]
    operations = [
        person_rows("cases_case", column="debtor_id"),
        person_rows("cases_plan", column="debtor_id"),
        person_rows("cases_note", column="debtor_id"),
        only_grows("cases_note"),
    ]

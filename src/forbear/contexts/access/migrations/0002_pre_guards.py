"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import never_removed, person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds. Entries and guesses are forgotten after a while."""

    dependencies = [
        ("access", "0001_pre_first"),
        ("database", "0001_pre_roles_and_guards"),
        ("portfolio", "0002_pre_guards"),
    ]
    operations = [
        *(
            person_rows(f"access_{table}", column="debtor_id")
            for table in ("link", "entry", "guess", "visit")
        ),
        *(never_removed(f"access_{table}") for table in ("link", "visit")),
    ]

"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import guarded, seen_by


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("people", "0001_pre_first"),
        ("database", "0001_pre_roles_and_guards"),
        ("portfolio", "0002_pre_guards"),
    ]
    operations = [
        guarded("people_approval", f"debtor_id IS NULL OR {seen_by('debtor_id')}"),
    ]

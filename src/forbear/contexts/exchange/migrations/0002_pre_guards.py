"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import guarded


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("exchange", "0001_pre_first"), ("database", "0001_pre_roles_and_guards")]
    operations = [
        guarded("exchange_answered", "(SELECT current_setting('forbear.sight', true)) = 'ALL'"),
    ]

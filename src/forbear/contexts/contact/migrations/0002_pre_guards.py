"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import person_rows, refers


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("contact", "0001_pre_first"),
        ("database", "0001_pre_roles_and_guards"),
        ("portfolio", "0002_pre_guards"),
    ]
    operations = [
        person_rows("contact_attempt", column="debtor_id"),
        refers("contact_attempt", "debtor_id", "portfolio_debtor"),
    ]

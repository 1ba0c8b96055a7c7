"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import never_removed, only_grows, person_rows, refers

_TABLES = ("payments_reference", "payments_intent", "payments_received", "payments_notice")


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("payments", "0001_pre_first"),
        ("database", "0001_pre_roles_and_guards"),
        ("portfolio", "0002_pre_guards"),
    ]
    operations = [
        *(person_rows(table, column="debtor_id") for table in _TABLES),
        only_grows("payments_reference"),
        *(never_removed(table) for table in _TABLES[1:]),
        *(refers(table, "debtor_id", "portfolio_debtor") for table in _TABLES),
        refers("payments_reference", "loan_id", "portfolio_loan"),
    ]

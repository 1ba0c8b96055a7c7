"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import never_removed, only_grows, person_rows, refers

_TABLES = (
    "arrangements_arrangement",
    "arrangements_coveredloan",
    "arrangements_instalment",
    "arrangements_showntext",
    "arrangements_signingcode",
    "arrangements_signature",
    "arrangements_pause",
    "arrangements_promise",
)


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("arrangements", "0001_pre_first"),
        ("database", "0001_pre_roles_and_guards"),
        ("portfolio", "0002_pre_guards"),
    ]
    operations = [
        *(person_rows(table, column="debtor_id") for table in _TABLES),
        only_grows("arrangements_showntext"),
        only_grows("arrangements_signature"),
        only_grows("arrangements_pause"),
        never_removed("arrangements_arrangement"),
        never_removed("arrangements_coveredloan"),
        never_removed("arrangements_instalment"),
        never_removed("arrangements_promise"),
        refers("arrangements_coveredloan", "loan_id", "portfolio_loan"),
    ]

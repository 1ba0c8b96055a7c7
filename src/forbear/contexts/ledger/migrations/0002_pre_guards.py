"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import only_grows, person_rows, refers, rows_of


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("ledger", "0001_pre_first"),
        ("database", "0001_pre_roles_and_guards"),
        ("portfolio", "0002_pre_guards"),
    ]
    operations = [
        rows_of("ledger_posting", column="loan_id", parent="portfolio_loan"),
        only_grows("ledger_posting"),
        migrations.RunSQL(
            "ALTER TABLE ledger_posting ADD CONSTRAINT ledger_posting_reverses_its_like "
            "FOREIGN KEY (reverses_id, loan_id, amount_minor) "
            "REFERENCES ledger_posting (id, loan_id, amount_minor)",
            "ALTER TABLE ledger_posting DROP CONSTRAINT ledger_posting_reverses_its_like",
        ),
        person_rows("ledger_standing", column="debtor_id"),
        refers("ledger_standing", "debtor_id", "portfolio_debtor"),
    ]

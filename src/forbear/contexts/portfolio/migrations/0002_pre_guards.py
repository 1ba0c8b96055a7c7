"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import only_grows, person_rows, rows_of


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("portfolio", "0001_pre_first"), ("database", "0001_pre_roles_and_guards")]
    operations = [
        person_rows("portfolio_debtor", column="id", team="team_id"),
        person_rows("portfolio_contactpoint", column="debtor_id"),
        person_rows("portfolio_loan", column="debtor_id"),
        rows_of("portfolio_instalment", column="loan_id", parent="portfolio_loan"),
        only_grows("portfolio_instalment", except_columns=("superseded_at",)),
        person_rows("portfolio_hold", column="debtor_id"),
        person_rows("portfolio_consent", column="debtor_id"),
        only_grows("portfolio_consent"),
        person_rows("portfolio_statedlimit", column="debtor_id"),
        person_rows("portfolio_vulnerability", column="debtor_id"),
        person_rows("portfolio_representative", column="debtor_id"),
    ]

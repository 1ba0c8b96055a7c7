"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import names_what_exists, only_grows, person_rows

_OF_PERSONS = ("bureau_line", "bureau_sent", "bureau_dispute", "bureau_ruling", "bureau_toldof")
_MORE = {"bureau_sent": {"export_id": "bureau_export"}}
_MAY_CHANGE = {"bureau_line": ("replaced_at",), "bureau_dispute": ("closed_at", "closing_mark")}


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("bureau", "0001_pre_first"),
        ("database", "0003_pre_names_what_exists"),
        ("portfolio", "0013_pre_named_loans"),
    ]
    operations = [
        *(person_rows(table, column="debtor_id") for table in _OF_PERSONS),
        *(
            names_what_exists(
                table,
                loan_id="portfolio_loan",
                debtor_id="portfolio_debtor",
                **_MORE.get(table, {}),
            )
            for table in _OF_PERSONS
        ),
        *(only_grows(table, except_columns=_MAY_CHANGE.get(table, ())) for table in _OF_PERSONS),
        only_grows("bureau_run"),
        only_grows("bureau_export"),
    ]

"""Postings and standings come by the million: that what they name exists is checked at once."""

from django.db import migrations, models

from forbear.contexts.database.guard import names_what_exists


class Migration(migrations.Migration):
    """Safe before and after: what the keys held true is held by the triggers."""

    dependencies = [
        ("ledger", "0003_pre_room_to_update"),
        ("portfolio", "0013_pre_named_loans"),
    ]
    operations = [
        names_what_exists("ledger_posting", loan_id="portfolio_loan"),
        names_what_exists(
            "ledger_standing", loan_id="portfolio_loan", debtor_id="portfolio_debtor"
        ),
        migrations.AlterField(
            model_name="posting",
            name="loan",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=models.PROTECT,
                related_name="+",
                to="portfolio.loan",
            ),
        ),
        migrations.AlterField(
            model_name="standing",
            name="loan",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=models.PROTECT,
                primary_key=True,
                serialize=False,
                related_name="+",
                to="portfolio.loan",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE ledger_standing DROP CONSTRAINT ledger_standing_debtor_id_known",
            "ALTER TABLE ledger_standing ADD CONSTRAINT ledger_standing_debtor_id_known "
            "FOREIGN KEY (debtor_id) REFERENCES portfolio_debtor",
        ),
    ]

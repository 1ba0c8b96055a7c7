"""Instalments come by the million: that their loan exists is checked a statement at a time."""

from django.db import migrations, models

from forbear.contexts.database.guard import names_what_exists, never_removed


class Migration(migrations.Migration):
    """Safe before and after: what the keys held true is held by the triggers."""

    dependencies = [
        ("portfolio", "0012_pre_officer_team"),
        ("database", "0003_pre_names_what_exists"),
    ]
    operations = [
        never_removed("portfolio_debtor"),
        never_removed("portfolio_loan"),
        names_what_exists("portfolio_instalment", loan_id="portfolio_loan"),
        migrations.AlterField(
            model_name="instalment",
            name="loan",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=models.PROTECT,
                related_name="instalments",
                to="portfolio.loan",
            ),
        ),
    ]

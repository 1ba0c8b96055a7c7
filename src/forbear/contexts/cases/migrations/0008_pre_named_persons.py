"""A night brings plans and cases by the ten thousand: what they name is checked at once."""

from django.db import migrations, models

from forbear.contexts.database.guard import names_what_exists


class Migration(migrations.Migration):
    """Safe before and after: what the keys held true is held by the triggers."""

    dependencies = [
        ("cases", "0007_pre_asking"),
        ("people", "0005_pre_never_removed"),
        ("portfolio", "0013_pre_named_loans"),
    ]
    operations = [
        names_what_exists(
            "cases_case",
            debtor_id="portfolio_debtor",
            team_id="people_team",
            officer_id="people_staff",
        ),
        names_what_exists("cases_plan", debtor_id="portfolio_debtor", team_id="people_team"),
        migrations.AlterField(
            model_name="case",
            name="debtor",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=models.PROTECT,
                related_name="+",
                to="portfolio.debtor",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="officer",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=models.PROTECT,
                null=True,
                related_name="+",
                to="people.staff",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=models.PROTECT,
                null=True,
                related_name="+",
                to="people.team",
            ),
        ),
        migrations.AlterField(
            model_name="plan",
            name="debtor",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=models.PROTECT,
                related_name="+",
                to="portfolio.debtor",
            ),
        ),
        migrations.AlterField(
            model_name="plan",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=models.PROTECT,
                null=True,
                related_name="+",
                to="people.team",
            ),
        ),
    ]

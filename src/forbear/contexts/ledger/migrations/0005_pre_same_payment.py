"""A payment that a notice told and a file tells again is noted as one."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from forbear.contexts.database.guard import names_what_exists, only_grows, rows_of


class Migration(migrations.Migration):
    """Safe before and after: it only adds, and the index is made while the table is in use."""

    atomic = False
    dependencies = (("ledger", "0004_pre_named_loans"),)
    operations = (
        migrations.AddField("posting", "part_of", models.CharField(max_length=64, null=True)),
        AddIndexConcurrently(
            model_name="posting",
            index=models.Index(
                fields=("loan",),
                condition=Q(source="PORTAL", reverses__isnull=True),
                name="ledger_posting_noticed",
            ),
        ),
        migrations.CreateModel(
            name="SamePayment",
            fields=(
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("told_ref", models.CharField(max_length=64, unique=True)),
                ("noticed_ref", models.CharField(max_length=64, unique=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "loan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=models.PROTECT,
                        related_name="+",
                        to="portfolio.loan",
                    ),
                ),
            ),
        ),
        rows_of("ledger_samepayment", column="loan_id", parent="portfolio_loan"),
        only_grows("ledger_samepayment"),
        names_what_exists("ledger_samepayment", loan_id="portfolio_loan"),
    )

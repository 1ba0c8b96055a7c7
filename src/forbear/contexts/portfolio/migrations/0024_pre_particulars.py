"""What the lender says of itself is dated and takes two people."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from forbear.contexts.database.guard import guarded, only_grows

_TOLD = "coalesce((SELECT current_setting('forbear.sight', true)), '') <> ''"
_ONE = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}
_Q = models.Q


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("portfolio", "0023_post_numbers"),
        ("people", "0007_pre_team_terms"),
    ]
    operations = [
        migrations.CreateModel(
            name="Particular",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(blank=True, max_length=120)),
                ("en", models.CharField(blank=True, max_length=400)),
                ("zh", models.CharField(blank=True, max_length=400)),
                ("since", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("approval_id", models.BigIntegerField()),
                ("adopted_at", models.DateTimeField(null=True)),
                ("asked_by", models.ForeignKey(to=settings.AUTH_USER_MODEL, **_ONE)),
                (
                    "adopted_by",
                    models.ForeignKey(null=True, to=settings.AUTH_USER_MODEL, **_ONE),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=_Q(adopted_at__isnull=False),
                        fields=["kind", "subject", "since", "id"],
                        name="portfolio_particular_counts",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=_Q(
                            kind__in=[
                                "LENDER_NAME",
                                "LICENCE",
                                "COMPLAINT_PHONE",
                                "COMPLAINT_EMAIL",
                                "ADDRESS",
                                "SITE",
                                "SERVICE_PHONE",
                                "OWN_NUMBER",
                                "CREDITOR_NAME",
                                "PRODUCT_NAME",
                                "PRODUCT_SAYS",
                                "BUCKET_NAME",
                                "KEEPING",
                            ]
                        ),
                        name="portfolio_particular_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=_Q(adopted_by__isnull=True, adopted_at__isnull=True)
                        | _Q(adopted_by__isnull=False, adopted_at__isnull=False),
                        name="portfolio_particular_adopted_whole",
                    ),
                    models.CheckConstraint(
                        condition=_Q(kind="OWN_NUMBER") | ~(_Q(en="") | _Q(zh="")),
                        name="portfolio_particular_says_something",
                    ),
                ],
            },
        ),
        # They are nobody's rows, but who has not said who they are sees none and adds none.
        guarded("portfolio_particular", _TOLD),
        only_grows("portfolio_particular", except_columns=("adopted_by_id", "adopted_at")),
    ]

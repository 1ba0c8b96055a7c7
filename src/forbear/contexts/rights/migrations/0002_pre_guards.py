"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import never_removed, only_grows, person_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("rights", "0001_pre_first"),
        ("database", "0001_pre_roles_and_guards"),
        ("portfolio", "0002_pre_guards"),
    ]
    operations = [
        *(
            person_rows(f"rights_{table}", column="debtor_id")
            for table in (
                "filing",
                "complaint",
                "mention",
                "hardship",
                "clock",
                "statement",
                "attachment",
                "attachmentpiece",
                "correction",
                "referral",
            )
        ),
        *(
            only_grows(f"rights_{table}")
            for table in ("mention", "statement", "attachment", "attachmentpiece")
        ),
        *(
            never_removed(f"rights_{table}")
            for table in ("filing", "complaint", "hardship", "clock", "correction", "referral")
        ),
    ]

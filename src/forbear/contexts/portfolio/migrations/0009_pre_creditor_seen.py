"""Creditors are nobody's rows, but who has not said who they are sees none and changes none."""

from django.db import migrations

_SIGHT = "(SELECT current_setting('forbear.sight', true))"
_SEEN = (
    "CREATE POLICY seen ON portfolio_creditor FOR SELECT "
    f"USING ({_SIGHT} IN ('ALL', 'TEAMS', 'PERSON'))"
)
_WRITTEN = (
    f"CREATE POLICY written ON portfolio_creditor USING ({_SIGHT} = 'ALL') "
    f"WITH CHECK ({_SIGHT} = 'ALL')"
)


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("portfolio", "0008_post_validated"),
        ("database", "0001_pre_roles_and_guards"),
    ]
    operations = [
        migrations.RunSQL(
            [
                "ALTER TABLE portfolio_creditor ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE portfolio_creditor FORCE ROW LEVEL SECURITY",
                _SEEN,
                _WRITTEN,
            ],
            [
                "DROP POLICY IF EXISTS written ON portfolio_creditor",
                "DROP POLICY IF EXISTS seen ON portfolio_creditor",
                "ALTER TABLE portfolio_creditor NO FORCE ROW LEVEL SECURITY",
                "ALTER TABLE portfolio_creditor DISABLE ROW LEVEL SECURITY",
            ],
        ),
    ]

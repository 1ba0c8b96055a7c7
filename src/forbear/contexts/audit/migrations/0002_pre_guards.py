"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import only_grows, seen_by


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("audit", "0001_pre_first"),
        ("database", "0001_pre_roles_and_guards"),
        ("portfolio", "0002_pre_guards"),
    ]
    operations = [
        only_grows("audit_entry"),
        migrations.RunSQL(
            [
                "ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY",
                "CREATE POLICY added ON audit_entry FOR INSERT WITH CHECK (true)",
                f"CREATE POLICY seen ON audit_entry FOR SELECT USING ({seen_by('debtor_id')})",
                "REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM forbear_app",
            ],
            ["ALTER TABLE audit_entry DISABLE ROW LEVEL SECURITY"],
        ),
    ]

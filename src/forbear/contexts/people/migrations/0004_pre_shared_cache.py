"""The table of the shared cache, in which limits on signing in are counted."""

from django.db import migrations

_MADE = """
CREATE TABLE IF NOT EXISTS forbear_cache (
  cache_key varchar(255) NOT NULL PRIMARY KEY,
  value text NOT NULL,
  expires timestamp with time zone NOT NULL
)
"""


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("people", "0003_pre_passwords_and_approvals")]
    operations = [
        migrations.RunSQL(_MADE, "DROP TABLE IF EXISTS forbear_cache"),
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS forbear_cache_expires ON forbear_cache (expires)",
            "DROP INDEX IF EXISTS forbear_cache_expires",
        ),
    ]

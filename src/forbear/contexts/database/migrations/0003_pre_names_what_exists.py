"""The function behind columns that name rows of another table, checked a statement at a time."""

from django.db import migrations

# The rows just written stand in "told"; each pair of arguments is a column and the table it names.
# What is asked is planned for as many rows as there are.
_NAMES_WHAT_EXISTS = """
CREATE OR REPLACE FUNCTION forbear_names_what_exists() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  missing text;
BEGIN
  FOR at IN 0 .. TG_NARGS / 2 - 1 LOOP
    EXECUTE format(
      'SELECT t.%1$I::text FROM told t WHERE t.%1$I IS NOT NULL AND NOT EXISTS '
      '(SELECT FROM %2$I p WHERE p.id = t.%1$I) LIMIT 1',
      TG_ARGV[2 * at], TG_ARGV[2 * at + 1]
    ) INTO missing;
    IF missing IS NOT NULL THEN
      RAISE EXCEPTION '% of % names row % of %, which does not exist',
        TG_ARGV[2 * at], TG_TABLE_NAME, missing, TG_ARGV[2 * at + 1]
        USING ERRCODE = 'foreign_key_violation';
    END IF;
  END LOOP;
  RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("database", "0002_pre_sending_release")]
    operations = [
        migrations.RunSQL(
            _NAMES_WHAT_EXISTS, "DROP FUNCTION IF EXISTS forbear_names_what_exists()"
        ),
    ]

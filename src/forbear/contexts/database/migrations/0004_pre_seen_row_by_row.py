"""Whoever reads one person's rows is shown them without a look at every person there is."""

from django.db import migrations

# A policy that was laid down as "column IN (SELECT id FROM parent)" read all of the parent's index
# at every question. Policies laid down since ask for the one row. What is said is the same.
ROW_BY_ROW = r"""
DO $$
DECLARE
  asked constant text := '([a-z_.]+) IN \( SELECT ([a-z_]+)\.id\s+FROM \2\)';
  one record;
  instead text;
BEGIN
  FOR one IN SELECT * FROM pg_policies WHERE schemaname = 'public'
    AND concat(qual, ' ', with_check) ~ asked
  LOOP
    instead := format('EXISTS (SELECT 1 FROM \2 seen WHERE seen.id = %I.\1)', one.tablename);
    IF one.qual IS NOT NULL THEN
      EXECUTE format('ALTER POLICY %I ON %I USING (%s)', one.policyname, one.tablename,
        regexp_replace(one.qual, asked, instead, 'g'));
    END IF;
    IF one.with_check IS NOT NULL THEN
      EXECUTE format('ALTER POLICY %I ON %I WITH CHECK (%s)', one.policyname, one.tablename,
        regexp_replace(one.with_check, asked, instead, 'g'));
    END IF;
  END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """Safe before and after: every row is shown to whom it was shown before."""

    dependencies = [("database", "0003_pre_names_what_exists")]
    operations = [migrations.RunSQL(ROW_BY_ROW, migrations.RunSQL.noop)]

"""The application's role, and the functions behind append-only tables."""

from django.db import migrations

_ROLE = """
DO $$ BEGIN
  IF to_regrole('forbear_app') IS NULL THEN
    CREATE ROLE forbear_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT pg_has_role(current_user, 'forbear_app', 'MEMBER') THEN
    EXECUTE format('GRANT forbear_app TO %I', current_user);
  END IF;
  EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO forbear_app', current_database());
END $$
"""
_GRANTS = """
GRANT USAGE ON SCHEMA public TO forbear_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO forbear_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO forbear_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO forbear_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO forbear_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO forbear_app
"""
# A column that is named may go from null to a value once; everything else stays as it was written.
_ONLY_GROWS = """
CREATE OR REPLACE FUNCTION forbear_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  free text[] := string_to_array(TG_ARGV[0], ',');
  before_row jsonb;
  after_row jsonb;
  name text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    before_row := to_jsonb(OLD);
    after_row := to_jsonb(NEW);
    FOREACH name IN ARRAY free LOOP
      IF before_row -> name = 'null'::jsonb THEN
        before_row := before_row - name;
        after_row := after_row - name;
      END IF;
    END LOOP;
    IF before_row = after_row THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(_ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(_GRANTS, migrations.RunSQL.noop),
        migrations.RunSQL(_ONLY_GROWS, "DROP FUNCTION IF EXISTS forbear_only_grows()"),
    ]

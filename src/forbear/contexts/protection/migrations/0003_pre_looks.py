"""Two questions that must be answered whoever asks: row security would hide part of the answer."""

from django.db import migrations

# The sight is set for the length of the call alone; only a number or a yes comes back.
_LOOKS = """
CREATE FUNCTION forbear_looks_since(kind text, who text, since timestamptz) RETURNS bigint
LANGUAGE sql STABLE SET forbear.sight = 'ALL' AS $$
  SELECT count(*) FROM protection_reveal WHERE actor_kind = kind AND actor_id = who AND at > since
$$
"""
_SEALED = """
CREATE FUNCTION forbear_anything_sealed() RETURNS boolean
LANGUAGE sql STABLE SET forbear.sight = 'ALL' AS $$
  SELECT EXISTS (SELECT 1 FROM protection_personkey)
$$
"""


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("protection", "0002_pre_guards")]
    operations = [
        migrations.RunSQL(
            _LOOKS, "DROP FUNCTION IF EXISTS forbear_looks_since(text, text, timestamptz)"
        ),
        migrations.RunSQL(_SEALED, "DROP FUNCTION IF EXISTS forbear_anything_sealed()"),
    ]

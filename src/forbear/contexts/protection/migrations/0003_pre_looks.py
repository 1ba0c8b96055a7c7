"""Two questions that must be answered whoever asks: row security would hide part of the answer."""

from django.db import migrations

# The sight is set for the length of the call alone, and put back; only a number or a yes comes out.
_WHOEVER_ASKS = """
CREATE FUNCTION {head} LANGUAGE plpgsql AS $$
DECLARE
  sight text := current_setting('forbear.sight', true);
  found {kind};
BEGIN
  PERFORM set_config('forbear.sight', 'ALL', true);
  {question};
  PERFORM set_config('forbear.sight', coalesce(sight, ''), true);
  RETURN found;
END $$
"""
_LOOKS = _WHOEVER_ASKS.format(
    head="forbear_looks_since(kind text, who text, since timestamptz) RETURNS bigint",
    kind="bigint",
    question="SELECT count(*) INTO found FROM protection_reveal r "
    "WHERE r.actor_kind = kind AND r.actor_id = who AND r.at > since",
)
_SEALED = _WHOEVER_ASKS.format(
    head="forbear_anything_sealed() RETURNS boolean",
    kind="boolean",
    question="SELECT EXISTS (SELECT 1 FROM protection_personkey) INTO found",
)


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("protection", "0002_pre_guards")]
    operations = [
        migrations.RunSQL(
            _LOOKS, "DROP FUNCTION IF EXISTS forbear_looks_since(text, text, timestamptz)"
        ),
        migrations.RunSQL(_SEALED, "DROP FUNCTION IF EXISTS forbear_anything_sealed()"),
    ]

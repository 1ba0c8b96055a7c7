"""See that the rows which were there already keep the constraints of the migration before."""

from django.db import migrations


class Migration(migrations.Migration):
    """Apart from the one before, so that the long look holds no strong lock."""

    dependencies = [("cases", "0004_pre_sealed_notes")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE cases_note VALIDATE CONSTRAINT {name}", migrations.RunSQL.noop
        )
        for name in ("cases_note_text_sealed", "cases_note_debtor_id_known")
    ]

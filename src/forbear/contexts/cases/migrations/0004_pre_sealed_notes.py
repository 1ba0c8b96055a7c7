"""Notes are sealed, and known by a ref before they are written."""

import uuid

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import forbear.contexts.protection.field

# One byte of version and one of eleven lengths: the form of a cell as it stands at this migration.
_CELL = (
    "octet_length(text) IN (93, 157, 285, 541, 1053, 2077, 4125, 8221, 16413, 32797, 65565) "
    "AND get_byte(text, 0) = 1"
)


class Migration(migrations.Migration):
    """Nothing could add a note before, so the table is empty and its check holds at once."""

    atomic = False
    dependencies = [
        ("cases", "0003_pre_wrong_basis"),
        ("protection", "0003_pre_looks"),
    ]
    operations = [
        migrations.AddField(
            model_name="note",
            name="ref",
            field=models.UUIDField(default=uuid.uuid4, unique=True),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="note",
            name="ref",
            field=models.UUIDField(unique=True),
        ),
        migrations.AlterField(
            model_name="note",
            name="text",
            field=forbear.contexts.protection.field.SealedText(
                person_key="case.debtor.key_id", row="ref"
            ),
        ),
        AddIndexConcurrently(
            model_name="note",
            index=models.Index(fields=["debtor_id", "at"], name="cases_note_debtor"),
        ),
        migrations.RunSQL(
            f"ALTER TABLE cases_note ADD CONSTRAINT cases_note_text_sealed CHECK ({_CELL}) NOT VALID",
            "ALTER TABLE cases_note DROP CONSTRAINT cases_note_text_sealed",
        ),
        migrations.RunSQL(
            "ALTER TABLE cases_note ADD CONSTRAINT cases_note_debtor_id_known "
            "FOREIGN KEY (debtor_id) REFERENCES portfolio_debtor NOT VALID",
            "ALTER TABLE cases_note DROP CONSTRAINT cases_note_debtor_id_known",
        ),
    ]

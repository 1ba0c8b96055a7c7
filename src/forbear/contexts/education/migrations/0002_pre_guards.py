"""What the database guarantees about these tables, whatever the program forgets."""

from django.db import migrations

from forbear.contexts.database.guard import person_rows, rows_of


class Migration(migrations.Migration):
    """Safe before and after: it only adds. Rows go with the person who is erased."""

    dependencies = [
        ("education", "0001_pre_first"),
        ("database", "0001_pre_roles_and_guards"),
        ("portfolio", "0002_pre_guards"),
    ]
    operations = [
        person_rows("education_exposure", column="debtor_id"),
        rows_of("education_outcome", column="exposure_id", parent="education_exposure"),
    ]

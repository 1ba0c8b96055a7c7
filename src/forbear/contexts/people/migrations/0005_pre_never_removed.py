"""Teams and staff are never removed: cases and plans name them."""

from django.db import migrations

from forbear.contexts.database.guard import never_removed


class Migration(migrations.Migration):
    """Safe before and after: nothing removes them."""

    dependencies = [
        ("people", "0004_pre_shared_cache"),
        ("database", "0003_pre_names_what_exists"),
    ]
    operations = [
        never_removed("people_team"),
        never_removed("people_staff"),
    ]

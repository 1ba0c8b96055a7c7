"""Where the telephone of a member of staff is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Safe before and after: a column with a default of the database's own."""

    dependencies = [("people", "0005_pre_never_removed")]
    operations = [
        migrations.AddField(
            model_name="staff",
            name="extension",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
    ]

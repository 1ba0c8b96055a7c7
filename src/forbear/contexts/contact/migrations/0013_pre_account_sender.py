"""By whose account a message goes, where each member of staff has their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Safe before and after: it only adds, and the database knows what stands there else."""

    dependencies = [
        ("contact", "0012_pre_accounts"),
    ]

    operations = [
        migrations.AddField(
            model_name="accountmessage",
            name="sender",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
    ]

"""Sets larger than can be tried one by one: a sample is tried, and the search is saved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("cases", "0012_pre_outing")]
    operations = [
        migrations.AddField("outing", "persons_found", models.IntegerField(null=True)),
        migrations.AddField("outing", "persons_max", models.IntegerField(null=True)),
        migrations.AddField("outing", "search_after", models.BigIntegerField(null=True)),
        migrations.AddField(
            "outingrow", "tried", models.BooleanField(default=True, db_default=True)
        ),
    ]

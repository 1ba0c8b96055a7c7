"""Who looked at where an agency's report and its permits do not agree, and what they say."""

from django.db import migrations, models

from forbear.contexts.database.guard import only_grows, refers, team_rows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("contact", "0016_post_education"),
        ("people", "0002_pre_guards"),
    ]
    operations = [
        migrations.CreateModel(
            name="AgencyLook",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("team_id", models.BigIntegerField()),
                ("finding_id", models.BigIntegerField(unique=True)),
                ("staff_id", models.BigIntegerField()),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        refers("contact_agencylook", "finding_id", "contact_agencyfinding"),
        team_rows("contact_agencylook", column="team_id"),
        only_grows("contact_agencylook"),
    ]

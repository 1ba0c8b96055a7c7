"""After which restores may be sent again."""

from django.db import migrations, models

from forbear.contexts.database.guard import only_grows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("database", "0001_pre_roles_and_guards")]
    operations = [
        migrations.CreateModel(
            name="SendingRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("restored_at", models.DateTimeField()),
                ("dump_sha256", models.CharField(max_length=64)),
                ("settled", models.CharField(max_length=40)),
                ("released_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("restored_at", "dump_sha256"), name="database_sendingrelease_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("settled__in", ["NOTHING_SENT", "RECORDED_ANEW"])),
                        name="database_sendingrelease_settled_known",
                    ),
                ],
            },
        ),
        only_grows("database_sendingrelease"),
    ]

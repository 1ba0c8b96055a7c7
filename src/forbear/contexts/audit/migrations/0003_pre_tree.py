"""The tree over the entries, and the statements of it that are signed."""

from django.db import migrations, models

from forbear.contexts.database.guard import only_grows


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [("audit", "0002_pre_guards")]
    operations = [
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_id", models.BigIntegerField(unique=True)),
                ("leaf_hash", models.BinaryField()),
                ("subtree_hashes", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id__gte", 0)), name="audit_leaf_from_zero"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tree_size", models.BigIntegerField(unique=True)),
                ("root", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("settled_entry_id", models.BigIntegerField()),
                ("origin", models.CharField(max_length=80)),
                ("key_id", models.CharField(max_length=40)),
                ("public_key", models.BinaryField()),
                ("signature", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tree_size__gt", 0)), name="audit_checkpoint_not_empty"
                    )
                ],
            },
        ),
        only_grows("audit_leaf"),
        only_grows("audit_checkpoint"),
        migrations.RunSQL(
            [
                "REVOKE UPDATE, DELETE, TRUNCATE ON audit_leaf, audit_checkpoint FROM forbear_app",
            ],
            migrations.RunSQL.noop,
        ),
    ]

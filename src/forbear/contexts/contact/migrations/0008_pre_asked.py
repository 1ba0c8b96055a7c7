"""Reminders and codes that a person asked for, and the words of a code while it waits."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import forbear.contexts.protection.field
from forbear.contexts.database.guard import person_rows

_PURPOSES = [
    "COLLECT",
    "REPLY",
    "OPT_OUT_CONFIRMATION",
    "CLOSING_NOTICE",
    "REQUIRED_NOTICE",
    "LOCATE",
    "RELAY",
    "REMINDER",
    "ACCESS",
]
_WAYS = ["AGENDA", "MANUAL", "CALLBACK", "CAMPAIGN", "BOT", "AGENCY", "ASKED"]


def _widened(model: str) -> list[object]:
    """Let two columns hold more words; the old rows keep the narrower rule, and so this one."""
    operations: list[object] = []
    for column, words in (("purpose", _PURPOSES), ("way", _WAYS)):
        name = f"contact_{model}_{column}_known"
        kept = models.CheckConstraint(condition=models.Q((f"{column}__in", words)), name=name)
        operations += [
            migrations.RemoveConstraint(model_name=model, name=name),
            AddConstraintNotValid(model_name=model, constraint=kept),
        ]
    return operations


class Migration(migrations.Migration):
    """Safe before and after: it adds a table and more words to two columns."""

    dependencies = [
        ("contact", "0007_pre_callers"),
        ("portfolio", "0016_pre_creditor_code"),
    ]

    operations = [
        migrations.CreateModel(
            name="WaitingWords",
            fields=[
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="contact.attempt",
                    ),
                ),
                (
                    "text",
                    forbear.contexts.protection.field.SealedText(
                        person_key="debtor.key_id", row="attempt_id"
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "debtor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.debtor",
                    ),
                ),
            ],
        ),
        person_rows("contact_waitingwords", column="debtor_id"),
        *_widened("dispatch"),
        *_widened("gatedecision"),
    ]

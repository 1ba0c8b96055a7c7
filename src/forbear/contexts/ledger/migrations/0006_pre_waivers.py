"""Penalty that an arrangement gives up is a posting of its own kind, from a source of its own."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.models import CheckConstraint, Q

_WORDS = (
    ("purpose", ("SCHEDULE", "PENALTY", "WAIVER")),
    ("source", ("EXTRACT", "API", "STAFF", "PORTAL", "ARRANGEMENT")),
)


def _widened(column: str, words: tuple[str, ...]) -> tuple[Operation, ...]:
    """Let a column hold more words; that old rows keep to them is checked without a lock."""
    name = f"ledger_posting_{column}_known"
    kept = CheckConstraint(condition=Q((f"{column}__in", list(words))), name=name)
    return (
        migrations.RemoveConstraint(model_name="posting", name=name),
        AddConstraintNotValid(model_name="posting", constraint=kept),
        ValidateConstraint(model_name="posting", name=name),
    )


class Migration(migrations.Migration):
    """Safe before and after: two columns may hold more words."""

    atomic = False
    dependencies = (("ledger", "0005_pre_same_payment"),)
    operations = tuple(step for column, words in _WORDS for step in _widened(column, words))

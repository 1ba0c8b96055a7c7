"""Lessons that a person chose to receive."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

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
    "EDUCATION",
]


def _widened(model: str) -> list[object]:
    """Let the column hold one word more; the old rows keep the narrower rule, and so this one."""
    name = f"contact_{model}_purpose_known"
    kept = models.CheckConstraint(condition=models.Q(("purpose__in", _PURPOSES)), name=name)
    return [
        migrations.RemoveConstraint(model_name=model, name=name),
        AddConstraintNotValid(model_name=model, constraint=kept),
    ]


class Migration(migrations.Migration):
    """A longer list refuses nothing that was accepted before."""

    dependencies = [("contact", "0014_pre_incoming")]
    operations = [*_widened("dispatch"), *_widened("gatedecision")]

"""What is given up is booked by loan; instalments may lie a week or two apart; reminders."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import CheckConstraint, F, Q

import forbear.contexts.database.column

_EVERY = ["MONTH", "FORTNIGHT", "WEEK"]
_WAIVER = ["KEPT", "SIGNED", "SIGNED_FOR_GOOD"]
# Of the arrangements there are, what was given up goes to the loans in their order, as it did when
# they were worked out: to none more than its penalty.
_SPREAD = """
UPDATE arrangements_coveredloan c SET waived_minor = s.waived FROM (
  SELECT l.id, least(l.penalty_minor, greatest(0, a.waived_minor - coalesce(sum(l.penalty_minor)
    OVER (PARTITION BY l.arrangement_id ORDER BY l.id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) AS waived
  FROM arrangements_coveredloan l JOIN arrangements_arrangement a ON a.id = l.arrangement_id
) s WHERE s.id = c.id AND s.waived > 0
"""


def _kept(model: str, name: str, condition: Q) -> tuple[Operation, ...]:
    return (
        AddConstraintNotValid(
            model_name=model, constraint=CheckConstraint(condition=condition, name=name)
        ),
        ValidateConstraint(model_name=model, name=name),
    )


def _word(column: str, default: str) -> Operation:
    return migrations.AddField(
        "arrangement",
        column,
        forbear.contexts.database.column.CodeField(
            default=default, db_default=default, max_length=40
        ),
    )


class Migration(migrations.Migration):
    """Safe before and after: it adds columns that the database fills by itself."""

    atomic = False
    dependencies = (("arrangements", "0002_pre_guards"), ("ledger", "0006_pre_waivers"))
    operations = (
        _word("every", "MONTH"),
        _word("waiver", "KEPT"),
        migrations.AddField(
            "arrangement", "reminder", models.BooleanField(default=False, db_default=False)
        ),
        migrations.AddField(
            "coveredloan", "waived_minor", models.BigIntegerField(default=0, db_default=0)
        ),
        *(
            migrations.AddField(
                "coveredloan", name, models.PositiveSmallIntegerField(default=0, db_default=0)
            )
            for name in ("waiver_round", "spared_round")
        ),
        migrations.AddField(
            "coveredloan", "waiver_stands", models.BooleanField(default=False, db_default=False)
        ),
        migrations.AddField(
            "coveredloan", "spared_minor", models.BigIntegerField(default=0, db_default=0)
        ),
        migrations.RunSQL(_SPREAD, migrations.RunSQL.noop),
        *_kept("arrangement", "arrangements_arrangement_every_known", Q(every__in=_EVERY)),
        *_kept("arrangement", "arrangements_arrangement_waiver_known", Q(waiver__in=_WAIVER)),
        *_kept(
            "coveredloan",
            "arrangements_loan_gives_up_penalty",
            Q(waived_minor__gte=0, waived_minor__lte=F("penalty_minor")) & Q(spared_minor__gte=0),
        ),
    )

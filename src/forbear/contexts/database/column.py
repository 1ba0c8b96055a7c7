"""How do words of closed lists and amounts become columns that the database itself checks?"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from forbear.values.code import Code


class CodeField(models.CharField):
    """A word of a closed list. The migration holds only its length; ``one_of`` adds the check."""

    def __init__(self, codes: type[Code] | None = None, **options: Any) -> None:
        self.codes = codes
        options.setdefault("max_length", 40)
        super().__init__(**options)

    def deconstruct(self) -> Any:
        """Describe the column for a migration: a plain one, so that lists can grow."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


def one_of(column: str, codes: type[Code], table: str) -> models.CheckConstraint:
    """Let a column hold the words of a closed list alone (or null, where it may be null)."""
    return models.CheckConstraint(
        condition=Q(**{f"{column}__in": [str(code) for code in codes]}),
        name=f"{table}_{column}_known",
    )


def amount(**options: Any) -> models.BigIntegerField:
    """Return a column of minor units."""
    return models.BigIntegerField(**options)


def never_negative(table: str, *columns: str) -> models.CheckConstraint:
    """Keep columns of amounts at or above zero."""
    condition = Q()
    for column in columns:
        condition &= Q(**{f"{column}__gte": 0})
    return models.CheckConstraint(condition=condition, name=f"{table}_not_negative")

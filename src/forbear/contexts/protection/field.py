"""How does a model hold a sealed value without ever opening it by itself?

The field knows bytes only. Reading it gives a ``Sealed`` that shows a mask until somebody calls
``open`` with keys; writing takes a ``Sealed`` made for this very row. The field object keeps
nothing between calls, so no thread, form or error can change what another one reads.
"""

from __future__ import annotations

import base64
import binascii
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.core import checks
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from forbear.contexts.protection.cell import CELL_LENGTHS, VERSION, Place, RowName, Sealed
from forbear.values.errors import BrokenInvariant

_DUMPED = "sealed:1:"


class MisplacedValue(BrokenInvariant):
    """A sealed value was given to another place than it was sealed for."""

    code = "MISPLACED_VALUE"


class _SealedAttribute(DeferredAttribute):
    """Reads and writes the attribute of one instance; all state is the instance's own."""

    field: SealedText

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Sealed) or value.row is not None:
            return value
        row, key_id = self.field.owner_of(instance)
        if row is None or key_id is None:
            return value
        return value.at(row=row, person_key_id=key_id)

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.taken(value)


class SealedText(models.Field):
    """A column of sealed text or JSON (bytea in PostgreSQL); null means unknown.

    ``person_key`` names the attribute that holds the UUID of the person's key, also through a
    relation: ``key_id``, ``debtor.key_id``. ``row`` names the one by which the row is known before
    it is stored and for ever after: ``pk`` where that is chosen by us, else a reference. Only
    ``isnull`` can be asked of the column; find rows through an index value.
    """

    description = "A sealed text"
    empty_strings_allowed = False
    descriptor_class = _SealedAttribute

    def __init__(self, *args: Any, person_key: str, row: str = "pk", **kwargs: Any) -> None:
        kwargs["editable"] = False
        self.person_key, self.row = person_key, row
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "person_key": self.person_key, "row": self.row}

    def get_internal_type(self) -> str:
        return "BinaryField"

    def db_check(self, connection: Any) -> str | None:
        """Return the condition by which the database itself refuses a plain text."""
        if connection.vendor != "postgresql":
            return None
        column = connection.ops.quote_name(self.column)
        lengths = ", ".join(str(length) for length in CELL_LENGTHS)
        return f"octet_length({column}) IN ({lengths}) AND get_byte({column}, 0) = {VERSION}"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Refuse whatever would need the plain value in the database."""
        found = super().check(**kwargs)
        for name in ("unique", "primary_key", "db_index"):
            if getattr(self, name):
                found.append(
                    checks.Error(f"A sealed column cannot have {name}.", obj=self, id="forbear.E1")
                )
        if self.has_default():
            found.append(checks.Error("A sealed column has no default.", obj=self, id="forbear.E2"))
        return found

    def owner_of(self, instance: models.Model) -> tuple[RowName | None, UUID | None]:
        """Return what an instance's row and its person's key are known by; null: not set yet."""
        try:
            key_id = attrgetter(self.person_key)(instance)
        except ObjectDoesNotExist:
            key_id = None
        return attrgetter(self.row)(instance) or None, key_id

    def taken(self, value: Any) -> Any:
        """Return a value that may stand in the column.

        Raises:
            TypeError: anything else than a sealed value or null.
            MisplacedValue: sealed for another column.
        """
        if value is None:
            return value
        if not isinstance(value, Sealed):
            # The value itself is not named: it may be somebody's name.
            raise TypeError(f"{self._named} takes a Sealed, not {type(value).__name__}")
        if (value.table, value.column) != (self.model._meta.db_table, self.column):  # noqa: SLF001
            raise self._misplaced(value)
        return value

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Sealed | None:
        if value is None:
            return None
        return Sealed(bytes(value), self.model._meta.db_table, self.column)  # noqa: SLF001

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001
        """Return the value to be saved, having seen that it was sealed for this row."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, Sealed):
            owner = self.owner_of(model_instance)
            if (value.row, value.person_key_id) != owner or None in owner:
                raise self._misplaced(value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        taken = self.taken(value)
        return taken.cell if isinstance(taken, Sealed) else taken

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002
        cell = value if prepared else self.get_prep_value(value)
        return connection.Database.Binary(cell) if isinstance(cell, bytes) else cell

    def to_python(self, value: Any) -> Any:
        """Return a sealed value from a dump; a plain text is refused."""
        if isinstance(value, str):
            cell = _undumped(value)
            if cell is None:
                raise TypeError(f"{self._named} takes a Sealed, not str")
            return Sealed(cell, self.model._meta.db_table, self.column)  # noqa: SLF001
        return self.taken(value)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else _DUMPED + base64.b64encode(value.cell).decode()

    def formfield(self, *_args: Any, **_kwargs: Any) -> None:
        """Return nothing: a form for a personal value is written by hand, where it is sealed."""

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> None:
        """Return nothing: the database cannot compute with what it cannot read."""

    @property
    def _named(self) -> str:
        return f"{self.model._meta.label}.{self.name}"  # noqa: SLF001

    def _misplaced(self, value: Sealed) -> MisplacedValue:
        return MisplacedValue(
            f"{self._named} was given a value sealed for {value.table}.{value.column}, row "
            f"{value.row}.",
            remedy="Open the value and seal it anew with place_of(instance, name).",
            message_zh=f"{self._named} 得到的值属于 {value.table}.{value.column} "
            f"的行 {value.row}。",
            remedy_zh="请先解密，再用 place_of(instance, name) 重新加密。",
        )


def place_of(instance: models.Model, name: str) -> Place:
    """Return the place for which a value of this instance's field must be sealed.

    Raises:
        TypeError: the field is not sealed, or the row or its person key is not known yet.
    """
    field = instance._meta.get_field(name)  # noqa: SLF001
    if not isinstance(field, SealedText):
        raise TypeError(f"{instance._meta.label}.{name} is not a sealed field")  # noqa: SLF001
    row, key_id = field.owner_of(instance)
    table = field.model._meta.db_table  # noqa: SLF001
    return Place(table, field.column, row, key_id)  # type: ignore[arg-type]


def _undumped(text: str) -> bytes | None:
    if not text.startswith(_DUMPED):
        return None
    try:
        return base64.b64decode(text.removeprefix(_DUMPED), validate=True)
    except binascii.Error:
        return None

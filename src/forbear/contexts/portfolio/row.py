"""Which row does a ref name, and does it still say what is said now?

Everything here runs inside the transaction of an action. Row security hides the persons whom the
doer may not see: for the doer they do not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import (
    Consent,
    ContactPoint,
    Creditor,
    Debtor,
    Hold,
    Loan,
    Representative,
    StatedLimit,
    Vulnerability,
)
from forbear.contexts.protection.store import open_values
from forbear.values.errors import Conflict, InvalidInput, NotFound

_M = TypeVar("_M", bound=models.Model)
_CALLED: dict[type[models.Model], tuple[str, str]] = {
    Debtor: ("person", "债务人"),
    ContactPoint: ("contact point", "联系方式"),
    Consent: ("statement of consent", "同意记录"),
    StatedLimit: ("stated limit", "不便时段"),
    Hold: ("hold", "暂停"),
    Vulnerability: ("vulnerability", "特殊困难记录"),
    Representative: ("representative", "代理人"),
    Loan: ("loan", "借款"),
    Creditor: ("creditor", "债权人"),
}


class UnknownRef(NotFound):
    """Nothing by that ref exists, or the doer may not see it."""

    code = "UNKNOWN_REF"


class OtherContent(Conflict):
    """The ref is in use already, with other content."""

    code = "OTHER_CONTENT"


class PersonErased(Conflict):
    """The person was erased; nothing more is written about them."""

    code = "PERSON_IS_ERASED"


class OtherPerson(InvalidInput):
    """A row that was named belongs to another person."""

    code = "OTHER_PERSON"


def find(model: type[_M], ref: str, *, lock: bool = True, name: str = "ref") -> _M:
    """Return the row of a ref, locked against other writers.

    Raises:
        UnknownRef: there is none, or not for this doer.
    """
    required()
    rows = model._default_manager.filter(**{name: ref})  # noqa: SLF001
    found = (rows.select_for_update(no_key=True) if lock else rows).first()
    if found is None:
        raise _unknown(model, ref)
    return found


def unknown_person(ref: str) -> UnknownRef:
    """Return the error that says that there is no such person for this doer."""
    return _unknown(Debtor, ref)


def _unknown(model: type[models.Model], ref: str) -> UnknownRef:
    en, zh = _CALLED[model]
    return UnknownRef(
        f"There is no {en} {ref!r} here.",
        remedy="Check the ref; it may be in the care of another team.",
        message_zh=f"这里没有编号为 {ref!r} 的{zh}。",
        remedy_zh="请核对编号；也可能由其他团队负责。",
        ref=ref,
    )


def find_person(ref: str) -> Debtor:
    """Return a person's row, locked, so that writers about one person follow each other.

    Raises:
        UnknownRef: there is none, or not for this doer.
        PersonErased: the person was erased.
    """
    person = find(Debtor, ref)
    if person.erased_at is not None:
        raise PersonErased(
            f"The person {ref!r} was erased on {person.erased_at:%Y-%m-%d}.",
            remedy="Nothing more is written about them. A new contract needs a new ref.",
            message_zh=f"编号 {ref!r} 的个人信息已于 {person.erased_at:%Y-%m-%d} 删除。",
            remedy_zh="不再记录其信息；新的合同请使用新的编号。",
            ref=ref,
        )
    return person


def part_of(model: type[_M], ref: str | None, person: Debtor) -> _M | None:
    """Return a row that belongs to a person; null where none was named.

    Raises:
        UnknownRef: there is none, or not for this doer.
        OtherPerson: it belongs to somebody else.
    """
    if ref is None:
        return None
    found = find(model, ref, lock=False)
    if found.debtor_id != person.pk:
        en, zh = _CALLED[model]
        raise OtherPerson(
            f"The {en} {ref!r} does not belong to the person {person.ref!r}.",
            remedy="Check both refs.",
            message_zh=f"编号 {ref!r} 的{zh}不属于债务人 {person.ref!r}。",
            remedy_zh="请核对两个编号。",
            ref=ref,
        )
    return found


def known(
    model: type[_M],
    ref: str,
    content: Mapping[str, object],
    *,
    now: datetime,
    sealed: Mapping[str, str | None] | None = None,
    name: str = "ref",
) -> _M | None:
    """Return the row that was recorded with this ref and the same content; null: none yet.

    Raises:
        OtherContent: it says something else; the message names the field.
    """
    found = model._default_manager.filter(**{name: ref}).first()  # noqa: SLF001
    if found is None:
        return None
    for field, value in content.items():
        if getattr(found, field) != value:
            raise _other(model, ref, field)
    opened = open_values(found, *(sealed or {}), now=now)
    for field, text in (sealed or {}).items():
        if opened[field] != text:
            raise _other(model, ref, field)
    return found


def insert(row: models.Model, *, name: str = "ref") -> bool:
    """Write a new row; say no where another one has the same ref, perhaps out of sight.

    Raises:
        IntegrityError: another constraint refuses it.
    """
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        cause: Any = error.__cause__
        told = "" if cause is None else cause.diag.constraint_name or ""
        if not told.startswith(f"{row._meta.db_table}_{name}_"):  # noqa: SLF001
            raise
        return False
    return True


def taken(model: type[models.Model], ref: str) -> OtherContent:
    """Return the error for a ref that somebody whom the doer may not see has."""
    return _other(model, ref, "ref")


def _other(model: type[models.Model], ref: str, field: str) -> OtherContent:
    en, zh = _CALLED[model]
    if field != "ref":
        field = model._meta.get_field(field).name  # noqa: SLF001  # debtor, not debtor_id
    return OtherContent(
        f"The {en} {ref!r} is recorded already, with another {field}.",
        remedy="To change it use its change; to add another one give it a ref of its own.",
        message_zh=f"编号 {ref!r} 的{zh}已登记，但 {field} 不同。",
        remedy_zh="如需修改请使用变更操作；如为另一项，请使用新的编号。",
        ref=ref,
        field=field,
    )


def add_once(
    row: _M,
    content: Mapping[str, object],
    *,
    now: datetime,
    sealed: Mapping[str, str | None] | None = None,
    name: str = "ref",
) -> tuple[_M, bool]:
    """Write a row unless it was written before; return the one that stands, and if it is new.

    ``row`` carries ``content`` and, sealed, the texts of ``sealed``.

    Raises:
        OtherContent: the ref stands for something else.
    """
    ref = getattr(row, name)
    if insert(row, name=name):
        return row, True
    found = known(type(row), ref, content, now=now, sealed=sealed, name=name)
    if found is None:
        raise taken(type(row), ref)
    return found, False


def said_too(before: list[str], changed: set[str]) -> list[str]:
    """Return the fields of a row that were changed by day, with those that are changed now."""
    return sorted({*before, *changed})

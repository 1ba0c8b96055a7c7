"""How does somebody see one personal value in full?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.models import ContactPoint, Debtor, Representative, Vulnerability
from forbear.contexts.portfolio.row import find
from forbear.contexts.portfolio.word import Revealable
from forbear.contexts.protection.reveal import RevealReason, note_look
from forbear.contexts.protection.store import open_values
from forbear.values.errors import NotFound
from forbear.values.principal import Principal

_COLUMNS: dict[Revealable, tuple[type[Any], str]] = {
    Revealable.NAME: (Debtor, "name"),
    Revealable.NATIONAL_ID: (Debtor, "national_id"),
    Revealable.ADDRESS: (ContactPoint, "address"),
    Revealable.NOTE: (Vulnerability, "note"),
    Revealable.REPRESENTATIVE_NAME: (Representative, "name"),
    Revealable.REPRESENTATIVE_ADDRESS: (Representative, "address"),
}


class NothingThere(NotFound):
    """There is no such value: it was never given, or it was erased."""

    code = "NOTHING_THERE"


def reveal_value(
    what: Revealable,
    ref: str,
    reason: RevealReason,
    *,
    actor: Principal,
    now: datetime,
) -> str:
    """Return one personal value in full; the look is written down with its reason.

    ``ref`` is that of the row in which the value stands: the person's, the contact point's, the
    vulnerability's or the representative's.

    Raises:
        NotPermitted: VALUE_REVEAL is missing, or it is not a member of staff who looks.
        UnknownRef, NothingThere, UnknownReason, TooManyLooks.
    """
    with acting(actor):
        return reveal_inside(what, ref, reason, actor=actor, now=now)


def reveal_inside(
    what: Revealable,
    ref: str,
    reason: RevealReason,
    *,
    actor: Principal,
    now: datetime,
) -> str:
    """Do the same inside the transaction of an action that needs the value.

    Raises:
        NotPermitted, UnknownRef, NothingThere, UnknownReason, TooManyLooks: as above.
    """
    required()
    may(actor, Permission.VALUE_REVEAL)
    staff_id(actor)
    model, column = _COLUMNS[what]
    row = find(model, ref, lock=False)
    value = open_values(row, column, now=now)[column]
    if value is None:
        raise NothingThere(
            remedy="Nothing can be shown.",
            message_zh="没有这项信息：从未提供，或已删除。",
            remedy_zh="无可显示的内容。",
        )
    debtor_id = row.pk if model is Debtor else row.debtor_id
    field = f"{row._meta.label_lower}.{column}:{row.pk}"  # noqa: SLF001
    note_look(debtor_id, field, reason, actor=actor, now=now)
    return value

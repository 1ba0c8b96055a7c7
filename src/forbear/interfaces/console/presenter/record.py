"""What is an entry of the record called, and who did it?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.search import Found, SignedCheckpoint
from forbear.contexts.cases.word import LOOKS
from forbear.contexts.protection.looked import Look, Looks
from forbear.contexts.protection.reveal import RevealReason
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.event import event_word
from forbear.interfaces.console.presenter.span import bars
from forbear.interfaces.console.presenter.word import either
from forbear.values.principal import staff_number

THINGS = {
    "staff": gettext_lazy("Staff"),
    "session": gettext_lazy("Staff"),
    "team": gettext_lazy("Teams"),
    "approval": gettext_lazy("Approvals"),
    "contact": gettext_lazy("Contacts"),
    "stop": gettext_lazy("Stops"),
    "sending": gettext_lazy("Stops"),
    "case": gettext_lazy("Cases"),
    "hold": gettext_lazy("Holds"),
    "quality": gettext_lazy("Quality"),
    "filing": gettext_lazy("Filings"),
    "clock": gettext_lazy("Filings"),
    "value": gettext_lazy("Looks"),
    "arrangement": gettext_lazy("Arrangements"),
    "promise": gettext_lazy("Arrangements"),
    "bureau": gettext_lazy("Credit bureau"),
    "document": gettext_lazy("Evidence"),
    "token": gettext_lazy("Keys and notices"),
    "webhook": gettext_lazy("Keys and notices"),
    "payment": gettext_lazy("Payments"),
    "posting": gettext_lazy("Payments"),
    "night": gettext_lazy("Nights"),
    "extract": gettext_lazy("Nights"),
    "debtor": gettext_lazy("Persons"),
    "retention": gettext_lazy("Persons"),
}
"""How events are grouped to be chosen, by the first part of their code."""
KINDS = {
    "system": gettext_lazy("Forbear itself"),
    "token": gettext_lazy("a lender's system"),
    "debtor": gettext_lazy("the person"),
    "representative": gettext_lazy("a representative"),
    "anybody": gettext_lazy("somebody not known"),
}


def groups() -> dict[str, list[AuditEvent]]:
    """Return the events of each group, by a word that stands in addresses."""
    found: dict[str, list[AuditEvent]] = {}
    by_word = {str(word): first for first, word in reversed(THINGS.items())}
    for event in AuditEvent:
        first = event.value.partition(".")[0]
        if first in THINGS:
            found.setdefault(by_word[str(THINGS[first])], []).append(event)
    return found


def groups_shown(chosen: str) -> list[dict[str, Any]]:
    """Return the groups to choose from."""
    return [{"value": name, "label": THINGS[name], "chosen": name == chosen} for name in groups()]


def by_shown(by: str, names: Mapping[int, str]) -> str:
    """Return who did something: a name, or what kind of doer."""
    number = staff_number(by)
    if number is not None:
        return names.get(number, by)
    kind, _colon, ident = by.partition(":")
    word = str(KINDS.get(kind, kind))
    return f"{word} ({ident})" if kind in {"system", "token"} and ident else word


def found_shown(row: Found, names: Mapping[int, str]) -> dict[str, Any]:
    """Return one entry of a search, with its place in the tree."""
    body = json.dumps(row.done.body, ensure_ascii=False, indent=1, sort_keys=True)
    place = _("not yet in the tree") if row.place is None else f"#{row.place}"
    return {
        "id": row.done.id,
        "at": here(row.done.at, "second"),
        "event": event_word(row.done.event),
        "by": by_shown(row.done.by, names),
        "subject": row.done.subject,
        "person": row.debtor_id,
        "body": body if row.done.body else "",
        "place": place,
        "signed": row.signed,
    }


def checkpoint_shown(row: SignedCheckpoint) -> dict[str, Any]:
    """Return one signed statement."""
    return {
        "size": f"{row.tree_size:,}",
        "root": row.root,
        "at": here(row.at),
        "origin": row.origin,
    }


def look_shown(row: Look, names: Mapping[int, str], called: Mapping[int, str]) -> dict[str, Any]:
    """Return one look at a value in full."""
    return {
        "at": here(row.at, "second"),
        "by": by_shown(row.by, names),
        "person": row.debtor_id,
        "ref": called.get(row.debtor_id, ""),
        "field": field_word(row.field),
        "reason": reason_word(row.reason),
    }


def looks_counted(page: Looks, names: Mapping[int, str]) -> dict[str, Any]:
    """Return how many looks there were by reason and by whom, as bars."""
    doers = [(by_shown(by, names), number, _of(by)) for by, number in page.by_doer.most_common(12)]
    reasons = [
        (reason_word(code), number, {"code": code}) for code, number in page.by_reason.most_common()
    ]
    return {
        "total": f"{sum(page.by_reason.values()):,}",
        "by_reason": bars(reasons),
        "by_doer": bars(doers),
    }


def _of(by: str) -> dict[str, Any]:
    kind, _colon, ident = by.partition(":")
    return {"code": ident if kind == "staff" else ""}


def reason_word(code: str) -> str:
    """Return why somebody looked."""
    known = {each.value for each in RevealReason}
    said = LOOKS[RevealReason(code)] if code in known else None
    return code if said is None else either(said.en, said.zh)


def reasons_shown() -> list[dict[str, str]]:
    """Return the reasons for a look that there are."""
    return [{"code": each.value, "label": reason_word(each.value)} for each in RevealReason]


FIELDS = {
    "portfolio.debtor.name": gettext_lazy("Name"),
    "portfolio.debtor.national_id": gettext_lazy("Identity number"),
    "portfolio.contactpoint.address": gettext_lazy("Number or address"),
    "portfolio.vulnerability.note": gettext_lazy("Note on care"),
    "portfolio.representative.name": gettext_lazy("Representative's name"),
    "portfolio.representative.address": gettext_lazy("Representative's number or address"),
    "rights.statement.text": gettext_lazy("What was said in a filing"),
    "contact.words": gettext_lazy("Words of a contact"),
    "contact.recording": gettext_lazy("Recording of a call"),
}


def field_word(field: str) -> str:
    """Return which value was seen."""
    name = field.partition(":")[0]
    return str(FIELDS.get(name, name))

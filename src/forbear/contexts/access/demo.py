"""How does a newcomer see the door at work, where nothing reaches anybody?

In a demonstration alone: what would be sent is shown on a page, beside the four signs of the
invented person. Nothing of this is there in earnest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache

from forbear.contexts.access.actions.link import make_link
from forbear.contexts.access.port import CodeToEnter, by_gate, register_entry_sender
from forbear.contexts.cases.listing import list_cases
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.held import held_person
from forbear.contexts.portfolio.queries.door import TAIL_SIGNS, own_point_of
from forbear.contexts.portfolio.queries.identity import identities
from forbear.values.errors import Denied
from forbear.values.principal import Principal, system

SHOWN_MAX, KEPT_S = 20, 60 * 60
_KEY = "demo.inbox"
_LOOKED_AT = 200


class NotADemonstration(Denied):
    """Codes are shown in a demonstration alone."""

    code = "NOT_A_DEMONSTRATION"


@dataclass(frozen=True, slots=True)
class Shown:
    """A code that went, in a demonstration. ``tail``: the four signs that go with it."""

    at: datetime
    code: str
    tail: str


def show_codes() -> None:
    """Let codes be shown, beside going by the gate, in a demonstration; else do nothing."""
    if is_demo():
        register_entry_sender(_shown)


def is_demo() -> bool:
    """Say whether everything here is invented."""
    return bool(settings.FORBEAR_DEMO) and not settings.FORBEAR_IN_EARNEST


def codes_shown() -> list[Shown]:
    """Return the codes that went lately, the newest first.

    Raises:
        NotADemonstration.
    """
    _refuse_in_earnest()
    return [Shown(**row) for row in cache.get(_KEY, [])]


def demo_link(*, now: datetime) -> str | None:
    """Make a link for some invented person who is late; return its token, null: there is nobody.

    Raises:
        NotADemonstration.
    """
    _refuse_in_earnest()
    actor = system("demo")
    cases = list_cases(after=0, rows=_LOOKED_AT, actor=actor)
    for case in (each for each in cases if each.closed_at is None and each.overdue_minor):
        with reading(actor):
            person = held_person(case.debtor_ref)
            good = own_point_of(person.id) is not None and _tail(person.id, now)
        if good:
            return make_link(case.debtor_ref, actor=actor, now=now).token
    return None


def _shown(code: CodeToEnter, actor: Principal) -> bool:
    if not by_gate(code, actor):
        return False
    now = code.made_at
    row: dict[str, Any] = {"at": now, "code": code.code, "tail": _tail(code.debtor_id, now)}
    cache.set(_KEY, [row, *cache.get(_KEY, [])][:SHOWN_MAX], KEPT_S)
    return True


def _tail(debtor_id: int, now: datetime) -> str:
    found = identities([debtor_id], now=now).get(debtor_id)
    return ((found.national_id if found else None) or "")[-TAIL_SIGNS:]


def _refuse_in_earnest() -> None:
    if not is_demo():
        raise NotADemonstration(
            "Codes are shown in a demonstration alone.", message_zh="验证码只在演示环境中展示。"
        )

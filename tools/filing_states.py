"""The page of states: what a dispute, complaint, hardship, data request or referral can become."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from forbear.contexts.cases.transition import Said
from forbear.contexts.rights.transition import (
    EVENTS,
    NEXT,
    REFERRAL_EVENTS,
    REFERRAL_NEXT,
    REFERRAL_STATES,
    STATES,
    FilingState,
    ReferralState,
)
from forbear.contexts.rights.word import KINDS

DocOf = Callable[[type, str], str]


def page(doc_of: DocOf) -> Iterator[str]:
    """Yield the lines of the page, one table a kind."""
    yield "\n# The states of what a person puts before the lender\n"
    yield "Nothing is hidden by closing: whatever was answered or taken back can be reopened.\n"
    yield "办结不等于隐藏：已答复或撤回的事项均可重新受理。\n"
    for kind, table in NEXT.items():
        words = KINDS[kind]
        yield from _table(f"{words.en} {words.zh}", table, STATES, EVENTS, FilingState, doc_of)
    title = "referral 转介"
    yield from _table(title, REFERRAL_NEXT, REFERRAL_STATES, REFERRAL_EVENTS, ReferralState, doc_of)


def _table(
    title: str,
    table: Mapping[Any, frozenset[Any]],
    states: Mapping[Any, Said],
    events: Mapping[Any, Any],
    listed: type,
    doc_of: DocOf,
) -> Iterator[str]:
    yield f"\n## {title[0].upper()}{title[1:]}\n"
    columns = " | ".join(f"`{to.value}`" for to in table)
    yield f"| from | 从 | meaning | record | {columns} |"
    yield f"|---|---|---|---|{':---:|' * len(table)}"
    for state, following in table.items():
        marks = " | ".join("●" if to in following else "" for to in table)
        meaning = doc_of(listed, state.name)
        yield (
            f"| `{state.value}` {states[state].en} | {states[state].zh} | {meaning} | "
            f"`{events[state].value}` | {marks} |"
        )

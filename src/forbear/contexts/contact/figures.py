"""How much went through each channel in the last day, what became of it, and what did it cost?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from forbear.contexts.contact.channels.registry import filed
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import reading
from forbear.values.code import Outcome
from forbear.values.principal import Principal

WITHIN = timedelta(days=1)
_COUNTS = (
    "SELECT d.provider, d.channel, d.state, a.outcome, count(*) FROM contact_dispatch d "
    "JOIN contact_attempt a ON a.id = d.attempt_id WHERE d.intent_at > %s "
    "GROUP BY d.provider, d.channel, d.state, a.outcome"
)
_PARTS = (
    "SELECT provider, count(*) FROM contact_smspart WHERE submitted_at > %s AND state = 'TAKEN' "
    "GROUP BY provider"
)
_REACHED = frozenset(
    {
        Outcome.DELIVERED,
        Outcome.REPLIED,
        Outcome.ANSWERED,
        Outcome.RIGHT_PARTY,
        Outcome.CONVERSATION,
        Outcome.WRONG_PERSON,
    }
)


@dataclass(frozen=True, slots=True)
class Carried:
    """One channel of one provider over a day.

    ``fates``: how many by what became of them: rejected, unknown, reached, not_reached, on_its_way.
    ``cost_minor`` null: nobody said what a part costs; of text messages parts are counted, of
    others contacts.
    """

    provider: str
    channel: str
    fates: Mapping[str, int]
    cost_minor: int | None
    currency: str


def carried(*, actor: Principal, now: datetime) -> tuple[Carried, ...]:
    """Return what left in the last day, by provider and channel."""
    since = now - WITHIN
    with reading(actor):
        rows, parts = ask(_COUNTS, [since]), dict(ask(_PARTS, [since]))
    fates: dict[tuple[str, str], dict[str, int]] = {}
    for provider, channel, state, outcome, count in rows:
        known = fates.setdefault((provider, channel), {})
        word = _fate(state, Outcome(outcome))
        known[word] = known.get(word, 0) + count
    costs = {entry.name: entry.cost for entry in filed()}
    found = []
    for (provider, channel), known in sorted(fates.items()):
        cost = costs.get(provider)
        taken = sum(known.values()) - known.get("rejected", 0)
        paid = None if cost is None else parts.get(provider, taken) * cost.per_part_minor
        currency = "" if cost is None else cost.currency
        found.append(Carried(provider, channel, known, paid, currency))
    return tuple(found)


def _fate(state: str, outcome: Outcome) -> str:
    if state in {"REJECTED", "UNKNOWN"}:
        return state.lower()
    if outcome in _REACHED:
        return "reached"
    return "not_reached" if outcome in {Outcome.NOT_CONNECTED, Outcome.RANG} else "on_its_way"

"""How much more often is a contact by one channel complained of than a usual one?

Whom a model takes for likely to complain is learned from contacts by all channels together, since
complaints are few. How a channel differs is one number, drawn towards nothing where few tell it.
"""

from __future__ import annotations

from typing import Any

from forbear.contexts.nightly.insight.lesson import CHANNEL_GROUP, Dealt
from forbear.engine.risk.model import Part
from forbear.values.interval import wilson

_AS_MANY = 5.0
"""So many complaints as were foretold stand beside those that came."""


def channels_told(part: Part, dealt: Dealt) -> dict[str, dict[str, Any]]:
    """Return by channel the contacts, the complaints of them with their interval, and the times.

    ``times``: what came beside what was foretold of the same persons. Of rows that do not judge.
    """
    found: dict[str, dict[str, Any]] = {}
    hands = (dealt.learning, dealt.calibrating)
    for channel in sorted({name for rows in hands for name in rows.groups[CHANNEL_GROUP]}):
        count, came, said = 0, 0.0, 0.0
        for rows in hands:
            mine = rows.where(rows.groups[CHANNEL_GROUP] == channel)
            count, came = count + mine.rows, came + float(mine.hit.sum())
            said += float(part.share(mine.columns).sum()) if mine.rows else 0.0
        share = wilson(int(came), count)
        assert share is not None  # the channel has contacts
        found[channel] = {
            "contacts": count,
            "complaints": int(came),
            "share": round(share.share, 6),
            "low": round(share.low, 6),
            "high": round(share.high, 6),
            "times": round((came + _AS_MANY) / (said + _AS_MANY), 6),
        }
    return found

"""May contacts leave on the word of the latest night?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.contact.gate.condition import Unfit
from forbear.contexts.nightly.latest import NightStanding, nights_stand

_WHY = {
    NightStanding.FAILED: (
        "The latest night failed, so nobody is newly contacted.",
        "最近一次夜间运行失败，暂停新的联系。",
    ),
    NightStanding.STALE: (
        "The newest agenda is too old, so nobody is newly contacted.",
        "最近一份当日计划已过期，暂停新的联系。",
    ),
    NightStanding.NONE: (
        "No night has been loaded yet, so nobody is newly contacted.",
        "尚未载入任何夜间结果，暂停新的联系。",
    ),
}


def night_unfit(now: datetime) -> Unfit | None:
    """Return why the latest night forbids sending; None: it does not."""
    standing = nights_stand(now).standing
    if standing.contacts_allowed:
        return None
    en, zh = _WHY[standing]
    return Unfit(f"NIGHT_{standing.value}", en, zh)

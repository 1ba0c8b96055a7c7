"""What is and will be on the credit record, said as it is?"""

from __future__ import annotations

from typing import Any

from forbear.contexts.bureau.queries import LoanReported
from forbear.interfaces.portal.context import in_tongue
from forbear.policy.bureau.what_if import Consequences
from forbear.policy.wording.form import Both

LINES_SHOWN = 12


def bureau_shown(told: LoanReported, ahead: Consequences) -> dict[str, Any]:
    """Return what was reported, newest first, and what would be if nothing were paid."""
    lines = [each for each in told.lines if each.counts and each.told][:LINES_SHOWN]
    return {
        "lines": [
            {
                "month": each.month[:7],
                "text": in_tongue(Both(zh=each.text_zh, en=each.text_en)),
            }
            for each in lines
        ],
        "ahead": [in_tongue(Both(zh=each.words.zh, en=each.words.en)) for each in ahead.months],
        "notes": [in_tongue(Both(zh=each.zh, en=each.en)) for each in ahead.notes],
        "disputed": any(each.closed_at is None for each in told.disputes),
    }

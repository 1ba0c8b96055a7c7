"""How do the arms of the local trial look?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.nightly.local.trial import SHARES, Arm, Compared
from forbear.interfaces.console.presenter.figures import interval_shown
from forbear.interfaces.console.presenter.word import count, money
from forbear.values.code import TrialArm
from forbear.values.interval import Interval
from forbear.values.money import Currency

ARMS = {
    TrialArm.LOCAL: gettext_lazy("A local team"),
    TrialArm.AWAY: gettext_lazy("A team from elsewhere"),
}
WHATS = {
    "reached": gettext_lazy("Reached in person"),
    "kept": gettext_lazy("Kept a promise to pay"),
    "paid": gettext_lazy("Paid anything"),
    "complained": gettext_lazy("Complained"),
}
MORE_IS_WORSE = {"complained"}
PPM = 1_000_000


def compared_shown(found: Compared, *, drills: bool) -> dict[str, Any]:
    """Return both arms part by part, each with what may be said of the difference."""
    arms = (found.local, found.away)
    since = min((arm.since for arm in arms if arm.since), default=None)
    parts = [
        {
            "name": name,
            "title": str(WHATS[name]),
            "finding": _finding(found, name),
            "rows": [
                {
                    "label": str(ARMS[arm.arm]),
                    "href": _href(arm, name) if drills else "",
                    **interval_shown(share, arm.persons),
                }
                for arm in arms
                if (share := arm.share(name)) is not None
            ],
        }
        for name in WHATS
    ]
    return {
        "since": "" if since is None else since.isoformat(),
        "enough": found.enough,
        "least": count(found.persons_min),
        "share": f"{100 * found.share_ppm / PPM:g} %",
        "number": found.trial,
        "arms": [
            {
                "label": str(ARMS[arm.arm]),
                "persons": count(arm.persons),
                "href": _href(arm, "all") if drills else "",
            }
            for arm in arms
        ],
        "parts": parts,
        "money": _money(found),
    }


def _href(arm: Arm, what: str) -> str:
    return f"{reverse('effect_persons')}?arm={arm.arm.value}&what={what}"


def _finding(found: Compared, name: str) -> str:
    gap = found.difference(name)
    if gap is None:
        return _("too few yet to say anything")
    told = {
        "gap": f"{100 * gap.share:+.1f}",
        "low": f"{100 * gap.low:+.1f}",
        "high": f"{100 * gap.high:+.1f}",
    }
    words = _("local less elsewhere: %(gap)s points, with 95 %% certainty %(low)s to %(high)s")
    return f"{_verdict(gap, worse=name in MORE_IS_WORSE)}; {words % told}"


def _verdict(gap: Interval, *, worse: bool) -> str:
    if gap.low <= 0 <= gap.high:
        return _("no difference is shown")
    better = (gap.share < 0) if worse else (gap.share > 0)
    return _("local does better") if better else _("local does worse")


def _money(found: Compared) -> dict[str, Any]:
    currency = Currency(found.currency)

    def said(each: Interval | None) -> dict[str, str]:
        if each is None or not found.enough:
            return {"mean": "–", "range": ""}
        low, high = (money(round(bound), currency) for bound in (each.low, each.high))
        return {"mean": money(round(each.share), currency), "range": f"{low} – {high}"}

    gap = found.paid_difference
    words = _("too few yet to say anything")
    if gap is not None:
        words = _("%(verdict)s; local less elsewhere: %(gap)s, with 95 %% certainty %(range)s") % {
            "verdict": _verdict(gap, worse=False),
            "gap": said(gap)["mean"],
            "range": said(gap)["range"],
        }
    rows = [
        {
            "label": str(ARMS[arm.arm]),
            "of": count(arm.persons),
            "sum": money(arm.paid_minor, currency),
            **said(arm.paid_mean),
        }
        for arm in (found.local, found.away)
    ]
    return {"finding": words, "rows": rows}


def persons_shown(
    arm: TrialArm,
    what: str,
    found: Sequence[tuple[int, date]],
    refs: Mapping[int, str],
) -> dict[str, Any]:
    """Return persons of an arm, by their refs."""
    return {
        "arm": str(ARMS[arm]),
        "what": str(WHATS.get(what, _("Everybody of the arm"))),
        "persons": [
            {"id": person, "ref": refs.get(person, ""), "since": since.isoformat()}
            for person, since in found
        ],
    }


def table(found: Compared | None) -> list[list[str]]:
    """Return the comparison as plain rows, a head first."""
    head = ["trial", "arm", "measure", "persons", "count", "value", "low", "high"]
    rows: list[list[str]] = []
    for arm in () if found is None else (found.local, found.away):
        assert found is not None
        begin = [str(found.trial), arm.arm.value]
        for name in SHARES:
            share = arm.share(name)
            value = [] if share is None else [share.share, share.low, share.high]
            told = [f"{each:.4f}" for each in value] or ["", "", ""]
            rows.append([*begin, name, str(arm.persons), str(arm.counts[name]), *told])
        mean = arm.paid_mean
        value = [] if mean is None else [mean.share, mean.low, mean.high]
        told = [f"{each:.0f}" for each in value] or ["", "", ""]
        name = f"paid_minor_{found.currency}"
        rows.append([*begin, name, str(arm.persons), str(arm.paid_minor), *told])
    return [head, *rows]

"""How do own rules look: in a list, one by one with who decided what, and beside what counts?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.house.models import Verdict
from forbear.contexts.house.queries import Asked, OwnFound, Stand
from forbear.contexts.rulebook.library import open_library, open_regions
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.rules import rule_shown
from forbear.interfaces.console.presenter.word import either, listed_words
from forbear.policy.load import load_rules
from forbear.policy.rule import Rule
from forbear.values.errors import ForbearError

STANDS = {
    Stand.WAITS: gettext_lazy("waits for a second person"),
    Stand.COUNTS: gettext_lazy("counts now"),
    Stand.COMES: gettext_lazy("approved, still to come"),
    Stand.OVER: gettext_lazy("over"),
    Stand.WITHDRAWN: gettext_lazy("withdrawn"),
    Stand.REFUSED: gettext_lazy("refused"),
    Stand.TAKEN_BACK: gettext_lazy("taken back"),
}
_PARTS = (
    (gettext_lazy("Waiting for a second person"), {Stand.WAITS}),
    (gettext_lazy("Counting today"), {Stand.COUNTS}),
    (gettext_lazy("Still to come"), {Stand.COMES}),
    (
        gettext_lazy("Past"),
        {Stand.OVER, Stand.WITHDRAWN, Stand.REFUSED, Stand.TAKEN_BACK},
    ),
)


def listed(found: Sequence[OwnFound], *, today: date) -> list[dict[str, Any]]:
    """Return own rules under how they stand; what is empty is left out."""
    parts = []
    for label, stands in _PARTS:
        rows = [_row(each, today) for each in found if _listed_as(each, today) in stands]
        if rows:
            parts.append({"label": label, "rows": rows})
    return parts


def _listed_as(own: OwnFound, today: date) -> Stand:
    """A rule whose end waits for a second person waits, whatever it does meanwhile."""
    return Stand.WAITS if own.waiting_end is not None else own.stand(today)


def _row(own: OwnFound, today: date) -> dict[str, Any]:
    rule = rule_in(own)
    ending = own.waiting_end is not None
    return {
        "id": own.id,
        "code": own.rule_id,
        "words": either(rule.text_en, rule.text_zh),
        "days": days_shown(own),
        "stand": _("counts; its end waits for a second person")
        if ending
        else str(STANDS[own.stand(today)]),
    }


def rule_in(own: OwnFound) -> Rule:
    """Return the rule of a row, whatever became of it."""
    (rule,) = load_rules({own.file: own.text}, house=True, shelf=open_library().shelf)
    return rule


def days_shown(own: OwnFound) -> str:
    """Return from when to when it was approved for; the last day is included."""
    if own.ends is None:
        return _("from %(day)s on") % {"day": own.effective}
    last = own.ends - timedelta(days=1)
    if last == own.effective:
        return str(last)
    return _("%(first)s to %(last)s") % {"first": own.effective, "last": last}


def own_shown(own: OwnFound, names: Mapping[int, str], *, me: int, today: date) -> dict[str, Any]:
    """Return one own rule whole, with its steps and what the reader may do now."""
    rule, stand, end = rule_in(own), own.stand(today), own.waiting_end
    waits = stand is Stand.WAITS
    asked = own.proposal if waits else end
    return {
        "id": own.id,
        "code": own.rule_id,
        "version": own.version,
        "words": either(rule.text_en, rule.text_zh),
        "other": either(rule.text_zh, rule.text_en),
        "other_lang": either("zh-hans", "en"),
        "stand": STANDS[stand],
        "days": days_shown(own),
        "places": listed_words(_region(code) for code in rule.scope.regions),
        "rule": rule_shown(rule),
        "text": own.text,
        "sha256": own.sha256,
        "reason": own.proposal.reason,
        "steps": _steps(own, names),
        "waits": waits,
        "end": None if end is None else {"id": end.id, "reason": end.reason},
        "mine": asked is not None and asked.asked_by == me,
        "may_end": end is None and stand in {Stand.COUNTS, Stand.COMES},
        "now": waits and own.effective <= today,
        "effective": own.effective.isoformat(),
    }


def _region(code: str) -> str:
    region = open_regions().get(code)
    return code if region is None else either(region.name_en, region.name_zh)


def _steps(own: OwnFound, names: Mapping[int, str]) -> list[dict[str, str]]:
    steps = [
        _step(_("Proposed"), own.proposal, names),
        *_decided(own.proposal, names, _DECIDED),
    ]
    for end in own.ends_asked:
        steps += [_step(_("Its end asked for"), end, names), *_decided(end, names, _ENDED)]
    return steps


_DECIDED = {
    Verdict.APPROVED: gettext_lazy("Approved"),
    Verdict.REFUSED: gettext_lazy("Refused"),
    Verdict.TAKEN_BACK: gettext_lazy("Taken back"),
}
_ENDED = {
    Verdict.APPROVED: gettext_lazy("Withdrawn"),
    Verdict.REFUSED: gettext_lazy("Its end refused"),
    Verdict.TAKEN_BACK: gettext_lazy("The request for its end taken back"),
}


def _step(what: str, asked: Asked, names: Mapping[int, str]) -> dict[str, str]:
    by = names.get(asked.asked_by, "")
    return {"what": what, "by": by, "at": here(asked.asked_at), "why": asked.reason}


def _decided(
    asked: Asked, names: Mapping[int, str], words: Mapping[Verdict, Any]
) -> list[dict[str, str]]:
    if asked.verdict is None or asked.decided_by is None:
        return []
    by = names.get(asked.decided_by, "")
    step = {"what": str(words[asked.verdict]), "by": by, "at": here(asked.decided_at)}
    return [{**step, "why": asked.decided_why}]


def fault_shown(fault: ForbearError, text: str) -> dict[str, str]:
    """Return the line of a text in which a fault lies; empty: it lies in none."""
    line = fault.data.get("line")
    lines = text.splitlines()
    if not isinstance(line, int) or not 0 < line <= len(lines):
        return {}
    return {"number": str(line), "text": lines[line - 1].strip()}

"""How do a transcript and the moments in it look, beside the player of its recording?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from forbear.contexts.cases.word import HOLDS
from forbear.contexts.contact.transcript.reading import Moments, MomentShown, TranscriptShown
from forbear.contexts.contact.transcript.word import MomentKind, Side, Verdict
from forbear.contexts.rulebook.library import open_content
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.record import by_shown
from forbear.interfaces.console.presenter.span import Days
from forbear.interfaces.console.presenter.word import either, sentence
from forbear.values.code import HoldKind, Language
from forbear.values.principal import staff_number
from forbear.values.wording import Act

LEAD_S = 3
"""So much before a moment the player begins."""


def at_shown(ms: int) -> str:
    """Return a time in a recording, such as 1:05."""
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"


def kind_word(kind: MomentKind) -> str:
    """Return what moments of a kind are called."""
    return {
        MomentKind.ACT: _("What a colleague said"),
        MomentKind.DISTRESS: _("Sign of distress"),
        MomentKind.STOP: _("Wants no more calls"),
        MomentKind.WRONG_PERSON: _("Somebody else answered"),
    }[kind]


def moment_shown(row: MomentShown, names: Mapping[int, str]) -> dict[str, Any]:
    """Return one moment in words, none of them said in the call."""
    return {
        "id": row.id,
        "call": row.permit_id,
        "person": row.debtor_id,
        "name": row.name_masked or row.debtor_ref,
        "ref": row.debtor_ref,
        "who": names.get(row.staff_id or 0, ""),
        "at": here(row.began_at),
        "second": at_shown(row.at_ms),
        "from_s": max(0, row.at_ms // 1000 - LEAD_S),
        "kind": row.kind.value,
        "what": _what(row),
        "held": row.held,
        "waits": row.verdict is None,
        "verdict": _verdict(row, names),
    }


def _what(row: MomentShown) -> str:
    if row.kind is MomentKind.ACT and row.code in set(Act):
        act = open_content().acts[Act(row.code)]
        return either(act.name_en, act.name_zh)
    if row.kind is MomentKind.DISTRESS and row.code in set(HoldKind):
        said = HOLDS[HoldKind(row.code)]
        of = either(said.en, said.zh)
        return _("%(what)s: %(of)s") % {"what": kind_word(row.kind), "of": of}
    return kind_word(row.kind)


def _verdict(row: MomentShown, names: Mapping[int, str]) -> str:
    if row.verdict is None:
        return ""
    said = _("confirmed") if row.verdict is Verdict.SO else _("not so")
    return f"{said} · {by_shown(row.decided_by, names)} · {here(row.decided_at)}"


def staff_in(rows: Iterable[MomentShown]) -> set[int]:
    """Return whose names are needed to show some moments."""
    return {number or 0 for row in rows for number in (row.staff_id, staff_number(row.decided_by))}


def transcript_shown(
    said: TranscriptShown, found: Sequence[MomentShown], names: Mapping[int, str]
) -> dict[str, Any]:
    """Return the sentences in their order, each with its moments."""
    by_sentence: dict[int, list[dict[str, Any]]] = {}
    for each in found:
        by_sentence.setdefault(each.sentence, []).append(moment_shown(each, names))
    return {
        "lang": "zh-Hans" if said.language is Language.ZH else "en",
        "made_by": said.made_by,
        "handed_in": said.handed_in,
        "whole": said.whole,
        "lines": [
            {
                "ours": each.side is Side.US,
                "who": _("we") if each.side is Side.US else _("the person"),
                "text": each.text,
                "second": at_shown(each.from_ms),
                "from_s": each.from_ms // 1000,
                "moments": by_sentence.get(number, []),
            }
            for number, each in enumerate(said.sentences)
        ],
    }


def moments_shown(
    found: Moments,
    days: Days,
    names: Mapping[int, str],
    *,
    kind: MomentKind | None,
    decided: bool,
) -> dict[str, Any]:
    """Return the list, its form and where more come."""
    asked = {
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
        "kind": "" if kind is None else kind.value,
        "decided": "1" if decided else "",
    }
    return {
        "rows": [moment_shown(row, names) for row in found.rows],
        "first": asked["from"],
        "last": asked["to"],
        "decided": decided,
        "kinds": [
            {"value": "", "label": _("All"), "chosen": kind is None},
            *(
                {"value": each.value, "label": sentence(kind_word(each)), "chosen": each is kind}
                for each in MomentKind
            ),
        ],
        "more": "" if found.next is None else urlencode({**asked, "before": found.next}),
    }

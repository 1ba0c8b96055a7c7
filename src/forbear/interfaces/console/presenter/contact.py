"""How is one contact explained: what was asked, by which rules, what left, and what came back?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.audit.queries import Done
from forbear.contexts.cases.campaign.sent import Approved
from forbear.contexts.cases.word import OUTCOMES
from forbear.contexts.contact.gate.explain import ContactTold, DecisionTold
from forbear.contexts.contact.gate.word import DispatchState, Stage, Way
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.contacts import CAUSES
from forbear.interfaces.console.presenter.event import event_word
from forbear.interfaces.console.presenter.record import by_shown
from forbear.interfaces.console.presenter.rule import finding_shown
from forbear.interfaces.console.presenter.word import CHANNELS, chinese, either
from forbear.policy.wording.form import PLACEHOLDER
from forbear.values.code import Channel, ContactPurpose, Language, Outcome

STATES = {
    DispatchState.AUTHORISED: gettext_lazy("Allowed; it waits to leave"),
    DispatchState.CLAIMED: gettext_lazy("Allowed; it is about to leave"),
    DispatchState.INTENT: gettext_lazy("Handed over; no answer yet"),
    DispatchState.ACCEPTED: gettext_lazy("Taken by the provider"),
    DispatchState.REJECTED: gettext_lazy("Not taken by the provider; no cap counts it"),
    DispatchState.UNKNOWN: gettext_lazy("Fate not known; it counts as made"),
    DispatchState.WITHDRAWN: gettext_lazy("Taken back before it left"),
}
WAYS = {
    Way.AGENDA: gettext_lazy("the day's agenda"),
    Way.MANUAL: gettext_lazy("a collector by hand"),
    Way.CALLBACK: gettext_lazy("a promised call back"),
    Way.CAMPAIGN: gettext_lazy("a campaign"),
    Way.BOT: gettext_lazy("a voice bot"),
    Way.AGENCY: gettext_lazy("an outside agency"),
    Way.ASKED: gettext_lazy("the person, who asked for it"),
}
PURPOSES = {
    ContactPurpose.COLLECT: gettext_lazy("about the debt"),
    ContactPurpose.REMINDER: gettext_lazy("a reminder"),
    ContactPurpose.ACCESS: gettext_lazy("a code to get in"),
    ContactPurpose.EDUCATION: gettext_lazy("a lesson that was chosen"),
}
STAGES = {
    Stage.AUTHORISE: gettext_lazy("When it was asked for"),
    Stage.INTENT: gettext_lazy("Just before it left"),
}
_MOODS = {DispatchState.ACCEPTED: "good", DispatchState.UNKNOWN: "watch"}


def contact_shown(told: ContactTold, names: Mapping[int, str]) -> dict[str, Any]:
    """Return one contact, whole, in the reader's language."""
    facts = told.facts
    return {
        "permit": str(told.permit_id),
        **_standing(told),
        "facts": _facts(facts, names),
        "decisions": [_decision(each) for each in told.decisions],
        "steps": _steps(told),
        "receipts": [
            {
                "at": _clock(each.at),
                "taken": _clock(each.taken_at),
                "words": _outcome(each.outcome) or _("taken"),
                "event": each.event_id,
            }
            for each in told.receipts
        ],
        "entries": [entry_shown(each, names) for each in told.entries],
        "subject": told.entries[0].subject if told.entries else "",
        "message": facts.get("message") or "",
        "sha256": facts.get("text_sha256") or "",
    }


def staff_in(told: ContactTold) -> set[int]:
    """Return the ids of staff whom a contact's page names."""
    named = [told.facts.get("asked_by") or "", *(each.by for each in told.entries)]
    parts = [each.partition(":") for each in named]
    return {int(ident) for kind, _c, ident in parts if kind == "staff" and ident.isdecimal()}


def _standing(told: ContactTold) -> dict[str, Any]:
    if told.state is None:
        return {"mood": "stop", "state": _("Refused"), "outcome": _("Nothing left.")}
    state = DispatchState(told.state)
    outcome = _outcome(told.outcome)
    cause = told.facts.get("cause")
    if state is DispatchState.WITHDRAWN and cause:
        outcome = str(CAUSES.get(cause, cause))
    return {
        "mood": _MOODS.get(state, "watch" if state is DispatchState.WITHDRAWN else "good"),
        "state": STATES[state],
        "outcome": outcome,
    }


def _facts(facts: Mapping[str, Any], names: Mapping[int, str]) -> list[tuple[str, str]]:
    found = [
        (_("Channel"), str(CHANNELS[Channel(facts["channel"])])),
        (_("Why"), str(PURPOSES[ContactPurpose(facts["purpose"])])),
        (_("Asked for by"), f"{WAYS[Way(facts['way'])]} · {by_shown(facts['asked_by'], names)}"),
    ]
    if facts.get("provider"):
        found.append((_("Provider"), facts["provider"]))
    if facts.get("provider_ref"):
        found.append((_("Provider's number"), facts["provider_ref"]))
    return found


def _steps(told: ContactTold) -> list[dict[str, str]]:
    """Return when it was allowed, left and was answered; empty where nothing left."""
    facts = told.facts
    named = (
        (_("Allowed"), facts.get("authorised_at")),
        (_("Handed over"), facts.get("intent_at")),
    )
    found = [
        {"label": label, "at": _clock(datetime.fromisoformat(at))} for label, at in named if at
    ]
    return [
        *found,
        *(
            {"label": _outcome(each.outcome) or _("taken"), "at": _clock(each.at)}
            for each in told.receipts
        ),
    ]


def _decision(each: DecisionTold) -> dict[str, Any]:
    findings = [finding_shown(found) for found in each.answer.get("findings", ())]
    refusing = [found for found in findings if not found["allows"] and not found["advises"]]
    others = [
        {"words": either(reason["en"], reason["zh"]), "code": reason["cause"]}
        for reason in each.answer.get("reasons", ())
        if reason["cause"] != "RULE"
    ]
    return {
        "stage": STAGES[Stage(each.stage)],
        "at": _clock(each.at),
        "allowed": each.allowed,
        "pack": each.pack_sha256,
        "others": others,
        "refusing": refusing,
        "warning": [found for found in findings if not found["allows"] and found["advises"]],
        "allowing": [found for found in findings if found["allows"]],
        "asked": len(findings),
    }


def entry_shown(done: Done, names: Mapping[int, str]) -> dict[str, Any]:
    """Return one entry of the record."""
    return {
        "id": done.id,
        "at": _clock(done.at),
        "event": event_word(done.event),
        "by": by_shown(done.by, names),
    }


def words_shown(approved: Approved | None, filled: str | None) -> dict[str, Any] | None:
    """Return the approved words, with gaps where the person's values stand, or as they left."""
    if approved is None:
        return None
    language = Language.ZH if chinese() else Language.EN
    template = approved.templates[language]
    return {
        "id": approved.message_id,
        "version": approved.version,
        "purpose": either(approved.purpose_en, approved.purpose_zh),
        "filled": filled,
        "pieces": pieces(template, approved.meanings[language]),
    }


def pieces(template: str, meanings: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a template in pieces: words, and what belongs in each gap between them."""
    found, at = [], 0
    for match in re.finditer(PLACEHOLDER, template):
        found.append({"text": template[at : match.start()], "gap": False})
        found.append({"text": meanings[match.group(1)], "gap": True})
        at = match.end()
    return [*found, {"text": template[at:], "gap": False}]


def _outcome(code: str | None) -> str:
    if code is None:
        return ""
    said = OUTCOMES[Outcome(code)]
    return either(said.en, said.zh)


def _clock(at: datetime) -> str:
    return here(at, "second")

"""How does a call look that is under way: its state, the script, and the form at its end?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.cases.actions.wrap_up import Following
from forbear.contexts.cases.desk.check import Remark
from forbear.contexts.cases.desk.script import Line, Script, ScriptStep
from forbear.contexts.cases.desk.talk import TalkNow
from forbear.contexts.contact.call.live import Shown
from forbear.contexts.contact.call.word import ENDS, CallState
from forbear.contexts.contact.caller.code import code_of
from forbear.contexts.contact.channels.registry import DESK
from forbear.contexts.contact.gate.stand import Stand
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.rulebook.library import open_content, open_scripts
from forbear.interfaces.console.presenter.clock import ago
from forbear.interfaces.console.presenter.contacts import CAUSES
from forbear.interfaces.console.presenter.word import chinese, either
from forbear.policy.wording.form import Both, Step
from forbear.policy.wording.spoken import Spoken
from forbear.values.code import HoldKind, Language, Outcome

OUTCOMES = {
    Outcome.CONVERSATION: gettext_lazy("Spoke with the person about the debt"),
    Outcome.RIGHT_PARTY: gettext_lazy("The person answered; nothing was discussed"),
    Outcome.ANSWERED: gettext_lazy("Answered; by whom is not certain"),
    Outcome.WRONG_PERSON: gettext_lazy("Somebody else answered"),
    Outcome.VOICEMAIL: gettext_lazy("Voicemail"),
    Outcome.RANG: gettext_lazy("Rang; nobody answered"),
    Outcome.NOT_CONNECTED: gettext_lazy("Not connected"),
}
FOLLOWING = {
    Following.DONE: gettext_lazy("Done for today"),
    Following.AGAIN: gettext_lazy("Try again later today"),
    Following.CALL_BACK: gettext_lazy("Call back at a time agreed"),
    Following.WAIT: gettext_lazy("Wait for a payment or an answer"),
    Following.CLOSE_WRONG_PERSON: gettext_lazy("Close: the debt is not this person's"),
    Following.CLOSE_DECEASED: gettext_lazy("Close: the person has died"),
}
STEPS = {
    Step.IDENTIFY: gettext_lazy("Say who calls"),
    Step.VERIFY: gettext_lazy("Make sure who it is"),
    Step.LISTEN: gettext_lazy("Listen"),
    Step.FACTS: gettext_lazy("Facts"),
    Step.OPTIONS: gettext_lazy("Options"),
    Step.AGREE: gettext_lazy("Agree"),
    Step.CLOSE: gettext_lazy("Close"),
    Step.VOICEMAIL: gettext_lazy("On a voicemail"),
    Step.APOLOGISE: gettext_lazy("Wrong number"),
    Step.LOCATE: gettext_lazy("To somebody who knows the person"),
    Step.CARE: gettext_lazy("If the person is in distress"),
}
_STATES = {
    DispatchState.AUTHORISED: ("wait", gettext_lazy("Allowed; waiting to be connected")),
    DispatchState.CLAIMED: ("wait", gettext_lazy("Allowed; being connected")),
    DispatchState.INTENT: ("wait", gettext_lazy("Being connected")),
    DispatchState.UNKNOWN: ("watch", gettext_lazy("Whether it was connected is not known")),
    DispatchState.REJECTED: ("stop", gettext_lazy("Not connected; it does not count as a contact")),
    DispatchState.WITHDRAWN: ("stop", gettext_lazy("Taken back before it was connected")),
}


_CALLS = {
    CallState.DESK: ("wait", gettext_lazy("Pick up your telephone: it rings")),
    CallState.DIALLING: ("wait", gettext_lazy("Dialling")),
    CallState.RINGING: ("wait", gettext_lazy("Ringing")),
    CallState.ANSWERED: ("good", gettext_lazy("Connected")),
}


def live_shown(talk: TalkNow, *, now: datetime) -> dict[str, Any]:
    """Return where a call stands, in one sentence."""
    if talk.call is not None:
        return _call_shown(talk.call, mine=talk.mine, now=now)
    mood, words, more = _stands(talk.stand)
    since = talk.begun_at if talk.stand is None else talk.stand.intent_at or talk.begun_at
    return {"mood": mood, "words": words, "more": more, "since": ago(since, now=now)}


def _call_shown(call: Shown, *, mine: bool, now: datetime) -> dict[str, Any]:
    """Return a call of our own switchboard; while it goes on its maker can steer it."""
    since, more = call.answered_at or call.began_at, ""
    if call.end is not None:
        meaning = ENDS[call.end]
        mood, words = "watch" if meaning.left else "stop", either(meaning.en, meaning.zh)
        more = "" if meaning.left else _("It does not count as a contact.")
        lasted = ((call.ended_at or now) - call.answered_at) if call.answered_at else None
    else:
        mood, words = _CALLS[call.state]
        lasted = now - call.answered_at if call.answered_at else None
    return {
        "mood": mood,
        "words": words,
        "more": more,
        "since": ago(since, now=now) if lasted is None else _clock(lasted),
        "code": "" if call.end is not None else code_of(call.attempt_id),
        "line": call.line,
        "recorded": call.recorded,
        "steer": mine and call.end is None,
        "connected": call.state is CallState.ANSWERED,
        "muted": call.muted,
    }


def _clock(lasted: timedelta) -> str:
    minutes, seconds = divmod(max(0, int(lasted.total_seconds())), 60)
    return f"{minutes}:{seconds:02d}"


def _stands(stand: Stand | None) -> tuple[str, Any, Any]:
    if stand is None:
        return "stop", _("The gate was not asked"), _("Wrap up, then call again.")
    if stand.state is DispatchState.ACCEPTED:
        if stand.outcome in OUTCOMES:
            told = _("As its provider tells it: %(outcome)s.") % {
                "outcome": OUTCOMES[stand.outcome]
            }
            return "watch", _("The call is over; write down how it was"), told
        if stand.provider == DESK:
            return (
                "good",
                _("Allowed; pick up your telephone"),
                _("The lender's telephone system connects you; the number stays hidden."),
            )
        return "good", _("Ringing"), ""
    mood, words = _STATES[stand.state]
    more = CAUSES.get(stand.cause.value, "") if stand.cause else ""
    return mood, words, more


def talk_shown(talk: TalkNow, *, now: datetime) -> dict[str, Any]:
    """Return a call of the reader's own, with the choices at its end."""
    return {
        "mine": talk.mine,
        "verified": talk.verified_at is not None,
        "live": live_shown(talk, now=now),
        "outcomes": _choices(OUTCOMES, talk.suggested),
        "following": _choices(FOLLOWING, _following(talk.suggested)),
    }


def _following(suggested: Outcome) -> Following:
    reached = suggested in {Outcome.CONVERSATION, Outcome.RIGHT_PARTY, Outcome.WRONG_PERSON}
    return Following.DONE if reached else Following.AGAIN


def _choices(words: Any, chosen: Any) -> list[dict[str, Any]]:
    return [
        {"code": code.value, "label": label, "chosen": code is chosen}
        for code, label in words.items()
    ]


def script_shown(script: Script, *, verified: bool) -> dict[str, Any]:
    """Return the script; the words themselves in the person's language."""
    first = Step.LISTEN if verified else Step.IDENTIFY
    steps = [_step(each, script) for each in script.steps]
    for number, step in enumerate(steps, start=1):
        step["number"], step["open"] = number, step["step"] is first
    return {
        "lang": _code(script.language),
        "same": chinese() == (script.language is Language.ZH),
        "steps": steps,
        "aside": [each for each in (_step(s, script) for s in script.aside) if each["lines"]],
        "legal": [_line(each, script.language) for each in script.legal],
        "objections": [
            {
                "says": each.says.of(script.language),
                "answer": each.answer.of(script.language),
                "meaning": _other(each.answer, script.language),
            }
            for each in script.objections
        ],
        "customs": [_mine(each) for each in script.customs],
    }


def care_shown(kinds: Sequence[HoldKind], script: Script | None) -> list[dict[str, Any]]:
    """Return what to do for somebody who is held for their own sake, and what to say."""
    shown = []
    for sign in open_scripts().signs:
        if set(sign.kinds[:1]) & set(kinds):
            lines = [] if script is None else [line for s in script.aside for line in s.lines]
            said = [each for each in lines if each.id.endswith(f".{sign.message}")]
            language = Language.ZH if script is None else script.language
            shown.append(
                {
                    "what": _mine(sign.hand_over),
                    "lines": [_line(each, language) for each in said if each.may_be_said],
                    "lang": _code(language),
                }
            )
    return shown


def _step(step: ScriptStep, script: Script) -> dict[str, Any]:
    return {
        "step": step.step,
        "title": STEPS[step.step],
        "locked": step.locked,
        "phrases": [each.of(script.language) for each in step.phrases],
        "lines": [_line(each, script.language) for each in step.lines],
        "open": False,
    }


def _line(line: Line, language: Language) -> dict[str, Any]:
    other = line.other if chinese() != (language is Language.ZH) else ()
    return {
        "id": line.id,
        "version": line.version,
        "purpose": _mine(line.purpose),
        "pieces": [_piece(each) for each in line.pieces],
        "meaning": "".join(f"[{e.text}]" if e.gap else e.text for e in other),
        "may": line.may_be_said,
        "why_not": [
            *(_("not certain: %(fact)s") % {"fact": _mine(each.text)} for each in line.missing),
            *(_mine(each.text) for each in line.forbidding),
            *line.rules,
        ],
    }


def _piece(piece: Spoken) -> dict[str, Any]:
    return {"text": piece.text, "gap": piece.gap, "value": piece.variable is not None}


def _mine(said: Both) -> str:
    return either(said.en, said.zh)


def _other(said: Both, language: Language) -> str:
    return "" if chinese() == (language is Language.ZH) else _mine(said)


def _code(language: Language) -> str:
    return "zh-Hans" if language is Language.ZH else "en"


def remarks_shown(remarks: Sequence[Remark]) -> list[dict[str, Any]]:
    """Return what was found in a text: the words, why, and what to write instead."""
    acts = open_content().acts
    return [
        {
            "words": each.finding.text,
            "act": either(acts[each.finding.act].name_en, acts[each.finding.act].name_zh),
            "why": either(each.finding.why_en, each.finding.why_zh),
            "how": either("Read as meaning it; no word says it.", "按语义读作此意，字面未说。")
            if each.finding.read
            else "",
            "instead": _mine(each.instead),
            "refuses": each.refuses,
        }
        for each in remarks
    ]

"""Where may a language model help in a conversation, and what keeps what it says away from people?

It is asked for two things, by its lender's wish alone: which of our meanings was meant, where that
was not clear, and to say an approved reply more shortly. It never hears what tells of danger,
distress, age or tricks: rules and our own model read those first. Its answer is one of the meanings
that were offered, or a text that passes every check when it comes and again whenever it is shown;
the approved text stands with it. Whoever is not in has nothing sent anywhere.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from forbear.contexts.access.visit import Inside
from forbear.contexts.assistant.llm_file import InvalidModel, Port, Words, named_model
from forbear.contexts.assistant.llm_wire import Told, ask_model, read_json
from forbear.contexts.assistant.llm_word import Fate, Task
from forbear.contexts.assistant.models import ModelCall, Talk
from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.desk.check import signs_in
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.queries.signer import name_of
from forbear.contexts.protection.person import ErasedPerson
from forbear.contexts.protection.store import open_values, seal_values
from forbear.contexts.rulebook.library import (
    open_content,
    open_knowledge,
    open_phrasing,
    open_understanding,
)
from forbear.policy.assistant.dialogue import Reply, Stage
from forbear.policy.assistant.figure import unsaid
from forbear.policy.assistant.intent import CARE, GUARDED, MANNERS, Intent
from forbear.policy.assistant.mask import masked_words
from forbear.policy.assistant.rephrase import Doubt, doubts
from forbear.policy.assistant.understand import Understood
from forbear.policy.content.check import check
from forbear.values.code import Language

OFFERED = frozenset(Intent) - CARE - GUARDED - MANNERS - {Intent.NONE, Intent.HUMAN}
"""Meanings among which a model may choose: none of them lets anything be done."""
_SENT_NOTHING = frozenset({Fate.RESTING, Fate.BUSY})
_ANSWER_MAX = 4_000
_LOCALES = {Language.ZH: "zh-CN", Language.EN: "en-GB"}
_PLACE = re.compile(r"\{(\d+)\}")
_log = logging.getLogger(__name__)

Line = tuple[str, str]
"""A figure of the account as the page shows it: what it is called, and its value."""


def phrases() -> bool:
    """Whether replies may be said more shortly here."""
    return _port(Task.PHRASE) is not None


def read_as() -> Words | None:
    """Return how a model may read what people write; None: none reads it."""
    port = _port(Task.UNDERSTAND)
    return None if port is None else port.words


def look_again(heard: Understood, text: str | None, inside: Inside, *, now: datetime) -> Understood:
    """Return what was understood; where that was not clear, with what a model says was meant."""
    port = _port(Task.UNDERSTAND)
    if port is None or text is None or not _may_go(heard, text):
        return heard
    names = _names(inside, now=now)
    if names is None:
        return heard
    phrasing, knowledge = open_phrasing(), open_knowledge()
    codes = [f"{each.value}: {knowledge.answering(each).title.en}" for each in sorted(OFFERED)]
    words = text if port.words is Words.WHOLE else masked_words(text, names=names)
    prompt = f"<message>{words.replace('<', '＜').replace('>', '＞')}</message>"
    told = ask_model(port, "\n".join([phrasing.choose, *codes, "NONE: none of these"]), prompt)
    meant = None if told.text is None else _meaning(told.text)
    fate = Fate.NO_MEANING if told.fate is Fate.USED and meant is None else told.fate
    _keep(port, Task.UNDERSTAND, inside, prompt, told, fate, now=now)
    return heard if meant is None else replace(heard, meant=(meant,), near=())


def rephrase(
    ref: UUID,
    reply: Reply,
    inside: Inside,
    *,
    lines: Sequence[Line],
    language: Language,
    now: datetime,
) -> None:
    """Have a reply said more shortly, and keep that beside it where it may be said."""
    port = _port(Task.PHRASE)
    if port is None or not _may_be_shorter(reply):
        return
    sources = _sources(reply, [(label, f"{{{n}}}") for n, (label, _) in _counted(lines)], language)
    prompt = "\n".join(sources)
    told = ask_model(port, open_phrasing().say[language], prompt)
    found = () if told.text is None else _doubts(told.text, reply, lines, language)
    fate = Fate.DOUBTED if told.fate is Fate.USED and found else told.fate
    _keep(port, Task.PHRASE, inside, prompt, told, fate, found=found, ref=ref, now=now)


def phrased(
    ref: UUID,
    reply: Reply,
    inside: Inside,
    *,
    lines: Sequence[Line],
    language: Language,
    now: datetime,
) -> str | None:
    """Return the short form of a reply, checked anew against what it stands beside; None: none."""
    if not phrases() or not _may_be_shorter(reply):
        return None
    with reading(inside.principal):
        calls = ModelCall.objects.filter(message_ref=ref, fate=Fate.USED.value)
        row = calls.select_related("debtor").order_by("-id").first()
        try:
            said = None if row is None else open_values(row, "answer", now=now)["answer"]
        except ErasedPerson:
            said = None
    if said is None or _doubts(said, reply, lines, language):
        return None
    return _filled(_text(said) or "", lines)


def _port(task: Task) -> Port | None:
    try:
        port = named_model()
    except InvalidModel as wrong:
        _log.error("the file of the language model is wrong", extra={"code": wrong.code})
        return None
    return port if port is not None and task in port.tasks else None


def _may_go(heard: Understood, text: str) -> bool:
    """Whether a message may be read elsewhere: it was not clear, and nothing in it lets fear."""
    if heard.meant or heard.care:
        return False
    first, _ = open_understanding().first(text)
    return first not in CARE | GUARDED and not signs_in(text)


def _may_be_shorter(reply: Reply) -> bool:
    """Whether a reply is only approved texts, to somebody who needs no care and tries no trick."""
    means = {intent for each in reply.articles for intent in each.intents}
    return bool(reply.articles) and not (reply.listeners or reply.deed or means & (CARE | GUARDED))


def _names(inside: Inside, *, now: datetime) -> tuple[str, ...] | None:
    """Return how the person is called; None: nothing more of this conversation goes anywhere."""
    with reading(inside.principal):
        talks = Talk.objects.filter(visit_id=inside.visit_id, stage=Stage.CARE.value)
        if talks.exists():
            return None
        name = name_of(inside.debtor_id, now=now)
    return () if name is None else (name,)


def _meaning(answer: str) -> Intent | None:
    """Return the one meaning that an answer names, of those that were offered; None: none."""
    said = read_json(answer)
    if not isinstance(said, dict) or set(said) != {"meaning"}:
        return None
    named = said["meaning"]
    return Intent(named) if isinstance(named, str) and named in OFFERED else None


def _text(answer: str) -> str | None:
    said = read_json(answer)
    if not isinstance(said, dict) or set(said) != {"text"}:
        return None
    return said["text"].strip() if isinstance(said["text"], str) else None


def _doubts(
    answer: str, reply: Reply, lines: Sequence[Line], language: Language
) -> tuple[Doubt, ...]:
    text = _text(answer)
    used = [] if text is None else [int(n) for n in _PLACE.findall(text)]
    # Each figure stands once, and none beside another, where one could be read as the other's end.
    once = len(set(used)) == len(used) and set(used) <= dict(_counted(lines)).keys()
    if text is None or not once or "}{" in text:
        return (Doubt.FORM,)
    places = [(label, f"{{{n}}}") for n, (label, _) in _counted(lines)]
    found = doubts(
        text, _sources(reply, places, language), language=language, phrasing=open_phrasing()
    )
    filled = _filled(text, lines)
    if unsaid(filled, _sources(reply, lines, language)):
        found += (Doubt.FIGURE,)
    if not check(filled, locale=_LOCALES[language], facts=(), pack=open_content()).allowed:
        found += (Doubt.CONTENT,)
    return tuple(dict.fromkeys(found))


def _filled(text: str, lines: Sequence[Line]) -> str:
    known = {n: value for n, (_, value) in _counted(lines)}
    return _PLACE.sub(lambda place: known[int(place[1])], text)


def _counted(lines: Sequence[Line]) -> list[tuple[int, Line]]:
    return list(enumerate(lines, start=1))


def _sources(reply: Reply, lines: Sequence[Line], language: Language) -> list[str]:
    says = [each.says.zh if language is Language.ZH else each.says.en for each in reply.articles]
    return [*says, *(f"{label}: {value}" for label, value in lines)]


def _keep(
    port: Port,
    task: Task,
    inside: Inside,
    prompt: str,
    told: Told,
    fate: Fate,
    *,
    found: tuple[Doubt, ...] = (),
    ref: UUID | None = None,
    now: datetime,
) -> None:
    """Write down what was sent and what came, sealed; where nothing was sent there is nothing."""
    if fate in _SENT_NOTHING:
        return
    with acting(inside.principal):
        row = ModelCall(
            debtor_id=inside.debtor_id,
            at=now,
            task=task.value,
            model=port.model,
            phrasing=open_phrasing().version,
            fate=fate.value,
            took_ms=told.took_ms,
            doubts=" ".join(found),
            message_ref=ref,
        )
        answer = None if told.text is None else told.text[:_ANSWER_MAX]
        seal_values(row, {"prompt": prompt, "answer": answer}, now=now)
        row.save(force_insert=True)
        record(
            AuditEvent.ASSISTANT_MODEL_ASKED,
            actor=inside.principal,
            subject=f"question:{row.pk}",
            debtor_id=inside.debtor_id,
            now=now,
            body={"task": task.value, "model": port.model, "fate": fate.value},
        )

"""One person at a desk: who, what is owed, what happened, what may be done now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from forbear.contexts.assistant.suggest import TEXT_LENGTH_MAX, suggestion
from forbear.contexts.cases.desk.claim import stay
from forbear.contexts.cases.desk.person import PersonDesk, person_desk
from forbear.contexts.cases.desk.script import Script, script_for
from forbear.contexts.cases.desk.talk import watch_talk
from forbear.contexts.cases.timeline import timeline
from forbear.contexts.contact.channels.registry import carrier_of
from forbear.contexts.contact.inbound.listing import written_by
from forbear.contexts.database.transaction import reading
from forbear.contexts.people import queries as people
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.reveal import reveal_value
from forbear.contexts.portfolio.queries.zone import zone_of
from forbear.contexts.portfolio.word import Revealable
from forbear.interfaces.console.presenter.heard import choices_shown, heard_shown, words_shown
from forbear.interfaces.console.presenter.person import (
    caps_shown,
    case_shown,
    day_of,
    loans_shown,
    plan_shown,
    ways_shown,
    who_shown,
)
from forbear.interfaces.console.presenter.talk import care_shown, script_shown, talk_shown
from forbear.interfaces.console.presenter.timeline import (
    cursor_of,
    staff_named,
    timeline_shown,
    topic_of,
    topics_shown,
)
from forbear.interfaces.console.section import sections_shown
from forbear.interfaces.console.view.turn import dials_in_s, follows
from forbear.interfaces.web.clock import clock_named
from forbear.interfaces.web.error import said
from forbear.policy.assistant.intent import Intent
from forbear.values.code import Channel, Dialect
from forbear.values.errors import InvalidInput

_MESSAGES_MAX = 50
_NOTHING: Mapping[tuple[str, str], str] = {}


@require_GET
def person(request: Any, person: int) -> HttpResponse:
    """Show the person."""
    return person_page(request, person)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks the assistant about: words, a meaning, or a message by its id.

    ``message`` "latest": the newest of the person's; "": none.
    """

    said: str = field(default="", repr=False)
    chosen: Intent | None = None
    message: str = ""


def person_page(
    request: Any,
    ident: int,
    *,
    revealed: Mapping[tuple[str, str], str] = _NOTHING,
    asked: Asked | None = None,
    template: str | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Return the page; ``revealed`` are values seen in full, ``more`` what a form answers.

    ``asked``: what the assistant is asked about. ``template`` null: the whole page.
    """
    actor, now = request.principal, request.now
    loan = request.GET.get("loan", "")
    desk = person_desk(
        ident,
        loan_id=int(loan) if loan.isdecimal() else None,
        today=settings.FORBEAR_MORNING.day(now),
        actor=actor,
        now=now,
    )
    if desk.mine(actor) and desk.case is not None:
        stay(desk.case.id, actor=actor, now=now)
    shown = {**_parts(request, desk, revealed), **more}
    shown |= _suggested(request, desk, asked, shown["ways"])
    if template is not None:
        return render(request, template, shown, status=status)
    return render(request, "console/person.html", {**shown, **_line(request, desk)}, status=status)


def _suggested(
    request: Any, desk: PersonDesk, asked: Asked | None, ways: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the assistant's panel, with its suggestion where it is asked about something."""
    if asked is None and request.method == "GET" and request.GET.get("message"):
        asked = Asked(message=request.GET["message"])
    panel = {"ask": {**words_shown(), "choices": choices_shown()}}
    if asked is None or desk.person.erased_at is not None:
        return panel
    text, shown = asked.said, {}
    try:
        if asked.message:
            text = _written(request, desk, asked.message)
            shown = {"words": text}
        found = suggestion(text, asked.chosen, today=settings.FORBEAR_MORNING.day(request.now))
    except InvalidInput as wrong:
        return panel | {"heard": {"wrong": " ".join(said(wrong))}}
    by = {"hidden": is_veiled(desk.talk), "actor": request.principal}
    return panel | {
        "heard": heard_shown(found, desk, ways, **by) | shown,
        "heard_said": asked.said,
        "heard_chosen": "" if asked.chosen is None else asked.chosen.value,
    }


def _written(request: Any, desk: PersonDesk, message: str) -> str:
    """Return the words of one of the person's messages.

    Raises:
        InvalidInput: there is none, or its words were erased.
    """
    with reading(request.principal):
        rows = written_by(desk.person.id, rows=_MESSAGES_MAX, now=request.now)
    found = [row for row in rows if message in {"latest", str(row.id)} and row.text]
    if not found:
        raise InvalidInput(
            "There is no message of the person to read.",
            remedy="Write what was said, or choose it.",
            message_zh="没有可读的来信。",
            remedy_zh="请写下对方说的话，或从列表中选择。",
        )
    return (found[0].text or "")[:TEXT_LENGTH_MAX]


def _parts(
    request: Any, desk: PersonDesk, revealed: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    actor = request.principal
    works, mine = actor.may(Permission.CASE_WORK), desk.mine(actor)
    teams = people.teams(actor=actor, with_closed=True)
    officer = None if desk.case is None else desk.case.officer_id
    names = people.staff_names([officer], actor=actor) if officer else {}
    carried = {each for each in Channel if carrier_of(each, settings.FORBEAR_PROVIDERS)}
    ways = ways_shown(desk, acts=mine and desk.talk is None, carried=carried)
    return {
        **_work(request, desk, mine=mine),
        "who": who_shown(desk, revealed),
        "case": case_shown(desk, teams=teams, officers=names, actor=actor),
        "plan": None if is_veiled(desk.talk) else plan_shown(desk),
        "loans": loans_shown(desk, hidden=is_veiled(desk.talk)),
        "ways": ways,
        "dials_in_s": dials_in_s(request, desk.person.id) if _able(ways) else None,
        "caps": caps_shown(ways),
        "sections": sections_shown(
            desk.person, hidden=is_veiled(desk.talk), actor=actor, now=request.now
        ),
        "sees_queue": actor.may(Permission.QUEUE_SEE),
        "may_work": works,
        "may_assign": actor.may(Permission.CASE_ASSIGN),
        "may_reveal": actor.may(Permission.VALUE_REVEAL) and desk.person.erased_at is None,
    }


def _able(ways: list[dict[str, Any]]) -> bool:
    """Say whether the planned call may be made by the reader now."""
    return any(way["planned"] and way["calls"] and way["gate"]["allowed"] for way in ways)


def _work(request: Any, desk: PersonDesk, *, mine: bool) -> dict[str, Any]:
    """Return what helps to act: the call with its script, the note, and care where it is due."""
    talk = desk.talk if desk.talk is not None and desk.talk.mine else None
    kinds = [hold.kind for hold in desk.person.holds if hold.start_date <= day_of(desk)]
    ref, text = desk.draft or (uuid4(), "")
    script = None
    if mine and (talk is not None or care_shown(kinds, None)):
        script = _script(request, desk)
    return {
        "talk": None if desk.talk is None else talk_shown(desk.talk, now=desk.at),
        "script": None
        if script is None or talk is None
        else script_shown(script, verified=talk.verified_at is not None),
        "care": care_shown(kinds, script),
        "note": {"ref": ref, "text": text},
        "may_note": mine and desk.talk is None and desk.person.erased_at is None,
        "may_promise": mine
        and desk.talk is None
        and any(way.wish.channel is Channel.VOICE for way in desk.ways),
        "request_id": uuid4(),
        "follows": follows(request),
        "zone": clock_named(desk.zone),
    }


def _script(request: Any, desk: PersonDesk) -> Script | None:
    talk = desk.talk
    point = desk.ways[0].point.id if talk is None and desk.ways else 0
    return script_for(
        desk.person.id,
        loan_id=desk.about if talk is None else talk.loan_id,
        point_id=point if talk is None else talk.contact_point_id,
        verified=talk is not None and talk.verified_at is not None,
        dialect=Dialect(desk.person.dialect) if desk.person.dialect else None,
        officer=request.user.name,
        actor=request.principal,
        now=desk.at,
    )


def is_veiled(talk: Any) -> bool:
    """Say whether no amount may be on the page: a call goes on with somebody not yet known."""
    return talk is not None and talk.mine and talk.verified_at is None


def _line(request: Any, desk: PersonDesk) -> dict[str, Any]:
    actor, topic = request.principal, topic_of(request.GET.get("only"))
    page = timeline(desk.person.id, topic=topic, limit=20, actor=actor, now=request.now)
    names = people.staff_names(staff_named(page), actor=actor)
    return {
        "line": timeline_shown(page, names, zone=desk.zone, hidden=is_veiled(desk.talk)),
        "topics": topics_shown(topic, looks=actor.may(Permission.REVEALS_SEE)),
        "only": "" if topic is None else topic.value.lower(),
    }


@require_GET
def person_timeline(request: Any, person: int) -> HttpResponse:
    """Show earlier entries; as a part of the page, or alone where no script runs."""
    actor, topic = request.principal, topic_of(request.GET.get("only"))
    before = cursor_of(request.GET.get("before"))
    page = timeline(person, before=before, topic=topic, actor=actor, now=request.now)
    names = people.staff_names(staff_named(page), actor=actor)
    veiled = is_veiled(watch_talk(person, actor=actor))
    shown = {
        "who": {"id": person},
        "line": timeline_shown(page, names, zone=zone_of(person, actor=actor), hidden=veiled),
        "only": "" if topic is None else topic.value.lower(),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "console/timeline_rows.html" if part else "console/timeline.html", shown)


@require_POST
def person_reveal(request: Any, person: int) -> HttpResponse:
    """Show one value in full, on this one page alone; the look is recorded."""
    what, _colon, ref = request.POST.get("what", "").partition(":")
    if what not in {Revealable.NAME, Revealable.NATIONAL_ID, Revealable.ADDRESS} or not ref:
        raise InvalidInput("There is no such value here.", message_zh="这里没有这项信息。")
    value = reveal_value(
        Revealable(what),
        ref,
        request.POST.get("reason", ""),
        actor=request.principal,
        now=request.now,
    )
    return person_page(request, person, revealed={(Revealable(what), ref): value})

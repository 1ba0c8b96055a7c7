"""Acting for a person: a call, its end, a note, a promise to call back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from forbear.contexts.cases.actions.call import place_call, verify_identity
from forbear.contexts.cases.actions.set_callback import set_callback
from forbear.contexts.cases.actions.wrap_up import Following, WrapUp, wrap_up
from forbear.contexts.cases.actions.write_note import write_note
from forbear.contexts.cases.desk.check import WordsRefused
from forbear.contexts.cases.desk.claim import stay
from forbear.contexts.cases.desk.draft import keep_draft
from forbear.contexts.cases.desk.talk import watch_talk
from forbear.contexts.cases.desk.whose import open_case_of
from forbear.contexts.contact.call.watch import steer_call
from forbear.contexts.contact.call.word import CallWish
from forbear.contexts.contact.channels.registry import carrier_of
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.portfolio.queries.zone import zone_of
from forbear.interfaces.console.presenter.talk import live_shown, remarks_shown
from forbear.interfaces.console.presenter.word import either
from forbear.interfaces.console.view.person import person_page
from forbear.interfaces.console.view.turn import follows, go_on
from forbear.interfaces.web.error import form_not_whole, said
from forbear.values.code import Channel, Outcome
from forbear.values.errors import ForbearError, InvalidInput


@require_POST
def call(request: Any, person: int) -> HttpResponse:
    """Ask the gate for a call; refused, the page says why beside the number."""
    actor = request.principal
    case = open_case_of(person, actor=actor)
    wish = wish_of(request, person, Channel.VOICE)
    answer = place_call(
        case,
        wish,
        request=request_id(request),
        provider=carrier_of(Channel.VOICE, settings.FORBEAR_PROVIDERS),
        actor=actor,
        now=request.now,
    )
    if not answer.allowed:
        why = answer.reasons[0]
        messages.error(request, _("No call was made: %(why)s") % {"why": either(why.en, why.zh)})
    return redirect("person", person)


@require_GET
def live(request: Any, person: int) -> HttpResponse:
    """Show where the call stands; a part that the page asks for by itself."""
    talk = watch_talk(person, actor=request.principal)
    shown = None if talk is None else live_shown(talk, now=request.now)
    return render(request, "console/talk_live.html", {"live": shown, "who": {"id": person}})


@require_POST
def steer(request: Any, person: int) -> HttpResponse:
    """End, mute or unmute one's own call, or press keys in it."""
    actor = request.principal
    talk = watch_talk(person, actor=actor)
    if talk is None:
        raise form_not_whole()
    keys = request.POST.get("keys", "")
    wish = _word(CallWish, request.POST.get("wish", ""))
    steer_call(talk.permit_id, wish, keys=keys, actor=actor, now=request.now)
    if wish is CallWish.KEYS:
        messages.success(request, _("Pressed: %(keys)s") % {"keys": keys})
    return redirect("person", person)


@require_POST
def verify(request: Any, person: int) -> HttpResponse:
    """Mark that it is the person who speaks; amounts are shown from then on."""
    actor = request.principal
    verify_identity(open_case_of(person, actor=actor), actor=actor, now=request.now)
    return redirect("person", person)


@require_POST
def wrap(request: Any, person: int) -> HttpResponse:
    """Write down how a call ended and go on with the queue."""
    actor, form = request.principal, request.POST
    case = open_case_of(person, actor=actor)
    following = _word(Following, form.get("following", ""))
    at = None
    if following is Following.CALL_BACK:
        at = _instant(request, person, form.get("callback_at", ""))
    told = WrapUp(
        _word(Outcome, form.get("outcome", "")),
        following,
        _text(request),
        _ref(request),
        at,
        reports="reports" in form,
    )
    today = settings.FORBEAR_MORNING.day(request.now)
    try:
        written = wrap_up(case, told, actor=actor, today=today, now=request.now)
    except (WordsRefused, InvalidInput) as refused:
        return _again(request, person, case, refused)
    messages.success(request, _("Written down. The case is free again."))
    if written is not None and written.holds:
        return _with_care(request, person)
    return go_on(request) if follows(request) else redirect("queue")


@require_POST
def note(request: Any, person: int) -> HttpResponse:
    """Keep a note."""
    actor = request.principal
    case = open_case_of(person, actor=actor)
    today = settings.FORBEAR_MORNING.day(request.now)
    try:
        written = write_note(
            case,
            _text(request),
            ref=_ref(request),
            reports="reports" in request.POST,
            actor=actor,
            today=today,
            now=request.now,
        )
    except (WordsRefused, InvalidInput) as refused:
        return _again(request, person, case, refused)
    if written.holds:
        return _with_care(request, person)
    messages.success(request, _("The note is kept."))
    return redirect("person", person)


@require_POST
def draft(request: Any, person: int) -> HttpResponse:
    """Keep what was written so far; a button without scripts, by itself with them."""
    actor = request.principal
    case = open_case_of(person, actor=actor)
    keep_draft(case, _text(request), ref=_ref(request), actor=actor, now=request.now)
    if "X-Draft" in request.headers:
        return HttpResponse(status=204)
    messages.success(request, _("The draft is kept."))
    return redirect("person", person)


@require_POST
def staying(request: Any, person: int) -> HttpResponse:
    """Hear that somebody is still at work on a case."""
    actor = request.principal
    stay(open_case_of(person, actor=actor), actor=actor, now=request.now)
    return HttpResponse(status=204)


@require_POST
def callback(request: Any, person: int) -> HttpResponse:
    """Promise a call at a time on the person's clock."""
    actor, point = request.principal, request.POST.get("point", "")
    case = open_case_of(person, actor=actor)
    try:
        at = _instant(request, person, request.POST.get("callback_at", ""))
        set_callback(case, _number(point), due_at=at, actor=actor, now=request.now)
    except InvalidInput as refused:
        messages.error(request, " ".join(said(refused)))
    else:
        messages.success(request, _("The call is promised."))
    return redirect("person", person)


def wish_of(request: Any, person: int, channel: Channel) -> Wish:
    """Return the contact that a form asks for.

    Raises:
        InvalidInput: it names no contact point.
    """
    point, loan = request.POST.get("point", ""), request.POST.get("loan", "")
    return Wish(person, _number(point), channel, _number(loan) if loan else None)


def request_id(request: Any) -> UUID:
    """Return the id that the form was drawn with, so that sending it twice is one wish.

    Raises:
        InvalidInput: there is none.
    """
    try:
        return UUID(request.POST.get("request", ""))
    except ValueError:
        raise form_not_whole() from None


def _again(request: Any, person: int, case: int, refused: ForbearError) -> HttpResponse:
    """Show the page anew with what was wrong; what was written is kept as a draft."""
    text = _text(request)
    if text.strip():
        ref = _ref(request)
        keep_draft(case, text, ref=ref, actor=request.principal, now=request.now)
    found = refused.found if isinstance(refused, WordsRefused) else ()
    if isinstance(refused, WordsRefused) and refused.holds:
        _say_paused(request)
    wrong = {
        "note_fault": " ".join(said(refused)),
        "remarks": remarks_shown(found),
        "chosen": {
            "outcome": request.POST.get("outcome", ""),
            "following": request.POST.get("following", ""),
            "callback_at": request.POST.get("callback_at", ""),
        },
    }
    return person_page(request, person, status=422, **wrong)


def _with_care(request: Any, person: int) -> HttpResponse:
    _say_paused(request)
    return redirect("person", person)


def _say_paused(request: Any) -> None:
    messages.warning(request, _("Signs of distress were found. All contact is paused."))


def _instant(request: Any, person: int, text: str) -> datetime:
    zone = zone_of(person, actor=request.principal)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise InvalidInput(
            "A time is missing.",
            remedy="Say when the person is to be called back.",
            message_zh="缺少时间。",
            remedy_zh="请填写回电时间。",
            field="callback_at",
        ) from None


def _text(request: Any) -> str:
    return str(request.POST.get("text", "")).replace("\r\n", "\n")


def _ref(request: Any) -> UUID:
    try:
        return UUID(request.POST.get("note_ref", ""))
    except ValueError:
        return uuid4()


def _word(words: Any, text: str) -> Any:
    try:
        return words(text)
    except ValueError:
        raise form_not_whole() from None


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise form_not_whole()
    return int(text)

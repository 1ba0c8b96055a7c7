"""Short lessons about money, and situations to decide. For everybody; nothing is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from forbear.contexts.rulebook.library import open_lessons, open_situations
from forbear.interfaces.portal.context import in_tongue
from forbear.interfaces.portal.presenter.learn import leads_to, lesson_entry
from forbear.policy.education.lesson import Lesson, Moment
from forbear.policy.education.situation import Situation, SituationKind

_COURSE = (Moment.BEFORE_DUE, Moment.ANYTIME, Moment.AFTER_FIRST_MISS, Moment.AFTER_RECOVERY)
"""The way a debt may take: what comes after all is over stands last."""


def lessons(request: Any) -> HttpResponse:
    """Show which lessons there are."""
    today = _today(request)
    shown = {
        "lessons": [
            lesson_entry(each, today) for each in sorted(open_lessons().values(), key=_when)
        ],
        "more": [
            {
                "address": reverse("portal:budget"),
                "label": _("My month and my debts"),
            },
            {"address": reverse("portal:practice"), "label": _("Practise: what would you do?")},
        ],
    }
    return render(request, "portal/learn.html", shown)


def _when(lesson: Lesson) -> int:
    """Return where a lesson stands in the list: by the first moment in which it fits."""
    return min(_COURSE.index(each) for each in lesson.moments)


def lesson(request: Any, code: str) -> HttpResponse:
    """Show one lesson, and where it leads."""
    found = open_lessons().get(code)
    if found is None:
        raise Http404
    text = found.on(_today(request))
    shown = {
        "title": in_tongue(text.title),
        "parts": [in_tongue(each) for each in text.parts],
        "ways": leads_to(found),
    }
    return render(request, "portal/lesson.html", shown)


def practice(request: Any) -> HttpResponse:
    """Show which situations can be practised."""
    today = _today(request)
    groups = {"buying": SituationKind.QUIZ, "frauds": SituationKind.DRILL}
    shown = {
        name: [_entry(each, today) for each in open_situations().values() if each.kind is kind]
        for name, kind in groups.items()
    }
    return render(request, "portal/practice.html", shown)


def situation(request: Any, code: str) -> HttpResponse:
    """Ask what somebody would do, or say what follows from their answer."""
    found = open_situations().get(code)
    if found is None:
        raise Http404
    text = found.on(_today(request))
    answers = [
        {
            "code": each.code,
            "sound": each.sound,
            "text": in_tongue(each.text),
            "says": in_tongue(each.says),
            "given": each.code == request.GET.get("answer"),
        }
        for each in text.answers
    ]
    shown = {
        "tells": in_tongue(text.tells),
        "drill": found.kind is SituationKind.DRILL,
        "answers": answers,
        "given": next((each for each in answers if each["given"]), None),
        "others": [each for each in answers if not each["given"]],
        "lesson": lesson_entry(open_lessons()[found.lesson], _today(request)),
        "next": _next(found),
    }
    return render(request, "portal/situation.html", shown)


def _entry(each: Situation, today: date) -> dict[str, Any]:
    address = reverse("portal:situation", args=[each.code])
    return {"address": address, "label": in_tongue(each.on(today).tells)}


def _next(found: Situation) -> str | None:
    """Return where the next situation of its kind stands; null after the last one."""
    alike = [each.code for each in open_situations().values() if each.kind is found.kind]
    behind = alike[alike.index(found.code) + 1 :]
    return reverse("portal:situation", args=behind[:1]) if behind else None


def _today(request: Any) -> date:
    today: date = settings.FORBEAR_MORNING.day(request.now)
    return today

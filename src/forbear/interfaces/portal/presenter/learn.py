"""What is a lesson called, and to which pages does it lead?"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forbear.interfaces.portal.context import in_tongue
from forbear.policy.education.lesson import LeadsTo, Lesson

_PAGES: dict[LeadsTo, tuple[str, str, str | Promise]] = {
    LeadsTo.BUDGET: ("portal:budget", "", _("My month and my debts")),
    LeadsTo.QUIZ: ("portal:practice", "#buying", _("Practise: buying and borrowing")),
    LeadsTo.DRILLS: ("portal:practice", "#frauds", _("Practise: seeing through a fraud")),
    LeadsTo.CHECK: ("portal:check", "", _("Is this call or message really us?")),
    LeadsTo.FRAUD: ("portal:fraud", "", _("How to spot a fraud")),
    LeadsTo.RIGHTS: ("portal:rights", "", _("Your rights")),
    LeadsTo.HELP: ("portal:help", "", _("Free help near you")),
    LeadsTo.TIME: ("portal:time", "", _("I need more time")),
    LeadsTo.HARD: ("portal:hard", "", _("Help with hardship")),
    LeadsTo.WRONG: ("portal:wrong", "", _("Something is wrong")),
}


def lesson_entry(lesson: Lesson, today: date) -> dict[str, Any]:
    """Return one lesson as an entry of a list of links."""
    address = reverse("portal:lesson", args=[lesson.code])
    return {"address": address, "label": in_tongue(lesson.on(today).title)}


def leads_to(lesson: Lesson) -> list[dict[str, Any]]:
    """Return the pages to which a lesson leads, as a list of links."""
    found = []
    for each in lesson.links:
        page, place, label = _PAGES[each]
        found.append({"address": reverse(page) + place, "label": label})
    return found

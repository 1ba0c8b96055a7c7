"""What does every page of the console show around its content?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from forbear.contexts.people.role import Permission, Role
from forbear.interfaces.console.presenter.clock import here_zone
from forbear.interfaces.console.presenter.word import role_word
from forbear.interfaces.web.access import Audience, Whom, has_fully_signed_in
from forbear.interfaces.web.clock import clock_named


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the menu; ``address`` is the name of its page, ``key`` leads there.

    ``also``: other pages that belong to it.
    """

    label: str | Promise
    address: str
    whom: Whom
    key: str = ""
    also: tuple[str, ...] = ()


MENU = (
    Entry(_("Today"), "today", Audience.STAFF),
    Entry(_("Board"), "team_board", Permission.CASE_ASSIGN),
    Entry(_("My queue"), "queue", Permission.QUEUE_SEE),
    Entry(_("Find"), "search", Permission.PERSON_SEE, key="/"),
    Entry(_("Cases"), "cases", Permission.CASE_ASSIGN),
    Entry(
        _("Contacts"),
        "contacts",
        Permission.CONTACTS_SEE,
        also=("refusals", "contact", "outings", "outing"),
    ),
    Entry(_("Replies"), "inbox", Permission.PERSON_SEE),
    Entry(_("Payments"), "payments", Permission.PAYMENTS_MATCH),
    Entry(_("Filings"), "filings", Permission.FILINGS_WORK, also=("filing",)),
    Entry(_("Approvals"), "approvals", Permission.APPROVE),
    Entry(
        _("Quality"),
        "quality",
        Permission.QUALITY_SCORE,
        also=("quality_card", "recordings", "recording", "moments", "moment_decide"),
    ),
    Entry(_("Figures"), "figures", Permission.REPORT_SEE, also=("figures_kept",)),
    Entry(_("Models"), "models", Permission.REPORT_SEE, also=("model_card",)),
    Entry(
        _("Local teams"),
        "local_teams",
        Permission.REPORT_SEE,
        also=("local_team", "agencies", "local_effect", "effect_persons"),
    ),
    Entry(
        _("Rules"),
        "rules",
        Permission.RULES_MANAGE,
        also=(
            "own_rules",
            "own_rule_new",
            "own_rule",
            "wordings",
            "products",
            "lender",
            "particular",
        ),
    ),
    Entry(
        _("Administration"),
        "staff",
        Permission.STAFF_MANAGE,
        also=("staff_member", "teams", "systems", "wordings", "products", "lender", "particular"),
    ),
    Entry(_("Record"), "record", Permission.AUDIT_SEE, also=("record_check", "looks")),
)
"""Each page that belongs in the menu adds its entry here."""


def frame(request: Any) -> dict[str, Any]:
    """Return the menu, who has signed in, and the choice of language."""
    shown: dict[str, Any] = {
        "LANGUAGE_CODE": get_language(),
        "languages": settings.LANGUAGES,
        "demo": settings.FORBEAR_DEMO,
    }
    if not hasattr(request, "principal") or not request.user.is_authenticated:
        return shown
    shown["me"] = {"name": request.user.name, "role": role_word(Role(request.user.role))}
    if has_fully_signed_in(request):
        here = request.resolver_match.url_name if request.resolver_match else None
        shown["here"] = clock_named(here_zone())
        # Whether browsers may be telephones here says the first answer that a page gets.
        shown["rings_here"] = settings.FORBEAR_CHANNELS is not None and request.principal.may(
            Permission.CONTACT_MAKE
        )
        shown["calls_people"] = request.principal.may(Permission.CASE_WORK)
        shown["menu"] = [
            {
                "label": entry.label,
                "address": entry.address,
                "here": here in {entry.address, *entry.also},
                "key": entry.key,
            }
            for entry in MENU
            if not isinstance(entry.whom, Permission) or request.principal.may(entry.whom)
        ]
    return shown

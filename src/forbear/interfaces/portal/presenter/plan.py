"""How is an arrangement shown: compared with others, read, kept, and as days of a calendar?"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forbear.contexts.arrangements.queries import ArrangementShown
from forbear.interfaces.console.presenter.word import long_day, money
from forbear.interfaces.portal.context import in_tongue
from forbear.interfaces.portal.presenter.account import masked_ref
from forbear.policy.arrange.afford import Afforded
from forbear.policy.arrange.propose import Offered, Proposal
from forbear.policy.arrange.word import Every, PlanKind
from forbear.policy.assistant.bargain_shown import OfferShown
from forbear.policy.wording.form import Both
from forbear.values.day import from_day_number
from forbear.values.money import Currency

LIVE = {"ACTIVE", "LATE", "PAUSED"}
_LINE_BYTES_MAX = 73


def kind_word(kind: PlanKind) -> str:
    """Return how the instalments of an arrangement lie."""
    return {
        PlanKind.EQUAL: _("The same amount each time"),
        PlanKind.STEPPED: _("Smaller amounts first, then larger ones"),
        PlanKind.PAUSE_FIRST: _("Nothing for some months, then the same amount"),
    }[kind]


def every_words() -> dict[Every, str]:
    """Return how far apart instalments may lie, in words."""
    return {
        Every.MONTH: _("Every month"),
        Every.FORTNIGHT: _("Every two weeks"),
        Every.WEEK: _("Every week"),
    }


def steps_shown(found: Afforded) -> dict[str, Any]:
    """Return what can be paid a month, and how that comes about."""
    return {
        "monthly": money(found.monthly_minor, found.currency),
        "steps": [
            {
                "says": in_tongue(Both(zh=step.zh, en=step.en)),
                "left": money(step.left_minor, found.currency),
            }
            for step in found.steps
        ],
        "cautions": [in_tongue(Both(zh=each.zh, en=each.en)) for each in found.cautions],
        "nothing": found.leads_to_hardship,
    }


def offers_shown(offered: Offered) -> list[dict[str, Any]]:
    """Return what can be offered, every option by the same lines and in the same order."""
    return [_offer(made) for made in offered.proposals]


def _offer(made: Proposal) -> dict[str, Any]:
    return offer_shown(OfferShown.of(made), made.currency) | {"frozen": made.frozen}


def offer_shown(made: OfferShown, currency: Currency) -> dict[str, Any]:
    """Return one option, wherever it is offered."""

    def say(minor: int) -> str:
        return money(minor, currency)

    return {
        "kind": made.kind.value,
        "title": kind_word(made.kind),
        "count": ngettext("%(n)s instalment", "%(n)s instalments", made.count) % {"n": made.count},
        "first": say(made.first_minor),
        "largest": say(made.largest_minor),
        "same": made.least_minor == made.largest_minor,
        "even": made.first_minor == made.largest_minor,
        "least": say(made.least_minor),
        "first_day": long_day(from_day_number(made.first_day)),
        "last_day": long_day(from_day_number(made.last_day)),
        "total": say(made.total_minor),
        "waived": say(made.waived_minor) if made.waived_minor else "",
        "charge": say(made.charge_minor) if made.charge_minor else "",
        "regular": say(made.regular_minor) if made.regular_minor else "",
    }


def plan_shown(plan: ArrangementShown, *, today: date, cooling_off_days: int) -> dict[str, Any]:
    """Return one arrangement as its person reads it."""
    currency = Currency(plan.currency)

    def say(minor: int) -> str:
        return money(minor, currency)

    signed = plan.signed_at is not None
    return {
        "ref": plan.ref,
        "state": plan.state,
        "live": plan.state in LIVE,
        "to_sign": plan.state in {"PROPOSED", "OFFERED"},
        "title": kind_word(PlanKind(plan.kind)),
        "every": every_words()[Every(plan.every)],
        "reminder": plan.reminder,
        "loans": ", ".join(masked_ref(each.loan_ref) for each in plan.loans),
        "total": say(plan.total_minor),
        "paid": say(plan.paid_minor),
        "late": say(plan.late_minor) if plan.late_minor else "",
        "next": say(plan.next_minor) if plan.next_date else "",
        "next_day": long_day(plan.next_date) if plan.next_date else "",
        "offer_until": long_day(plan.offer_until),
        "paused_until": long_day(plan.paused_until) if plan.paused_until else "",
        "may_withdraw": signed
        and plan.signed_at is not None
        and today
        <= settings.FORBEAR_MORNING.day(plan.signed_at) + timedelta(days=cooling_off_days),
        "rows": [
            {
                "number": each.number,
                "day": each.due_date,
                "amount": say(each.amount_minor),
                "paid": each.covered_minor >= each.amount_minor,
                "part": say(each.covered_minor) if each.covered_minor else "",
            }
            for each in plan.instalments
        ],
    }


def calendar_of(plan: ArrangementShown, *, now: datetime) -> bytes:
    """Return the days that are to come as a calendar file. Phones are shared: it names no debt."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Forbear//Account service//EN"]
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    service = _("Account service")
    for each in plan.instalments:
        if each.covered_minor >= each.amount_minor:
            continue
        lines += [
            "BEGIN:VEVENT",
            f"UID:{plan.ref}-{each.number}@account-service",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{each.due_date:%Y%m%d}",
            f"SUMMARY:{service}",
            "TRANSP:TRANSPARENT",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "TRIGGER:-P2D",
            f"DESCRIPTION:{service}",
            "END:VALARM",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _folded(line: str) -> str:
    """Return a line of a calendar in pieces of at most 75 bytes, as its format asks."""
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > _LINE_BYTES_MAX:
            pieces.append(piece)
            piece = ""
        piece += sign
    return "\r\n ".join([*pieces, piece])

"""How do an agency's days and differences look?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from forbear.contexts.contact.agency.listing import DayListed, FindingListed
from forbear.contexts.contact.agency.look import Look
from forbear.contexts.people.terms import TeamOnDay
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.word import count, either


def days_shown(days: Sequence[DayListed], teams: Sequence[TeamOnDay]) -> list[dict[str, Any]]:
    """Return days, the latest first: what was begun, what was told, and whether it agrees."""
    names = _names(teams)
    return [
        {
            "agency": names.get(each.agency, each.agency),
            "day": each.day.isoformat(),
            "begun": count(each.begun),
            "reported": count(each.reported),
            "findings": each.findings,
            "state": _stand(each),
            "late": bool(each.closed_at and each.findings),
        }
        for each in days
    ]


def findings_shown(
    found: Sequence[FindingListed],
    teams: Sequence[TeamOnDay],
    looks: Mapping[int, Look],
    staff: Mapping[int, str],
) -> list[dict[str, Any]]:
    """Return differences that stand, contacts without a permit first, with who looked at each."""
    names = _names(teams)
    return [
        {
            "agency": names.get(each.agency, each.agency),
            "day": each.day.isoformat(),
            "words": either(each.en, each.zh),
            "breach": each.breach,
            "subject": each.subject,
            "permit": each.permit_id,
            "id": each.id,
            **_looked(looks.get(each.id), staff),
        }
        for each in sorted(found, key=lambda one: (not one.breach, one.day, one.id))
    ]


def _looked(look: Look | None, staff: Mapping[int, str]) -> dict[str, str]:
    if look is None:
        return {"looked": ""}
    return {"looked": here(look.at), "by": staff.get(look.by, _("somebody")), "note": look.note}


def _stand(each: DayListed) -> str:
    if each.closed_at is None:
        return _("still open") if each.reported_at else _("no report yet")
    return _("agrees") if not each.findings else _("does not agree")


def _names(teams: Sequence[TeamOnDay]) -> dict[str, str]:
    return {team.code: either(team.name_en, team.name_zh) for team in teams}

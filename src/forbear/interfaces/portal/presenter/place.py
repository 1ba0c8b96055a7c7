"""Of which country's rules and helpers does a page speak?"""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forbear.contexts.rulebook.library import open_regions
from forbear.interfaces.portal.context import in_tongue
from forbear.policy.wording.form import Both
from forbear.values.code import Jurisdiction

PLACES: dict[Jurisdiction, str | Promise] = {
    Jurisdiction.CN: _("mainland China"),
    Jurisdiction.US: _("the United States"),
    Jurisdiction.UK: _("the United Kingdom"),
}


def place_of(request: Any) -> Jurisdiction:
    """Return the country that the reader chose; the first one where they chose none."""
    wanted = request.GET.get("in", "")
    return Jurisdiction(wanted) if wanted in {each.value for each in PLACES} else Jurisdiction.CN


def regions_of(law: Jurisdiction, *, chosen: str | None) -> list[dict[str, Any]]:
    """Return the first-level regions of a country, for a choice."""
    return [
        {
            "code": each.code,
            "label": in_tongue(Both(zh=each.name_zh, en=each.name_en)),
            "here": each.code == chosen,
        }
        for each in open_regions().values()
        if each.country == law.value
    ]

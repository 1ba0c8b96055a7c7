"""Which addresses have local teams, messages to a chosen set, and figures that are kept?"""

from __future__ import annotations

from django.urls import URLPattern

from forbear.contexts.people.role import Permission
from forbear.interfaces.console.view import agency, effect, kept, local, outing
from forbear.interfaces.web.access import page

_P = Permission

LOCAL: tuple[URLPattern, ...] = (
    page("teams/", local.local_teams, name="local_teams", whom=_P.REPORT_SEE),
    page("teams/<int:team>/", local.local_team, name="local_team", whom=_P.REPORT_SEE),
    page("teams/agencies/", agency.agencies, name="agencies", whom=_P.CONTACTS_SEE),
    page("teams/effect/", effect.effect, name="local_effect", whom=_P.REPORT_SEE),
    page("teams/effect/table/", effect.effect_table, name="effect_table", whom=_P.REPORT_SEE),
    page("teams/effect/persons/", effect.persons, name="effect_persons", whom=_P.PERSON_SEE),
    page("messages-out/", outing.outings, name="outings", whom=_P.CONTACTS_SEE),
    page("messages-out/<int:outing_id>/", outing.outing, name="outing", whom=_P.CONTACTS_SEE),
    page("figures/kept/", kept.figures_kept, name="figures_kept", whom=_P.REPORT_SEE),
    page("figures/kept/file/", kept.figures_file, name="figures_file", whom=_P.REPORT_SEE),
)

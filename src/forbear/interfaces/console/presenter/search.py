"""How are persons listed that were found, and cases that are to be given out?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.cases.desk.board import CaseOnBoard
from forbear.contexts.cases.handing import Chosen, HandOver, Stays, Why
from forbear.contexts.cases.transition import STATES, CaseState
from forbear.contexts.people.queries import Colleague, TeamFacts
from forbear.contexts.portfolio.queries.find import PersonFound
from forbear.contexts.rulebook.library import open_words
from forbear.interfaces.console.presenter.bucket import bucket_word
from forbear.interfaces.console.presenter.queue import lateness
from forbear.interfaces.console.presenter.word import chinese, either, money, sentence

WHYS = {
    Why.ABSENT: gettext_lazy("somebody is away or has left"),
    Why.LOAD: gettext_lazy("somebody has too many or too few"),
    Why.FIT: gettext_lazy("region, dialect or experience fit better"),
    Why.CONFLICT: gettext_lazy("somebody knows the person, or should not deal with them"),
    Why.OTHER: gettext_lazy("another reason"),
}
STAYS = {
    Stays.GONE: gettext_lazy("is closed, or not in your care"),
    Stays.CHANGED: gettext_lazy("it has changed since it was chosen"),
    Stays.THERE: gettext_lazy("is there already"),
    Stays.HELD: gettext_lazy("somebody is at it now"),
}
NOBODY = "none"
"""Stands in an address for cases that nobody is in charge of."""


def found_shown(
    found: Sequence[PersonFound], *, teams: Sequence[TeamFacts]
) -> list[dict[str, Any]]:
    """Return persons, masked, each with by whose contact point they were found."""
    names = {team.id: either(team.name_en, team.name_zh) for team in teams}
    return [
        {
            "id": each.id,
            "name": each.name_masked or _("Name not held"),
            "ref": each.ref,
            "team": names.get(each.team or 0, ""),
            "whose": "" if each.relation is None else _whose(each.relation),
        }
        for each in found
    ]


def _whose(relation: str) -> str:
    return open_words().say("values", relation, "zh" if chinese() else "en")


def sift_shown(
    given: Mapping[str, str],
    teams: Sequence[TeamFacts],
    colleagues: Sequence[Colleague],
    *,
    own: Collection[int],
) -> dict[str, Any]:
    """Return what a list of cases can be narrowed by, and what was chosen of it."""
    team, officer = given.get("team", ""), given.get("officer", "")
    mine = [each for each in teams if each.id in own]
    ids = {each.id for each in mine}
    return {
        "teams": [
            {
                "value": str(each.id),
                "label": either(each.name_en, each.name_zh),
                "chosen": team == str(each.id),
            }
            for each in mine
        ],
        "officers": [
            {"value": NOBODY, "label": _("nobody yet"), "chosen": officer == NOBODY},
            *(
                {"value": str(each.id), "label": each.name, "chosen": officer == str(each.id)}
                for each in colleagues
                if ids & set(each.teams)
            ),
        ],
        "late": given.get("late", ""),
        "ref": given.get("ref", ""),
        "bucket": given.get("bucket", ""),
        "bucket_word": bucket_word(given.get("bucket", "")[:20]),
    }


def board_shown(
    cases: Sequence[CaseOnBoard],
    *,
    teams: Sequence[TeamFacts],
    colleagues: Sequence[Colleague],
    names: Mapping[int, str],
) -> list[dict[str, Any]]:
    """Return cases with to whom each may be given."""
    called = {team.id: either(team.name_en, team.name_zh) for team in teams}
    return [
        {
            "id": case.id,
            "version": case.version,
            "person": case.debtor_id,
            "name": case.name_masked or _("Name not held"),
            "ref": case.debtor_ref,
            "state": state_word(case.state),
            "overdue": money(case.overdue_minor, case.currency),
            "lateness": lateness(case.days_past_due, case.bucket),
            "team": called.get(case.team_id or 0, _("no team")),
            "officer": names.get(case.officer_id or 0, ""),
            "held": "" if case.held is None else case.held.name,
            "choices": _choices(case, teams, colleagues),
        }
        for case in cases
    ]


def _choices(
    case: CaseOnBoard, teams: Sequence[TeamFacts], colleagues: Sequence[Colleague]
) -> list[dict[str, Any]]:
    """Return the teams, and below each the colleagues in it."""
    return [
        {
            "team": team.id,
            "label": either(team.name_en, team.name_zh),
            "chosen": case.team_id == team.id and case.officer_id is None,
            "people": [
                {
                    "id": each.id,
                    "name": each.name,
                    "chosen": (case.team_id, case.officer_id) == (team.id, each.id),
                }
                for each in colleagues
                if team.id in each.teams
            ],
        }
        for team in teams
    ]


def state_word(state: CaseState) -> str:
    """Return what a state is called, as a heading."""
    said = STATES[state]
    return sentence(either(said.en, said.zh))


def states_shown(chosen: CaseState | None, among: Collection[CaseState]) -> list[dict[str, Any]]:
    """Return the choice of states."""
    return [{"value": "", "label": _("All"), "chosen": chosen is None}] + [
        {"value": each.value.lower(), "label": state_word(each), "chosen": each is chosen}
        for each in among
    ]


def takers_shown(
    teams: Sequence[TeamFacts], colleagues: Sequence[Colleague]
) -> list[dict[str, str]]:
    """Return to whom cases may be given: each team, and below it the colleagues in it."""
    found = []
    for team in teams:
        name = either(team.name_en, team.name_zh)
        found.append({"value": str(team.id), "label": name})
        found += [
            {"value": f"{team.id}:{each.id}", "label": f"{name} · {each.name}"}
            for each in colleagues
            if team.id in each.teams
        ]
    return found


def whys_shown(chosen: Why | None) -> list[dict[str, Any]]:
    """Return the reasons for which cases are handed over."""
    return [
        {"value": each.value, "label": str(WHYS[each]), "chosen": each is chosen} for each in Why
    ]


def hand_over_shown(
    chosen: Chosen,
    found: HandOver,
    refs: Mapping[int, str],
    teams: Sequence[TeamFacts],
    colleagues: Sequence[Colleague],
) -> dict[str, Any]:
    """Return who would move and who would not, and to whom."""
    to = str(chosen.team_id) + (f":{chosen.officer_id}" if chosen.officer_id else "")
    named = {each["value"]: each["label"] for each in takers_shown(teams, colleagues)}

    def row(case: int) -> dict[str, Any]:
        person = found.persons.get(case)
        return {
            "id": case,
            "version": chosen.versions[case],
            "person": person,
            "ref": refs.get(person or 0, f"#{case}"),
            "why": str(STAYS[found.stays[case]]) if case in found.stays else "",
        }

    return {
        "to": to,
        "taker": named.get(to, to),
        "goes": [row(case) for case in found.goes],
        "stays": [row(case) for case in sorted(found.stays)],
    }

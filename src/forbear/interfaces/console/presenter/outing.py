"""How does a message to a chosen set look: the choice, what the trial found, and its progress?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.cases.outing.figures import OutingShown, Refused
from forbear.contexts.cases.outing.word import NO_WAY, OutingState
from forbear.contexts.cases.transition import CaseState
from forbear.contexts.people.queries import TeamFacts
from forbear.contexts.portfolio.particular import bucket_codes
from forbear.contexts.rulebook.library import open_wordings
from forbear.interfaces.console.presenter.bucket import bucket_word
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.contacts import CAUSES, rule_of
from forbear.interfaces.console.presenter.search import states_shown
from forbear.interfaces.console.presenter.word import CHANNELS, count, either
from forbear.policy.wording.form import Wording

STATES = {
    OutingState.PREPARED: gettext_lazy("tried, not started"),
    OutingState.RUNNING: gettext_lazy("under way"),
    OutingState.STOPPED: gettext_lazy("stopped"),
    OutingState.DONE: gettext_lazy("over"),
}
NOWHERE = gettext_lazy("There is no contact point that the channel reaches, or nothing is late.")
WIDTH = 100


def form_shown(
    wordings: Sequence[Wording],
    teams: Sequence[TeamFacts],
    own: Collection[int],
    given: Mapping[str, str],
) -> dict[str, Any]:
    """Return what can be chosen, and what was."""
    chosen = given.get("state", "").upper()
    states = [state for state in CaseState if state is not CaseState.CLOSED]
    return {
        "messages": [
            {
                "id": each.id,
                "label": f"{CHANNELS[each.channel]} · {either(each.purpose.en, each.purpose.zh)}",
                "chosen": each.id == given.get("message"),
            }
            for each in wordings
        ],
        "teams": [
            {
                "id": each.id,
                "label": either(each.name_en, each.name_zh),
                "chosen": str(each.id) == given.get("team"),
            }
            for each in teams
            if each.id in own
        ],
        "states": states_shown(CaseState(chosen) if chosen in set(states) else None, states),
        "buckets": [
            {"code": code, "label": bucket_word(code), "chosen": code == given.get("bucket")}
            for code in bucket_codes()
        ],
        **{name: given.get(name, "") for name in ("late_min", "late_max", "persons_max")},
    }


def outing_shown(
    each: OutingShown, names: Mapping[int, str], teams: Sequence[TeamFacts]
) -> dict[str, Any]:
    """Return one: its words, its set, and where it stands."""
    counts = each.counts
    # While the search goes on, as many are to come as it found when it was tried.
    whole = max(counts.persons, each.persons_found or 0 if each.searching else 0)
    known = [one for one in open_wordings() if one.id == each.message_id]
    wording = next((one for one in known if one.version == each.message_version), None)
    return {
        "id": each.id,
        "message": each.message_id
        if wording is None
        else either(wording.purpose.en, wording.purpose.zh),
        "code": f"{each.message_id} @{each.message_version}",
        "words": "" if wording is None else either(wording.body.en, wording.body.zh),
        "channel": CHANNELS[each.channel],
        "chosen": _chosen(each.chosen, teams),
        "state": STATES[each.state],
        "fresh": each.state is OutingState.PREPARED,
        "running": each.state is OutingState.RUNNING,
        "open": each.state in {OutingState.PREPARED, OutingState.RUNNING},
        "by": names.get(each.prepared_by, _("somebody")),
        "at": here(each.prepared_at),
        "starter": "" if each.started_by is None else names.get(each.started_by, _("somebody")),
        "started": here(each.started_at),
        "until": here(each.until_at),
        "persons": count(counts.tried),
        "would": count(counts.would),
        "would_not": count(counts.tried - counts.would),
        "found": "" if each.persons_found is None else count(each.persons_found),
        "most": "" if each.persons_max is None else count(each.persons_max),
        "searching": each.searching and each.state is OutingState.RUNNING,
        "in_set": count(counts.persons),
        "width": counts.asked * WIDTH // max(1, whole),
        "tiles": [
            {"label": _("Asked for"), "value": count(counts.asked)},
            {"label": _("Left"), "value": count(counts.left)},
            {"label": _("Waiting to leave"), "value": count(counts.waiting)},
            {"label": _("Refused"), "value": count(counts.refused)},
            {"label": _("Not taken, or taken back"), "value": count(counts.came_back)},
        ],
    }


def _chosen(chosen: Mapping[str, object], teams: Sequence[TeamFacts]) -> list[str]:
    names = {team.id: either(team.name_en, team.name_zh) for team in teams}
    states = {one["value"]: one["label"] for one in states_shown(None, list(CaseState))}
    words = {
        "team_id": lambda value: names.get(value, str(value)),
        "state": lambda value: str(states.get(str(value).lower(), value)),
        "bucket": lambda value: bucket_word(str(value)),
        "late_days_min": lambda value: _("at least %(n)s days late") % {"n": value},
        "late_days_max": lambda value: _("at most %(n)s days late") % {"n": value},
    }
    return [words[name](value) for name, value in chosen.items() if name in words] or [
        _("every open case")
    ]


def refusals_shown(found: Sequence[Refused], refs: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return refusals, the most frequent first, each with its rule's words and some persons."""
    most = max([1, *(each.persons for each in found)])
    return [
        {
            "words": _words(each),
            "rules": " ".join(each.rules),
            "persons": count(each.persons),
            "width": each.persons * WIDTH // most,
            "examples": [{"id": one, "ref": refs[one]} for one in each.examples if one in refs],
        }
        for each in found
    ]


def _words(each: Refused) -> str:
    found = [rule_of(name) for name in each.rules]
    words = [either(rule.text_en, rule.text_zh) for rule in found if rule is not None]
    if words:
        return " ".join(words)
    return str(NOWHERE if each.cause == NO_WAY else CAUSES.get(each.cause, each.cause))

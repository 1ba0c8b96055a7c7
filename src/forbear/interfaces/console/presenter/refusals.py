"""How do refusals look: a chart by reason and by day, and a row for each?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from forbear.contexts.contact.gate.refused import Refusals, RefusedContact, Wanted
from forbear.contexts.people.queries import TeamFacts
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.rule import reason_shown
from forbear.interfaces.console.presenter.span import Days, bars, columns
from forbear.interfaces.console.presenter.word import CHANNELS, count, either
from forbear.values.code import Channel
from forbear.values.principal import Principal, Sight


def refusals_shown(found: Refusals, days: Days, *, teams: Sequence[TeamFacts]) -> dict[str, Any]:
    """Return the charts and the rows."""
    names = {team.id: either(team.name_en, team.name_zh) for team in teams}
    by_reason = [
        (told["words"], number, {**told, "words": told["words"]})
        for reason, number in found.by_reason.most_common()
        for told in [reason_shown(reason)]
    ]
    return {
        "total": count(found.contacts),
        "by_reason": bars(by_reason),
        "by_day": columns(days.each(), found.by_day),
        "rows": [_row(row, names) for row in found.rows],
        "next": found.next,
    }


def _row(row: RefusedContact, names: dict[int, str]) -> dict[str, Any]:
    reasons = [reason_shown(each) for each in row.reasons]
    return {
        "permit": row.permit_id,
        "at": here(row.at),
        "person": row.debtor_id,
        "name": row.name_masked or row.debtor_ref,
        "ref": row.debtor_ref,
        "team": names.get(row.team_id or 0, ""),
        "channel": CHANNELS[row.channel],
        "code": row.channel.value.lower(),
        "taken_back": row.taken_back,
        "first": reasons[0] if reasons else None,
        "more": len(reasons) - 1,
        "opens": here(row.turns_at),
    }


def chosen_shown(
    wanted: Wanted, days: Days, *, teams: Sequence[TeamFacts], actor: Principal
) -> dict[str, Any]:
    """Return what the form has chosen, and the address of the next page."""
    own = set(actor.teams)
    given = {
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
        "channel": wanted.channel.value if wanted.channel else "",
        "team": wanted.team_id or "",
        "reason": wanted.reason or "",
    }
    reason = wanted.reason
    return {
        "first": given["from"],
        "last": given["to"],
        "channels": _choices(
            [(each.value, str(CHANNELS[each])) for each in Channel], given["channel"]
        ),
        "teams": _choices(
            [
                (str(team.id), either(team.name_en, team.name_zh))
                for team in teams
                if actor.sight is Sight.ALL or team.id in own
            ],
            str(given["team"]),
        ),
        "reason": None if reason is None else {**reason_shown(reason)},
        "query": urlencode({name: value for name, value in given.items() if value}),
        "base": urlencode({k: v for k, v in given.items() if v and k != "reason"}),
    }


def _choices(known: list[tuple[str, str]], chosen: str) -> list[dict[str, Any]]:
    every = {"value": "", "label": _("All"), "chosen": not chosen}
    return [
        every,
        *({"value": code, "label": word, "chosen": code == chosen} for code, word in known),
    ]

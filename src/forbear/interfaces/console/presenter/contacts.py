"""How do the day's contacts look: one sentence of where sending stands, figures, and reasons?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forbear.contexts.cases.campaign.alive import SenderAlive
from forbear.contexts.cases.campaign.ask import ASKED_OTHERWISE, NO_MESSAGE
from forbear.contexts.cases.campaign.figures import Live, Opening, Refused, Stand
from forbear.contexts.contact.gate.stop import StopOn
from forbear.contexts.contact.gate.word import Cause, StopScope
from forbear.contexts.database.sending import Held
from forbear.contexts.house.named import own_named
from forbear.contexts.nightly.latest import LatestNight
from forbear.contexts.rulebook.library import open_library, open_sending
from forbear.interfaces.console.presenter.clock import here, here_zone
from forbear.interfaces.console.presenter.today import night_shown
from forbear.interfaces.console.presenter.word import CHANNELS, count, either, long_day, source_word
from forbear.interfaces.web.clock import clock_named
from forbear.policy.rule import Rule
from forbear.values.code import Channel

Column = tuple[Any, str, tuple[Stand, ...]]
"""Its heading, its name in the page, and what it counts."""
BAR_WIDTH = 240
OPENINGS_MAX = 6
_S = Stand
# Columns of the table, and parts of the bar, from what is behind us to what is not. The last are
# shown where there is anything to count.
COLUMNS: tuple[Column, ...] = (
    (gettext_lazy("Waiting"), "waiting", (_S.WAITING,)),
    (gettext_lazy("In the queue"), "queued", (_S.QUEUED,)),
    (gettext_lazy("Sent"), "sent", (_S.SENT,)),
    (gettext_lazy("Delivered"), "delivered", (_S.DELIVERED,)),
    (gettext_lazy("Answered"), "answered", (_S.ANSWERED,)),
    (gettext_lazy("Reached nobody"), "nobody", (_S.NOT_REACHED,)),
    (gettext_lazy("Not known"), "unknown", (_S.UNKNOWN,)),
    (gettext_lazy("Failed"), "failed", (_S.FAILED,)),
    (gettext_lazy("Refused"), "refused", (_S.REFUSED,)),
    (gettext_lazy("Taken back"), "withdrawn", (_S.WITHDRAWN, _S.CANCELLED)),
    (gettext_lazy("Too late"), "lapsed", (_S.LAPSED,)),
)
_ALWAYS = {"waiting", "queued", "sent", "delivered", "unknown", "refused"}
_TAKEN = (_S.SENT, _S.DELIVERED, _S.ANSWERED, _S.NOT_REACHED)
CAUSES = {
    Cause.RULE.value: gettext_lazy("A rule refused when its turn came."),
    Cause.STOPPED.value: gettext_lazy("Sending was stopped."),
    Cause.CONDITION.value: gettext_lazy("The system was not fit to send."),
    Cause.NOT_OF_PERSON.value: gettext_lazy("The number or contract is no longer in use."),
    Cause.ERASED.value: gettext_lazy("The person's data were erased."),
    Cause.NO_PACK.value: gettext_lazy("The rules could not be read."),
    Cause.NOT_RECORDED.value: gettext_lazy("The record could not be written."),
    Cause.WORDING.value: gettext_lazy("The approved words would not be true for this debt."),
    Cause.NO_ADDRESS.value: gettext_lazy("No address is held."),
    Cause.LAPSED.value: gettext_lazy("Its time ran out before its turn came."),
    Cause.DOUBT.value: gettext_lazy("Something unforeseen went wrong; in doubt nothing is sent."),
    NO_MESSAGE: gettext_lazy("No approved words for this law, channel and stage."),
    ASKED_OTHERWISE: gettext_lazy("The person was contacted another way today."),
}


def state_shown(
    night: LatestNight,
    found: Live | None,
    senders: Sequence[SenderAlive],
    stops: Sequence[StopOn],
    held: Held | None,
    *,
    now: datetime,
) -> dict[str, Any]:
    """Return the banner: its mood, one sentence of where sending stands, and what is next."""
    everything = next((stop for stop in stops if stop.scope is StopScope.GLOBAL), None)
    if not night.standing.contacts_allowed:
        told = night_shown(night, zone=here_zone())
        return {"mood": "stop", "words": told["words"], "next_step": told["next_step"]}
    if held is not None:
        return {"mood": "stop", "words": _("Sending is held."), "next_step": _said(held)}
    if everything is not None:
        return {
            "mood": "stop",
            "words": _("Everything is stopped."),
            "next_step": everything.reason,
        }
    if not senders:
        return {
            "mood": "watch",
            "words": _("Nothing is sent: no sender is running."),
            "next_step": _("A sender starts with the application once a provider is set up."),
        }
    return {"mood": "good", **_running(found, senders, now)}


def _running(found: Live | None, senders: Sequence[SenderAlive], now: datetime) -> dict[str, Any]:
    notes = []
    if any("simulated" in sender.providers for sender in senders):
        notes.append(_("The provider is simulated and reaches nobody."))
    if any(sender.early for sender in senders):
        notes.append(
            _("It does not wait for the planned part of the day; the hours of the rules hold.")
        )
    total = _total(found)
    soon = sum(each.contacts for each in found.openings) if found else 0
    ready = total[_S.WAITING] - soon + total[_S.QUEUED]
    if ready:
        words = _("Contacts are on their way.")
    elif found and (later := _next(found, now)):
        words = _("Nothing goes out now. The next contacts open %(when)s.") % {"when": later}
    else:
        words = _("Today's contacts by machine are through.")
    return {"words": words, "next_step": " ".join(notes)}


def _next(found: Live, now: datetime) -> str | None:
    ahead = [(each.opens_at, each.zone) for each in found.openings]
    ahead += [(each.opens_at, each.zone) for each in found.refused if each.opens_at and each.zone]
    ahead = [each for each in ahead if each[0] > now]
    return _clock(*min(ahead), now=now) if ahead else None


def _clock(at: datetime, zone: str, *, now: datetime) -> str:
    """Return an instant on a person's own clock; the day where it is not today there."""
    there, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    if there.date() == today:
        return _("at %(time)s (%(zone)s)") % {"time": f"{there:%H:%M}", "zone": clock_named(zone)}
    when = f"{there:%m-%d %H:%M}"
    return _("on %(time)s (%(zone)s)") % {"time": when, "zone": clock_named(zone)}


def _said(held: Held) -> str:
    return either(held.en, held.zh)


def _total(found: Live | None) -> Counter[Stand]:
    total = Counter[Stand]()
    for stands in found.counts.values() if found else ():
        total.update(stands)
    return total


def live_shown(found: Live) -> dict[str, Any]:
    """Return tiles, the table by channel, openings, reasons and caps."""
    now, total = found.at, _total(found)
    machine = [each for each in Channel if each in found.counts and each not in _by_person()]
    columns = [each for each in COLUMNS if each[1] in _ALWAYS or any(total[of] for of in each[2])]
    most = max([1, *(sum(found.counts[each].values()) for each in machine)])
    return {
        "day": long_day(found.day),
        "at": here(now, "time"),
        "tiles": _tiles(found, total, now),
        "columns": [{"label": label, "key": key} for label, key, _stands in columns],
        "rows": [_row(each, found.counts[each], most, columns) for each in machine],
        "colleagues": [
            {
                "channel": CHANNELS[each],
                "open": count(found.counts[each][_S.COLLEAGUE]),
                "done": count(found.counts[each][_S.DONE]),
            }
            for each in Channel
            if each in found.counts and each in _by_person()
        ],
        "openings": [_opening(each, now) for each in found.openings[:OPENINGS_MAX]],
        "openings_more": max(0, len(found.openings) - OPENINGS_MAX),
        "refused": [_refused(each, now) for each in found.refused],
        "spent": [_cap(rule, number) for rule, number in found.spent.items()],
    }


def _by_person() -> frozenset[Channel]:
    return open_sending().by_person


def _tiles(found: Live, total: Counter[Stand], now: datetime) -> list[dict[str, Any]]:
    by_person = total[_S.COLLEAGUE] + total[_S.DONE]
    planned = sum(total.values()) - by_person
    cancelled = sum(
        found.counts[each][_S.CANCELLED] for each in found.counts if each in _by_person()
    )
    taken = sum(total[each] for each in _TAKEN)
    reached = total[_S.DELIVERED] + total[_S.ANSWERED]
    return [
        {
            "label": _("Planned by machine"),
            "value": count(planned - cancelled),
            "note": _("%(waiting)s wait") % {"waiting": count(total[_S.WAITING])},
        },
        {
            "label": _("Taken by the provider"),
            "value": count(taken),
            "note": _("%(reached)s delivered or answered") % {"reached": count(reached)},
        },
        {
            "label": _("Refused or taken back"),
            "value": count(total[_S.REFUSED] + total[_S.WITHDRAWN]),
            "note": _("by a rule, a stop or untrue words"),
        },
        {
            "label": _("Not known"),
            "value": count(found.unknown),
            "note": _age(found.unknown_since, now),
        },
        {
            "label": _("For a colleague"),
            "value": count(total[_S.COLLEAGUE]),
            "note": _("calls are not made by machine"),
        },
    ]


def _age(since: datetime | None, now: datetime) -> str:
    if since is None:
        return _("they count as sent until settled")
    minutes = max(0, int((now - since) / timedelta(minutes=1)))
    return ngettext(
        "the oldest for %(minutes)s minute; they count as sent",
        "the oldest for %(minutes)s minutes; they count as sent",
        minutes,
    ) % {"minutes": count(minutes)}


def _row(
    channel: Channel, stands: Counter[Stand], most: int, columns: Sequence[Column]
) -> dict[str, Any]:
    whole = sum(stands.values())
    parts, start, numbers = [], 0, []
    for label, key, of in columns:
        number = sum(stands[each] for each in of)
        numbers.append({"key": key, "number": count(number) if number else "–", "label": label})
        left, right = start * BAR_WIDTH // most, (start + number) * BAR_WIDTH // most
        parts.append({"key": key, "x": left, "width": right - left})
        start += number
    spoken = ", ".join(
        f"{each['label']} {each['number']}" for each in numbers if each["number"] != "–"
    )
    return {
        "channel": CHANNELS[channel],
        "code": channel.value.lower(),
        "planned": count(whole),
        "numbers": numbers,
        "bar": parts,
        "spoken": spoken,
    }


def _opening(each: Opening, now: datetime) -> dict[str, str]:
    return {"when": _clock(each.opens_at, each.zone, now=now), "contacts": count(each.contacts)}


def reasons_shown(found: Live, *, most: int) -> list[dict[str, str]]:
    """Return why contacts were refused, those that read alike together, the commonest first."""
    sums: Counter[tuple[str, str]] = Counter()
    for each in found.refused:
        sums[_why(each), _source(each)] += each.contacts
    return [
        {"words": words, "source": source, "contacts": count(contacts)}
        for (words, source), contacts in sums.most_common(most)
    ]


def _why(each: Refused) -> str:
    rule = rule_of(each.rule)
    words = either(rule.text_en, rule.text_zh) if rule else CAUSES.get(each.cause, each.cause)
    return words if each.taken_back is None else _("Taken back: %(why)s") % {"why": words}


def _source(each: Refused) -> str:
    rule = rule_of(each.rule)
    return source_word(str(rule.source)) if rule else ""


def _refused(each: Refused, now: datetime) -> dict[str, Any]:
    opens = None
    if each.opens_at and each.zone and each.opens_at > now:
        opens = _clock(each.opens_at, each.zone, now=now)
    return {
        "rule": each.rule or each.taken_back,
        "words": _why(each),
        "source": _source(each),
        "contacts": count(each.contacts),
        "opens": opens,
    }


def _cap(rule_id: str, persons: int) -> dict[str, Any]:
    rule = rule_of(rule_id)
    return {
        "rule": rule_id,
        "words": either(rule.text_en, rule.text_zh) if rule else rule_id,
        "source": source_word(str(rule.source)) if rule else "",
        "persons": count(persons),
    }


def rule_of(rule_id: str) -> Rule | None:
    """Return the latest rule of an id; None: there is none any more."""
    found = [rule for rule in open_library().rules if rule.id == rule_id]
    return max(found, key=lambda rule: rule.effective, default=None) or own_named(rule_id)


def stops_shown(stops: Sequence[StopOn]) -> list[dict[str, Any]]:
    """Return the stops that are on."""
    return [{"id": stop.id, "what": _what(stop), "reason": stop.reason} for stop in stops]


def _what(stop: StopOn) -> str:
    match stop.scope:
        case StopScope.GLOBAL:
            return _("Everything")
        case StopScope.CHANNEL:
            return str(CHANNELS[Channel(stop.subject)])
        case StopScope.CREDITOR:
            return _("One creditor")
        case _:
            return _("One person")

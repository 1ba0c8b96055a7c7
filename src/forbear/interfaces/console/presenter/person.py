"""How does one person look at a desk: who, what is owed, what may be done now?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.cases.desk.person import CaseAtDesk, LoanAtDesk, PersonDesk, WayAtDesk
from forbear.contexts.cases.models import PlanState
from forbear.contexts.cases.slot import shipped_slots
from forbear.contexts.cases.transition import ENDS, STATES
from forbear.contexts.cases.word import HOLDS, LOOKS
from forbear.contexts.ledger.owed import Account
from forbear.contexts.people.queries import TeamFacts
from forbear.contexts.portfolio.number import NumberType
from forbear.contexts.portfolio.queries.shown import (
    HoldShown,
    LoanShown,
    PersonShown,
    PointShown,
)
from forbear.contexts.portfolio.word import Revealable
from forbear.contexts.rulebook.library import open_regions, open_words
from forbear.interfaces.console.presenter.budget import budget_shown
from forbear.interfaces.console.presenter.clock import clock_time
from forbear.interfaces.console.presenter.queue import lateness, slot_word
from forbear.interfaces.console.presenter.word import (
    CHANNELS,
    PLAN_STATES,
    chinese,
    either,
    in_signs,
    money,
    sentence,
)
from forbear.interfaces.web.clock import clock_named
from forbear.interfaces.web.house import said_now
from forbear.values.code import Channel, Dialect, Language, LoanState, PointKind, RegionSource
from forbear.values.money import Currency
from forbear.values.principal import Principal

POINTS = {
    PointKind.MOBILE: gettext_lazy("Mobile"),
    PointKind.LANDLINE: gettext_lazy("Landline"),
    PointKind.WECHAT: gettext_lazy("WeChat"),
    PointKind.EMAIL: gettext_lazy("E-mail"),
    PointKind.POSTAL: gettext_lazy("Postal address"),
}
DIALECTS = {
    Dialect.MANDARIN: gettext_lazy("Mandarin"),
    Dialect.CANTONESE: gettext_lazy("Cantonese"),
    Dialect.WU: gettext_lazy("Wu"),
    Dialect.MIN: gettext_lazy("Min"),
    Dialect.HAKKA: gettext_lazy("Hakka"),
    Dialect.XIANG: gettext_lazy("Xiang"),
    Dialect.GAN: gettext_lazy("Gan"),
    Dialect.SICHUANESE: gettext_lazy("Sichuanese"),
    Dialect.TIBETAN: gettext_lazy("Tibetan"),
    Dialect.UYGHUR: gettext_lazy("Uyghur"),
    Dialect.MONGOLIAN: gettext_lazy("Mongolian"),
    Dialect.ENGLISH: gettext_lazy("English"),
}
WRITTEN = frozenset({Channel.SMS, Channel.WECHAT, Channel.EMAIL, Channel.LETTER})
LANGUAGES = {Language.ZH: gettext_lazy("Chinese"), Language.EN: gettext_lazy("English")}
NUMBERS = {
    NumberType.MOBILE: gettext_lazy("mobile number"),
    NumberType.FIXED: gettext_lazy("fixed line"),
    NumberType.FIXED_OR_MOBILE: gettext_lazy("fixed line or mobile"),
    NumberType.SERVICE: gettext_lazy("a company's service number"),
    NumberType.TOLL_FREE: gettext_lazy("toll-free number"),
    NumberType.PREMIUM: gettext_lazy("premium-rate number"),
    NumberType.OTHER: gettext_lazy("number of another kind"),
}
REGION_SOURCES = {
    RegionSource.ADDRESS: gettext_lazy("from the address"),
    RegionSource.ID_PREFIX: gettext_lazy("from the identity number"),
    RegionSource.NUMBER_PREFIX: gettext_lazy("from a telephone number"),
}
LOAN_STATES = {
    LoanState.OPEN: gettext_lazy("running"),
    LoanState.SETTLED: gettext_lazy("settled"),
    LoanState.WRITTEN_OFF: gettext_lazy("written off"),
}


def who_shown(desk: PersonDesk, revealed: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Return who it is: masked, but for what was just revealed by kind and ref."""
    person = desk.person
    name = person.name_masked or _("Name not held")
    return {
        "id": person.id,
        "ref": person.ref,
        "name": name,
        "name_full": revealed.get((Revealable.NAME, person.ref)),
        "national_id": person.national_id_masked,
        "national_id_full": revealed.get((Revealable.NATIONAL_ID, person.ref)),
        "erased": person.erased_at is not None,
        "vulnerable": person.vulnerable,
        "facts": [
            *_regions(person),
            (_("Language"), _speech(person.language, person.dialect)),
            (_("Their clock"), _clock(desk)),
        ],
        "points": [_point(each, revealed) for each in person.points],
        "holds": [_hold(each) for each in person.holds],
        "reasons": [
            {"code": code.value, "label": sentence(either(said.en, said.zh))}
            for code, said in LOOKS.items()
        ],
    }


def _regions(person: PersonShown) -> list[tuple[str, str]]:
    """Return what was said of where they live, and what their numbers let believe, apart."""
    said = [(_("Region"), _region_said(person))]
    name = region_name(person.believed_region)
    if not name:
        return said
    told = {"region": name, "percent": person.believed_confidence_percent}
    if person.region is None:
        told_of = _("%(region)s (%(percent)s %% sure); counts for local teams alone") % told
    else:
        told_of = _("%(region)s (%(percent)s %% sure); does not count beside the region") % told
    return [*said, (_("Region by number"), told_of)]


def _region_said(person: PersonShown) -> str:
    name = region_name(person.region)
    if not name:
        return _("not known")
    if person.region_source is None:
        return name
    source = RegionSource(person.region_source)
    told = {"region": name, "source": REGION_SOURCES[source]}
    sure = [
        each.confidence_percent
        for each in person.beliefs
        if (each.source, each.region) == (source, person.region)
    ]
    if not sure:
        return _("%(region)s, %(source)s") % told
    return _("%(region)s, %(source)s (%(percent)s %% sure)") % {**told, "percent": sure[0]}


def region_name(code: str | None) -> str:
    """Return the name of a region or of the province around it; empty: none is known."""
    known = open_regions()
    region = known.get(code or "") or known.get((code or "")[:2])
    return either(region.name_en, region.name_zh) if region else ""


def _speech(language: str | None, dialect: str | None) -> str:
    spoken = [
        *([LANGUAGES[Language(language)]] if language else []),
        *([DIALECTS[Dialect(dialect)]] if dialect else []),
    ]
    return " · ".join(str(each) for each in spoken) or _("not known")


def _clock(desk: PersonDesk) -> str:
    here = desk.at.astimezone(ZoneInfo(desk.zone))
    return f"{here:%H:%M} ({clock_named(desk.zone)})"


def _point(point: PointShown, revealed: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    return {
        "id": point.id,
        "ref": point.ref,
        "kind": POINTS[PointKind(point.kind)],
        "masked": point.masked or _("not held here"),
        "full": revealed.get((Revealable.ADDRESS, point.ref)),
        "held": bool(point.masked),
        "whose": _word(point.relation),
        "quality": _word(point.quality),
        "quality_code": point.quality.lower().replace("_", "-"),
        "gone": point.retired_at is not None or point.absent_since is not None,
        "workplace": point.workplace,
        "told": _told(point),
    }


def _told(point: PointShown) -> str:
    """Return what a number tells by its first digits, in words; empty: nothing."""
    if point.number_type is None:
        return ""
    kind = NUMBERS[point.number_type]
    region = region_name(point.number_region)
    if not region:
        return str(kind)
    told = {"kind": kind, "region": region, "percent": point.number_confidence_percent}
    if point.number_read_at is None:
        return _("%(kind)s, given out in %(region)s (%(percent)s %% sure)") % told
    return _("%(kind)s, given out in %(region)s (%(percent)s %% sure, read on %(day)s)") % {
        **told,
        "day": f"{localtime(point.number_read_at):%Y-%m-%d}",
    }


def _word(code: str) -> str:
    return open_words().say("values", code, "zh" if chinese() else "en")


def _hold(hold: HoldShown) -> dict[str, Any]:
    kind = HOLDS[hold.kind]
    until = _("until %(day)s") % {"day": hold.end_date} if hold.end_date else _("open end")
    return {
        "kind": sentence(either(kind.en, kind.zh)),
        "from": hold.start_date.isoformat(),
        "until": until,
        "loan": hold.loan_ref,
        "channel": CHANNELS[hold.channel] if hold.channel else None,
    }


def loans_shown(desk: PersonDesk, *, hidden: bool) -> list[dict[str, Any]]:
    """Return what every loan stands at; ``hidden``: no amount may be on the page yet."""
    return [_loan(each, desk.about, hidden=hidden) for each in _late_first(desk.loans)]


def _late_first(loans: Sequence[LoanAtDesk]) -> list[LoanAtDesk]:
    return sorted(loans, key=lambda each: -(each.account.days_past_due if each.account else -1))


def _loan(each: LoanAtDesk, about: int | None, *, hidden: bool) -> dict[str, Any]:
    loan, account = each.loan, each.account
    owner = said_now().creditor(loan.creditor, en=loan.creditor_en, zh=loan.creditor_zh)
    shown: dict[str, Any] = {
        "id": loan.id,
        "ref": loan.ref,
        "about": loan.id == about,
        "settled": LoanState(loan.state) is LoanState.SETTLED,
        "state": LOAN_STATES[LoanState(loan.state)],
        "creditor": either(owner.en, owner.zh),
        "hidden": hidden,
    }
    if hidden:
        return shown
    shown["contract_date"] = loan.contract_date
    if account is not None:
        shown |= _amounts(loan, account)
    return shown


def _amounts(loan: LoanShown, account: Account) -> dict[str, Any]:
    def said(minor: int) -> str:
        return money(minor, Currency(loan.currency))

    return {
        "lateness": lateness(account.days_past_due, account.bucket),
        "late": account.days_past_due > 0,
        "parts": [
            (_("Principal"), said(account.overdue_principal_minor)),
            (_("Interest"), said(account.overdue_interest_minor)),
            (_("Fees"), said(account.overdue_fee_minor)),
            (_("Penalty"), said(account.penalty_minor)),
        ],
        "overdue": said(account.overdue_minor),
        "payoff": said(account.payoff_minor),
        "next_due": said(account.next_due_minor),
        "next_due_date": account.next_due_date,
        "oldest": account.oldest_unpaid_date,
        "as_of": account.as_of_date,
    }


def case_shown(
    desk: PersonDesk, *, teams: Sequence[TeamFacts], officers: Mapping[int, str], actor: Principal
) -> dict[str, Any] | None:
    """Return the case: where it stands, in whose care, and who has it now."""
    case = desk.case
    if case is None:
        return None
    names = {team.id: either(team.name_en, team.name_zh) for team in teams}
    state = STATES[case.state]
    end = None if case.ended_as is None else ENDS[case.ended_as]
    return {
        "id": case.id,
        "version": case.version,
        "open": case.is_open,
        "state": sentence(either(state.en, state.zh)),
        "end": None if end is None else either(end.en, end.zh),
        "team": names.get(case.team_id or 0, _("no team")),
        "officer": officers.get(case.officer_id or 0),
        "mine": desk.mine(actor),
        "held": _held(case, desk),
        "callback": None
        if case.callback_at is None
        else clock_time(case.callback_at, desk.zone, now=desk.at),
    }


def _held(case: CaseAtDesk, desk: PersonDesk) -> dict[str, str] | None:
    if case.held is None:
        return None
    until = clock_time(case.held.until_at, desk.zone, now=desk.at)
    return {"name": case.held.name, "until": until}


def plan_shown(desk: PersonDesk) -> dict[str, Any] | None:
    """Return what today's agenda says of the person."""
    plan = desk.plan
    if plan is None:
        return None
    slot = next((each for each in shipped_slots() if each.name == plan.slot), None)
    return {
        "why": in_signs(either(plan.reason_en, plan.reason_zh)),
        "channel": CHANNELS[plan.channel] if plan.channel else None,
        "slot": slot_word(slot) if slot else None,
        "state": PLAN_STATES[plan.state],
        "open": plan.state is PlanState.OPEN,
    }


def ways_shown(
    desk: PersonDesk, *, acts: bool, carried: Collection[Channel]
) -> list[dict[str, Any]]:
    """Return each way with what the gate would answer, what may be done first.

    ``acts``: the reader may act, so that buttons have an effect. ``carried``: what a provider
    carries here; calls need none.
    """
    shown = [_way(each, desk, carried, acts=acts) for each in desk.ways]
    return sorted(shown, key=lambda each: (not each["planned"], not each["gate"]["allowed"]))


def _way(
    way: WayAtDesk, desk: PersonDesk, carried: Collection[Channel], *, acts: bool
) -> dict[str, Any]:
    channel, point = way.wish.channel, way.point
    plan = desk.plan
    return {
        "channel": CHANNELS[channel],
        "channel_code": channel.value.lower(),
        "kind": POINTS[PointKind(point.kind)],
        "masked": point.masked or _("not held here"),
        "whose": _word(point.relation),
        "point": point.id,
        "loan": way.wish.loan_id,
        "planned": plan is not None
        and (plan.channel, plan.contact_point_id) == (channel, point.id),
        "gate": budget_shown(way.budget, zone=desk.zone),
        "code": channel.value,
        "spoken": channel is Channel.VOICE,
        "calls": acts and channel is Channel.VOICE,
        "writes": acts and channel in WRITTEN and channel in carried,
        "visits": acts and channel is Channel.VISIT,
        "uncarried": acts and channel in WRITTEN and channel not in carried,
    }


def caps_shown(ways: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return every cap once, with the least that it leaves over all ways, the scarcest first."""
    least: dict[str, dict[str, Any]] = {}
    for way in ways:
        for cap in way["gate"]["caps"]:
            known = least.get(cap["rule"])
            if known is None or cap["left"] < known["left"]:
                least[cap["rule"]] = cap
    return sorted(least.values(), key=lambda cap: (cap["left"], cap["rule"]))


def day_of(desk: PersonDesk) -> date:
    """Return the person's own day."""
    return desk.at.astimezone(ZoneInfo(desk.zone)).date()

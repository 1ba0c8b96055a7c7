"""What does the gate ask about one contact, and what does it answer?

One question for both stages. Every reason is found, none hides another; whatever cannot be
answered refuses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from types import MappingProxyType

from forbear.contexts.contact.ask import Past, about_past, as_rules_see, past_but, past_of
from forbear.contexts.contact.gate.condition import Unfit, unfit
from forbear.contexts.contact.gate.stop import (
    StopOn,
    about_stops,
    every_stop,
    stop_that_binds,
    stopped,
)
from forbear.contexts.contact.gate.word import Cause, StopScope
from forbear.contexts.database.prepared import Question
from forbear.contexts.database.sending import about_restoring
from forbear.contexts.house.own import OwnRules
from forbear.contexts.house.standing import about_own, own_rules
from forbear.contexts.people.terms_now import Standing, standings
from forbear.contexts.portfolio.queries.policy import (
    PersonFacts,
    about_person,
    facts_of_id,
    facts_of_ids,
)
from forbear.contexts.portfolio.row import UnknownRef, unknown_person
from forbear.policy.ask.contact import decide, next_change
from forbear.values.code import Channel, ContactPurpose, LoanState
from forbear.values.decision import Decision
from forbear.values.errors import ForbearError

NO_TEAMS: Mapping[int, str | None] = MappingProxyType({})
"""Nobody's contact is a team's."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A contact that somebody wants to make. Loan null: none is spoken of."""

    debtor_id: int
    contact_point_id: int
    channel: Channel
    loan_id: int | None = None
    purpose: ContactPurpose = ContactPurpose.COLLECT


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason against a contact, in both languages. ``detail`` names the rule or condition."""

    cause: Cause
    detail: str
    en: str
    zh: str


@dataclass(frozen=True)
class Verdict:
    """What the gate answers about one contact at one instant.

    ``reasons`` empty: allowed. ``decision`` null: the rules could not be asked.
    """

    at: datetime
    reasons: tuple[Reason, ...]
    decision: Decision | None
    turns_at: datetime | None

    @property
    def allowed(self) -> bool:
        """Nothing speaks against it."""
        return not self.reasons and self.decision is not None

    @property
    def pack_sha256(self) -> str:
        """The rules that were asked; empty: none could be."""
        return "" if self.decision is None else self.decision.pack

    @property
    def rules(self) -> str:
        """The ids of the rules that refuse."""
        return " ".join(one.detail for one in self.reasons if one.cause is Cause.RULE)

    @cached_property
    def body(self) -> bytes:
        """The whole answer in its one way of writing.

        What a rule says stands in the packs, under its id and the day since which it binds.
        """
        told = {
            "at": self.at.isoformat(),
            "allowed": self.allowed,
            "reasons": [
                {"cause": one.cause.value, "detail": one.detail, "en": one.en, "zh": one.zh}
                for one in self.reasons
            ],
            "pack": self.pack_sha256,
            "findings": [] if self.decision is None else _written(self.decision),
        }
        return json.dumps(
            told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
        ).encode()

    @cached_property
    def sha256(self) -> str:
        """The hash of the whole answer."""
        return hashlib.sha256(self.body).hexdigest()


def judge(wish: Wish, *, now: datetime, but: int | None = None, team: str | None = None) -> Verdict:
    """Answer about a contact, inside a transaction that holds the person's row.

    ``but``: an attempt that is not counted, since it is the one asked about. ``team``: whose
    mandate and licence are asked for; null: no team makes it.
    """

    def reasons_of(person: PersonFacts) -> _Found:
        stand = None if team is None else standings([team], now=now).get(team)
        unable = unfit(now, wish.purpose) or _barred(stand, person)
        stop = stopped(wish.debtor_id, wish.channel, _creditors(person))
        return _found(person, wish, unable, stop, now=now, but=but)

    return _verdict(lambda: reasons_of(facts_of_id(wish.debtor_id)), now=now)


def about_wish(wish: Wish, *, but: int | None = None) -> list[Question]:
    """Return what ``judge`` will surely ask the database, in order."""
    return [
        *about_stops(wish.debtor_id, wish.channel),
        about_own(),
        about_person(wish.debtor_id),
        about_past(wish.debtor_id, but=but),
        about_restoring(),
    ]


def judge_all(
    wishes: Collection[Wish], *, now: datetime, teams: Mapping[int, str | None] = NO_TEAMS
) -> dict[Wish, Verdict]:
    """Answer about many contacts with as many questions as about one, inside a transaction.

    To look, not to act: no row is held and no stop waits, so it may be otherwise a moment later.
    ``teams``: which team would contact a person, by the person's id.
    """
    ids = {wish.debtor_id for wish in wishes}
    persons, past = facts_of_ids(ids), past_of(ids, before=now + _SET_BACK_MAX)
    unable = {purpose: unfit(now, purpose) for purpose in {wish.purpose for wish in wishes}}
    stops, own = every_stop(), own_rules()
    stand = standings({team for team in teams.values() if team is not None}, now=now)

    def reasons_of(wish: Wish) -> _Found:
        person = persons.get(wish.debtor_id)
        if person is None:
            raise unknown_person(str(wish.debtor_id))
        stop = stop_that_binds(stops, wish.debtor_id, wish.channel, _creditors(person))
        earlier = past[wish.debtor_id]
        unfit_ = unable[wish.purpose] or _barred(stand.get(teams.get(person.id) or ""), person)
        return _found(person, wish, unfit_, stop, now=now, past=earlier, own=own)

    return {wish: _verdict(partial(reasons_of, wish), now=now) for wish in wishes}


def judge_waiting(
    debtor_id: int, asked: Collection[tuple[Wish, datetime]], *, but: Collection[int]
) -> dict[tuple[Wish, datetime], Verdict]:
    """Answer by the rules alone about contacts of a held person that wait, each for an instant.

    Facts and earlier contacts are read once, however many wait. ``but``: attempts that are not
    counted. Whether the system could send now, or is stopped, is not asked.
    """
    if not asked:
        return {}
    try:
        person = facts_of_id(debtor_id)
    except UnknownRef as gone:
        erased = (reason_of(Cause.ERASED, gone),)
        return {each: Verdict(each[1], erased, None, None) for each in asked}
    latest = max(at for _, at in asked) + _SET_BACK_MAX
    past, own = past_but(debtor_id, before=latest, but=but), own_rules()

    def answer(wish: Wish, at: datetime) -> Verdict:
        ask = partial(_found, person, wish, None, None, now=at, past=past, own=own)
        return _verdict(ask, now=at)

    return {each: answer(*each) for each in dict.fromkeys(asked)}


_Found = tuple[list[Reason], Decision | None, datetime | None]


def _verdict(ask: Callable[[], _Found], *, now: datetime) -> Verdict:
    """Let whatever cannot be answered refuse."""
    try:
        reasons, decision, turns_at = ask()
    except UnknownRef as gone:
        reasons, decision, turns_at = [reason_of(Cause.ERASED, gone)], None, None
    return Verdict(now, tuple(reasons), decision, turns_at)


def _found(
    person: PersonFacts,
    wish: Wish,
    unable: Unfit | None,
    stop: StopOn | None,
    *,
    now: datetime,
    but: int | None = None,
    past: Past | None = None,
    own: OwnRules | None = None,
) -> _Found:
    reasons = _of_the_system(unable, stop)
    try:
        decision, turns_at, more = _of_the_rules(person, wish, now=now, but=but, past=past, own=own)
    except ForbearError as refused:
        return [*reasons, reason_of(Cause.NO_PACK, refused)], None, None
    return [*reasons, *more], decision, turns_at


def _creditors(person: PersonFacts) -> list[int]:
    return sorted({loan.creditor_id for loan in person.loans})


def _of_the_system(unable: Unfit | None, stop: StopOn | None) -> list[Reason]:
    found = []
    if unable is not None:
        found.append(Reason(Cause.CONDITION, unable.code, unable.en, unable.zh))
    if stop is not None:
        found.append(
            Reason(
                Cause.STOPPED,
                f"stop:{stop.id}",
                f"Stopped ({_SCOPES[stop.scope][0]}): {stop.reason}",
                f"已停止（{_SCOPES[stop.scope][1]}）：{stop.reason}",
            )
        )
    return found


def _barred(stand: Standing | None, person: PersonFacts) -> Unfit | None:
    bar = None if stand is None else stand.bar(person.region)
    return None if bar is None else Unfit(bar.code, bar.en, bar.zh)


def _of_the_rules(
    person: PersonFacts,
    wish: Wish,
    *,
    now: datetime,
    but: int | None,
    past: Past | None,
    own: OwnRules | None,
) -> tuple[Decision | None, datetime | None, list[Reason]]:
    point = next((each for each in person.points if each.no == wish.contact_point_id), None)
    loan = next((each for each in person.loans if each.no == wish.loan_id), None)
    if point is None or (loan is None and wish.loan_id is not None):
        return None, None, [_NOT_OF_PERSON]
    pack, known, _ = as_rules_see(
        person,
        wish.channel,
        point,
        loan,
        wish.purpose,
        now=now,
        but=but,
        ahead=_SET_BACK_MAX,
        past=past,
        own=own,
    )
    decision = decide(pack, known, now=now)
    reasons = [
        Reason(Cause.RULE, found.rule_id, found.about.text_en, found.about.text_zh)
        for found in decision.findings
        if found.refuses
    ]
    if not decision.allowed and not reasons:
        reasons = [_NO_RULES]
    about = person.loans if loan is None else (loan,)
    paid = about and all(each.state is LoanState.SETTLED for each in about)
    if paid and wish.purpose in _OF_A_DEBT:
        # Time alone turns no rule here: nothing will be owed tomorrow either.
        return decision, None, [*reasons, _SETTLED]
    turns_at = next_change(pack, known, now=now, decision=decision) if reasons else None
    return decision, turns_at, reasons


def _written(decision: Decision) -> list[dict[str, object]]:
    return [
        {
            "rule": found.rule_id,
            "effective": found.about.effective.isoformat(),
            "effect": found.about.effect.value,
            "allows": found.allows,
            "seen": [list(pair) for pair in found.facts],
            "until": None if found.until is None else found.until.isoformat(),
        }
        for found in decision.findings
    ]


def reason_of(cause: Cause, error: ForbearError) -> Reason:
    """Return an error as a reason against a contact."""
    return Reason(cause, error.code, error.message, error.message_zh)


_OF_A_DEBT = {ContactPurpose.COLLECT, ContactPurpose.REMINDER}
"""What there is no reason for once nothing is owed."""
_SET_BACK_MAX = timedelta(days=2)
"""A clock that was set back by so much must not forget what it had seen."""
_SCOPES = {
    StopScope.GLOBAL: ("everything", "全部"),
    StopScope.CREDITOR: ("one creditor", "该债权人"),
    StopScope.CHANNEL: ("this channel", "该渠道"),
    StopScope.PERSON: ("this person", "此人"),
}
_NOT_OF_PERSON = Reason(
    Cause.NOT_OF_PERSON,
    "contact_point",
    "The person has no such contact point or loan in use.",
    "该债务人没有在用的该联系方式或借款。",
)
_SETTLED = Reason(
    Cause.NOT_OF_PERSON,
    "settled",
    "The loan is settled: there is nothing to collect.",
    "该借款已结清，没有可催收的款项。",
)
_NO_RULES = Reason(
    Cause.NO_PACK,
    "rules",
    "No rule could be asked.",
    "没有可询问的规则。",
)

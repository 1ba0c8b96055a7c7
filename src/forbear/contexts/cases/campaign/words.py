"""Which words go out, and what makes them true now?

Amounts and days come from the books as they stand when the contact is about to leave; what the
lender says of itself is data. A fact that cannot be shown is not claimed, so a message that needs
it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from forbear.contexts.cases.campaign.more import More, more_of
from forbear.contexts.contact.ask import events_of
from forbear.contexts.contact.caller.code import code_of
from forbear.contexts.contact.gate.intent import Composing
from forbear.contexts.ledger.owed import Owed, owed_on
from forbear.contexts.portfolio.particular import particulars
from forbear.contexts.portfolio.queries.addressee import Addressee, addressee
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_id
from forbear.contexts.rulebook.library import (
    open_lender,
    open_products,
    open_sending,
    open_shorteners,
    open_wordings,
    pack_in_force,
)
from forbear.policy.ask.wording import FACTS_BY_HOLD, WordingFacts, may_say
from forbear.policy.sending import Speaker
from forbear.policy.wording.form import Wording
from forbear.policy.wording.render import Rendered, WordingRefused, render
from forbear.policy.wording.value import Amount, Value
from forbear.values.code import Actor, Channel, Jurisdiction, Language, LoanState
from forbear.values.day import day_number
from forbear.values.decision import Finding
from forbear.values.wording import Fact, MessagePart

NO_MESSAGE = ("", 0)
"""Where words are looked for, none is chosen yet."""
REFERENCE_SIGNS = 4
"""So many last signs of a contract's number are written, as much as tells it from others."""
_STANDING_DAYS_MAX = 1


def message_for(
    law: Jurisdiction, channel: Channel, days_past_due: int, *, as_of: date
) -> tuple[str, int] | None:
    """Return id and version of the approved message for a stage; None: nothing is sent then."""
    chosen = open_sending().message(law, channel, days_past_due)
    return None if chosen is None else (chosen, open_wordings().on(chosen, as_of=as_of).version)


@dataclass(frozen=True, slots=True)
class Ground:
    """What words about one loan to one contact point stand on, as the books are now.

    ``today`` is the person's own day. ``first``: nothing was said to the person before. ``more``:
    what contexts above tell. ``attempt_id``: the contact that is about to leave; null: none is.
    """

    person: PersonFacts
    today: date
    now: datetime
    channel: Channel
    loan_id: int
    speaker: Speaker
    who: Addressee
    owed: Owed
    first: bool
    more: More
    attempt_id: int | None = None

    @property
    def language(self) -> Language:
        """The person's own, or the one in which the lender speaks there."""
        return self.who.language or self.speaker.language

    @property
    def facts(self) -> frozenset[Fact]:
        """What is known to hold; whatever is not known is left out."""
        return _facts(self) | self.more.facts

    @property
    def values(self) -> dict[str, Value]:
        """What can be filled in, by the name of the variable."""
        known = _values(self.who, self.owed, self.speaker, self.language)
        if self.attempt_id is not None:
            # By it the person may check this very contact.
            known["check_code"] = code_of(self.attempt_id)
        return {**known, **self.more.values}


def ground_of(
    debtor_id: int,
    channel: Channel,
    loan_id: int | None,
    point_id: int | None,
    *,
    now: datetime,
) -> Ground | None:
    """Return what words would stand on, inside a transaction; None: not known of whom or what."""
    return _ground(Composing(debtor_id, loan_id, channel, NO_MESSAGE, now, point_id), leaving=False)


def _ground(asked: Composing, *, leaving: bool) -> Ground | None:
    """``leaving``: the contact itself is written down already, as at the gate."""
    debtor_id, now = asked.debtor_id, asked.now
    loan_id, point_id = asked.loan_id, asked.contact_point_id
    person = facts_of_id(debtor_id)
    today = now.astimezone(ZoneInfo(next(iter(person.zones), "UTC"))).date()
    speaker = particulars(now).speaker(person.jurisdiction)
    if loan_id is None or point_id is None or speaker is None:
        return None
    who, owed = addressee(loan_id, point_id, now=now), owed_on(loan_id)
    if who is None or owed is None:
        return None
    first = len(events_of(debtor_id, zone="UTC", before=now)) <= int(leaving)
    more = more_of(asked, today)
    of, about = (person, today, now, asked.channel), (loan_id, speaker, who, owed, first, more)
    return Ground(*of, *about, asked.attempt_id)


def ground_leaving(asked: Composing) -> Ground | None:
    """Return the same for a contact that is about to leave; runs in the gate's transaction."""
    return _ground(asked, leaving=True)


def compose(asked: Composing) -> Rendered:
    """Fill in a message as it is true now; runs in the gate's transaction.

    Raises:
        WordingRefused: a fact is missing or forbids it, a value cannot be given, or a rule about
            words refuses.
        UnknownWording: there is no such message in force.
    """
    ground = _ground(asked, leaving=True)
    wording = open_wordings().on(
        asked.message[0], as_of=asked.now.date() if ground is None else ground.today
    )
    if ground is None:
        raise _refused(wording, "nothing is known of whom or what it is about", "不知对象或借款")
    if wording.version != asked.message[1]:
        raise _refused(wording, "the contract or the words have changed", "合同或用语已变更")
    return fill_in(wording, ground)


def fill_in(
    wording: Wording,
    ground: Ground,
    *,
    also: frozenset[Fact] = frozenset(),
    beside: frozenset[MessagePart] = frozenset(),
) -> Rendered:
    """Fill in a message on what is known.

    ``also``: what will hold when it is said, such as that the person has said who they are;
    ``beside``: parts that are said in another line of the same call.

    Raises:
        WordingRefused: as ``compose``.
    """
    facts = ground.facts | also
    refusing = rules_against(wording, facts, ground, more=beside)
    if refusing:
        rules = " ".join(found.rule_id for found in refusing)
        raise _refused(wording, f"rules about words refuse it: {rules}", f"用语规则不允许：{rules}")
    wanted = {variable.name for variable in wording.variables}
    rendered = render(
        wording,
        language=ground.language,
        facts=facts,
        values={name: value for name, value in ground.values.items() if name in wanted},
        as_of=ground.today,
    )
    hidden = open_shorteners().found_in(rendered.text)
    if hidden:
        where = ", ".join(hidden)
        raise _refused(wording, f"a link hides where it leads: {where}", f"含短链接：{where}")
    return rendered


def rules_against(
    wording: Wording,
    facts: frozenset[Fact],
    ground: Ground,
    *,
    more: frozenset[MessagePart] = frozenset(),
) -> tuple[Finding, ...]:
    """Return the rules about words that refuse a message on what is known.

    ``more``: parts that are said beside it, such as in another line of the same call.
    """
    parts = wording.parts | more
    words = WordingFacts(ground.channel, wording.contact, parts, frozenset(), facts)
    pack = pack_in_force(ground.person.jurisdiction, ground.today)
    return may_say(pack, words, now=ground.now).refusals


def _facts(ground: Ground) -> frozenset[Fact]:
    person, who, owed, today = ground.person, ground.who, ground.owed, ground.today
    actor = open_lender().actors.get(person.jurisdiction)
    loan = next((each for each in person.loans if each.no == ground.loan_id), None)
    due = owed.next_due_date
    reckoned = abs((owed.as_of_date - today).days) <= _STANDING_DAYS_MAX
    barred = owed.limitation_date
    reckons_limitation = (
        loan is not None and open_products()[loan.product].limitation.years is not None
    )
    by_machine = ground.channel is Channel.BOT
    held = {
        Fact.ADDRESSEE_IS_DEBTOR: who.certain
        and ground.channel not in {Channel.BOT, Channel.VOICE},
        Fact.SENDER_IS_CREDITOR: actor is Actor.FIRST_PARTY,
        Fact.SENDER_IS_AGENCY: actor is Actor.THIRD_PARTY,
        Fact.OVERDUE: owed.days_past_due > 0 and owed.overdue_minor > 0,
        Fact.DUE_SOON: owed.overdue_minor == 0
        and due is not None
        and owed.next_due_minor > 0
        and 0 <= (due - today).days <= open_sending().due_soon_days,
        Fact.AMOUNT_RECONCILED: reckoned and owed.adds_up,
        Fact.TIME_BARRED: barred is not None and barred <= today,
        # No day at all: the time does not run yet.
        Fact.WITHIN_LIMITATION: reckons_limitation and (barred is None or today < barred),
        Fact.VULNERABLE: who.vulnerable,
        Fact.SETTLED: loan is None or loan.state is LoanState.SETTLED,
        Fact.MACHINE_SPEAKS: by_machine,
        Fact.RECORDING_ON: by_machine and ground.speaker.recorded,
        Fact.FIRST_COMMUNICATION: ground.first,
    }
    found = {fact for fact, holds in held.items() if holds}
    number = day_number(today)
    for hold in person.holds:
        ended = hold.end_day is not None and hold.end_day <= number
        if hold.start_day <= number and not ended and hold.loan_no in {None, ground.loan_id}:
            found |= {FACTS_BY_HOLD[hold.kind]} if hold.kind in FACTS_BY_HOLD else set()
    return frozenset(found)


def _values(who: Addressee, owed: Owed, speaker: Speaker, language: Language) -> dict[str, Value]:
    late = owed.days_past_due > 0
    creditor = who.creditor_zh if language is Language.ZH else who.creditor_en
    amounts = {
        "amount": owed.overdue_minor if late else owed.next_due_minor,
        "principal": owed.overdue_principal_minor,
        "interest": owed.overdue_interest_minor,
        "fee": owed.overdue_fee_minor,
        "penalty": owed.penalty_minor,
    }
    reference = who.loan_ref[-REFERENCE_SIGNS:]
    known: dict[str, Value | None] = {
        **{name: said.of(language) for name, said in speaker.says.items()},
        **{name: Amount(minor, who.currency) for name, minor in amounts.items()},
        "name": who.name,
        "sought_name": who.name,
        "creditor": creditor,
        "loan_ref": reference,
        "account": reference,
        "contract_date": who.contract_date,
        "due_date": owed.oldest_unpaid_date if late else owed.next_due_date,
        "days": owed.days_past_due,
        "as_of_date": owed.as_of_date,
    }
    return {name: value for name, value in known.items() if value is not None}


def _refused(wording: Wording, en: str, zh: str) -> WordingRefused:
    return WordingRefused(
        f"{wording.id} may not be said: {en}.",
        remedy="Choose a message whose facts hold.",
        message_zh=f"{wording.id} 不得发送：{zh}。",
        remedy_zh="请选择事实成立的用语。",
        message_id=wording.id,
        version=wording.version,
    )

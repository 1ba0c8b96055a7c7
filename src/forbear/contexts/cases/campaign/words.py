"""Which words go out, and what makes them true now?

Amounts and days come from the books as they stand when the contact is about to leave; what the
lender says of itself is data. A fact that cannot be shown is not claimed, so a message that needs
it is refused.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from forbear.contexts.cases.campaign.more import More, more_of
from forbear.contexts.contact.ask import events_of
from forbear.contexts.contact.caller.code import code_of
from forbear.contexts.contact.gate.intent import Composing
from forbear.contexts.ledger.owed import Owed, owed_on
from forbear.contexts.portfolio.queries.addressee import Addressee, addressee
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_id
from forbear.contexts.rulebook.library import (
    open_lender,
    open_products,
    open_sending,
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
from forbear.values.wording import Fact

REFERENCE_SIGNS = 4
"""So many last signs of a contract's number are written, as much as tells it from others."""
_STANDING_DAYS_MAX = 1


def message_for(
    law: Jurisdiction, channel: Channel, days_past_due: int, *, as_of: date
) -> tuple[str, int] | None:
    """Return id and version of the approved message for a stage; None: nothing is sent then."""
    chosen = open_sending().message(law, channel, days_past_due)
    return None if chosen is None else (chosen, open_wordings().on(chosen, as_of=as_of).version)


def compose(asked: Composing) -> Rendered:
    """Fill in a message as it is true now; runs in the gate's transaction.

    Raises:
        WordingRefused: a fact is missing or forbids it, a value cannot be given, or a rule about
            words refuses.
        UnknownWording: there is no such message in force.
    """
    person = facts_of_id(asked.debtor_id)
    today = asked.now.astimezone(ZoneInfo(next(iter(person.zones), "UTC"))).date()
    wording = open_wordings().on(asked.message[0], as_of=today)
    speaker = open_sending().senders.get(person.jurisdiction)
    loan_id, point_id = asked.loan_id, asked.contact_point_id
    if loan_id is None or point_id is None or speaker is None:
        raise _refused(wording, "nothing is known of whom or what it is about", "不知对象或借款")
    who, owed = addressee(loan_id, point_id, now=asked.now), owed_on(loan_id)
    if who is None or owed is None or wording.version != asked.message[1]:
        raise _refused(wording, "the contract or the words have changed", "合同或用语已变更")
    more = more_of(asked, today)
    facts = _facts(asked, person, who, owed, speaker, today) | more.facts
    _ask_rules(wording, facts, person.jurisdiction, today, asked)
    language = who.language or speaker.language
    return render(
        wording,
        language=language,
        facts=facts,
        values=_values(wording, who, owed, speaker, language, more) | _check_code(wording, asked),
        as_of=today,
    )


def _facts(
    asked: Composing,
    person: PersonFacts,
    who: Addressee,
    owed: Owed,
    speaker: Speaker,
    today: date,
) -> frozenset[Fact]:
    """Return what is known to hold; whatever is not known is left out."""
    law, loan_id = person.jurisdiction, asked.loan_id
    actor = open_lender().actors.get(law)
    loan = next((each for each in person.loans if each.no == loan_id), None)
    due = owed.next_due_date
    reckoned = abs((owed.as_of_date - today).days) <= _STANDING_DAYS_MAX
    barred = owed.limitation_date
    reckons_limitation = (
        loan is not None and open_products()[loan.product].limitation.years is not None
    )
    by_machine = asked.channel is Channel.BOT
    held = {
        Fact.ADDRESSEE_IS_DEBTOR: who.certain and asked.channel not in {Channel.BOT, Channel.VOICE},
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
        Fact.RECORDING_ON: by_machine and speaker.recorded,
        Fact.FIRST_COMMUNICATION: _is_first(asked),
    }
    found = {fact for fact, holds in held.items() if holds}
    number = day_number(today)
    for hold in person.holds:
        ended = hold.end_day is not None and hold.end_day <= number
        if hold.start_day <= number and not ended and hold.loan_no in {None, loan_id}:
            found |= {FACTS_BY_HOLD[hold.kind]} if hold.kind in FACTS_BY_HOLD else set()
    return frozenset(found)


def _is_first(asked: Composing) -> bool:
    # The contact that is about to leave is itself among them.
    return len(events_of(asked.debtor_id, zone="UTC", before=asked.now)) <= 1


def _ask_rules(
    wording: Wording, facts: frozenset[Fact], law: Jurisdiction, today: date, asked: Composing
) -> None:
    words = WordingFacts(asked.channel, wording.contact, wording.parts, frozenset(), facts)
    refusing = may_say(pack_in_force(law, today), words, now=asked.now).refusals
    if refusing:
        rules = " ".join(found.rule_id for found in refusing)
        raise _refused(wording, f"rules about words refuse it: {rules}", f"用语规则不允许：{rules}")


def _values(
    wording: Wording,
    who: Addressee,
    owed: Owed,
    speaker: Speaker,
    language: Language,
    more: More,
) -> dict[str, Value]:
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
        **more.values,
    }
    wanted = {variable.name for variable in wording.variables}
    return {name: value for name, value in known.items() if name in wanted and value is not None}


def _check_code(wording: Wording, asked: Composing) -> dict[str, Value]:
    """Return the code by which the person may check this very message, where it is to hold one."""
    if asked.attempt_id is None or all(each.name != "check_code" for each in wording.variables):
        return {}
    return {"check_code": code_of(asked.attempt_id)}


def _refused(wording: Wording, en: str, zh: str) -> WordingRefused:
    return WordingRefused(
        f"{wording.id} may not be said: {en}.",
        remedy="Choose a message whose facts hold.",
        message_zh=f"{wording.id} 不得发送：{zh}。",
        remedy_zh="请选择事实成立的用语。",
        message_id=wording.id,
        version=wording.version,
    )

"""What is known of a person that may make words said to them, or about them, true?"""

from __future__ import annotations

from datetime import date

from forbear.contexts.portfolio.queries.policy import PersonFacts
from forbear.contexts.rulebook.library import open_lender
from forbear.policy.ask.wording import FACTS_BY_HOLD
from forbear.values.code import Actor
from forbear.values.day import day_number
from forbear.values.wording import Fact


def facts_about(person: PersonFacts, today: date) -> frozenset[Fact]:
    """Return what is known of whom words concern; what is not known excuses nothing."""
    acts_as = open_lender().actors.get(person.jurisdiction)
    sender = Fact.SENDER_IS_AGENCY if acts_as is Actor.THIRD_PARTY else Fact.SENDER_IS_CREDITOR
    number = day_number(today)
    held = {
        FACTS_BY_HOLD[hold.kind]
        for hold in person.holds
        if hold.kind in FACTS_BY_HOLD
        and hold.start_day <= number
        and (hold.end_day is None or number < hold.end_day)
    }
    return frozenset({Fact.ADDRESSEE_IS_DEBTOR, sender, *held})

"""Which contact do the lender's own refs name?"""

from __future__ import annotations

from forbear.contexts.contact.ask import ContactAsked, parts_of
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.policy import facts_for_policy
from forbear.values.principal import Principal


def named(asked: ContactAsked, *, actor: Principal) -> Wish:
    """Return a contact as the gate knows it.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownRef, NotOfPerson: the person, contact point or loan is not there for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    person = facts_for_policy(asked.debtor_ref, actor=actor)
    point, loan = parts_of(person, asked)
    return Wish(
        person.id, point.no, asked.channel, None if loan is None else loan.no, asked.purpose
    )

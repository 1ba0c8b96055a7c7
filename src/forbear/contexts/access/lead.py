"""How does a message lead to the pages of the one person to whom it goes?

Each message has a link of its own, which runs out like any other and opens nothing without the
code and the last four signs of the identity number.
"""

from __future__ import annotations

from datetime import date

from forbear.contexts.access.actions.link import enter_link
from forbear.contexts.access.models import Link
from forbear.contexts.access.token import digest_of, link_token
from forbear.contexts.cases.campaign.more import More
from forbear.contexts.contact.gate.intent import Composing
from forbear.contexts.portfolio.queries.door import own_point_of
from forbear.contexts.rulebook.library import open_portal, open_wordings
from forbear.values.principal import system

PATH = "/p/l/{token}/"
VARIABLES = ("help_url", "pay_url")
"""What may lead to a person's own pages; other addresses are the same for everybody."""
CONTEXT = "access"
# Before a contact leaves, its words are looked at and measured: a link of the same length.
_SHOWN = "x" * len(link_token(0))


def leading(asked: Composing, today: date) -> More:
    """Return the addresses that lead to a person's own pages, where the lender says where they are.

    Only a contact that leaves, and whose words hold such an address, has a link made for it.
    Without a number of the person's own, to which a code could go, the addresses stay those of
    everybody.
    """
    address = open_portal().address
    point = None if address is None else own_point_of(asked.debtor_id)
    if address is None or point is None:
        return More()
    token = _SHOWN
    if asked.attempt_id is not None and _leads(asked, today):
        token = link_token(asked.attempt_id)
        if not Link.objects.filter(digest=digest_of("link", token)).exists():
            enter_link(point, token, actor=system("gate"), now=asked.now)
    return More(values=dict.fromkeys(VARIABLES, address + PATH.format(token=token)))


def _leads(asked: Composing, today: date) -> bool:
    if not asked.message[0]:
        return False
    variables = open_wordings().on(asked.message[0], as_of=today).variables
    return any(variable.name in VARIABLES for variable in variables)

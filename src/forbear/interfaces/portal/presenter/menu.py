"""Where can somebody go from their first page? Each page that belongs there adds its entry here.

An entry whose page is not there is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forbear.interfaces.portal.context import there


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to go on. ``page`` is the name of an address; ``own``: for the person alone."""

    page: str
    label: str | Promise
    hint: str | Promise = ""
    own: bool = False


CHOICES = (
    Entry("portal:pay", _("Pay, or promise to pay")),
    Entry("portal:time", _("I need more time")),
    Entry("portal:wrong", _("Something is wrong")),
)
"""The three choices of the first page, as easy one as another."""

MORE = (
    Entry("portal:ask", _("Ask the assistant"), _("A machine; it can call a person.")),
    Entry("portal:items", _("What I owe, and how it adds up"), _("Amounts, payments, papers.")),
    Entry("portal:budget", _("My month and my debts"), _("A calculator; nothing is kept.")),
    Entry("portal:choices", _("How I am contacted")),
    Entry("portal:record", _("My record of contacts")),
    Entry("portal:data", _("My data")),
    Entry("portal:acting", _("Let somebody act for me"), own=True),
)
"""What else there is."""


def shown(entries: tuple[Entry, ...], *, themself: bool = True) -> list[dict[str, object]]:
    """Return the entries whose pages are there; without those that only the person may use."""
    return [
        {"address": address, "label": each.label, "hint": each.hint}
        for each in entries
        if (themself or not each.own) and (address := there(each.page))
    ]

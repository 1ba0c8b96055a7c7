"""How is a reply of the assistant shown: approved words, figures of the account, pages to go on?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forbear.contexts.assistant.llm_file import Words
from forbear.contexts.evidence.queries import AccountNow
from forbear.contexts.rulebook.library import open_helpers, open_knowledge
from forbear.interfaces.portal.context import Says, in_tongue
from forbear.interfaces.portal.presenter.account import loan_shown
from forbear.interfaces.portal.presenter.bargain import amounts_of
from forbear.policy.assistant.bargain_shown import Stood
from forbear.policy.assistant.dialogue import Line, Reply
from forbear.policy.assistant.intent import Intent
from forbear.policy.assistant.knowledge import Way
from forbear.policy.help import HelpKind, helpers_for
from forbear.policy.wording.form import Both
from forbear.values.code import Jurisdiction

_LINES = {
    Line.WHICH: "ask_which",
    Line.NOT_CLEAR: "ask_not_clear",
    Line.ALSO: "ask_also",
    Line.HANDED: "ask_handed",
    Line.ENTER_FIRST: "ask_enter_first",
    Line.TELEPHONE: "ask_telephone",
    Line.STOPPED: "ask_stopped",
    **{each: f"ask_{each.lower()}" for each in Line if each.startswith("PLAN_")},
}
_PAGES: dict[Way, tuple[str, tuple[str, ...], str | Promise]] = {
    Way.ENTER: ("portal:enter", (), _("See my own matter")),
    Way.PAY: ("portal:pay", (), _("Pay, or promise to pay")),
    Way.PROMISE: ("portal:promise", (), _("Promise to pay on a day")),
    Way.TIME: ("portal:time", (), _("I need more time")),
    Way.HARD: ("portal:hard", (), _("Help with hardship")),
    Way.ITEMS: ("portal:items", (), _("What I owe, and how it adds up")),
    Way.DISPUTE_NOT_MINE: ("portal:dispute", ("NOT_MINE",), _("Say that it is not mine")),
    Way.DISPUTE_PAID: ("portal:dispute", ("PAID",), _("Say that it is paid")),
    Way.DISPUTE_AMOUNT: ("portal:dispute", ("WRONG_AMOUNT",), _("Say that the amount is wrong")),
    Way.COMPLAINT: ("portal:wrong", (), _("Complain about how I was treated")),
    Way.CHOICES: ("portal:choices", (), _("How I am contacted")),
    Way.RECORD: ("portal:record", (), _("My record of contacts")),
    Way.DATA: ("portal:data", (), _("My data")),
    Way.ACTING: ("portal:acting", (), _("Let somebody act for me")),
    Way.CHECK: ("portal:check", (), _("Is this call or message really us?")),
    Way.NOT_ME: ("portal:not_me", (), _("Wrong number: I am not this person")),
    Way.FRAUD: ("portal:fraud", (), _("How to spot a fraud")),
    Way.RIGHTS: ("portal:rights", (), _("Your rights")),
    Way.HELP: ("portal:help", (), _("Free help near you")),
    Way.LEARN: ("portal:learn", (), _("Short lessons about money")),
    Way.BUDGET: ("portal:budget", (), _("My month and my debts")),
}
_FILLED = {Way.PROMISE, Way.TIME}
"""Pages whose form is filled from what was said; the person checks every value and sends it."""
_LISTENERS = (HelpKind.CRISIS, HelpKind.EMERGENCY)


def reply_shown(
    reply: Reply,
    *,
    ref: UUID | None,
    account: AccountNow | None,
    law: Jurisdiction,
    region: str | None,
    stood: Stood | None = None,
) -> dict[str, Any]:
    """Return a reply in the reader's language.

    ``account`` null: no figures of it are shown. ``stood``: how the talk about an arrangement
    stands, whose amounts some lines name.
    """
    says, amounts = Says(), {} if stood is None else amounts_of(stood)
    show = account if reply.show else None
    return {
        "lines": [
            says.filled(_LINES[each], **amounts) for each in reply.lines if each is not Line.ALSO
        ],
        "articles": [
            {"title": in_tongue(each.title), "says": in_tongue(each.says), "ref": each.ref}
            for each in reply.articles
        ],
        "loans": [] if show is None else [loan_shown(each) for each in show.loans],
        "ways": [_way(each, ref) for each in reply.ways if each in _PAGES],
        "human": Way.HUMAN in reply.ways,
        "also": says[_LINES[Line.ALSO]] if Line.ALSO in reply.lines else "",
        "choices": [{"code": each.value, "label": _titled(each)} for each in reply.choices],
        "listeners": listeners(law, region) if reply.listeners else [],
    }


def lines_shown(account: AccountNow) -> tuple[tuple[str, str], ...]:
    """Return the figures that a reply shows of an account, with what they are called.

    Of several contracts none: which is meant could be mistaken.
    """
    if len(account.loans) != 1:
        return ()
    loan = loan_shown(account.loans[0])
    if not loan["reckoned"]:
        return ()
    found = [(_("To be paid now"), loan["now"])] if loan["owes"] and loan["overdue"] else []
    found += [(_("To settle all of it today"), loan["whole"])] if loan["owes"] else []
    return tuple((str(label), value) for label, value in found)


def model_told(words: Words | None) -> str:
    """Return what people are told of the language model that may read theirs; "": none does."""
    if words is None:
        return ""
    return Says()["ask_model" if words is Words.MASKED else "ask_model_whole"]


def listeners(law: Jurisdiction, region: str | None) -> list[dict[str, str]]:
    """Return who listens by day and night under a law."""
    return [
        {
            "name": in_tongue(Both(zh=each.name_zh, en=each.name_en)),
            "says": in_tongue(Both(zh=each.says_zh, en=each.says_en)),
            "phone": each.phone,
        }
        for kind in _LISTENERS
        for each in helpers_for(open_helpers(), law, region=region, kind=kind)
    ]


def meaning_word(intent: Intent) -> str:
    """Return what a meaning is called: the title of the article that answers it."""
    return _titled(intent)


def _titled(intent: Intent) -> str:
    return in_tongue(open_knowledge().answering(intent).title)


def _way(way: Way, ref: UUID | None) -> dict[str, Any]:
    page, given, label = _PAGES[way]
    address = reverse(page, args=given)
    query = QueryDict(mutable=True)
    if way is Way.ENTER:
        query["next"] = reverse("portal:ask")
    if way in _FILLED and ref is not None:
        query["asked"] = str(ref)
    asked = query.urlencode(safe="/")
    return {"address": f"{address}?{asked}" if asked else address, "label": label}

"""How is shown at a desk what a person may have meant, and what may be said and done?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from forbear.contexts.assistant.suggest import TEXT_LENGTH_MAX, Suggestion
from forbear.contexts.cases.desk.person import PersonDesk
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_knowledge
from forbear.interfaces.console.presenter.word import either
from forbear.interfaces.portal.presenter.ask import listeners
from forbear.policy.assistant.intent import CARE, Intent
from forbear.policy.assistant.knowledge import Article, Way
from forbear.values.code import Jurisdiction
from forbear.values.principal import Principal

_SURE_MIN = 0.8
_CONTACT_WAYS = frozenset({Way.PAY, Way.ITEMS, Way.CHECK, Way.HUMAN, Way.CHOICES})
"""Answers that may need another contact: a message with the way to pay, or a call back."""
UNVEILED = CARE | {
    Intent.GENUINE,
    Intent.FRAUD,
    Intent.WRONG_PERSON,
    Intent.STOP_CONTACT,
    Intent.OTHER_PERSON,
    Intent.GREETING,
    Intent.THANKS,
    Intent.GOODBYE,
}
"""Answers that may be given before it is certain who speaks: they tell nothing of a debt."""


def choices_shown() -> list[dict[str, str]]:
    """Return every meaning that can be chosen instead of typing, by its article's title."""
    titles = {each: _title(open_knowledge().answering(each)) for each in Intent}
    shown = [{"code": each.value, "label": label} for each, label in titles.items()]
    seen: dict[str, dict[str, str]] = {}
    for each in shown:
        seen.setdefault(each["label"], each)
    return list(seen.values())


def meanings_shown(found: Suggestion) -> list[dict[str, str]]:
    """Return what was understood, with how sure that is; where it was not clear, what may be."""
    heard = found.heard
    if not heard.meant:
        unsure = either("ask whether it is this", "请向对方确认")
        return [{"label": _of(each), "sure": unsure} for each in heard.near]
    return [{"label": _of(each), "sure": _sure(each, found)} for each in heard.meant]


def heard_shown(
    found: Suggestion,
    desk: PersonDesk,
    ways: Iterable[Mapping[str, Any]],
    *,
    hidden: bool,
    actor: Principal,
) -> dict[str, Any]:
    """Return the suggestion. ``hidden``: nothing of a debt may be on the page yet."""
    articles = [each for each in found.articles if not hidden or each.intents <= UNVEILED]
    wanted = frozenset(found.reply.ways)
    law, region = Jurisdiction(desk.person.jurisdiction), desk.person.region
    return {
        "meanings": meanings_shown(found),
        "unclear": not found.heard.meant,
        "choices": [each for each in found.reply.choices if not found.care],
        "care": _care(found) if found.care else [],
        "listeners": listeners(law, region) if found.care else [],
        "articles": [
            {"title": _title(e), "says": either(e.says.en, e.says.zh), "ref": e.ref}
            for e in articles
        ],
        "veiled": hidden and len(articles) < len(found.articles),
        "acts": _acts(found, desk, wanted, actor),
        "ways": list(ways) if wanted & _CONTACT_WAYS and not found.care else [],
    }


def _acts(
    found: Suggestion, desk: PersonDesk, wanted: frozenset[Way], actor: Principal
) -> list[dict[str, Any]]:
    """Return the steps of this page that fit, each with its link, or why it is not there."""
    takes, makes = Permission.FILINGS_TAKE, Permission.ARRANGEMENT_MAKE
    arrange = reverse("person_arrange", args=[desk.person.id])
    disputes = {Way.DISPUTE_NOT_MINE, Way.DISPUTE_PAID, Way.DISPUTE_AMOUNT}
    rows: list[tuple[bool, Permission, str, str]] = [
        (
            found.care or Way.HARD in wanted,
            takes,
            "#filed",
            either("Take in that they cannot pay, or need care", "登记困难或需要关怀"),
        ),
        (
            Way.PROMISE in wanted,
            makes,
            "#arranged",
            either("Take a promise to pay", "登记还款承诺"),
        ),
        (Way.TIME in wanted, makes, arrange, either("Work out an arrangement", "测算还款安排")),
        (bool(wanted & disputes), takes, "#filed", either("Take in a dispute", "登记异议")),
        (Way.COMPLAINT in wanted, takes, "#filed", either("Take in a complaint", "登记投诉")),
    ]
    if found.care:
        rows = rows[:1]
    return [
        {"label": label, "address": address, "why": _refused(desk, permission, actor)}
        for fits, permission, address, label in rows
        if fits
    ]


def _refused(desk: PersonDesk, permission: Permission, actor: Principal) -> str:
    """Return why a step cannot be taken by the reader; "": it can."""
    if desk.person.erased_at is not None:
        return either("The person's data was erased.", "该人的数据已删除。")
    if not actor.may(permission):
        return either("Your role does not do this.", "您的角色不办理此项。")
    return ""


def _care(found: Suggestion) -> list[str]:
    if found.life:
        first = either(
            "A life may be in danger. Say nothing about money. Stay, and call somebody trained.",
            "可能有生命危险。不要再谈钱。不要挂断，立即请受过训练的同事接手。",
        )
    elif Intent.MINOR in found.heard.meant:
        first = either(
            "Whoever speaks, or borrowed, may be under age. Ask for nothing; hand over.",
            "对方或借款人可能未成年。不要询问，也不要要求付款；请移交。",
        )
    else:
        first = either(
            "Signs of distress. Stop, listen, and say nothing about money; hand over.",
            "有痛苦的迹象。停下来，先听，不要谈钱；请移交。",
        )
    second = either(
        "A note of it, or taking it in below, pauses all contact at once.",
        "写下记录，或在下方登记，所有联系会立即暂停。",
    )
    return [first, second]


def words_shown() -> dict[str, Any]:
    """Return the labels of the panel."""
    return {
        "title": either("What did they say?", "对方说了什么？"),
        "lead": either(
            "The assistant suggests; it keeps nothing and does nothing.",
            "助手只给建议：不保存，也不办理任何事。",
        ),
        "said": either("In their words, one or two sentences", "对方的原话，一两句即可"),
        "chosen": either("Or choose", "或者选择"),
        "none": either("from the words above", "按上面的话"),
        "suggest": either("Suggest", "给出建议"),
        "latest": either("Read their latest message", "读取最近一条来信"),
        "understood": either("Understood", "理解为"),
        "maybe": either("Not clear. It may be", "不明确，可能是"),
        "unclear": either(
            "Not clear: ask them to say it in other words.", "没有看懂：请对方换一种说法。"
        ),
        "approved": either("Approved words", "核准用语"),
        "veiled": either(
            "First make sure who speaks; until then nothing of the debt is said.",
            "请先核实身份；核实之前不提债务。",
        ),
        "acts": either("What may be done now", "现在可以做"),
        "listeners": either("Who listens, free of charge", "免费倾听热线"),
        "to_ways": either("See the ways of contact", "查看联系方式"),
        "max": TEXT_LENGTH_MAX,
    }


def _sure(intent: Intent, found: Suggestion) -> str:
    likeliest, chance = found.sure
    if intent is not likeliest:
        return either("said as well", "同时提到")
    if chance >= 1:
        return either("certain, by a rule or chosen", "确定（规则或选择）")
    return either("quite sure", "较有把握") if chance >= _SURE_MIN else either("likely", "可能")


def _of(intent: Intent) -> str:
    return _title(open_knowledge().answering(intent))


def _title(article: Article) -> str:
    return either(article.title.en, article.title.zh)

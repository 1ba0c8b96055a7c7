"""How do approved messages and products' terms look to those who watch over them?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forbear.contexts.portfolio.particular import Particulars, Written
from forbear.contexts.portfolio.word import ParticularKind
from forbear.contexts.rulebook.approved import INVENTED
from forbear.interfaces.console.presenter.bucket import bucket_word
from forbear.interfaces.console.presenter.contact import pieces
from forbear.interfaces.console.presenter.particular import change_link
from forbear.interfaces.console.presenter.word import CHANNELS, count, either, sentence
from forbear.policy.wording.form import Wording
from forbear.values.code import Channel, Jurisdiction, Language, RiskClass
from forbear.values.product import (
    BucketBy,
    Component,
    Compounding,
    Limitation,
    LimitationStart,
    Penalty,
    ProductTerms,
    RiskStep,
)


def wordings_shown(
    every: Iterable[Wording], law: Jurisdiction, channel: Channel | None, *, day: date
) -> dict[str, Any]:
    """Return the messages in force on a day, and the channels to choose from."""
    known = [
        each
        for each in every
        if each.jurisdiction is law
        and each.effective <= day
        and (each.until is None or day < each.until)
    ]
    used = {each.channel for each in known}
    shown = [each for each in known if channel in {None, each.channel}]
    invented = sum(each.approved_by.en == INVENTED for each in shown)
    return {
        "awaits": ngettext(
            "%(n)s of these is approved by the demonstration's invented desk alone: it awaits the "
            "lender's own approval.",
            "%(n)s of these are approved by the demonstration's invented desk alone: they await "
            "the lender's own approval.",
            invented,
        )
        % {"n": count(invented)}
        if invented
        else "",
        "channels": [
            {"value": "", "label": _("All"), "chosen": channel is None},
            *(
                {"value": each.value, "label": CHANNELS[each], "chosen": each is channel}
                for each in Channel
                if each in used
            ),
        ],
        "rows": [_wording(each) for each in shown],
    }


def _wording(each: Wording) -> dict[str, Any]:
    return {
        "id": each.id,
        "version": each.version,
        "channel": CHANNELS[each.channel],
        "code": each.channel.value.lower(),
        "purpose": sentence(either(each.purpose.en, each.purpose.zh)),
        "by": either(each.approved_by.en, each.approved_by.zh),
        "on": each.approved_on.isoformat(),
        "since": each.effective.isoformat(),
        "needs": [either(claim.text.en, claim.text.zh) for claim in each.needs],
        "refuses": [either(claim.text.en, claim.text.zh) for claim in each.refuses],
        "texts": [
            {"lang": lang, "pieces": pieces(each.template(language), each.meanings(language))}
            for lang, language in (("zh-Hans", Language.ZH), ("en", Language.EN))
        ],
    }


def product_shown(
    terms: ProductTerms, said: Particulars, coming: Sequence[Written]
) -> dict[str, Any]:
    """Return one product: its buckets in their order, and what else it agrees about lateness."""
    name = said.product(terms.product)
    says = said.said(ParticularKind.PRODUCT_SAYS, terms.product)
    return {
        "id": terms.product,
        "name": either(name.en, name.zh),
        "says": "" if says is None else either(says.en, says.zh),
        "name_href": change_link(ParticularKind.PRODUCT_NAME, terms.product),
        "says_href": change_link(ParticularKind.PRODUCT_SAYS, terms.product),
        "coming": [
            _("changes on %(day)s") % {"day": each.since}
            if each.adopted_at
            else _("a change from %(day)s waits") % {"day": each.since}
            for each in coming
            if each.subject == terms.product
        ],
        "currency": terms.currency,
        "buckets": [
            {"name": bucket_word(each.label), "from": each.start} for each in terms.buckets
        ],
        "by": either(*_COUNTED[terms.bucket_by]),
        "facts": [
            (_("Days of grace"), str(terms.grace_days)),
            (_("Order of payment"), " → ".join(either(*_PARTS[each]) for each in terms.allocation)),
            (_("Classes of risk"), " · ".join(_class(each) for each in terms.risk)),
            (_("Penalty"), _penalty(terms.penalty)),
            (_("Limitation"), _limitation(terms.limitation)),
        ],
    }


_COUNTED = {BucketBy.DAYS: ("days", "天"), BucketBy.INSTALMENTS: ("instalments", "期")}
_PARTS = {
    Component.FEE: ("fees", "费用"),
    Component.INTEREST: ("interest", "利息"),
    Component.PRINCIPAL: ("principal", "本金"),
}
_CLASSES = {
    RiskClass.NORMAL: ("normal", "正常"),
    RiskClass.SPECIAL_MENTION: ("special mention", "关注"),
    RiskClass.SUBSTANDARD: ("substandard", "次级"),
    RiskClass.DOUBTFUL: ("doubtful", "可疑"),
    RiskClass.LOSS: ("loss", "损失"),
}
_STARTS = {
    LimitationStart.FINAL_DUE: ("from the last due day", "自最后一期到期日起"),
    LimitationStart.OLDEST_DUE: ("from the oldest unpaid due day", "自最早未付到期日起"),
}


def _class(step: RiskStep) -> str:
    en, zh = _CLASSES[step.risk]
    return either(f"{en} from day {step.from_days}", f"{zh}：{step.from_days} 天起")


def _penalty(terms: Penalty) -> str:
    """Say in words how lateness is charged."""
    if terms.annual_rate_ppm == 0:
        return either("none", "不收取")
    if terms.annual_rate_ppm is not None:
        rate = f"{terms.annual_rate_ppm / 10_000:g} %"
        said = [either(f"{rate} a year", f"年 {rate}")]
    else:
        times = f"{terms.contract_multiple_percent} %"
        said = [either(f"{times} of the contract's rate", f"合同利率的 {times}")]
    base = either(", ", "、").join(either(*_PARTS[each]) for each in terms.base)
    said += [
        either(f"on {base}", f"以{base}为基数"),
        either(f"a year of {terms.year_days} days", f"一年按 {terms.year_days} 天计"),
        either("no penalty on penalty", "不计复利")
        if terms.compounding is Compounding.SIMPLE
        else either("penalty bears penalty", "计复利"),
        either("also within grace", "宽限期内也计")
        if terms.runs_in_grace
        else either("not where settled within grace", "宽限期内付清不计"),
    ]
    if terms.cap_bp is not None:
        share = f"{terms.cap_bp / 100:g} %"
        said.append(either(f"at most {share} of the principal", f"不超过本金的 {share}"))
    return either("; ", "；").join(said)


def _limitation(terms: Limitation) -> str:
    """Say in words when a claim may be too old."""
    if terms.years is None:
        return either("not known", "不详")
    en, zh = _STARTS[terms.start]
    said = [either(f"{terms.years} years {en}", f"{zh} {terms.years} 年")]
    if terms.restarts_on_payment:
        said.append(either("anew with each payment", "每次还款后重新起算"))
    return either("; ", "；").join(said)

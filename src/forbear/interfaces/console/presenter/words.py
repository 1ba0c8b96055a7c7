"""How do approved messages and products' terms look to those who watch over them?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from forbear.interfaces.console.presenter.contact import pieces
from forbear.interfaces.console.presenter.rules import written
from forbear.interfaces.console.presenter.word import CHANNELS, either, sentence
from forbear.policy.wording.form import Wording
from forbear.values.code import Channel, Jurisdiction, Language
from forbear.values.product import ProductTerms


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
    return {
        "channels": [
            {"value": "", "label": _("All"), "chosen": channel is None},
            *(
                {"value": each.value, "label": CHANNELS[each], "chosen": each is channel}
                for each in Channel
                if each in used
            ),
        ],
        "rows": [_wording(each) for each in known if channel in {None, each.channel}],
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
            {"lang": lang, "pieces": pieces(each.template(language))}
            for lang, language in (("zh-Hans", Language.ZH), ("en", Language.EN))
        ],
    }


def product_shown(terms: ProductTerms) -> dict[str, Any]:
    """Return one product: its buckets in their order, and what else it agrees about lateness."""
    return {
        "id": terms.product,
        "name": either(terms.name_en, terms.name_zh),
        "currency": terms.currency,
        "buckets": [{"name": each.label, "from": each.start} for each in terms.buckets],
        "by": written(terms.bucket_by),
        "facts": [
            (_("Days of grace"), str(terms.grace_days)),
            (_("Order of payment"), written(terms.allocation)),
            (_("Classes of risk"), written(terms.risk)),
            (_("Penalty"), written(terms.penalty)),
            (_("Limitation"), written(terms.limitation)),
        ],
    }

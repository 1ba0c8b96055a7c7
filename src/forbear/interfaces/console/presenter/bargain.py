"""How do staff read where somebody's talk about an arrangement with the assistant stands?"""

from __future__ import annotations

from forbear.contexts.assistant.handed import Handed
from forbear.interfaces.console.presenter.arranged import KINDS
from forbear.interfaces.console.presenter.word import either, money
from forbear.policy.assistant.bargain import Where
from forbear.policy.assistant.bargain_shown import OfferShown
from forbear.values.day import from_day_number
from forbear.values.money import Currency

_STANDS = {
    Where.ASKING: (
        "It was asked what they can pay; they have not said.",
        "已询问每月能还多少，尚未回答。",
    ),
    Where.OFFERING: ("Offers were shown; nothing is chosen.", "已给出方案，尚未选择。"),
    Where.CHOSEN: (
        "One was chosen, to be read and signed by them.",
        "已选一个方案，待本人阅读并签字。",
    ),
    Where.HARDSHIP: ("It led to help with hardship.", "已引导至困难帮助。"),
    Where.STAFF: ("They go on with a member of staff.", "由工作人员继续。"),
    Where.LEFT: ("They left it; nothing was agreed.", "本人先放下，未约定任何事。"),
    Where.STOPPED: ("It was stopped: care comes first.", "已停止：先关怀。"),
}


def handed_lines(found: Handed) -> list[str]:
    """Return what they said that they can pay, what was offered, and where it stands."""
    stood = found.stood
    if found.said_minor is None:
        lines = []
    else:
        said = money(found.said_minor, stood.currency)
        lines = [either(f"Can pay a month, as they say: {said}", f"自述每月能还：{said}")]
    if found.lowered:
        most = money(stood.monthly_minor, stood.currency)
        lines.append(
            either(
                f"Asked for less {found.lowered} times; the last offers: at most {most} a month",
                f"请求降低 {found.lowered} 次；最近的方案每月不超过 {most}",
            )
        )
    lines += [
        _offer(each, stood.currency, chosen=each.kind is stood.chosen) for each in stood.offers
    ]
    if stood.needed_minor is not None:
        least = money(stood.needed_minor, stood.currency)
        lines.append(either(f"The least that would do: {least} a month", f"至少需每月 {least}"))
    return [*lines, either(*_STANDS[stood.where])]


def _offer(each: OfferShown, currency: Currency, *, chosen: bool) -> str:
    kind = KINDS[each.kind]
    largest, total = money(each.largest_minor, currency), money(each.total_minor, currency)
    until = from_day_number(each.last_day).isoformat()
    mark = either(" (chosen)", "（已选）") if chosen else ""
    return either(
        f"Offered: {kind}, {each.count} × at most {largest}, {total} in all, until {until}{mark}",
        f"已提供：{kind}，{each.count} 期，每期不超过 {largest}，共 {total}，至 {until}{mark}",
    )

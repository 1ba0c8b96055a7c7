"""What should a reader know who reads nothing else?"""

from __future__ import annotations

from forbear.contexts.nightly.report.markup import Html, Pair, Piece, tag
from forbear.contexts.nightly.report.number import amount, count, count_short, share, tight_share
from forbear.contexts.nightly.report.source import Night

_MICRO = 1_000_000


def headline(night: Night) -> Html:
    """Return the opening sentence and the eight figures of the night."""
    return tag(
        "div",
        tag("p", _sentence(night), class_="opening"),
        tag("ul", [_tile(*row) for row in _figures(night)], class_="tiles", role="list"),
    )


def expected_minor(night: Night) -> int:
    """Return the amount that today's contacts are expected to bring current."""
    return night.amount_minor("value")


def overdue_minor(night: Night) -> int:
    """Return all that is overdue, in the reporting currency."""
    return night.amount_minor("overdue_part") or night.amount_minor("bucket_overdue")


def _sentence(night: Night) -> Pair:
    candidates, contacted = night.candidates, night.contacted
    refused = night.by_outcome.get("REFUSED", 0)
    if not candidates:
        return Pair("Nobody is overdue or has something due soon.", "没有人逾期或即将到期。")
    return Pair(
        f"Of {count(candidates)} people who are overdue or have something due soon, today’s plan "
        f"contacts {count(contacted)}. {count(refused)} are left in peace because a rule refuses "
        "every way to reach them.",
        f"在 {count(candidates)} 位已逾期或即将到期的人中，今日计划联系 {count(contacted)} 位；"
        f"另有 {count(refused)} 位，因所有联系方式均被规则拒绝，今日不作打扰。",
    )


def _tile(label: Piece, value: Piece, note: Piece) -> Html:
    return tag(
        "li",
        tag("span", label, class_="label"),
        tag("strong", value, class_="value"),
        tag("span", note, class_="note"),
    )


def _figures(night: Night) -> list[tuple[Piece, Piece, Piece]]:
    return [*_exposure(night), *_plan(night)]


def _exposure(night: Night) -> list[tuple[Piece, Piece, Piece]]:
    currency = night.currency
    loans = count(night.loans("book"))
    overdue_people = night.people("outcome", only=lambda row: row.part == "OVERDUE")
    ways = night.people("allowed") + night.people("refusal")
    refused = night.people("refusal")
    return [
        (
            Pair("People in the book", "账簿人数"),
            count_short(night.people("book")),
            Pair(f"{loans} open loans", f"{loans} 笔未结清贷款"),
        ),
        (
            Pair("Outstanding principal", "未偿本金"),
            amount(night.amount_minor("book"), currency),
            Pair(f"all currencies, in {currency}", "各币种折算合计"),
        ),
        (
            Pair("Overdue", "逾期金额"),
            amount(overdue_minor(night), currency),
            Pair(f"{count(overdue_people)} people", f"涉及 {count(overdue_people)} 人"),
        ),
        (
            Pair("Ways of contact refused", "被拒绝的联系方式"),
            count_short(refused),
            Pair(
                f"{share(refused, ways)} of {count(ways)} considered",
                f"占 {count(ways)} 种候选方式的 {share(refused, ways)}",
            ),
        ),
    ]


def _plan(night: Night) -> list[tuple[Piece, Piece, Piece]]:
    currency, figures = night.currency, night.figures
    part = share(night.contacted, night.candidates)
    held = night.by_outcome.get("HELD_OUT", 0)
    bound = figures.get("bound_micro")
    gap = figures.get("gap_ppb")
    best = amount((bound or 0) // _MICRO, currency)
    return [
        (
            Pair("People contacted today", "今日联系人数"),
            count_short(night.contacted),
            Pair(f"{part} of those overdue or due soon", f"占逾期或即将到期者的 {part}"),
        ),
        (
            Pair("Expected to be brought current", "预计恢复正常金额"),
            amount(expected_minor(night), currency),
            Pair("an expectation from stated assumptions", "依据所列假设的期望值"),
        ),
        (
            Pair("Gap to the best possible plan", "与最优计划的差距"),
            tight_share(int(gap)) if gap is not None else "–",
            Pair(
                f"no plan is worth more than {best.en} after cost and burden",
                f"扣除成本与打扰后，任何计划的价值不超过{best.zh}",
            ),
        ),
        (
            Pair("Left alone, to measure the effect", "对照组（不联系）"),
            count_short(held),
            Pair(
                f"{share(held, night.candidates)}, chosen by lot",
                f"抽签选出，占 {share(held, night.candidates)}",
            ),
        ),
    ]

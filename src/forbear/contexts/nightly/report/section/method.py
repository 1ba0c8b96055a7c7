"""What rests on measurement, what on assumption, and where does the report's knowledge end?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forbear.contexts.nightly.report.label import CHANNELS, FACTOR_VALUES, FACTORS, word
from forbear.contexts.nightly.report.markup import Html, Pair, Piece, same, tag
from forbear.contexts.nightly.report.number import amount_exact, share_tenths
from forbear.contexts.nightly.report.part import Section, fold, table
from forbear.contexts.nightly.report.source import Night

_PPM = 1_000_000
_LIMITS = (
    Pair(
        "Counts, amounts, buckets and refusals are exact: whole numbers, added up over the whole "
        "book, nothing sampled.",
        "人数、金额、账龄与拒绝数均为精确值：以整数对全部账簿加总，未作抽样。",
    ),
    Pair(
        "The amount expected to be brought current is an estimate. It rests on the assumption "
        "tables below, which are guesses until the hold-out has measured them.",
        "“预计恢复正常金额”是估计值，依据下列假设表；在对照组得出结果之前，这些假设只是推测。",
    ),
    Pair(
        "The bound holds for the value of the plan under the same assumptions; it says nothing "
        "about whether they are true.",
        "上界针对同一假设下的计划价值；并不说明假设本身是否成立。",
    ),
    Pair(
        "Amounts in other currencies are converted at the lender’s booking rates, not at today’s "
        "market.",
        "其他币种按机构记账汇率折算，并非当日市场汇率。",
    ),
    Pair(
        "A rule’s basis says whether its article was read in the original. Rules marked "
        "unverified are applied all the same.",
        "规则依据注明是否核对过原文；标为“尚未核实”的规则同样执行。",
    ),
    Pair(
        "A region is where the lender’s records place a person; it may be out of date. A dialect "
        "is a guide for staffing, not a statement about anyone.",
        "地区以机构记录为准，可能已变动；方言仅供排班参考，并非对个人的判断。",
    ),
)


def method(night: Night) -> Section:
    """State the limits, and print the assumptions behind the expectations."""
    agenda = night.agenda
    return Section(
        "method",
        Pair("Method and limits", "方法与局限"),
        Pair("What is counted is exact; what is expected is assumed", "计数精确，预期基于假设"),
        [
            tag("ul", [tag("li", limit) for limit in _LIMITS], class_="prose"),
            fold(
                Pair(
                    "Assumption: chance that a contact brings the person current",
                    "假设：一次联系使其恢复正常的概率",
                ),
                _chances(agenda.get("chance_ppm") or {}),
            ),
            fold(
                Pair(
                    "Assumption: cost, burden and time of a contact",
                    "假设：一次联系的成本、打扰与时长",
                ),
                _costs(night),
            ),
            fold(
                Pair("Assumption: factors on the chance", "假设：概率的修正系数"),
                _factors(night),
            ),
        ],
    )


def _chances(chance: Mapping[str, Any]) -> Html:
    buckets = list(next(iter(chance.values()), {}))
    rows: list[list[Piece]] = [
        [word(CHANNELS, channel), *(share_tenths(int(cells.get(b, 0)), _PPM) for b in buckets)]
        for channel, cells in chance.items()
    ]
    other = Pair("later", "更晚")
    head = [Pair("Channel", "渠道"), *(other if b == "other" else same(b) for b in buckets)]
    caption = Pair(
        "Where the contact reaches the person; before the factors below",
        "以联系到本人为前提；未乘下列系数",
    )
    return table(head, rows, caption=caption, stack=True)


def _costs(night: Night) -> Html:
    rows: list[list[Piece]] = []
    for channel, entry in (night.agenda.get("channels") or {}).items():
        rows.append(
            [
                word(CHANNELS, channel),
                amount_exact(int(entry.get("cost_minor") or 0), night.currency),
                amount_exact(int(entry.get("harm_minor") or 0), night.currency),
                str(entry.get("seconds") or "–"),
            ]
        )
    head = [
        Pair("Channel", "渠道"),
        Pair("Cost", "成本"),
        Pair("Burden, weighed as", "打扰折算"),
        Pair("Seat seconds", "席位秒数"),
    ]
    caption = Pair(
        "The burden grows with contacts of the last days and for vulnerable people",
        "近日联系越多、或当事人处于弱势，打扰权重越高",
    )
    return table(head, rows, caption=caption)


def _factors(night: Night) -> Html:
    rows: list[list[Piece]] = []
    for name, entry in (night.agenda.get("factors") or {}).items():
        cells = entry.items() if isinstance(entry, dict) else (("", entry),)
        rows += [
            [word(FACTORS, name), _value(night, name, str(key)), _weight(name, int(value))]
            for key, value in cells
        ]
    head = [Pair("Factor", "系数"), Pair("Where it is", "取值"), Pair("Weight", "权重")]
    return table(head, rows, caption=Pair("Set by the lender", "由机构设定"), text_columns=2)


def _weight(factor: str, value: int) -> str:
    return f"{value} %" if factor.endswith("_percent") else f"× {value / _PPM:.2f}"


def _value(night: Night, factor: str, key: str) -> Pair:
    return night.slot_name(key) if factor == "slot_ppm" else word(FACTOR_VALUES, key)

"""How does a whole book become today's contacts, and why is everybody else left alone?"""

from __future__ import annotations

from forbear.contexts.nightly.report.label import OUTCOMES, STATES, word
from forbear.contexts.nightly.report.markup import Html, Pair, Piece, tag
from forbear.contexts.nightly.report.number import count, share, thousands
from forbear.contexts.nightly.report.part import Bar, Section, bars, not_measured, table
from forbear.contexts.nightly.report.source import Night

STEPS = (
    ("NO_POINT", Pair("have a contact point of their own", "有本人的联系方式")),
    ("REFUSED", Pair("may be contacted in some way under the rules", "至少一种方式为规则所允许")),
    ("NO_TEAM", Pair("are served by a team or a channel", "有团队或渠道可服务")),
    ("NOT_WORTH_IT", Pair("gain more than it costs and burdens", "预期收益高于成本与打扰")),
    ("HELD_OUT", Pair("are not held out by lot", "未被抽入对照组")),
    ("PRICED_OUT", Pair("are contacted today", "今日联系")),
)
"""What remains after each outcome is taken away, in the order in which the night decides."""
_MEANING = {
    "REFUSED": Pair(
        "Law, house rules or their own choice forbid every way today.",
        "法律、机构规则或本人选择使今日所有方式均不可用。",
    ),
    "NO_POINT": Pair(
        "Only others’ numbers are known; debt is never spoken of to others.",
        "仅有他人的联系方式；不会向他人谈及债务。",
    ),
    "NO_TEAM": Pair(
        "No team with their region or language has a seat.", "没有覆盖其地区或语言的团队席位。"
    ),
    "NOT_WORTH_IT": Pair(
        "The burden on the person counts like money, and outweighs.",
        "对本人的打扰按金额计入，且超过预期收益。",
    ),
    "PRICED_OUT": Pair(
        "Seats and budgets are full of contacts that do more good.",
        "席位与预算已用于收益更大的联系。",
    ),
    "HELD_OUT": Pair(
        "A random group; comparing with it shows what contact changes.",
        "随机对照组；与其比较即可知联系带来的变化。",
    ),
}


def funnel(night: Night) -> Section:
    """Show how many people are left after each step."""
    name = Pair("Funnel", "漏斗")
    if not night.by_outcome:
        return not_measured("funnel", name)
    candidates, contacted = night.candidates, night.contacted
    part = share(contacted, candidates)
    everybody = sum(night.by_outcome.values())
    return Section(
        "funnel",
        name,
        Pair(
            f"{part} of the people who are overdue or due soon are contacted today",
            f"逾期或即将到期者中，{part} 今日会接到联系",
        ),
        bars(_steps(night), labelled_by="funnel-title"),
        lead=Pair(
            f"{count(everybody)} people are in the book; "
            f"{count(everybody - candidates)} owe nothing that is overdue or due soon and are not "
            "thought of further.",
            f"账簿共 {count(everybody)} 人，其中 {count(everybody - candidates)} 人没有逾期或"
            "即将到期的款项，不再考虑。",
        ),
    )


def _steps(night: Night) -> list[Bar]:
    left = night.candidates
    first = Pair("are overdue or have something due soon", "已逾期或即将到期")
    found = [Bar(first, left, count(left))]
    for outcome, label in STEPS:
        lost = night.by_outcome.get(outcome, 0)
        left -= lost
        reason = word(OUTCOMES, outcome)
        note = Pair([f"− {count(lost)}  ", reason.en], [f"− {count(lost)}  ", reason.zh])
        last = outcome == STEPS[-1][0]
        tone = "strong" if last else ""
        found.append(Bar(label, left, count(left), note if lost else None, tone))
    return found


def not_contacted(night: Night) -> Section:
    """Show why people are not contacted."""
    name = Pair("Why not", "未联系原因")
    rows = sorted(
        (outcome for outcome in night.by_outcome if outcome in _MEANING),
        key=lambda outcome: -night.by_outcome[outcome],
    )
    if not rows:
        return not_measured("why-not", name)
    left_alone = night.candidates - night.contacted
    top = night.by_outcome[rows[0]]
    reason = word(OUTCOMES, rows[0])
    return Section(
        "why-not",
        name,
        Pair(
            [
                f"{count(left_alone)} people are not contacted; the most frequent reason, for ",
                f"{share(top, left_alone)} of them: ",
                _lower(str(reason.en)),
            ],
            [
                f"{count(left_alone)} 人今日不联系；最常见的原因（{share(top, left_alone)}）：",
                reason.zh,
            ],
        ),
        [
            bars(
                [_reason(night, outcome, left_alone) for outcome in rows],
                labelled_by="why-not-title",
            ),
            _by_state(night),
        ],
    )


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _reason(night: Night, outcome: str, whole: int) -> Bar:
    people = night.by_outcome[outcome]
    value = Pair(
        f"{count(people)} · {share(people, whole)}", f"{count(people)} 人（{share(people, whole)}）"
    )
    return Bar(word(OUTCOMES, outcome), people, value, _MEANING[outcome])


def _by_state(night: Night) -> Html:
    cells = {(row.group, row.part): row for row in night.rows("outcome")}
    order = [o for o in OUTCOMES if o in night.by_outcome and o != "NOTHING_DUE"]
    rows: list[list[Piece]] = []
    for outcome in order:
        row: list[Piece] = [word(OUTCOMES, outcome)]
        for state in ("OVERDUE", "DUE_SOON"):
            cell = cells.get((outcome, state))
            row += [
                count(cell.people) if cell else "0",
                thousands(cell.amount_minor) if cell else "0",
            ]
        rows.append(row)
    money = Pair(
        f"goal, {night.currency}",
        "目标金额（元）" if night.currency == "CNY" else f"目标金额（{night.currency}）",
    )
    head = [Pair("What the plan says", "计划结果")]
    for state in ("OVERDUE", "DUE_SOON"):
        label = word(STATES, state)
        head += [
            Pair([label.en, ", people"], [label.zh, "人数"]),
            Pair([label.en, ", ", money.en], [label.zh, money.zh]),
        ]
    caption = Pair(
        "Everybody who is overdue or due soon. “Goal” is what a good contact would "
        "bring, or keep, current.",
        "全部逾期或即将到期者。“目标金额”指一次有效联系可使其恢复或保持正常的金额。",
    )
    return tag("div", table(head, rows, caption=caption, stack=True), class_="after")

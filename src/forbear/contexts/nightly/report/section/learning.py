"""What part of the day is given to learning?"""

from __future__ import annotations

from forbear.contexts.nightly.report.label import OUTCOMES, word
from forbear.contexts.nightly.report.markup import Pair, tag
from forbear.contexts.nightly.report.number import count, share
from forbear.contexts.nightly.report.part import Bar, Section, bars, not_measured
from forbear.contexts.nightly.report.source import Night

_PPM = 1_000_000


def learning(night: Night) -> Section:
    """Show the hold-out and the exploration beside the ordinary plan."""
    name = Pair("Learning", "学习")
    if not night.by_outcome:
        return not_measured("learning", name)
    candidates = night.candidates
    held = night.by_outcome.get("HELD_OUT", 0)
    explored = night.by_outcome.get("EXPLORED", 0)
    lots = night.agenda.get("lots") or {}
    want_out, want_try = lots.get("hold_out_ppm", 0), lots.get("exploration_ppm", 0)
    rows = [
        _bar("HELD_OUT", held, candidates, want_out),
        _bar("EXPLORED", explored, candidates, want_try),
    ]
    return Section(
        "learning",
        name,
        Pair(
            f"{count(held + explored)} people help to measure what contact really changes",
            f"{count(held + explored)} 人参与衡量联系的真实效果",
        ),
        [
            bars(rows, labelled_by="learning-title"),
            tag(
                "p",
                Pair(
                    "Both groups are drawn by lot from people whom the rules allow to be "
                    "contacted; a rule is never relaxed for learning. The chance of each draw is "
                    "kept with the plan, so that other strategies can be judged from it later.",
                    "两组均在规则允许联系的人中抽签产生，绝不为学习放宽任何规则。"
                    "每次抽签的概率随计划保存，便于日后评估其他策略。",
                ),
                class_="note",
            ),
        ],
    )


def _bar(outcome: str, people: int, whole: int, wanted_ppm: int) -> Bar:
    wanted = share(int(wanted_ppm), _PPM)
    return Bar(
        word(OUTCOMES, outcome),
        people,
        Pair(
            f"{count(people)} · {share(people, whole)}",
            f"{count(people)} 人（{share(people, whole)}）",
        ),
        Pair(
            f"of those overdue or due soon; the lot is set to {wanted} of those who may be drawn",
            f"占逾期或即将到期者；抽签比例设为可抽取者的 {wanted}",
        ),
    )

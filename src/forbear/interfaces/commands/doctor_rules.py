"""Are the data that rules and checks go by whole, and do dated ones reach far enough ahead?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from forbear.interfaces.commands.finding import Finding, ok, warn
from forbear.values.errors import ForbearError

AHEAD_DAYS = 60
"""So long before an end somebody should look for what was published since."""


def rules_findings(*, today: date) -> Iterator[Finding]:
    """Look at calendars and published figures; beyond their ends nothing is guessed."""
    from forbear.contexts.rulebook.library import open_library
    from forbear.values.day import from_day_number

    shelf = open_library().shelf
    ends = [("calendars", each.name, each.last_day) for each in shelf.calendars.values()]
    ends += [("series", each.name, each.last_day) for each in shelf.series.values()]
    for folder, name, number in sorted(ends):
        last = from_day_number(number)
        if today + timedelta(days=AHEAD_DAYS) > last:
            yield _ends(folder, name, last, today)
    soon = [each for each in ends if today + timedelta(days=AHEAD_DAYS) > from_day_number(each[2])]
    if not soon:
        first = from_day_number(min(number for _, _, number in ends))
        yield ok("calendars", f"all reach {first} or later", f"均覆盖至 {first} 或以后")


def reader_findings() -> Iterator[Finding]:
    """Look at the reader of meaning; without it wording is checked by words alone."""
    from forbear.contexts.rulebook.meaning import load_reader_of_meaning

    try:
        load_reader_of_meaning()
    except ForbearError as wrong:
        yield warn(
            "reader of meaning",
            (wrong.message, wrong.message_zh),
            (wrong.remedy, wrong.remedy_zh),
        )
        return
    yield ok("reader of meaning", "whole", "完整")


def _ends(folder: str, name: str, last: date, today: date) -> Finding:
    verb, verb_zh = ("ended", "已于") if last < today else ("ends", "将于")
    beyond, beyond_zh = _BEYOND[folder]
    return warn(
        "calendars",
        (f"{name} {verb} on {last}. {beyond}", f"{name} {verb_zh} {last} 到期。{beyond_zh}"),
        (
            f"Append what was published since to policies/{folder}/{name}.yaml.",
            f"请将其后公布的内容补充到 policies/{folder}/{name}.yaml。",
        ),
    )


_BEYOND = {
    "calendars": (
        (
            "Beyond it answers to what persons put before us are counted in plain days; "
            "whatever else needs it is refused."
        ),
        "此后，对个人诉求的答复期限按自然日计算；其他需要它的判断一律拒绝。",
    ),
    "series": (
        "The price of contracts made since is not judged by it: such a question is refused.",
        "此后订立的合同不据此判断价格，相关判断一律拒绝。",
    ),
}

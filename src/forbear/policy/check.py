"""What is wrong, old, idle or missing in a library of rules that loads?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forbear.policy.case import Case, CaseFails, check_case
from forbear.policy.coverage import Row, Sure
from forbear.policy.pack import Library
from forbear.policy.reading import InvalidRule
from forbear.policy.rule import Basis, Rule
from forbear.policy.tighten import at_least_as_tight
from forbear.values.day import day_number, from_day_number

_A_YEAR_DAYS = 365
_AHEAD_DAYS = 90


class Severity(StrEnum):
    """How much a remark matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know about a library, with its place and what to do."""

    severity: Severity
    code: str
    place: str
    text_en: str
    text_zh: str
    remedy_en: str
    remedy_zh: str

    def as_dict(self) -> dict[str, str]:
        """Return plain values."""
        return {name: str(getattr(self, name)) for name in self.__slots__}


def check(
    library: Library, *, cases: Sequence[Case], coverage: Sequence[Row], as_of: date
) -> tuple[Remark, ...]:
    """Look a library through as of a day; what is most severe comes first."""
    found = [
        *_cases(library, cases),
        *_weak_law(library, coverage),
        *_old(library, as_of),
        *_ended(library, as_of),
        *_idle(library, as_of),
        *_calendars(library, as_of),
        *_sources(library),
    ]
    order = list(Severity)
    return tuple(sorted(found, key=lambda r: (order.index(r.severity), r.place, r.code)))


def _cases(library: Library, cases: Sequence[Case]) -> Iterator[Remark]:
    for case in cases:
        try:
            check_case(library, case)
        except (CaseFails, InvalidRule) as error:
            yield Remark(
                Severity.ERROR,
                error.code,
                str(case.place),
                error.message.removeprefix(f"{case.place}: "),
                error.message_zh.removeprefix(f"{case.place}：").removeprefix(f"{case.place}: "),
                error.remedy,
                "修正规则；若示例本身有误，则修正示例。",
            )
    told = {case.rule for case in cases}
    for rule in _latest(library):
        if rule.id not in told:
            yield Remark(
                Severity.WARNING,
                "NO_CASE",
                str(rule.place),
                f"{rule.id} has no worked case.",
                f"{rule.id} 没有示例。",
                "Copy a case under policies/cases and change it.",
                "在 policies/cases 下复制一个示例并修改。",
            )


def _weak_law(library: Library, coverage: Sequence[Row]) -> Iterator[Remark]:
    sure = {row.name: row.sure for row in coverage}
    for rule in library.rules:
        weak = [n for n in rule.rows if sure.get(n) not in {Sure.PRIMARY, Sure.SECONDARY}]
        if not rule.house and (weak or not rule.rows):
            named = ", ".join(weak) or "no row"
            yield Remark(
                Severity.ERROR,
                "WEAK_LAW",
                str(rule.place),
                f"{rule.id} is law but rests on {named}.",
                f"{rule.id} 列为法律规则，但依据不足（{named}）。",
                "Only facts read in a text may be law: make it a house rule, or cite the text.",
                "只有读到文本的事实才可作为法律规则：改为内部规则，或补充依据。",
            )


def _old(library: Library, as_of: date) -> Iterator[Remark]:
    for rule in _latest(library):
        days = (as_of - rule.verified).days
        if days > _A_YEAR_DAYS:
            yield Remark(
                Severity.WARNING,
                "OLD_VERIFICATION",
                str(rule.place),
                f"{rule.id} was last verified on {rule.verified}, {days} days ago.",
                f"{rule.id} 上次核对于 {rule.verified}，已 {days} 天。",
                "Read the source again and write the new date under verified.",
                "重新核对来源，并更新 verified。",
            )


def _ended(library: Library, as_of: date) -> Iterator[Remark]:
    for rule in _latest(library):
        if rule.ends is not None and rule.ends <= as_of:
            yield Remark(
                Severity.WARNING,
                "ENDED",
                str(rule.place),
                f"{rule.id} has had no value since {rule.ends}.",
                f"{rule.id} 自 {rule.ends} 起没有取值。",
                "Append the value that holds now, or one with in_force: false.",
                "追加现行取值；若已废止，追加 in_force: false。",
            )


def _idle(library: Library, as_of: date) -> Iterator[Remark]:
    """Name rules that refuse nothing that another does not already refuse."""
    for pack in library.packs(as_of=as_of):
        for rule in pack.rules:
            for other in pack.rules:
                if _never_alone(rule, other):
                    yield Remark(
                        Severity.NOTE,
                        "NEVER_ALONE",
                        str(rule.place),
                        f"{rule.id} refuses nothing that {other.id} does not already refuse.",
                        f"{rule.id} 所拒绝的，{other.id} 均已拒绝。",
                        "Keep it for its citation, or remove it.",
                        "若为引用依据可保留，否则删除。",
                    )
                    break


def _never_alone(rule: Rule, other: Rule) -> bool:
    if rule is other or rule.kind is not other.kind or not (rule.binds and other.binds):
        return False
    if not other.scope.covers(rule.scope):
        return False
    if not at_least_as_tight(other.parameters, rule.parameters):
        return False
    same = at_least_as_tight(rule.parameters, other.parameters) and rule.scope == other.scope
    return not same or other.id < rule.id


def _calendars(library: Library, as_of: date) -> Iterator[Remark]:
    ends = [(c.name, c.last_day, "calendars") for c in library.shelf.calendars.values()]
    ends += [(s.name, s.last_day, "series") for s in library.shelf.series.values()]
    for name, last, folder in sorted(ends):
        if last - day_number(as_of) < _AHEAD_DAYS:
            yield Remark(
                Severity.WARNING,
                "CALENDAR_ENDS_SOON",
                f"{folder}/{name}.yaml",
                f"{name} says nothing after {from_day_number(last)}; rules that need it refuse.",
                f"{name} 在 {from_day_number(last)} 之后没有数据；依赖它的规则将拒绝。",
                "Append what was published since.",
                "补充其后公布的数据。",
            )


def _sources(library: Library) -> Iterator[Remark]:
    for rule in library.rules:
        if not rule.house and not rule.source.address:
            yield Remark(
                Severity.ERROR,
                "NO_ADDRESS",
                str(rule.place),
                f"{rule.id} does not say where its source can be read.",
                f"{rule.id} 未注明来源地址。",
                "Write source.address.",
                "填写 source.address。",
            )
        if rule.house and rule.basis is not Basis.UNVERIFIED and not rule.rows:
            yield Remark(
                Severity.NOTE,
                "HOUSE_AS_LAW",
                str(rule.place),
                f"{rule.id} is a house rule with a verified basis.",
                f"{rule.id} 为内部规则，却标注了已核对依据。",
                "If it is law, move it to policies/law.",
                "若属法律规定，请移入 policies/law。",
            )


def _latest(library: Library) -> list[Rule]:
    latest = {rule.id: rule for rule in library.rules}
    return list(latest.values())

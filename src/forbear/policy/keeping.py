"""For how many years may a lender keep a record, and how does what it chose stand beside the rules?

A lender may keep a record longer than the rules want it kept, never longer than a rule wants it
gone. What it chooses becomes one more rule beside those of the pack: the longest keeping wins, so
no choice can make anything go sooner.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from forbear.policy.kind import RecordKeeping, Span, Unit
from forbear.policy.pack import Pack
from forbear.policy.rule import Basis, Rule, Source
from forbear.policy.wording.form import Both
from forbear.values.code import Jurisdiction, RecordKind

YEARS_MAX = 10
"""Where no rule says when a record must be gone."""
RECORDS = {
    RecordKind.CALL_RECORDING: Both(zh="通话录音", en="Call recordings"),
    RecordKind.COLLECTION_PROCESS: Both(zh="催收过程记录", en="Records of the collection process"),
    RecordKind.IMPACT_ASSESSMENT: Both(zh="个人信息保护影响评估", en="Impact assessments"),
    RecordKind.NEGATIVE_LINE: Both(zh="不良信息", en="Negative lines"),
    RecordKind.ORAL_AGREEMENT: Both(zh="口头协议录音", en="Recordings of oral agreements"),
    RecordKind.PERSONAL_DATA: Both(zh="个人信息", en="Personal data"),
    RecordKind.CONSENT_PROOF: Both(zh="同意的证明", en="Proofs of consent"),
}
_SOURCE = Source(
    title="Set by the lender on a page, and approved by a second person", article="", address=""
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """For how many years a record may be kept where a law holds, both ends included.

    ``least``: the rule that wants it kept longest; ``most`` null: no rule wants it gone.
    """

    law: Jurisdiction
    record: RecordKind
    years_min: int
    years_max: int
    least: Rule
    most: Rule | None

    @property
    def subject(self) -> str:
        """Of what a time of keeping is said."""
        return f"{self.law.value}/{self.record.value}"


@dataclass(frozen=True, slots=True)
class ChosenKeeping:
    """For how many years a lender keeps a record, from a day on."""

    record: RecordKind
    years: int
    since: date


def keeping_bounds(pack: Pack) -> tuple[Bounds, ...]:
    """Return the records whose time a lender may choose under a pack, with the bounds of each."""
    found = (_bounds(pack, record) for record in RecordKind)
    return tuple(each for each in found if each is not None)


def with_keeping(pack: Pack, chosen: Iterable[ChosenKeeping]) -> Pack:
    """Return a pack with what a lender chose beside its rules; without a choice the same one."""
    own = tuple(rule for each in chosen for rule in _chosen_rules(pack, each))
    return replace(pack, rules=(*pack.rules, *own)) if own else pack


def _chosen_rules(pack: Pack, chosen: ChosenKeeping) -> Iterable[Rule]:
    law, years, what = pack.jurisdiction.value, chosen.years, RECORDS[chosen.record]
    for rule in _keep(pack, chosen.record):
        kept = rule.parameters
        assert isinstance(kept, RecordKeeping)
        yield replace(
            rule,
            id=f"house.page.{law.lower()}.{chosen.record.value.lower()}",
            text_en=f"{what.en} are kept for {years} years.",
            text_zh=f"{what.zh}保存{years}年。",
            parameters=replace(kept, span=Span(years, Unit.YEAR)),
            source=_SOURCE,
            basis=Basis.UNVERIFIED,
            effective=chosen.since,
            house=True,
            rows=(),
            tightens=(),
        )


def _bounds(pack: Pack, record: RecordKind) -> Bounds | None:
    keep = sorted(_keep(pack, record), key=_years)
    gone = sorted(_keep(pack, record, gone_by=True), key=_years)
    if not keep:
        return None
    most = gone[0] if gone else None
    upper = YEARS_MAX if most is None else _years(most)
    return Bounds(pack.jurisdiction, record, _years(keep[-1]), upper, keep[-1], most)


def _keep(pack: Pack, record: RecordKind, *, gone_by: bool = False) -> list[Rule]:
    return [
        rule
        for rule in pack.rules
        if isinstance(rule.parameters, RecordKeeping)
        and rule.parameters.record is record
        and rule.parameters.gone_by is gone_by
        and rule.parameters.span.unit is Unit.YEAR
    ]


def _years(rule: Rule) -> int:
    assert isinstance(rule.parameters, RecordKeeping)
    return rule.parameters.span.amount

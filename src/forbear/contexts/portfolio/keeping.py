"""For how many years does the lender keep a record, within what the pack allows?

A lender may keep a record longer than the rules want it kept, never longer than a rule wants it
gone. What it says becomes one more rule beside those of the pack: the longest keeping wins, so no
page can make anything go sooner.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from forbear.contexts.portfolio.particular import Particulars
from forbear.contexts.portfolio.word import ParticularKind
from forbear.contexts.rulebook.library import pack_in_force
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


def keepings(law: Jurisdiction, day: date) -> tuple[Bounds, ...]:
    """Return the records whose time may be set where a law holds, with the bounds of each."""
    pack = pack_in_force(law, day)
    found = (_bounds(pack, record) for record in RecordKind)
    return tuple(each for each in found if each is not None)


def keeping_of(subject: str, day: date) -> Bounds | None:
    """Return the bounds of one of them; None: there is none that may be set."""
    law = subject.partition("/")[0]
    if law not in set(Jurisdiction):
        return None
    return next((b for b in keepings(Jurisdiction(law), day) if b.subject == subject), None)


def with_keepings(pack: Pack, said: Particulars) -> Pack:
    """Return a pack with what the lender says of its own keeping beside its rules."""
    own = tuple(_own_rules(pack, said))
    return replace(pack, rules=(*pack.rules, *own)) if own else pack


def keeping_pack(law: Jurisdiction, day: date, said: Particulars) -> Pack:
    """Return the rules of a law in force on a day, with the lender's own keeping."""
    return with_keepings(pack_in_force(law, day), said)


def _own_rules(pack: Pack, said: Particulars) -> Iterable[Rule]:
    for (kind, subject), told in said.rows.items():
        law, _, record = subject.partition("/")
        if kind is not ParticularKind.KEEPING or law != pack.jurisdiction.value:
            continue
        years, what = int(told.says.en), RECORDS[RecordKind(record)]
        for rule in _keep(pack, RecordKind(record)):
            kept = rule.parameters
            assert isinstance(kept, RecordKeeping)
            yield replace(
                rule,
                id=f"house.page.{law.lower()}.{record.lower()}",
                text_en=f"{what.en} are kept for {years} years.",
                text_zh=f"{what.zh}保存{years}年。",
                parameters=replace(kept, span=Span(years, Unit.YEAR)),
                source=_SOURCE,
                basis=Basis.UNVERIFIED,
                effective=told.since,
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

"""Which steps make a night, in which order, from what to what?

The steps are data: they can be drawn, timed, resumed and explained. Each takes frames and gives
frames; none knows a file. A partition step works on some neighbouring persons with everything of
theirs, or on the whole book at once, alike; a book step needs the whole book.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forbear.engine.agenda import (
    AgendaSettings,
    Measured,
    RuleWords,
    Solution,
    Usual,
    Words,
    agenda,
    only_kind,
    only_warned,
    option,
    position,
    reason,
    solve,
)
from forbear.engine.delinquency import delinquency, roll, vintage
from forbear.engine.eligibility import Rulebook, eligibility
from forbear.engine.frame import Frame
from forbear.engine.risk.apart import apart
from forbear.engine.risk.gather import BOOK_TABLES, features
from forbear.engine.risk.hours import weight_of
from forbear.engine.risk.judge import (
    Insight,
    Told,
    cite,
    complaint_times_ppm,
    gain_eighths,
    judge,
)
from forbear.engine.risk.model import Model
from forbear.engine.risk.outcome import EARLY_WARNINGS, Target
from forbear.engine.schema import Table
from forbear.engine.summary import Tallied, tally, totals
from forbear.engine.tables import OUTPUT
from forbear.values.product import ProductTerms

Frames = Mapping[str, Frame]
Arrays = Mapping[str, Mapping[str, NDArray[Any]]]
"""Tables as columns; missing numbers are NaN."""


class Scope(StrEnum):
    """How much of the book a step needs at a time."""

    PARTITION = "PARTITION"
    BOOK = "BOOK"


@dataclass(frozen=True, slots=True)
class Given:
    """Everything a night knows beside its tables.

    ``resources`` are the labels that the step ``solve`` finds; empty before it. ``insight`` is None
    where no model counts; the night is then what it was before there were models.
    """

    as_of: int
    terms: Mapping[str, ProductTerms]
    settings: AgendaSettings
    words: tuple[Words, ...]
    rulebook: Rulebook
    rules: tuple[RuleWords, ...]
    clocks: Sequence[str]
    resources: tuple[str, ...] = ()
    insight: Insight | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it asks, which tables it reads and makes, and how.

    ``run`` is None for steps that work on arrays: those with ``reckon``, and ``solve_agenda``,
    which takes the whole book.
    """

    name: str
    question_en: str
    question_zh: str
    scope: Scope
    book: tuple[str, ...]
    needs: tuple[str, ...]
    makes: tuple[str, ...]
    run: Callable[[Frames, Frames, Given], Frames] | None
    reckon: Callable[[Arrays, Given], dict[str, Mapping[str, Any]]] | None = None


def _partial(table: Table) -> Table:
    return Table(
        f"{table.name}_part",
        f"partial rows of {table.name}, one set a partition",
        table.key,
        table.columns,
    )


SUMMED = ("roll", "vintage", "tally")
TABLES: dict[str, Table] = {**OUTPUT, **{f"{name}_part": _partial(OUTPUT[name]) for name in SUMMED}}
"""Every table that a night writes, with the partial ones between its steps."""


def _delinquency(book: Frames, _night: Frames, given: Given) -> Frames:
    return {"delinquency": delinquency(book, as_of=given.as_of, terms=given.terms)}


def _feature(book: Frames, _night: Frames, given: Given) -> Frames:
    return {"feature": features(book, as_of=given.as_of)}


def _risk(night: Arrays, given: Given) -> dict[str, Mapping[str, Any]]:
    assert given.insight is not None  # the step stands only where models count
    said, loans = night["feature"], night["delinquency"]
    soon = max(given.settings.due_soon_days, given.insight.warned.due_days)
    about = (loans["overdue_minor"] > 0) | (loans["next_due_day"] <= given.as_of + soon)
    near = np.isin(said["debtor_no"], loans["debtor_no"][about])
    return {"risk": judge(said, given.insight, near=near)}


def _because(night: Arrays, given: Given) -> dict[str, Mapping[str, Any]]:
    assert given.insight is not None  # the step stands only where models count
    sentences = {words.locale: words.section("model") for words in given.words}
    chosen = dict(night["assignment"])
    option = night["option"]
    key = option["debtor_no"].astype(np.int64) * _OPTIONS_MAX + option["option_no"].astype(np.int64)
    wanted = chosen["debtor_no"].astype(np.int64) * _OPTIONS_MAX + np.maximum(
        chosen["option_no"].astype(np.int64), 0
    )
    place = np.searchsorted(key, wanted)
    chosen["channel"], chosen["slot"] = option["channel"][place], option["slot"][place]
    told = Told(night["feature"], night["risk"])
    return {"because": cite(told, chosen, given.insight, sentences)}


_OPTIONS_MAX = 64
"""As many ways as the settings let a person have."""


def _position(book: Frames, night: Frames, given: Given) -> Frames:
    if given.insight is None:
        found = position(book, night["delinquency"], as_of=given.as_of, settings=given.settings)
    else:
        warned = given.insight.warned
        found = position(
            book,
            night["delinquency"],
            as_of=given.as_of,
            settings=given.settings,
            warned=only_warned(night["risk"], warned),
            warned_days=warned.due_days,
        )
    return {"position": found}


def _measured(night: Frames, given: Given) -> Measured | None:
    insight = given.insight
    if insight is None:
        return None
    warnings = [insight.model(target) for target in EARLY_WARNINGS]
    first = next((one for one in warnings if one is not None), None)
    complain = insight.model(Target.COMPLAIN)
    usual = Usual(
        miss_ppm=_usual_ppm(first),
        cure_ppm=_usual_ppm(insight.model(Target.CURE)),
        roll_ppm=_usual_ppm(insight.model(Target.ROLL)),
        reach_ppm={
            model.channel: _usual_ppm(model)
            for model in insight.models
            if model.target is Target.REACH and model.channel is not None
        },
        gain_eighths={
            model.channel: gain_eighths(model, insight.bounds)
            for model in insight.models
            if model.target is Target.GAIN and model.channel is not None
        },
        complain_times_ppm={} if complain is None else complaint_times_ppm(complain),
    )
    told = any(weight_of(m) > 0 for m in insight.models if m.target is Target.REACH)
    return Measured(night["risk"], insight.warned, usual, insight.bounds, told)


def _usual_ppm(model: Model | None) -> int:
    return 0 if model is None else int(float(model.card.get("share") or 0.0) * 1_000_000)


def _eligibility(book: Frames, night: Frames, given: Given) -> Frames:
    slots = [(slot.start_minute, slot.end_minute) for slot in given.settings.slots]
    return {
        "eligibility": eligibility(
            book,
            night["position"],
            as_of=given.as_of,
            slots=slots,
            clocks=given.clocks,
            rulebook=given.rulebook,
        )
    }


def _option(book: Frames, night: Frames, given: Given) -> Frames:
    return {
        "option": option(
            book,
            night["position"],
            night["eligibility"],
            as_of=given.as_of,
            settings=given.settings,
            measured=_measured(night, given),
        )
    }


def _agenda(book: Frames, night: Frames, given: Given) -> Frames:
    measured, eligible = _measured(night, given), night["eligibility"]
    return {
        "agenda": agenda(
            book, night["position"], night["option"], night["assignment"], settings=given.settings
        ),
        "reason": reason(
            book,
            night["position"],
            eligible if measured is None else only_kind(eligible, measured),
            night["option"],
            night["assignment"],
            as_of=given.as_of,
            settings=given.settings,
            words=given.words,
            rules=given.rules,
            resources=given.resources,
            because=night.get("because"),
            apart=apart(book["consent"]) if measured is not None else None,
        ),
    }


def _tally(book: Frames, night: Frames, given: Given) -> Frames:
    counted = Tallied(book, night, given.settings, [rule.id for rule in given.rules], given.as_of)
    return {
        "roll_part": roll(book, night["delinquency"], as_of=given.as_of),
        "vintage_part": vintage(book, as_of=given.as_of, terms=given.terms),
        "tally_part": tally(counted),
    }


def _summary(_book: Frames, night: Frames, _given: Given) -> Frames:
    return {name: totals(night[f"{name}_part"], OUTPUT[name]) for name in SUMMED}


def solve_agenda(
    options: Mapping[str, NDArray[np.int64]], person_hash: NDArray[np.int64], given: Given
) -> Solution:
    """Choose at most one way a person within the day's capacity."""
    return solve(options, person_hash, as_of=given.as_of, settings=given.settings)


OPTION_COLUMNS = (
    "debtor_no",
    "option_no",
    "channel",
    "slot",
    "team",
    "value_micro",
    "seconds",
)
"""What solving the agenda needs of every option."""

STEPS: tuple[Step, ...] = (
    Step(
        "delinquency",
        "How late is every loan, and what does it owe?",
        "每笔借款逾期多久、欠多少？",
        Scope.PARTITION,
        ("loan", "instalment", "payment", "hold"),
        (),
        ("delinquency",),
        _delinquency,
    ),
    Step(
        "position",
        "Where does each person stand over all loans?",
        "每个人全部借款合计处于什么状态？",
        Scope.PARTITION,
        ("debtor", "loan"),
        ("delinquency",),
        ("position",),
        _position,
    ),
    Step(
        "eligibility",
        "Which ways of contact do the rules allow?",
        "规则允许哪些联系方式？",
        Scope.PARTITION,
        ("debtor", "contact_point", "attempt", "hold", "consent"),
        ("position",),
        ("eligibility",),
        _eligibility,
    ),
    Step(
        "option",
        "What is each allowed way worth, and who could serve it?",
        "每种允许的方式价值几何、由哪个团队承担？",
        Scope.PARTITION,
        ("debtor", "contact_point", "attempt"),
        ("position", "eligibility"),
        ("option",),
        _option,
    ),
    Step(
        "solve",
        "Which ways together are best within today's seats and budgets?",
        "在今日席位与预算内，如何安排最好？",
        Scope.BOOK,
        ("debtor",),
        ("option",),
        ("assignment", "load"),
        None,
    ),
    Step(
        "agenda",
        "What is planned for whom, and why?",
        "为谁安排了什么，理由是什么？",
        Scope.PARTITION,
        ("debtor", "contact_point"),
        ("position", "eligibility", "option", "assignment"),
        ("agenda", "reason"),
        _agenda,
    ),
    Step(
        "tally",
        "What does a report show of each partition?",
        "每个分区在报告中如何计数？",
        Scope.PARTITION,
        ("debtor", "loan", "instalment", "payment", "hold"),
        ("delinquency", "position", "eligibility", "option", "assignment", "agenda", "reason"),
        ("roll_part", "vintage_part", "tally_part"),
        _tally,
    ),
    Step(
        "summary",
        "What does a report show of the book?",
        "整个账簿在报告中如何汇总？",
        Scope.BOOK,
        (),
        ("roll_part", "vintage_part", "tally_part"),
        SUMMED,
        _summary,
    ),
)

INSIGHT_STEPS: dict[str, tuple[Step, ...]] = {
    "delinquency": (
        Step(
            "feature",
            "What is known of each person that may say how their loans will go?",
            "关于每个人，哪些已知情况能预示还款走向？",
            Scope.PARTITION,
            BOOK_TABLES,
            (),
            ("feature",),
            _feature,
        ),
        Step(
            "risk",
            "What do the measured models say of each person?",
            "测得的模型如何评估每个人？",
            Scope.PARTITION,
            (),
            ("feature", "delinquency"),
            ("risk",),
            None,
            _risk,
        ),
    ),
    "solve": (
        Step(
            "because",
            "Which facts said most of it, for whoever is on the agenda?",
            "对计划中的每个人，主要依据是什么？",
            Scope.PARTITION,
            (),
            ("feature", "risk", "option", "assignment"),
            ("because",),
            None,
            _because,
        ),
    ),
}
"""Steps that stand behind another only where models count."""
_READ_WITH_INSIGHT = {"position": ("risk",), "option": ("risk",), "agenda": ("risk", "because")}
_BOOK_WITH_INSIGHT = {"agenda": ("consent",)}


def steps_of(insight: Insight | None) -> tuple[Step, ...]:
    """Return the steps of a night: with models, those that ask them and heed what they say."""
    if insight is None:
        return STEPS
    found: list[Step] = []
    for step in STEPS:
        more = _READ_WITH_INSIGHT.get(step.name, ())
        book = (*step.book, *_BOOK_WITH_INSIGHT.get(step.name, ()))
        heeding = replace(step, book=book, needs=(*step.needs, *more))
        found += [heeding, *INSIGHT_STEPS.get(step.name, ())]
    return tuple(found)

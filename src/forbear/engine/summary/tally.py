"""Which counts of a night does a report need?

Every measure is one group-by of tables that the night has written; persons lie whole in one
partition, so counts of persons may be added up over partitions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw

from forbear.engine.agenda.expression import convert
from forbear.engine.agenda.settings import AgendaSettings
from forbear.engine.frame import Frame, kept, named, word
from forbear.engine.tables import OUTPUT
from forbear.values.code import (
    AgendaOutcome,
    Channel,
    HoldKind,
    LoanState,
    PersonState,
    RiskClass,
)

_ONE = nw.lit(1, dtype=nw.Int64)
_NONE = nw.lit(0, dtype=nw.Int64)
_PARTS = ("principal", "interest", "fee")


@dataclass(frozen=True, slots=True)
class Tallied:
    """What is counted: a book's tables, and those of the night by name."""

    book: Mapping[str, Frame]
    night: Mapping[str, Frame]
    settings: AgendaSettings
    rules: Sequence[str]
    """Rule ids in the order of eligibility.rule."""
    as_of: int


def tally(given: Tallied) -> Frame:
    """Count what a report shows, as partial rows of ``tally``."""
    loans, people = kept(_loans(given)), kept(_people(given))
    planned = kept(_planned(given, people))
    return nw.concat(
        [
            *_loan_measures(loans),
            *_person_measures(people, given),
            *_agenda_measures(planned),
            *_rule_measures(given),
        ]
    )


def _rows(
    frame: Frame,
    measure: str,
    *,
    group: nw.Expr | str,
    part: nw.Expr | None = None,
    people: nw.Expr = _NONE,
    loans: nw.Expr = _NONE,
    amount: nw.Expr = _NONE,
    by: str = "bucket",
) -> Frame:
    """Count and add up by group and part; a text as group is one bar for everything.

    Not every engine adds up without a key or by a constant one. Such a bar is counted by the
    column ``by`` in pieces, which ``totals`` adds up.
    """
    table = OUTPUT["tally"]
    given = {"group": group, "part": part}
    keys = {name: key for name, key in given.items() if isinstance(key, nw.Expr)}
    keys = keys or {"piece": nw.col(by)}
    counted = frame.select(
        **{name: key.fill_null("") for name, key in keys.items()},
        people=people,
        loans=loans,
        amount_minor=amount,
    )
    sums = [nw.col(name).sum().cast(nw.Int64) for name in table.names[3:]]
    constants = {
        "measure": nw.lit(measure),
        **{name: nw.lit(key or "") for name, key in given.items() if not isinstance(key, nw.Expr)},
    }
    return counted.group_by(*keys).agg(*sums).with_columns(**constants).select(table.names)


def _loans(given: Tallied) -> Frame:
    """Loans that are still owed, amounts in the reporting currency."""
    owed = (
        given.book["loan"]
        .filter(nw.col("state") != LoanState.SETTLED.number)
        .select("loan_no", "product", "currency")
    )
    amounts = [
        "overdue_minor",
        "outstanding_principal_minor",
        "penalty_minor",
        *[f"overdue_{part}_minor" for part in _PARTS],
    ]
    joined = given.night["delinquency"].join(owed, on="loan_no", how="inner")
    return joined.with_columns(*[_reported(name, given.settings).alias(name) for name in amounts])


def _reported(name: str, settings: AgendaSettings) -> nw.Expr:
    amount = nw.lit(0, dtype=nw.Int64)
    for currency, rate_ppm in settings.rates_ppm.items():
        amount = (
            nw.when(nw.col("currency") == currency)
            .then(convert(nw.col(name), rate_ppm))
            .otherwise(amount)
        )
    return amount


def _loan_measures(loans: Frame) -> list[Frame]:
    overdue = loans.filter(nw.col("overdue_minor") > 0)
    parts = [
        _rows(
            overdue,
            "overdue_part",
            group=part.upper(),
            loans=(nw.col(name) > 0).cast(nw.Int64),
            amount=nw.col(name),
        )
        for part, name in [
            *[(part, f"overdue_{part}_minor") for part in _PARTS],
            ("penalty", "penalty_minor"),
        ]
    ]
    product, bucket = nw.col("product"), nw.col("bucket")
    owed = nw.col("outstanding_principal_minor")
    return [
        _rows(loans, "book", group="all", loans=_ONE, amount=owed),
        _rows(loans, "bucket", group=product, part=bucket, loans=_ONE, amount=owed),
        _rows(
            overdue,
            "bucket_overdue",
            group=product,
            part=bucket,
            loans=_ONE,
            amount=nw.col("overdue_minor"),
        ),
        _rows(loans, "risk_class", group=word("risk_class", RiskClass), loans=_ONE, amount=owed),
        *parts,
    ]


def _people(given: Tallied) -> Frame:
    persons = given.book["debtor"].select("debtor_no", "province", "vulnerable")
    outcomes = given.night["reason"].select("debtor_no", "outcome", "cause")
    return (
        given.night["position"]
        .join(persons, on="debtor_no", how="inner")
        .join(outcomes, on="debtor_no", how="inner")
        .with_columns(overdue_reported=_reported("overdue_minor", given.settings))
    )


def _person_measures(people: Frame, given: Tallied) -> list[Frame]:
    outcome, state = word("outcome", AgendaOutcome), word("state", PersonState)
    overdue = nw.col("overdue_reported")
    standing = (
        given.book["hold"]
        .filter(
            (nw.col("start_day") <= given.as_of)
            & (nw.col("end_day").is_null() | (nw.col("end_day") > given.as_of))
        )
        .select("debtor_no", "kind")
        .unique()
    )
    return [
        _rows(people, "book", group="all", people=_ONE),
        _rows(
            people,
            "outcome",
            group=outcome,
            part=state,
            people=_ONE,
            loans=nw.col("loans_open"),
            amount=nw.col("goal_minor"),
        ),
        _rows(
            people,
            "person_bucket",
            group=nw.col("bucket"),
            people=_ONE,
            loans=nw.col("loans_overdue"),
            amount=overdue,
        ),
        _rows(
            people,
            "region",
            group=nw.col("province"),
            part=state,
            people=_ONE,
            loans=nw.col("loans_overdue"),
            amount=overdue,
        ),
        _rows(people.filter(nw.col("vulnerable")), "vulnerable", group=outcome, people=_ONE),
        _rows(
            people.filter(nw.col("outcome") == AgendaOutcome.REFUSED.number),
            "refused_person",
            group=nw.col("cause"),
            people=_ONE,
            amount=nw.col("goal_minor"),
        ),
        _rows(standing, "hold", group=word("kind", HoldKind), people=_ONE),
    ]


def _planned(given: Tallied, people: Frame) -> Frame:
    chosen = (
        given.night["assignment"].filter(nw.col("option_no") >= 0).select("debtor_no", "option_no")
    )
    chances = given.night["option"].select("debtor_no", "option_no", "chance_ppm")
    chosen = chosen.join(chances, on=["debtor_no", "option_no"], how="inner")
    return (
        given.night["agenda"]
        .select("debtor_no", "channel", "team", "slot", "officer_id")
        .join(people.select("debtor_no", "province", "goal_minor"), on="debtor_no", how="inner")
        .join(chosen.select("debtor_no", "chance_ppm"), on="debtor_no", how="inner")
    )


def _agenda_measures(planned: Frame) -> list[Frame]:
    goal = nw.col("goal_minor")
    way = nw.concat_str([nw.col("channel"), nw.lit("/"), nw.col("slot")])
    known = (
        nw.when(nw.col("officer_id").is_null())
        .then(nw.lit("ANY"))
        .otherwise(nw.lit("KNOWN_OFFICER"))
    )
    spoken = planned.filter(nw.col("channel") == Channel.VOICE.value)
    return [
        _rows(planned, "region_planned", group=nw.col("province"), people=_ONE, amount=goal),
        _rows(planned, "plan", group=nw.col("team"), part=way, people=_ONE, amount=goal),
        _rows(spoken, "continuity", group=known, people=_ONE),
        _rows(
            planned,
            "value",
            group="expected",
            people=_ONE,
            by="channel",
            amount=_expected(goal, nw.col("chance_ppm").cast(nw.Int64)),
        ),
    ]


def _expected(goal: nw.Expr, chance_ppm: nw.Expr) -> nw.Expr:
    """Goal times chance, in whole minor units, exact on engines that divide as floats."""
    million = 1_000_000
    rest = goal % million
    return ((goal - rest) // million * chance_ppm).cast(nw.Int64) + (
        rest * chance_ppm // million
    ).cast(nw.Int64)


def _rule_measures(given: Tallied) -> list[Frame]:
    judged = given.night["eligibility"]
    refused = judged.filter(~nw.col("allowed"))
    persons = refused.select("debtor_no", "rule").unique()
    channel, rule = word("channel", Channel), named("rule", tuple(given.rules))
    return [
        _rows(refused, "refusal", group=rule, part=channel, people=_ONE),
        _rows(judged.filter(nw.col("allowed")), "allowed", group=channel, people=_ONE),
        _rows(persons, "refusal_person", group=rule, people=_ONE),
    ]

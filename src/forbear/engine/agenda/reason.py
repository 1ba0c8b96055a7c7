"""Why is a person on today's agenda, or why not, in words that anyone may read?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from forbear.engine.agenda.expression import choose_text, money_text, whole_text
from forbear.engine.agenda.team import AWAY, CLOSENESS, DRAWN, PLAIN, STRANGER, WHO, arm, with_teams
from forbear.engine.frame import Frame
from forbear.engine.tables import OUTPUT
from forbear.values.code import AgendaOutcome, Channel, PersonState, Relation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forbear.engine.agenda.settings import AgendaSettings
    from forbear.engine.agenda.words import RuleWords, Words

_PRICED = (AgendaOutcome.PLANNED, AgendaOutcome.PRICED_OUT)
_MICRO = 1_000_000
_PER_MILLE_PPM = 1_000
_NO_RULE = -1
# The fields of the sentences, each the text of a column that stands when they are filled.
_FACTS = {
    **{
        name: nw.col(name)
        for name in (
            "amount",
            "days",
            "bucket",
            "number",
            "value",
            "price",
            "chance",
            "ways",
        )
    },
    **{
        name: nw.col(f"{name}_text")
        for name in (
            "channel",
            "slot",
            "team",
            "closeness",
            "resource",
            "rule",
        )
    },
}


def reason(  # the whole story of a person comes together here
    book: Mapping[str, Frame],
    position: Frame,
    eligibility: Frame,
    option: Frame,
    assignment: Frame,
    *,
    as_of: int,
    settings: AgendaSettings,
    words: Sequence[Words],
    rules: Sequence[RuleWords],
    resources: Sequence[str],
    because: Frame | None = None,
    apart: Frame | None = None,
) -> Frame:
    """Say for every person what the agenda decided and which fact, rule or price decided it.

    Of several refusals the one named is that of the way which came furthest through the rules,
    for it is the one that stands between the person and a contact. Where a model spoke, what it
    stood on (``because``) ends the sentence; of whoever stands ``apart`` (debtor_no) it ends with
    the word that no model was asked.

    Grain: one row per person, in no order.
    """
    nothing = nw.col("state") == PersonState.NOTHING_DUE.number
    candidates = _candidates(
        book, position.filter(~nothing), eligibility, option, assignment, settings=settings
    )
    rows = _with_amounts(candidates, as_of=as_of, settings=settings).with_columns(
        cause=_cause(rules, resources),
        price_micro=nw.when(_is(*_PRICED)).then(nw.col("price_micro")),
    )
    for one in words:
        rows = _with_text(rows, one, settings=settings, rules=rules)
    if because is not None:
        rows = _with_because(rows, because, words)
    if apart is not None:
        rows = _with_apart(rows, apart, words)
    columns = OUTPUT["reason"].names
    told = _nothing_due(position.filter(nothing), words)
    return nw.concat([rows.select(columns), told.select(columns)], how="vertical")


def _with_because(rows: Frame, because: Frame, words: Sequence[Words]) -> Frame:
    spoken = because.select(
        "debtor_no", **{f"spoken_{one.locale}": nw.col(f"text_{one.locale}") for one in words}
    )
    joined = rows.join(spoken, on="debtor_no", how="left")
    texts = {}
    for one in words:
        plain, more = nw.col(f"text_{one.locale}"), nw.col(f"spoken_{one.locale}")
        whole = nw.concat_str([plain, nw.lit(one.sentences["joint"]), more])
        texts[f"text_{one.locale}"] = nw.when(more.is_null()).then(plain).otherwise(whole)
    return joined.with_columns(**texts)


def _with_apart(rows: Frame, apart: Frame, words: Sequence[Words]) -> Frame:
    joined = rows.join(apart.with_columns(is_apart=nw.lit(1)), on="debtor_no", how="left")
    texts = {}
    for one in words:
        plain = nw.col(f"text_{one.locale}")
        more = nw.lit(one.sentences["joint"] + one.sentences["model.apart"])
        whole = nw.concat_str([plain, more])
        texts[f"text_{one.locale}"] = (
            nw.when(nw.col("is_apart").is_null()).then(plain).otherwise(whole)
        )
    return joined.with_columns(**texts)


def _is(*outcomes: AgendaOutcome) -> nw.Expr:
    return nw.col("outcome").is_in([outcome.number for outcome in outcomes])


def _nothing_due(position: Frame, words: Sequence[Words]) -> Frame:
    sentences = {
        f"text_{one.locale}": nw.lit(one.sentences["outcome.NOTHING_DUE"]) for one in words
    }
    return position.select(
        "debtor_no",
        outcome=nw.lit(AgendaOutcome.NOTHING_DUE.number).cast(nw.Int8),
        cause=nw.lit(None, dtype=nw.String),
        price_micro=nw.lit(None, dtype=nw.Int64),
        arm=nw.lit(None, dtype=nw.Int8),
        **sentences,
    )


# --------------------------------------------------------------------------------------------
# What is known about each candidate
# --------------------------------------------------------------------------------------------


def _candidates(
    book: Mapping[str, Frame],
    position: Frame,
    eligibility: Frame,
    option: Frame,
    assignment: Frame,
    *,
    settings: AgendaSettings,
) -> Frame:
    people = book["debtor"].select("debtor_no", *WHO)
    near = with_teams(
        position.select("debtor_no").join(people, on="debtor_no", how="inner"), settings
    ).drop(*WHO)
    # Without a choice the best way is spoken of.
    spoken = assignment.with_columns(
        spoken_no=nw.when(nw.col("option_no") >= 0).then(nw.col("option_no")).otherwise(nw.lit(0))
    ).drop("option_no", "rank", "propensity_ppm")
    ways = option.select(
        "debtor_no", "option_no", "channel", "slot", "team", "value_micro", "seconds", "chance_ppm"
    )
    worthwhile = (
        option.filter(nw.col("value_micro") > 0)
        .group_by("debtor_no")
        .agg(nw.len().cast(nw.Int64).alias("ways"))
    )
    joined = (
        position.join(near, on="debtor_no", how="left")
        .join(_lawful(book["contact_point"], eligibility), on="debtor_no", how="left")
        .join(spoken, on="debtor_no", how="left")
        .join(
            ways,
            left_on=["debtor_no", "spoken_no"],
            right_on=["debtor_no", "option_no"],
            how="left",
        )
        .join(worthwhile, on="debtor_no", how="left")
    )
    closeness = (
        nw.when(nw.col("team") == nw.col("team_0"))
        .then(nw.col("closeness_0"))
        .otherwise(nw.col("closeness_1"))
    )
    return joined.with_columns(outcome=_outcome(), closeness=closeness, arm=arm())


def _lawful(point: Frame, eligibility: Frame) -> Frame:
    """Per person: whether a point of their own was judged, any way allowed, the refusing rule."""
    own = point.select(
        "contact_point_no",
        own=nw.when(nw.col("relation") == Relation.OWN.number).then(nw.lit(1)).otherwise(nw.lit(0)),
    )
    judged = eligibility.select("contact_point_no", "debtor_no", "allowed", "rule").join(
        own, on="contact_point_no", how="inner"
    )
    rule = nw.when(nw.col("own") == 1).then(nw.col("rule")).fill_null(_NO_RULE)
    return (
        judged.with_columns(
            any_allowed=nw.when(nw.col("allowed")).then(nw.lit(1)).otherwise(nw.lit(0)),
            rule=rule.cast(nw.Int64),
        )
        .group_by("debtor_no")
        .agg(nw.max("own", "any_allowed", "rule"))
    )


def _outcome() -> nw.Expr:
    def number(outcome: AgendaOutcome) -> nw.Expr:
        return nw.lit(outcome.number, dtype=nw.Int64)

    without_option = (
        nw.when(nw.col("any_allowed") == 1)
        .then(number(AgendaOutcome.NO_TEAM))
        .otherwise(
            nw.when(nw.col("own") == 1)
            .then(number(AgendaOutcome.REFUSED))
            .otherwise(number(AgendaOutcome.NO_POINT))
        )
    )
    solved = nw.col("outcome").cast(nw.Int64)
    return nw.when(solved.is_null()).then(without_option).otherwise(solved).cast(nw.Int8)


def _cause(rules: Sequence[RuleWords], resources: Sequence[str]) -> nw.Expr:
    rule = choose_text(nw.col("rule"), {number: rule.id for number, rule in enumerate(rules)})
    scarce = choose_text(nw.col("resource"), dict(enumerate(resources)))
    return (
        nw.when(_is(AgendaOutcome.REFUSED))
        .then(rule)
        .otherwise(nw.when(_is(AgendaOutcome.PRICED_OUT)).then(scarce))
    )


# --------------------------------------------------------------------------------------------
# In words
# --------------------------------------------------------------------------------------------


def _with_amounts(candidates: Frame, *, as_of: int, settings: AgendaSettings) -> Frame:
    """Add what is alike in every language: amounts, days and chances as text.

    Each step stands on columns of the step before, so that no engine is handed one huge formula.
    """
    late = nw.col("state") == PersonState.OVERDUE.number
    owing = nw.col("overdue_minor") > 0
    until_due = nw.col("next_due_day").cast(nw.Int64) - as_of
    numbers = candidates.with_columns(
        amount_minor=nw.when(owing)
        .then(nw.col("overdue_minor"))
        .otherwise(nw.col("next_due_minor")),
        number_days=nw.when(late)
        .then(nw.col("days_past_due").cast(nw.Int64))
        .otherwise(until_due)
        .fill_null(0),
        value_minor=_minor(nw.col("value_micro")),
        price_minor=_minor(nw.col("price_micro")),
        per_mille=nw.col("chance_ppm").fill_null(0).cast(nw.Int64) // _PER_MILLE_PPM,
    )
    return numbers.with_columns(
        amount=money_text(nw.col("amount_minor"), nw.col("currency")),
        number=whole_text(nw.col("number_days")),
        value=money_text(nw.col("value_minor"), nw.lit(settings.currency)),
        price=money_text(nw.col("price_minor"), nw.lit(settings.currency)),
        chance=whole_text(nw.col("per_mille")),
        ways=whole_text(nw.col("ways").fill_null(0)),
    )


def _minor(amount_micro: nw.Expr) -> nw.Expr:
    held = nw.when(amount_micro > 0).then(amount_micro).otherwise(nw.lit(0)).cast(nw.Int64)
    return ((held - held % _MICRO) // _MICRO).cast(nw.Int64)


def _with_text(
    rows: Frame, words: Words, *, settings: AgendaSettings, rules: Sequence[RuleWords]
) -> Frame:
    names = {
        number: getattr(team, f"name_{words.locale}") for number, team in enumerate(settings.teams)
    }
    slots = {
        number: getattr(slot, f"name_{words.locale}") for number, slot in enumerate(settings.slots)
    }
    sentences = {number: getattr(rule, words.locale) for number, rule in enumerate(rules)}
    channels = words.section("channel")
    one_day = nw.lit(words.sentences["day_one"])
    told = rows.with_columns(
        channel_text=choose_text(
            nw.col("channel"), {one.number: channels[one.value] for one in Channel}
        ),
        slot_text=choose_text(nw.col("slot"), slots),
        team_text=choose_text(nw.col("team"), names),
        closeness_text=_closeness(words),
        rule_text=choose_text(nw.col("rule"), sentences),
        days=nw.when(nw.col("number_days") == 1)
        .then(one_day)
        .otherwise(words.fill("day_many", _FACTS)),
    )
    seats, budget = words.fill("resource.seats", _FACTS), words.fill("resource.budget", _FACTS)
    told = told.with_columns(
        resource_text=nw.when(nw.col("seconds") > 0).then(seats).otherwise(budget),
        situation=_situation(words),
    ).with_columns(
        outcome_text=choose_text(
            nw.col("outcome"),
            {
                outcome.number: words.fill(f"outcome.{outcome.value}", _FACTS)
                for outcome in AgendaOutcome
                if outcome is not AgendaOutcome.NOTHING_DUE
            },
        )
    )
    joint = nw.lit(words.sentences["joint"])
    return told.with_columns(
        nw.concat_str([nw.col("situation"), joint, nw.col("outcome_text")]).alias(
            f"text_{words.locale}"
        )
    )


def _situation(words: Words) -> nw.Expr:
    owing = nw.col("overdue_minor") > 0
    soon = (
        nw.when(nw.col("number_days") == 0)
        .then(words.fill("situation.due_today", _FACTS))
        .otherwise(words.fill("situation.due_soon", _FACTS))
    )
    calm = nw.when(owing).then(words.fill("situation.grace", _FACTS)).otherwise(soon)
    late = nw.col("state") == PersonState.OVERDUE.number
    return nw.when(late).then(words.fill("situation.overdue", _FACTS)).otherwise(calm)


def _closeness(words: Words) -> nw.Expr:
    table = {}
    for number in CLOSENESS:
        name = "reserve" if number & AWAY else "local"
        name = name if number & PLAIN else f"{name}_dialect"
        name = "drawn" if number & DRAWN else "known" if number < STRANGER else name
        table[number] = words.sentences[f"closeness.{name}"]
    return choose_text(nw.col("closeness"), table)

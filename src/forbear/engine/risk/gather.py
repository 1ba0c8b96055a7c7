"""What is known of each person on a day that may say how their loans will go?

Every feature stands on what had happened, and had become known, by ``as_of``. Training and the
night call the same function; ``as_known`` of the book gives an earlier day's knowledge.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import narwhals as nw
from narwhals import Expr

from forbear.engine.delinquency.fact import own_minor
from forbear.engine.frame import Frame
from forbear.engine.risk.apart import without_apart
from forbear.engine.risk.feature import FEATURES
from forbear.values.code import Channel, Direction, Outcome, Purpose, Relation
from forbear.values.day import DAY_S

MONTH, HALF_YEAR, QUARTER = 30, 180, 90
BOOK_TABLES = ("debtor", "loan", "instalment", "payment", "contact_point", "attempt", "consent")

_REACHED = (Outcome.RIGHT_PARTY, Outcome.CONVERSATION, Outcome.REPLIED)
_UNANSWERED = (Outcome.NOT_CONNECTED, Outcome.RANG, Outcome.VOICEMAIL)
_CALLS = (Channel.VOICE, Channel.BOT)
_YEAR = 365
_AMOUNT_MAX = 2**42


def features(book: Mapping[str, Frame], *, as_of: int) -> Frame:
    """Gather the features of every person who did not ask to stand apart from models.

    Grain: one row per such person of ``debtor``, sorted by debtor_no. Columns: FEATURES, float64;
    null as each feature says. Contacts are those of the day before ``as_of`` and earlier.
    """
    parts = [
        _of_loans(book["loan"], book["instalment"], as_of=as_of),
        _of_payments(book["payment"], book["loan"], as_of=as_of),
        _of_contacts(book["attempt"], as_of=as_of),
        _of_points(book["contact_point"], as_of=as_of),
    ]
    people = without_apart(book["debtor"].select("debtor_no"), book["consent"])
    joined = reduce(lambda left, right: left.join(right, on="debtor_no", how="left"), parts, people)
    counts = {one.name: nw.col(one.name).fill_null(0) for one in FEATURES if one.null is None}
    return (
        joined.with_columns(**counts)
        .select("debtor_no", *[nw.col(one.name).cast(nw.Float64) for one in FEATURES])
        .sort("debtor_no")
    )


def _of_loans(loan: Frame, instalment: Frame, *, as_of: int) -> Frame:
    """By person, what schedules and their settling say."""
    begun = loan.filter(nw.col("disbursed_day") <= as_of).select(
        "loan_no", "debtor_no", "disbursed_day", "annual_rate_bp"
    )
    by_loan = (
        _marked(instalment, as_of=as_of)
        .group_by("loan_no")
        .agg(
            nw.len().cast(nw.Int64).alias("one"),
            nw.col("own", "left", "open", "due", "late", "late_new").sum(),
            nw.col("delay", "ahead", "settled").sum(),
            nw.col("unpaid", "coming").sum(),
            nw.max("delay_max", "since_late"),
            nw.col("oldest", "next_day", "nearest").min(),
        )
    )
    return _by_person(begun.join(by_loan, on="loan_no", how="inner"), as_of=as_of)


def _marked(rows: Frame, *, as_of: int) -> Frame:
    """Say of every instalment what it adds to each figure. What is settled later is open now."""
    settled = ~nw.col("settled_day").is_null() & (nw.col("settled_day") <= as_of)
    past = nw.col("due_day") < as_of
    recent = past & (nw.col("due_day") >= as_of - HALF_YEAR)
    end = nw.when(settled).then(nw.col("settled_day")).otherwise(nw.lit(as_of))
    beyond = end.cast(nw.Int64) - nw.col("due_day")
    late = past & (beyond > 0)

    def one(condition: Expr) -> Expr:
        return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)

    def amount(condition: Expr, value: Expr) -> Expr:
        return nw.when(condition).then(value).otherwise(nw.lit(0)).cast(nw.Int64)

    marked = rows.with_columns(
        own=own_minor(),
        open=one(~settled),
        unpaid=one(past & ~settled),
        coming=one(~past & ~settled),
        due=one(recent),
        late=one(recent & late),
        late_new=one(late & (nw.col("due_day") >= as_of - QUARTER)),
        delay=amount(recent & late, beyond),
        delay_max=nw.when(recent).then(amount(late, beyond)),
        settled=one(settled & (nw.col("due_day") >= as_of - HALF_YEAR)),
        ahead=amount(settled & (beyond < 0) & (nw.col("due_day") >= as_of - HALF_YEAR), -beyond),
        since_late=nw.when(late & (nw.col("due_day") >= as_of - _YEAR)).then(
            nw.col("due_day").cast(nw.Int64)
        ),
        oldest=nw.when(past & ~settled).then(nw.col("due_day").cast(nw.Int64)),
        next_day=nw.when(~past & ~settled).then(nw.col("due_day").cast(nw.Int64)),
    )
    return marked.with_columns(
        left=amount(nw.col("open") == 1, nw.col("own")),
        # One number, so that the nearest coming instalment is found by a plain minimum.
        nearest=nw.when(nw.col("coming") == 1).then(
            nw.col("due_day").cast(nw.Int64) * _AMOUNT_MAX
            + nw.min_horizontal(nw.col("own").cast(nw.Int64), nw.lit(_AMOUNT_MAX - 1))
        ),
    )


def _by_person(by_loan: Frame, *, as_of: int) -> Frame:
    still = nw.col("open") > 0
    loans = by_loan.with_columns(
        is_open=nw.when(still).then(nw.lit(1)).otherwise(nw.lit(0)),
        rate=nw.when(still).then(nw.col("annual_rate_bp")),
        open_own=nw.when(still).then(nw.col("own")).otherwise(nw.lit(0)),
        usual=nw.when(still).then((nw.col("own") // nw.col("one")).cast(nw.Int64)),
    )
    people = loans.group_by("debtor_no").agg(
        nw.col("is_open", "open_own", "left", "due", "late", "late_new").sum(),
        nw.col("delay", "ahead", "settled", "unpaid", "coming").sum(),
        nw.col("disbursed_day").min().alias("first_day"),
        nw.col("disbursed_day").max().alias("newest_day"),
        nw.max("rate", "delay_max", "since_late"),
        nw.col("oldest", "next_day", "nearest").min(),
        nw.col("usual").max(),
    )
    people = people.with_columns(next_own=nw.col("nearest") % _AMOUNT_MAX)
    due = nw.col("due") > 0
    return people.select(
        "debtor_no",
        loans_open=nw.col("is_open"),
        age_days=as_of - nw.col("first_day").cast(nw.Int64),
        newest_days=as_of - nw.col("newest_day").cast(nw.Int64),
        rate_bp=nw.col("rate"),
        left_share=nw.when(nw.col("open_own") > 0).then(_ratio("left", "open_own")),
        late_days=(as_of - nw.col("oldest")).fill_null(0),
        unpaid_count=nw.col("unpaid"),
        due_half_year=nw.col("due"),
        late_half_year=nw.col("late"),
        late_quarter=nw.col("late_new"),
        late_share=nw.when(due).then(_ratio("late", "due")),
        delay_mean=nw.when(due).then(_ratio("delay", "due")),
        delay_max=nw.col("delay_max"),
        ahead_mean=nw.when(nw.col("settled") > 0).then(_ratio("ahead", "settled")),
        since_late_days=as_of - nw.col("since_late"),
        next_due_days=nw.col("next_day") - as_of,
        next_share=nw.when(nw.col("usual") > 0).then(_ratio("next_own", "usual")),
        left_count=nw.col("coming"),
    )


def _ratio(part: str, whole: str) -> Expr:
    # Sail divides whole numbers only; every engine then gives the nearest float.
    return nw.col(part).cast(nw.Int64) / nw.col(whole).cast(nw.Int64)


def _of_payments(payment: Frame, loan: Frame, *, as_of: int) -> Frame:
    """By person, when and how often money came; a payment void by then never was."""
    known = payment.filter(
        nw.col("posting_day") <= as_of,
        nw.col("value_day") <= as_of,
        nw.col("purpose") == Purpose.SCHEDULE.number,
    ).join(loan.select("loan_no", "debtor_no"), on="loan_no", how="inner")
    void = ~nw.col("void_posting_day").is_null() & (nw.col("void_posting_day") <= as_of)
    recent = nw.col("value_day") > as_of - QUARTER
    bounced = void & (nw.col("void_posting_day") > as_of - HALF_YEAR)
    counted = known.with_columns(
        paid=nw.when(~void & recent).then(nw.lit(1)).otherwise(nw.lit(0)),
        bounced=nw.when(bounced).then(nw.lit(1)).otherwise(nw.lit(0)),
        stood_day=nw.when(~void).then(nw.col("value_day").cast(nw.Int64)),
    )
    people = counted.group_by("debtor_no").agg(
        nw.col("paid", "bounced").sum(), nw.col("stood_day").max()
    )
    return people.select(
        "debtor_no",
        since_paid_days=as_of - nw.col("stood_day"),
        paid_quarter=nw.col("paid"),
        reversed_half_year=nw.col("bounced"),
    )


def _of_contacts(attempt: Frame, *, as_of: int) -> Frame:
    """By person, what the last month's contacts met."""
    recent = attempt.filter(
        nw.col("started_s") < as_of * DAY_S, nw.col("started_s") >= (as_of - MONTH) * DAY_S
    )
    out = nw.col("direction") == Direction.OUTBOUND.number
    reached = nw.col("outcome").is_in([one.number for one in _REACHED])
    rang = nw.col("outcome").is_in([one.number for one in _UNANSWERED])
    call = nw.col("channel").is_in([one.number for one in _CALLS])
    counted = recent.with_columns(
        out=nw.when(out).then(nw.lit(1)).otherwise(nw.lit(0)),
        met=nw.when(out & reached).then(nw.lit(1)).otherwise(nw.lit(0)),
        unmet=nw.when(out & rang & call).then(nw.lit(1)).otherwise(nw.lit(0)),
        own=nw.when(~out).then(nw.lit(1)).otherwise(nw.lit(0)),
        met_day=nw.when(reached).then((nw.col("started_s") // DAY_S).cast(nw.Int64)),
    )
    people = counted.group_by("debtor_no").agg(
        nw.col("out", "met", "unmet", "own").sum(), nw.col("met_day").max()
    )
    return people.select(
        "debtor_no",
        contacts_month=nw.col("out"),
        reached_month=nw.col("met"),
        unanswered_month=nw.col("unmet"),
        since_reached_days=as_of - nw.col("met_day"),
        wrote_month=nw.col("own"),
    )


def _of_points(point: Frame, *, as_of: int) -> Frame:
    own = point.filter(
        nw.col("relation") == Relation.OWN.number, nw.col("recorded_s") < (as_of + 1) * DAY_S
    )
    return own.group_by("debtor_no").agg(points=nw.len().cast(nw.Int64))

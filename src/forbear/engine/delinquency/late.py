"""What is unpaid of the instalments that were late, and from which day?"""

from __future__ import annotations

import narwhals as nw
from narwhals import Expr

from forbear.engine.delinquency.expression import Products, big, within
from forbear.engine.delinquency.fact import own_minor, with_paused_days
from forbear.engine.frame import Frame
from forbear.values.product import Component

COLUMN = {
    Component.FEE: "fee_minor",
    Component.INTEREST: "interest_minor",
    Component.PRINCIPAL: "principal_minor",
}


def paid_of(component: Component, paid: Expr, products: Products) -> Expr:
    """Return how much of a component is covered when ``paid`` of its instalment is covered."""
    column = COLUMN[component]
    return products.pick(
        lambda terms: frozenset(terms.allocation[: terms.allocation.index(component)]),
        lambda earlier: within(paid - sum_of(earlier), nw.col(column)),
    )


def sum_of(components: frozenset[Component]) -> Expr:
    """Return what some components of an instalment come to."""
    total = big(nw.lit(0))
    for component in sorted(components):
        total = total + nw.col(COLUMN[component])
    return total


def with_unpaid(late: Frame, products: Products) -> Frame:
    """Add what is unpaid of each component and whether anything is.

    Grain: as the rows, which carry their loan's ``paid_total``.
    Columns: ``unpaid_fee``, ``unpaid_interest``, ``unpaid_principal`` (minor units).
    """
    covered = within(nw.col("paid_total") - nw.col("due_before_minor"), own_minor())
    late = late.with_columns(covered=covered)
    unpaid = {
        f"unpaid_{component.value.lower()}": nw.col(COLUMN[component])
        - paid_of(component, nw.col("covered"), products)
        for component in Component
    }
    return late.with_columns(**unpaid, is_unpaid=nw.col("covered") < own_minor())


def overdue_by_loan(late: Frame, pause: Frame, *, as_of: int, then: int) -> Frame:
    """Sum what is overdue on ``as_of``, and say since when it was on ``as_of`` and on ``then``.

    Grain: one row per loan with a late instalment.
    Columns: overdue amounts; ``oldest_unpaid_day``, ``oldest_then_day`` (null: nothing overdue);
    counts; ``settled_day`` of the oldest, ``settled_then_day`` (null: never); days past due.
    """
    now = nw.col("is_unpaid")
    earlier = (nw.col("due_day") < then) & (
        nw.col("settled_day").is_null() | (nw.col("settled_day") > then)
    )

    def only(condition: Expr, column: str) -> Expr:
        return nw.when(condition).then(nw.col(column))

    marked = late.with_columns(
        now_day=only(now, "due_day"),
        now_settled=only(now, "settled_day"),
        then_day=only(earlier, "due_day"),
        then_settled=only(earlier, "settled_day"),
    )
    summed = marked.group_by("loan_no").agg(
        overdue_fee_minor=nw.col("unpaid_fee").sum(),
        overdue_interest_minor=nw.col("unpaid_interest").sum(),
        overdue_principal_minor=nw.col("unpaid_principal").sum(),
        instalments_overdue=nw.col("now_day").count(),
        oldest_unpaid_day=nw.col("now_day").min(),
        oldest_settled_day=nw.col("now_settled").min(),
        instalments_then=nw.col("then_day").count(),
        oldest_then_day=nw.col("then_day").min(),
        settled_then_day=nw.col("then_settled").min(),
    )
    dated = _with_days(summed, pause, since="oldest_unpaid_day", day=as_of, into="days_now")
    return _with_days(dated, pause, since="oldest_then_day", day=then, into="days_then")


def _with_days(rows: Frame, pause: Frame, *, since: str, day: int, into: str) -> Frame:
    dated = rows.with_columns(on_day=big(nw.lit(day)))
    paused = with_paused_days(dated, pause, key="loan_no", since=since, until="on_day")
    days = nw.col("on_day") - big(since) - nw.col("paused_days")
    return paused.with_columns(days.alias(into)).drop("on_day", "paused_days")

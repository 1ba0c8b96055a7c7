"""How much penalty has lateness cost, to the minor unit?

Each late instalment's penalty base falls in steps as payments cover it. A slice is what one
payment covered, or what nothing covered yet; it bears penalty for the days from the due day to
that payment, or to ``as_of``, less paused days. Slices of an instalment add up exactly and are
rounded once, so that an itemised bill shows one whole amount an instalment.

Bounds: a slice is at most 3 * AMOUNT_MINOR_MAX = 3e9 and a span at most 1e5 days; rates are at
most PENALTY_RATE_PPM_MAX = 2e7. Dividing before multiplying keeps every product below 8e15.
"""

from __future__ import annotations

import narwhals as nw
from narwhals import Expr

from forbear.engine.delinquency.expression import (
    Products,
    at_least,
    at_most,
    big,
    first_match,
    quotient,
    rounded,
    wide_quotient,
    within,
)
from forbear.engine.delinquency.fact import own_minor, with_paused_days
from forbear.engine.delinquency.late import sum_of
from forbear.engine.frame import Frame, kept
from forbear.values.product import FACTOR_SCALE, Component, Compounding, Penalty, ProductTerms

_LIMB = 65_536
# Loan (dense, below 2**31), instalment (at most 9,999) and day (below 2**18) packed into one
# number join fastest.
_INSTALMENTS, _DAYS = 2**14, 2**18
_SLICE = (
    "loan_no",
    "instalment_key",
    "product_no",
    "annual_rate_bp",
    "since_day",
    "until_day",
    "slice_minor",
)


def penalty_by_loan(
    late: Frame, late_payment: Frame, pause: Frame, products: Products, *, as_of: int
) -> Frame:
    """Return the penalty of each loan up to a day, paid or not, before the product's cap.

    Grain: one row per loan with penalty. Columns: loan_no, ``penalty_total`` (minor units).
    """
    bearing = kept(_only_bearing(late, pause, products, as_of=as_of))
    unpaid = _open_slices(bearing, products, as_of=as_of)
    slices = nw.concat([unpaid, _paid_slices(bearing, late_payment, products)])
    keyed = slices.with_columns(slice_key=nw.col("instalment_key") * _DAYS + nw.col("until_day"))
    dated = with_paused_days(
        keyed, pause, key="slice_key", since="since_day", until="until_day"
    ).with_columns(days=big("until_day") - big("since_day") - nw.col("paused_days"))
    parts = (
        _with_parts(dated, products)
        .group_by("instalment_key")
        .agg(
            nw.col("loan_no").min(),
            nw.col("product_no").min(),
            nw.col("whole").sum(),
            nw.col("rest").sum(),
        )
    )
    amount = products.pick(lambda terms: terms.penalty, _amount)
    return (
        parts.with_columns(penalty_total=amount)
        .group_by("loan_no")
        .agg(nw.col("penalty_total").sum())
    )


def _only_bearing(late: Frame, pause: Frame, products: Products, *, as_of: int) -> Frame:
    """Keep the instalments whose lateness outlasted grace, where the terms spare grace."""
    end = nw.when(nw.col("settled_day") < as_of).then(big("settled_day")).otherwise(nw.lit(as_of))
    dated = late.with_columns(
        end_day=big(end),
        instalment_key=nw.col("loan_no") * _INSTALMENTS + nw.col("instalment_no"),
    )
    dated = with_paused_days(dated, pause, key="instalment_key", since="due_day", until="end_day")
    spared = products.pick(
        lambda terms: 0 if terms.penalty.runs_in_grace else terms.grace_days,
        lambda days: big(nw.lit(days)),
    )
    return dated.filter(nw.col("end_day") - big("due_day") - nw.col("paused_days") > spared).drop(
        "paused_days"
    )


_Runs = tuple[tuple[frozenset[Component], frozenset[Component]], ...]


def _runs(terms: ProductTerms) -> _Runs:
    """Return the penalty base as runs of components that are paid one after the other.

    Each is (what is paid before it, what it holds); what a run has received is one comparison.
    """
    found: list[tuple[list[Component], list[Component]]] = []
    for place, part in enumerate(terms.allocation):
        if part not in terms.penalty.base:
            continue
        before = list(terms.allocation[:place])
        if found and before == [*found[-1][0], *found[-1][1]]:
            found[-1][1].append(part)
        else:
            found.append((before, [part]))
    return tuple((frozenset(before), frozenset(held)) for before, held in found)


def _base_covered(covered: str, products: Products) -> Expr:
    """Return how much of the penalty base is covered when so much of its instalment is."""

    def total(runs: _Runs) -> Expr:
        amounts = [within(nw.col(covered) - sum_of(before), sum_of(held)) for before, held in runs]
        return sum(amounts[1:], start=amounts[0]) if amounts else big(nw.lit(0))

    return products.pick(_runs, total)


def _open_slices(late: Frame, products: Products, *, as_of: int) -> Frame:
    whole = products.pick(lambda terms: frozenset(map(Component, terms.penalty.base)), sum_of)
    unpaid = whole - _base_covered("covered", products)
    return _slices(late.with_columns(until_day=big(nw.lit(as_of)), slice_minor=unpaid))


def _paid_slices(late: Frame, late_payment: Frame, products: Products) -> Frame:
    """Cut the base by the payments that came after the due day."""
    cut = late.join(late_payment, on="loan_no", how="inner").filter(
        nw.col("paid_upto") > nw.col("due_before_minor"),
        nw.col("paid_from") < nw.col("due_before_minor") + own_minor(),
        nw.col("value_day") > nw.col("due_day"),
    )
    cut = cut.with_columns(
        low=within(nw.col("paid_from") - nw.col("due_before_minor"), own_minor()),
        high=within(nw.col("paid_upto") - nw.col("due_before_minor"), own_minor()),
    )
    part = _base_covered("high", products) - _base_covered("low", products)
    return _slices(cut.with_columns(until_day=big("value_day"), slice_minor=part))


def _slices(rows: Frame) -> Frame:
    return (
        rows.with_columns(since_day=nw.col("due_day"))
        .filter(nw.col("slice_minor") > 0)
        .select(*_SLICE)
    )


def _with_parts(slices: Frame, products: Products) -> Frame:
    """Add each slice's penalty as ``whole`` minor units and ``rest`` of the terms' divisor."""
    capital, days = nw.col("slice_minor"), nw.col("days")
    simple = slices.with_columns(
        divisor=products.pick(lambda t: _divisor(t.penalty), lambda value: big(nw.lit(value))),
        rate=products.pick(lambda t: _Rate.of(t.penalty), _rate),
    ).with_columns(
        head=quotient(capital * days, nw.col("divisor")) * nw.col("rate"),
        tail=(capital * days % nw.col("divisor")) * nw.col("rate"),
    )
    parted = simple.with_columns(
        whole=nw.col("head") + quotient(nw.col("tail"), nw.col("divisor")),
        rest=nw.col("tail") % nw.col("divisor"),
    )
    for number, terms in enumerate(products.terms):
        if terms.penalty.compounding is Compounding.DAILY:
            parted = _with_compound_parts(parted, number, terms.penalty)
    return parted


def _with_compound_parts(slices: Frame, product_no: int, penalty: Penalty) -> Frame:
    """Replace the parts of one product's slices by those of daily compounding.

    The factor table is an expression, because a look-up table would need a connection; it is
    evaluated only where a product compounds.
    """
    *earlier, final = penalty.factors()
    # Longer than the last day of the table is the last day.
    factor = first_match(
        [(nw.col("days") == day, nw.lit(value)) for day, value in enumerate(earlier)],
        nw.lit(final),
    )
    capital = nw.col("slice_minor")
    is_product = nw.col("product_no") == product_no
    # The slice is cut into two limbs, so that no product with a factor of up to 1e13 passes 2**63.
    limbs = slices.with_columns(factor=big(factor)).with_columns(
        upper=quotient(capital, _LIMB) * nw.col("factor"),
        lower=(capital % _LIMB) * nw.col("factor"),
    )
    limbs = limbs.with_columns(
        carry=(nw.col("upper") % FACTOR_SCALE) * _LIMB + nw.col("lower"),
    )
    whole = wide_quotient(nw.col("upper"), FACTOR_SCALE) * _LIMB + wide_quotient(
        nw.col("carry"), FACTOR_SCALE
    )
    rest = nw.col("carry") % FACTOR_SCALE
    return limbs.with_columns(
        whole=nw.when(is_product).then(whole).otherwise(nw.col("whole")),
        rest=nw.when(is_product).then(rest).otherwise(nw.col("rest")),
    )


def _divisor(penalty: Penalty) -> int:
    if penalty.compounding is Compounding.DAILY:
        return FACTOR_SCALE
    return penalty.year_days * 1_000_000


class _Rate(tuple[int, int]):
    """A fixed rate in parts per million, or a multiple of the loan's in percent; else nothing."""

    __slots__ = ()

    @classmethod
    def of(cls, penalty: Penalty) -> _Rate:
        if penalty.compounding is Compounding.DAILY:
            return cls((0, 0))
        return cls((penalty.annual_rate_ppm or 0, penalty.contract_multiple_percent or 0))


def _rate(rate: _Rate) -> Expr:
    fixed, multiple = rate
    return big("annual_rate_bp") * multiple + fixed


def _amount(penalty: Penalty) -> Expr:
    divisor = _divisor(penalty)
    whole = nw.col("whole") + quotient(nw.col("rest"), divisor)
    return rounded(whole, nw.col("rest") % divisor, divisor, penalty.rounding)


def capped(total: Expr, products: Products) -> Expr:
    """Return the penalty within the product's share of the loan's principal."""

    def within_cap(cap_bp: int | None) -> Expr:
        if cap_bp is None:
            return total
        return at_most(total, quotient(nw.col("principal_minor") * cap_bp, 10_000))

    return at_least(products.pick(lambda terms: terms.penalty.cap_bp, within_cap), 0)

"""How do whole numbers divide, and how does a row find its product's terms, on every engine?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import narwhals as nw
from narwhals import Expr

from forbear.values.money import Rounding
from forbear.values.product import ProductTerms

_K = TypeVar("_K", bound=Hashable)
DAY_MAX = 2**30


def big(column: str | Expr) -> Expr:
    """Return a column or expression as a 64-bit whole number."""
    return (nw.col(column) if isinstance(column, str) else column).cast(nw.Int64)


def at_least(value: Expr, low: Expr | int) -> Expr:
    """Return the larger of two, neither null."""
    return nw.max_horizontal(value, low if isinstance(low, nw.Expr) else big(nw.lit(low)))


def at_most(value: Expr, high: Expr | int) -> Expr:
    """Return the smaller of two, neither null."""
    return nw.min_horizontal(value, high if isinstance(high, nw.Expr) else big(nw.lit(high)))


def within(value: Expr, high: Expr) -> Expr:
    """Return the part of an amount that lies in [0, high]."""
    return at_most(at_least(value, 0), high)


def quotient(numerator: Expr, denominator: Expr | int) -> Expr:
    """Divide whole numbers, 0 <= numerator < 2**53 and 0 < denominator, dropping the rest.

    Spark divides as floats and floors. Below 2**53 that is exact: a quotient that is not whole
    lies at least 1/denominator under the next whole number, which a float still tells apart.
    """
    return (numerator // denominator).cast(nw.Int64)


def wide_quotient(numerator: Expr, denominator: int) -> Expr:
    """Divide whole numbers up to 2**63 whose quotient is below 2**49, dropping the rest.

    The numerator is first made a multiple and then raised by half the denominator, so that no
    float error reaches another whole number.
    """
    multiple = numerator - numerator % denominator
    return ((multiple + denominator // 2) // denominator).cast(nw.Int64)


def rounded(whole: Expr, rest: Expr, denominator: Expr | int, rounding: Rounding) -> Expr:
    """Round ``whole + rest / denominator`` with 0 <= rest < denominator as named."""
    one, zero = big(nw.lit(1)), big(nw.lit(0))
    match rounding:
        case Rounding.DOWN:
            return whole
        case Rounding.UP:
            up = rest > 0
        case Rounding.HALF_UP:
            up = rest * 2 >= denominator
        case Rounding.HALF_EVEN:
            up = (rest * 2 > denominator) | ((rest * 2 == denominator) & (whole % 2 == 1))
    return whole + nw.when(up).then(one).otherwise(zero)


@dataclass(frozen=True)
class Products:
    """The terms of every product of the book, asked row by row through ``product_no``."""

    terms: tuple[ProductTerms, ...]

    @classmethod
    def of(cls, terms: Mapping[str, ProductTerms]) -> Products:
        """Number the products in the order of their names."""
        return cls(tuple(terms[name] for name in sorted(terms)))

    def number(self) -> Expr:
        """Return each row's ``product_no`` from its ``product``; null where it has no terms."""
        return first_match(
            [(nw.col("product") == t.product, nw.lit(no)) for no, t in enumerate(self.terms)],
            nw.lit(None),
        ).cast(nw.Int32)

    def pick(self, key: Callable[[ProductTerms], _K], then: Callable[[_K], Expr]) -> Expr:
        """Return for each row what ``then`` makes of its product's ``key``.

        Products that share a key share an expression, and a key that all share costs nothing.
        """
        groups: dict[_K, list[int]] = {}
        for number, terms in enumerate(self.terms):
            groups.setdefault(key(terms), []).append(number)
        keys = list(groups)
        return first_match(
            [(nw.col("product_no").is_in(groups[k]), then(k)) for k in keys[:-1]], then(keys[-1])
        )


def first_match(cases: list[tuple[Expr, Expr]], otherwise: Expr) -> Expr:
    """Return the value of the first case that holds."""
    if not cases:
        return otherwise
    (condition, value), *rest = cases
    chain = nw.when(condition).then(value)
    for condition, value in rest:
        chain = chain.when(condition).then(value)
    return chain.otherwise(otherwise)

"""Within which bounds are arrangements offered and promises taken, and who may grant what?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forbear.policy.arrange.word import Target, Treatment
from forbear.policy.reading import Field, read_file
from forbear.values.money import Currency

_PERCENT = 100


@dataclass(frozen=True, slots=True)
class ProductOffer:
    """What is offered on one product.

    ``waive_penalty_percent``: the share of the unpaid penalty that the house gives up by itself
    when the arrangement is kept to its end. ``rate_ppm``: what accrues a year where ``treatment``
    says so; None: the contract's own rate.
    """

    targets: frozenset[Target]
    months_max: int
    treatment: Treatment
    rate_ppm: int | None
    waive_penalty_percent: int


@dataclass(frozen=True, slots=True)
class Authority:
    """What somebody may grant alone, beyond what the house offers by itself.

    ``waive_percent`` and ``waive_minor`` both bound what is given up of the unpaid penalty;
    ``freeze``: they may let nothing more be added where the product would add.
    """

    waive_percent: int
    waive_minor: Mapping[Currency, int]
    freeze: bool

    def covers(self, waive_minor: int, *, freeze: bool, penalty_minor: int, of: Currency) -> bool:
        """Say whether so much may be granted alone."""
        within = waive_minor * _PERCENT <= penalty_minor * self.waive_percent
        return (waive_minor == 0 or (within and waive_minor <= self.waive_minor.get(of, 0))) and (
            self.freeze or not freeze
        )


@dataclass(frozen=True, slots=True)
class CodeTerms:
    """How a one-time code for signing is made."""

    digits: int
    minutes: int
    attempts: int
    a_day: int


@dataclass(frozen=True, slots=True)
class PromiseTerms:
    """Within which bounds a promise to pay is taken.

    ``broken_max`` promises broken within ``within_days`` are the most before an arrangement is the
    better way.
    """

    days_max: int
    grace_days: int
    least_minor: Mapping[Currency, int]
    broken_max: int
    within_days: int


@dataclass(frozen=True, slots=True)
class Terms:
    """Every bound of a lender's arrangements. Amounts in minor units by currency."""

    keep_back_percent: int
    first_days_max: int
    offer_days: int
    cooling_off_days: int
    grace_days: int
    broken_after_days: int
    pauses_max: int
    pause_months_max: int
    pause_first_months: int
    step_percents: tuple[int, ...]
    step_months: int
    year_days: int
    loans_max: int
    round_to_minor: Mapping[Currency, int]
    least_minor: Mapping[Currency, int]
    products: Mapping[str, ProductOffer]
    authority: Mapping[str, Authority]
    code: CodeTerms
    promises: PromiseTerms


_COUNTS = {
    "keep_back_percent": 0,
    "first_days_max": 1,
    "offer_days": 1,
    "cooling_off_days": 0,
    "grace_days": 0,
    "broken_after_days": 1,
    "pauses_max": 0,
    "pause_months_max": 1,
    "pause_first_months": 1,
    "step_months": 1,
    "year_days": 360,
    "loans_max": 1,
}


def load_terms(file: str, text: str) -> Terms:
    """Read a lender's file.

    Raises:
        InvalidRule: it does not keep its form, or a bound contradicts another.
    """
    read = read_file(file, text, what="the bounds of arrangements")
    parts = ("round_to_minor", "least_minor", "products", "authority", "code", "promises")
    read.only("source", "verified", "basis", "step_percents", *_COUNTS, *parts)
    counts = {name: read.count(name, low=low) for name, low in _COUNTS.items()}
    if counts["broken_after_days"] <= counts["grace_days"]:
        raise read.fail("broken_after_days", "is not beyond the days of grace", "Raise it.")
    if counts["pause_first_months"] > counts["pause_months_max"]:
        raise read.fail("pause_first_months", "is beyond the longest pause", "Lower it.")
    products = read.part("products")
    authority = read.part("authority")
    return Terms(
        **counts,
        step_percents=_percents(read),
        round_to_minor=_amounts(read.part("round_to_minor")),
        least_minor=_amounts(read.part("least_minor")),
        products={name: _product(products.part(name)) for name in products.value},
        authority={name: _authority(authority.part(name)) for name in authority.value},
        code=_code(read.part("code")),
        promises=_promises(read.part("promises")),
    )


def _percents(read: Field) -> tuple[int, ...]:
    found = read.get("step_percents", list)
    fits = all(isinstance(each, int) and 0 < each <= _PERCENT for each in found)
    if not fits or found != sorted(set(found)) or not found or found[-1] != _PERCENT:
        raise read.fail("step_percents", "do not rise to 100", "Write them as [60, 80, 100].")
    return tuple(found)


def _amounts(part: Field) -> dict[Currency, int]:
    part.only(*Currency)
    return {Currency(name): part.count(name) for name in part.value}


def _product(part: Field) -> ProductOffer:
    part.only("targets", "months_max", "treatment", "rate_ppm", "waive_penalty_percent")
    return ProductOffer(
        targets=part.words("targets", Target),
        months_max=part.count("months_max"),
        treatment=part.word("treatment", Treatment),
        rate_ppm=part.count("rate_ppm", low=0) if part.has("rate_ppm") else None,
        waive_penalty_percent=_percent(part, "waive_penalty_percent"),
    )


def _percent(part: Field, name: str) -> int:
    found = part.count(name, low=0)
    if found > _PERCENT:
        raise part.fail(name, "is above 100", "Write a share of a hundred.")
    return found


def _authority(part: Field) -> Authority:
    part.only("waive_percent", "waive_minor", "freeze")
    return Authority(
        _percent(part, "waive_percent"),
        _amounts(part.part("waive_minor")) if part.has("waive_minor") else {},
        part.flag("freeze", default=False),
    )


def _code(part: Field) -> CodeTerms:
    part.only("digits", "minutes", "attempts", "a_day")
    return CodeTerms(
        part.count("digits", low=6),
        part.count("minutes"),
        part.count("attempts"),
        part.count("a_day"),
    )


def _promises(part: Field) -> PromiseTerms:
    part.only("days_max", "grace_days", "least_minor", "broken_max", "within_days")
    return PromiseTerms(
        part.count("days_max"),
        part.count("grace_days", low=0),
        _amounts(part.part("least_minor")),
        part.count("broken_max"),
        part.count("within_days"),
    )

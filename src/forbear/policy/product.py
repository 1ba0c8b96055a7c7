"""How do the lender's product files become checked terms?

One YAML file a product, named as the loans name it. A figure stands as a plain value or as
``{value: …, source: …}``; what has a source shows it in the manual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml

from forbear.policy.reading import parse
from forbear.values.code import RiskClass
from forbear.values.errors import InvalidInput
from forbear.values.money import Currency, Rounding
from forbear.values.product import (
    COMPOUND_DAYS_MAX,
    FACTOR_SCALE,
    PENALTY_GAIN_MAX,
    PENALTY_RATE_PPM_MAX,
    Bucket,
    BucketBy,
    BureauCodes,
    Component,
    Compounding,
    Limitation,
    LimitationStart,
    Penalty,
    ProductTerms,
    RiskStep,
)

_T = TypeVar("_T")


class InvalidProduct(InvalidInput):
    """A product file does not keep its form."""

    code = "INVALID_PRODUCT"


@dataclass(frozen=True, slots=True)
class _Part:
    """A mapping of a product file that knows where it stands."""

    at: str
    values: Mapping[str, Any]

    def fail(self, key: str, problem: str, remedy: str) -> InvalidProduct:
        place = f"{self.at}.{key}" if key else self.at
        return InvalidProduct(f"{place}: {problem}", remedy=remedy, place=place)

    def get(self, key: str) -> Any:
        """Return a value without its source; a missing key is an error."""
        if key not in self.values:
            raise self.fail(key, "is missing", f"Add {key}; write null where it does not apply.")
        value = self.values[key]
        if isinstance(value, dict) and "value" in value:
            return value["value"]
        return value

    def part(self, key: str) -> _Part:
        value = self.get(key)
        if not isinstance(value, dict):
            raise self.fail(key, "must be a mapping", "Indent its entries below it.")
        return _Part(f"{self.at}.{key}", value)

    def text(self, key: str) -> str:
        value = self.get(key)
        if not isinstance(value, str) or not value:
            raise self.fail(key, "must be a non-empty text", "Write it in quotation marks.")
        return value

    def text_or_none(self, key: str) -> str | None:
        return None if self.get(key) is None else self.text(key)

    def flag(self, key: str) -> bool:
        value = self.get(key)
        if not isinstance(value, bool):
            raise self.fail(key, "must be true or false", "Write true or false.")
        return value

    def number(self, key: str, *, low: int, high: int) -> int:
        value = self.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.fail(
                key,
                f"must be a whole number from {low} to {high}, not {value!r}",
                "Write the figure in the unit that ends its name.",
            )
        return value

    def number_or_none(self, key: str, *, low: int, high: int) -> int | None:
        return None if self.get(key) is None else self.number(key, low=low, high=high)

    def word(self, key: str, words: Callable[[str], _T], known: Sequence[str]) -> _T:
        value = self.get(key)
        if value not in known:
            raise self.fail(key, f"{value!r} is not known", f"Use one of {', '.join(known)}.")
        return words(value)

    def rows(self, key: str, width: int) -> list[list[Any]]:
        value = self.get(key)
        good = isinstance(value, list) and value
        if not good or not all(isinstance(r, list) and len(r) == width for r in value):
            raise self.fail(
                key, f"must be a list of rows of {width}", "Write rows such as [31, M2]."
            )
        return list(value)


def _stem(name: str) -> str:
    """Return a file's name without its folders and ending."""
    return name.rpartition("/")[2].rpartition(".")[0]


def load_products(texts: Mapping[str, str]) -> dict[str, ProductTerms]:
    """Read product files.

    Returns the terms by product, in the files' order; a file's stem is its product.
    Raises: InvalidProduct that names file, key, problem and remedy.
    """
    return {_stem(name): _product(name, text) for name, text in texts.items()}


def _product(name: str, text: str) -> ProductTerms:
    try:
        raw = parse(text)
    except yaml.YAMLError as error:
        msg = f"{name}: is not readable as YAML"
        raise InvalidProduct(msg, remedy=f"Mend the file: {error}") from error
    if not isinstance(raw, dict):
        msg = f"{name}: must be a mapping"
        raise InvalidProduct(msg, remedy="Copy a shipped product file and change its values.")
    part = _Part(name, raw)
    return ProductTerms(
        product=_stem(name),
        name_en=part.text("name_en"),
        name_zh=part.text("name_zh"),
        currency=part.word("currency", str, [c.value for c in Currency]),
        allocation=_permutation(part),
        grace_days=part.number("grace_days", low=0, high=366),
        bucket_by=part.word("bucket_by", BucketBy, list(BucketBy.numbers())),
        buckets=_steps(part, "buckets"),
        risk=_risk(part),
        risk_written_off=part.word("risk_written_off", RiskClass, list(RiskClass.numbers())),
        bureau=_bureau(part.part("bureau")),
        penalty=_penalty(part.part("penalty")),
        accrual_rounding=part.word("accrual_rounding", Rounding, [r.value for r in Rounding]),
        running_fee_on_payoff=part.flag("running_fee_on_payoff"),
        limitation=_limitation(part.part("limitation")),
    )


def _components(part: _Part, key: str) -> tuple[Component, ...]:
    words = part.get(key)
    known = list(Component.numbers())
    if not isinstance(words, list) or any(w not in known for w in words):
        raise part.fail(key, "must list components", f"Use {', '.join(known)}.")
    if len(set(words)) != len(words):
        raise part.fail(key, "names a component twice", "Name each component once.")
    return tuple(Component(word) for word in words)


def _permutation(part: _Part) -> tuple[Component, ...]:
    order = _components(part, "allocation")
    if len(order) != len(Component):
        raise part.fail("allocation", "must order all three", "Name FEE, INTEREST and PRINCIPAL.")
    return order


def _steps(part: _Part, key: str) -> tuple[Bucket, ...]:
    rows = part.rows(key, 2)
    starts = [row[0] for row in rows]
    whole = all(isinstance(s, int) and not isinstance(s, bool) for s in starts)
    if not whole or starts[0] != 0 or starts != sorted(set(starts)):
        raise part.fail(key, "must start at 0 and rise", "Sort the rows by their first figure.")
    labels = [row[1] for row in rows]
    if not all(isinstance(label, str) and label for label in labels):
        raise part.fail(key, "needs a text label in every row", "Quote labels such as '1'.")
    return tuple(Bucket(start, label) for start, label in zip(starts, labels, strict=True))


def _risk(part: _Part) -> tuple[RiskStep, ...]:
    steps = _steps(part, "risk")
    known = RiskClass.numbers()
    for step in steps:
        if step.label not in known:
            raise part.fail("risk", f"{step.label!r} is not known", f"Use {', '.join(known)}.")
    return tuple(RiskStep(step.start, RiskClass(step.label)) for step in steps)


def _bureau(part: _Part) -> BureauCodes:
    return BureauCodes(
        by_days=_steps(part, "by_days"),
        settled=part.text("settled"),
        written_off=part.text("written_off"),
        not_open=part.text("not_open"),
        nothing_due=part.text_or_none("nothing_due"),
    )


def _penalty(part: _Part) -> Penalty:
    fixed = part.number_or_none("annual_rate_ppm", low=0, high=PENALTY_RATE_PPM_MAX)
    multiple = part.number_or_none("contract_multiple_percent", low=0, high=200)
    if (fixed is None) == (multiple is None):
        raise part.fail(
            "annual_rate_ppm",
            "exactly one way to find the rate must be given",
            "Leave annual_rate_ppm or contract_multiple_percent null.",
        )
    compounding = part.word("compounding", Compounding, list(Compounding.numbers()))
    daily = compounding is Compounding.DAILY
    if daily and fixed is None:
        raise part.fail("compounding", "DAILY needs a fixed rate", "Give annual_rate_ppm.")
    penalty = Penalty(
        annual_rate_ppm=fixed,
        contract_multiple_percent=multiple,
        base=_components(part, "base"),
        year_days=part.number("year_days", low=360, high=366),
        compounding=compounding,
        rounding=part.word("rounding", Rounding, [r.value for r in Rounding]),
        runs_in_grace=part.flag("runs_in_grace"),
        cap_bp=part.number_or_none("cap_bp", low=0, high=1_000_000),
        compound_days=part.number("compound_days", low=1, high=COMPOUND_DAYS_MAX) if daily else 0,
    )
    if daily and penalty.factors()[-1] > PENALTY_GAIN_MAX * FACTOR_SCALE:
        raise part.fail(
            "compound_days",
            f"would charge more than {PENALTY_GAIN_MAX} times the base",
            "Lower the rate or the days.",
        )
    return penalty


def _limitation(part: _Part) -> Limitation:
    return Limitation(
        years=part.number_or_none("years", low=1, high=30),
        start=part.word("start", LimitationStart, list(LimitationStart.numbers())),
        restarts_on_payment=part.flag("restarts_on_payment"),
    )

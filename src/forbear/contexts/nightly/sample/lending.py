"""What was lent, and when does it fall due?

Schedules are exact: the principal of the instalments adds up to what was lent, to the minor unit,
and due days strictly increase.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PRODUCTS = (
    "instalment_loan",
    "revolving_credit",
    "merchant_instalment",
    "us_personal_loan",
    "uk_personal_loan",
)
_CHINA_MIX = (0.52, 0.2, 0.28)
_TERMS = ((6, 12, 24, 36), (9, 15, 24, 30), (3, 6, 12), (12, 24, 36), (12, 24, 36))
_MEDIAN_MINOR = (1_200_000, 800_000, 240_000, 500_000, 300_000)
_RATE_BP = ((1_080, 1_440, 1_800, 2_160), (1_800, 1_825), (0,), (1_299, 1_899), (990, 1_490))
_CURRENCY = ("CNY", "CNY", "CNY", "USD", "GBP")
_MINIMUM_SHARE = 0.08
_MERCHANT_FEE_SHARE = 0.006


@dataclass(frozen=True)
class Lending:
    """A chunk of loans; arrays with one entry a loan, and matrices loan by instalment."""

    person: np.ndarray
    product: np.ndarray
    currency: np.ndarray
    rate_bp: np.ndarray
    principal: np.ndarray
    contract_day: np.ndarray
    disbursed_day: np.ndarray
    term: np.ndarray
    due_day: np.ndarray
    part_principal: np.ndarray
    part_interest: np.ndarray
    part_fee: np.ndarray

    @property
    def exists(self) -> np.ndarray:
        """Which cells of the matrices are instalments."""
        return np.arange(self.due_day.shape[1])[None, :] < self.term[:, None]

    @property
    def due(self) -> np.ndarray:
        """The whole amount of each instalment."""
        return self.part_principal + self.part_interest + self.part_fee


def make_lending(
    rng: np.random.Generator,
    *,
    loans: int,
    country_of_person: np.ndarray,
    owner: np.ndarray,
    book_day: int,
    instalments: int | None,
) -> Lending:
    """Draw a chunk of loans and their schedules."""
    country = country_of_person[owner]
    product = np.where(country == 0, rng.choice(3, loans, p=_CHINA_MIX), country + 2)
    rate_bp, term = np.zeros(loans, np.int64), np.zeros(loans, np.int64)
    principal = np.zeros(loans, np.int64)
    for index in range(len(PRODUCTS)):
        own = product == index
        count = int(own.sum())
        rate_bp[own] = rng.choice(_RATE_BP[index], count)
        term[own] = rng.choice(_TERMS[index], count)
        drawn = _MEDIAN_MINOR[index] * np.exp(rng.normal(0, 0.6, count))
        principal[own] = np.clip(np.round(drawn / 10_000) * 10_000, 50_000, 20_000_000)
    if instalments is not None:
        term[:] = instalments
    age_months = rng.random(loans) * (term * 1.12 + 0.5)
    contract = book_day - (age_months * 30.44).astype(np.int64) - 1
    disbursed = contract + rng.choice([0, 0, 0, 1, 2], loans)
    width = int(term.max())
    parts = _schedules(
        rng, product=product, principal=principal, rate_bp=rate_bp, term=term, width=width
    )
    return Lending(
        owner,
        product,
        np.array(_CURRENCY)[product],
        rate_bp,
        principal,
        contract,
        disbursed,
        term,
        _due_days(disbursed, width=width),
        *parts,
    )


def _due_days(disbursed: np.ndarray, *, width: int) -> np.ndarray:
    """The same day of each following month, or that month's last day."""
    day = disbursed.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    offset = (day - month.astype("datetime64[D]")).astype(np.int64)
    months = month[:, None] + np.arange(1, width + 1)[None, :]
    first = months.astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[D]") - first).astype(np.int64)
    return first.astype(np.int64) + np.minimum(offset[:, None], length - 1)


def _schedules(
    rng: np.random.Generator,
    *,
    product: np.ndarray,
    principal: np.ndarray,
    rate_bp: np.ndarray,
    term: np.ndarray,
    width: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    loans = len(product)
    shape = (loans, width)
    parts = (np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64))
    equal_principal = (product == 0) & (rng.random(loans) < 0.25)
    level = _level_payment(principal, rate_bp=rate_bp, term=term)
    balance = principal.copy()
    merchant_fee = np.round(principal * _MERCHANT_FEE_SHARE).astype(np.int64)
    late_fee = rng.random(shape) < 0.03
    for k in range(width):
        alive, last = k < term, k == term - 1
        interest = _rounded_share(balance * rate_bp, 120_000)
        annuity = np.minimum(np.maximum(level - interest, 0), balance)
        share = np.select(
            [equal_principal | (product == 2), product == 1],
            [principal // term, np.round(balance * _MINIMUM_SHARE).astype(np.int64)],
            annuity,
        )
        share = np.where(last, balance, share)
        parts[0][:, k] = np.where(alive, share, 0)
        parts[1][:, k] = np.where(alive, interest, 0)
        fee = np.where(
            product == 2, merchant_fee, np.where((product == 1) & late_fee[:, k], 1_000, 0)
        )
        parts[2][:, k] = np.where(alive, fee, 0)
        balance = balance - parts[0][:, k]
    return parts


def _level_payment(principal: np.ndarray, *, rate_bp: np.ndarray, term: np.ndarray) -> np.ndarray:
    monthly = rate_bp / 120_000
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(rate_bp > 0, monthly / (1 - (1 + monthly) ** -term), 1 / term)
    return np.round(principal * factor).astype(np.int64)


def _rounded_share(numerator: np.ndarray, denominator: int) -> np.ndarray:
    return (2 * numerator + denominator) // (2 * denominator)

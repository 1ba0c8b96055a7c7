"""What was lent, and when does it fall due?

Schedules are exact: the principal of the instalments adds up to what was lent, to the minor unit,
and due days strictly increase.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from forbear.contexts.nightly.sample.draw import identifiers, word_of
from forbear.contexts.nightly.sample.people import People
from forbear.contexts.nightly.sample.region import Scene

PRODUCTS = (
    "instalment_loan", "revolving_credit", "merchant_instalment", "us_personal_loan",
    "uk_personal_loan",
)  # fmt: skip
INSTALMENT_LOAN, REVOLVING_CREDIT, MERCHANT_INSTALMENT = range(3)
_CHINA_MIX = (0.52, 0.2, 0.28)
_TERMS = ((6, 12, 24, 36), (6, 12, 18, 24), (3, 6, 12), (12, 24, 36), (12, 24, 36))
_TERM_SHARES = (
    (0.25, 0.5, 0.2, 0.05), (0.3, 0.4, 0.2, 0.1), (0.3, 0.35, 0.35), (0.4, 0.4, 0.2),
    (0.4, 0.4, 0.2),
)  # fmt: skip
_MEDIAN_MINOR = (1_200_000, 800_000, 240_000, 500_000, 300_000)
_RATE_BP = ((1_080, 1_440, 1_800, 2_160), (1_800, 1_825), (0,), (1_299, 1_899), (990, 1_490))
_CURRENCY = ("CNY", "CNY", "CNY", "USD", "GBP")
_EQUAL_PRINCIPAL_SHARE = 0.25
_MINIMUM_SHARE = 0.08
_MERCHANT_FEE_SHARE = 0.006
_STATEMENT_FEE_MINOR = 1_000
_AGE_MONTHS_MAX = 30
_MONTH_DAYS = 30.44


@dataclass(frozen=True)
class Lending:
    """A chunk of loans; arrays with one entry a loan, and matrices loan by instalment."""

    ids: pl.Series
    person: np.ndarray
    """Position of who owes it; a person's loans are neighbours."""
    product: np.ndarray
    """Position in PRODUCTS."""
    rate_bp: np.ndarray
    principal: np.ndarray
    contract_day: np.ndarray
    disbursed_day: np.ndarray
    term: np.ndarray
    due_day: np.ndarray
    part_principal: np.ndarray
    part_interest: np.ndarray
    part_fee: np.ndarray
    exists: np.ndarray
    """Which cells of the matrices are instalments."""
    due: np.ndarray
    """The whole amount of each instalment."""

    @cached_property
    def first_of_person(self) -> np.ndarray:
        """Each person's oldest loan."""
        order = np.lexsort((self.contract_day, self.person))
        return order[np.searchsorted(self.person, np.arange(self.person[-1] + 1))]

    def as_table(self, *, people: People, state: pl.Series) -> pl.DataFrame:
        """Return the rows of the loan table."""
        return pl.DataFrame(
            {
                "loan_id": self.ids,
                "debtor_id": people.ids.gather(self.person),
                "product": word_of(PRODUCTS, self.product),
                "currency": word_of(_CURRENCY, self.product),
                "contract_date": self.contract_day,
                "disbursed_date": self.disbursed_day,
                "principal_minor": self.principal,
                "annual_rate_bp": self.rate_bp,
                "state": state,
            }
        )

    def as_schedule(self) -> pl.DataFrame:
        """Return the rows of the instalment table."""
        loan, k = np.nonzero(self.exists)
        return pl.DataFrame(
            {
                "loan_id": self.ids.gather(loan),
                "instalment_no": k + 1,
                "due_date": self.due_day[loan, k],
                "principal_minor": self.part_principal[loan, k],
                "interest_minor": self.part_interest[loan, k],
                "fee_minor": self.part_fee[loan, k],
            }
        )


def make_lending(
    rng: np.random.Generator,
    *,
    people: People,
    owner: np.ndarray,
    scene: Scene,
    instalments: int | None,
) -> Lending:
    """Draw a chunk of loans and their schedules; ``owner`` is each loan's person, rising."""
    loans, book_day = len(owner), scene.book_day
    country = people.country[owner]
    product = np.where(country == 0, rng.choice(3, loans, p=_CHINA_MIX), country + 2)
    rate_bp, term, principal = _conditions(rng, product=product)
    if instalments is not None:
        term[:] = instalments
    age_months = rng.random(loans) * np.minimum(term * 1.12 + 0.5, _AGE_MONTHS_MAX)
    contract = book_day - (age_months * _MONTH_DAYS).astype(np.int64) - 1
    disbursed = np.minimum(contract + rng.choice([0, 0, 0, 1, 2], loans), book_day)
    exists = np.arange(int(term.max()))[None, :] < term[:, None]
    parts = _schedules(
        rng, product=product, principal=principal, rate_bp=rate_bp, term=term, exists=exists
    )
    return Lending(
        ids=identifiers("L", chunk=scene.chunk, count=loans, digits=6),
        person=owner,
        product=product,
        rate_bp=rate_bp,
        principal=principal,
        contract_day=contract,
        disbursed_day=disbursed,
        term=term,
        due_day=_due_days(disbursed, width=exists.shape[1]),
        part_principal=parts[0],
        part_interest=parts[1],
        part_fee=parts[2],
        exists=exists,
        due=parts[0] + parts[1] + parts[2],
    )


def _conditions(
    rng: np.random.Generator, *, product: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rate_bp, term, principal = np.zeros((3, len(product)), np.int64)
    for index in range(len(PRODUCTS)):
        own = product == index
        count = int(own.sum())
        rate_bp[own] = rng.choice(_RATE_BP[index], count)
        term[own] = rng.choice(_TERMS[index], count, p=_TERM_SHARES[index])
        drawn = _MEDIAN_MINOR[index] * np.exp(rng.normal(0, 0.6, count))
        principal[own] = np.clip(np.round(drawn / 10_000) * 10_000, 50_000, 20_000_000)
    return rate_bp, term, principal


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
    exists: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Principal, interest and fee of every instalment; the last one takes the rounding.

    The closing row of revolving credit takes whatever the minimum dues have left.
    """
    parts = np.zeros((3, *exists.shape), np.int64)
    equal = (product == INSTALMENT_LOAN) & (rng.random(len(product)) < _EQUAL_PRINCIPAL_SHARE)
    equal |= product == MERCHANT_INSTALMENT
    revolving = product == REVOLVING_CREDIT
    level = _level_payment(principal, rate_bp=rate_bp, term=term)
    balance = principal.copy()
    for k in range(exists.shape[1]):
        alive, last = exists[:, k], k == term - 1
        interest = _rounded_share(balance * rate_bp, 120_000)
        annuity = np.minimum(np.maximum(level - interest, 0), balance)
        minimum = np.round(balance * _MINIMUM_SHARE).astype(np.int64)
        share = np.select([last, equal, revolving], [balance, principal // term, minimum], annuity)
        parts[0][:, k] = np.where(alive, share, 0)
        parts[1][:, k] = np.where(alive, interest, 0)
        balance = balance - parts[0][:, k]
    parts[2] = _fees(rng, product=product, principal=principal, exists=exists)
    return parts[0], parts[1], parts[2]


def _fees(
    rng: np.random.Generator, *, product: np.ndarray, principal: np.ndarray, exists: np.ndarray
) -> np.ndarray:
    """A merchant's instalments each bear a fee; a card's statement does now and then."""
    merchant = np.round(principal * _MERCHANT_FEE_SHARE).astype(np.int64)
    statement = (rng.random(exists.shape) < 0.03) * _STATEMENT_FEE_MINOR
    fee = np.where((product == MERCHANT_INSTALMENT)[:, None], merchant[:, None], 0)
    fee = np.where((product == REVOLVING_CREDIT)[:, None], statement, fee)
    return np.where(exists, fee, 0)


def _level_payment(principal: np.ndarray, *, rate_bp: np.ndarray, term: np.ndarray) -> np.ndarray:
    monthly = rate_bp / 120_000
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(rate_bp > 0, monthly / (1 - (1 + monthly) ** -term), 1 / term)
    return np.round(principal * factor).astype(np.int64)


def _rounded_share(numerator: np.ndarray, denominator: int) -> np.ndarray:
    return (2 * numerator + denominator) // (2 * denominator)

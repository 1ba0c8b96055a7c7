"""What does a credit product agree about lateness: order, days, buckets, penalty, limitation?

Terms are data of the lender's house policy. Nothing here is computed from the book.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from forbear.values.code import Code, RiskClass
from forbear.values.money import Rounding

FACTOR_SCALE = 10**12
PENALTY_RATE_PPM_MAX = 20_000_000
PENALTY_GAIN_MAX = 10
COMPOUND_DAYS_MAX = 1_500


class Component(Code):
    """A part of what falls due with an instalment."""

    FEE = "FEE"
    INTEREST = "INTEREST"
    PRINCIPAL = "PRINCIPAL"


class BucketBy(Code):
    """What a bucket table counts."""

    DAYS = "DAYS"
    """Days past due."""
    INSTALMENTS = "INSTALMENTS"
    """Unsettled instalments or statements, as card issuers count."""


class Compounding(Code):
    """Whether penalty bears penalty."""

    SIMPLE = "SIMPLE"
    DAILY = "DAILY"


class LimitationStart(Code):
    """From which day the limitation period of a debt in instalments runs."""

    FINAL_DUE = "FINAL_DUE"
    """The due day of the last instalment."""
    OLDEST_DUE = "OLDEST_DUE"
    """The due day of the oldest unsettled instalment."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A label from a count upwards."""

    start: int
    label: str


@dataclass(frozen=True, slots=True)
class RiskStep:
    """A class of asset quality from a number of days past due upwards."""

    from_days: int
    risk: RiskClass


@dataclass(frozen=True, slots=True)
class BureauCodes:
    """The bureau's words for the state of a loan on a day.

    ``nothing_due`` is None where the bureau has no word for a month in which nothing falls due.
    """

    by_days: tuple[Bucket, ...]
    settled: str
    written_off: str
    not_open: str
    nothing_due: str | None


@dataclass(frozen=True, slots=True)
class Penalty:
    """How lateness is charged.

    Either ``annual_rate_ppm`` is fixed or ``contract_multiple_percent`` times the loan's contract
    rate applies; exactly one is given. Days of a year are ``year_days``. ``cap_bp`` bounds all
    penalty of a loan as a share of its principal, in basis points; None means no bound.
    ``runs_in_grace`` says that an instalment settled within grace still bears penalty.
    """

    annual_rate_ppm: int | None
    contract_multiple_percent: int | None
    base: tuple[Component, ...]
    year_days: int
    compounding: Compounding
    rounding: Rounding
    runs_in_grace: bool
    cap_bp: int | None
    compound_days: int = 0

    def rate_ppm(self, contract_rate_bp: int) -> int:
        """Return the annual rate in parts per million for a contract rate in basis points.

        One percent of one basis point is exactly one part per million, so nothing is rounded.
        """
        if self.annual_rate_ppm is not None:
            return self.annual_rate_ppm
        return contract_rate_bp * (self.contract_multiple_percent or 0)

    def factors(self) -> tuple[int, ...]:
        """Return what one unit grows by in 0, 1, 2 … days of daily compounding, in 1e-12.

        Days beyond the table bear what its last day bears.
        """
        with localcontext() as context:
            context.prec = 60
            daily = 1 + Decimal(self.annual_rate_ppm or 0) / (1_000_000 * self.year_days)
            return tuple(
                int(((daily**days - 1) * FACTOR_SCALE).to_integral_value(ROUND_HALF_UP))
                for days in range(self.compound_days + 1)
            )


@dataclass(frozen=True, slots=True)
class Limitation:
    """When the debtor may begin to plead that the claim is too old.

    ``years`` is None where the file does not know the period; then no day is computed.
    """

    years: int | None
    start: LimitationStart
    restarts_on_payment: bool


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """What a product agrees about lateness.

    ``allocation`` is the order inside one instalment; instalments themselves are paid oldest
    first. ``grace_days``: lateness of at most so many days counts as none; beyond, it counts
    from the due day.
    """

    product: str
    name_en: str
    name_zh: str
    currency: str
    allocation: tuple[Component, ...]
    grace_days: int
    bucket_by: BucketBy
    buckets: tuple[Bucket, ...]
    risk: tuple[RiskStep, ...]
    risk_written_off: RiskClass
    bureau: BureauCodes
    penalty: Penalty
    accrual_rounding: Rounding
    running_fee_on_payoff: bool
    limitation: Limitation

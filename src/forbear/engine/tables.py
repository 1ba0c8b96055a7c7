"""Which tables enter the night, which lie in the book, and which come out?

Three families share one vocabulary:

* ``EXTRACT`` is what a lender hands over, one file a table (CSV or Parquet).
* ``BOOK`` is what the import makes of it: columnar, checked, numbered, sorted, split into
  partitions of neighbouring debtors, with running totals that hold for any ``as_of``.
* ``OUTPUT`` is what the night computes.

A partition holds some neighbouring debtors with everything of theirs, so every step but the
agenda works on one partition at a time.
"""

from __future__ import annotations

from forbear.engine.risk.feature import FEATURES
from forbear.engine.schema import Column, Kind, Table
from forbear.values.code import (
    AgendaOutcome,
    Channel,
    ConsentKind,
    ConsentState,
    Dialect,
    Direction,
    HoldKind,
    Jurisdiction,
    Language,
    LoanState,
    Origin,
    Outcome,
    PersonState,
    PointKind,
    PointQuality,
    Purpose,
    RegionSource,
    Relation,
    RiskClass,
    TrialArm,
)
from forbear.values.money import AMOUNT_MINOR_MAX, Currency

_MAX = AMOUNT_MINOR_MAX


def _id(name: str, doc: str, *, refers: str | None = None, null: str | None = None) -> Column:
    return Column(name, Kind.ID, doc, null=null, refers=refers)


def _money(name: str, doc: str, *, low: int = 0, high: int = _MAX) -> Column:
    return Column(name, Kind.MONEY, doc, low=low, high=high)


def _day(name: str, doc: str, *, null: str | None = None) -> Column:
    return Column(name, Kind.DAY, doc, null=null)


def _instant(name: str, doc: str, *, null: str | None = None) -> Column:
    return Column(name, Kind.INSTANT, doc, null=null)


CURRENCIES = tuple(currency.value for currency in Currency)

# --------------------------------------------------------------------------------------------
# What a lender hands over
# --------------------------------------------------------------------------------------------

_RECORDED = "When the lender learned of it; what is recorded later was not known before."

EXTRACT: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "debtor",
            "one row per person who owes",
            ("debtor_id",),
            (
                _id("debtor_id", "The lender's pseudonymous id of the person."),
                Column("name", Kind.TEXT, "The person's name.", null="not given", personal=True),
                Column(
                    "national_id",
                    Kind.TEXT,
                    "The number of the person's identity paper. Sealed; its last four signs let "
                    "the person in to their own pages.",
                    null="not given: what was given before stays",
                    personal=True,
                ),
                Column(
                    "jurisdiction", Kind.CODE, "Whose law protects the person.", codes=Jurisdiction
                ),
                Column(
                    "region",
                    Kind.LABEL,
                    "Home region: GB/T 2260 code of the province and "
                    "below (six digits), or an ISO 3166-2 code (US-CA, GB-ENG).",
                    null="not known: no regional team, no local calendar",
                ),
                Column(
                    "region_source",
                    Kind.CODE,
                    "Where the region comes from.",
                    codes=RegionSource,
                    null="not known",
                ),
                Column(
                    "region_confidence_percent",
                    Kind.INT,
                    "How sure the region is, of 100. Whose region is unsure is nobody's local.",
                    low=1,
                    high=100,
                    null="not told: taken for sure",
                ),
                Column(
                    "number_region",
                    Kind.LABEL,
                    "Region in which the person's number was given out. Where no region is told, "
                    "it counts for local teams, and for nothing else: no rule looks at it.",
                    null="not known",
                ),
                Column(
                    "number_region_confidence_percent",
                    Kind.INT,
                    "How sure it is that the person lives there, of 100.",
                    low=1,
                    high=100,
                    null="not told: taken for as unsure as can be",
                ),
                Column(
                    "time_zones",
                    Kind.LABEL,
                    "Every IANA zone where the person may be, "
                    "parted by |; contact must be lawful in all of them.",
                    null="not known: no contact whose hour matters",
                ),
                Column(
                    "language",
                    Kind.CODE,
                    "The language the person wants.",
                    codes=Language,
                    null="not known: the region's main language",
                ),
                Column(
                    "dialect",
                    Kind.CODE,
                    "The speech the person is at home in.",
                    codes=Dialect,
                    null="not known",
                ),
                _id("officer_id", "The collector the person already knows.", null="none"),
                Column("team", Kind.LABEL, "The local team of that collector.", null="none"),
                Column(
                    "vulnerable",
                    Kind.FLAG,
                    "The lender knows of a vulnerability.",
                    null="nothing known",
                ),
            ),
        ),
        Table(
            "contact_point",
            "one row per number or address by which somebody may be reached",
            ("contact_point_id",),
            (
                _id("contact_point_id", "The lender's id of the contact point."),
                _id("debtor_id", "The debtor it was given for.", refers="debtor.debtor_id"),
                Column(
                    "address",
                    Kind.TEXT,
                    "The number or address itself.",
                    null="kept elsewhere",
                    personal=True,
                ),
                Column("kind", Kind.CODE, "What it is.", codes=PointKind),
                Column("relation", Kind.CODE, "Whose it is.", codes=Relation),
                Column("origin", Kind.CODE, "How the lender lawfully came by it.", codes=Origin),
                Column(
                    "quality",
                    Kind.CODE,
                    "What is known about reaching the person by it.",
                    codes=PointQuality,
                    null="UNTRIED",
                ),
                Column(
                    "number_zones",
                    Kind.LABEL,
                    "IANA zones that the number's prefix speaks for, parted by |.",
                    null="the prefix says nothing",
                ),
                _instant("recorded_at", _RECORDED),
            ),
        ),
        Table(
            "loan",
            "one row per credit contract (for revolving credit: per account)",
            ("loan_id",),
            (
                _id("loan_id", "The lender's id of the loan."),
                _id("debtor_id", "Who owes it.", refers="debtor.debtor_id"),
                Column(
                    "product", Kind.LABEL, "The product; its terms are a file of the house policy."
                ),
                Column("currency", Kind.LABEL, "CNY, USD or GBP."),
                _day("contract_date", "When the contract was made."),
                _day("disbursed_date", "When interest began to run."),
                _money(
                    "principal_minor", "What was lent; equals the sum of the schedule's principal."
                ),
                Column(
                    "annual_rate_bp",
                    Kind.INT,
                    "Contract interest, basis points a year.",
                    low=0,
                    high=100_000,
                ),
                Column("state", Kind.CODE, "Where the loan stands.", codes=LoanState),
            ),
            sums=("principal_minor",),
        ),
        Table(
            "instalment",
            "one row per amount that falls due; for revolving credit per statement",
            ("loan_id", "instalment_no"),
            (
                _id("loan_id", "The loan.", refers="loan.loan_id"),
                Column("instalment_no", Kind.INT, "1, 2, 3 … by due date.", low=1, high=9_999),
                _day("due_date", "When it falls due; strictly later than the one before."),
                _money("principal_minor", "Principal that falls due."),
                _money("interest_minor", "Interest that falls due."),
                _money("fee_minor", "Fees that fall due."),
            ),
            sums=("principal_minor", "interest_minor", "fee_minor"),
        ),
        Table(
            "payment",
            "one row per payment or reversal as posted",
            ("payment_id",),
            (
                _id("payment_id", "The lender's id of the posting."),
                _id("loan_id", "The loan it was booked on.", refers="loan.loan_id"),
                _day("value_date", "The day from which it counts."),
                _day(
                    "posting_date",
                    "The day on which it entered the lender's ledger; never "
                    "before the day it became known.",
                ),
                _money("amount_minor", "How much; always positive, also for a reversal.", low=1),
                Column(
                    "purpose",
                    Kind.CODE,
                    "What the ledger booked it against.",
                    codes=Purpose,
                    null="SCHEDULE",
                ),
                _id(
                    "reverses_payment_id",
                    "The payment that this row declares void from its "
                    "beginning; amount and loan must equal it.",
                    refers="payment.payment_id",
                    null="this is a payment",
                ),
            ),
            sums=("amount_minor",),
        ),
        Table(
            "hold",
            "one row per reason why contact or the clock stands still",
            ("hold_id",),
            (
                _id("hold_id", "The lender's id of the hold."),
                _id("debtor_id", "Whom it protects.", refers="debtor.debtor_id"),
                _id(
                    "loan_id",
                    "The one loan it concerns.",
                    refers="loan.loan_id",
                    null="all of the person's loans",
                ),
                Column(
                    "channel",
                    Kind.CODE,
                    "The one channel it concerns.",
                    codes=Channel,
                    null="every channel",
                ),
                Column("kind", Kind.CODE, "Why.", codes=HoldKind),
                _day("start_date", "First day on which it binds."),
                _day("end_date", "First day on which it no longer binds.", null="still open"),
                _instant("recorded_at", _RECORDED),
            ),
        ),
        Table(
            "consent",
            "one row per statement of agreement or its withdrawal; the latest wins",
            ("consent_id",),
            (
                _id("consent_id", "The lender's id of the statement."),
                _id("debtor_id", "Who stated it.", refers="debtor.debtor_id"),
                _id(
                    "contact_point_id",
                    "The one contact point it concerns.",
                    refers="contact_point.contact_point_id",
                    null="all of the person's own",
                ),
                Column(
                    "channel",
                    Kind.CODE,
                    "The one channel it concerns.",
                    codes=Channel,
                    null="every channel",
                ),
                Column("kind", Kind.CODE, "To what.", codes=ConsentKind),
                Column("state", Kind.CODE, "Given or withdrawn.", codes=ConsentState),
                _instant("recorded_at", _RECORDED),
            ),
        ),
        Table(
            "attempt",
            "one row per contact that was tried, in or out, by whatever system",
            ("attempt_id",),
            (
                _id("attempt_id", "The id of the attempt."),
                _id("debtor_id", "About whose debt.", refers="debtor.debtor_id"),
                _id(
                    "contact_point_id",
                    "By which contact point.",
                    refers="contact_point.contact_point_id",
                    null="not recorded; counts against the person, not against a number",
                ),
                _id(
                    "loan_id",
                    "About which loan.",
                    refers="loan.loan_id",
                    null="not recorded; counts against every loan of the person",
                ),
                Column("channel", Kind.CODE, "By which channel.", codes=Channel),
                Column("direction", Kind.CODE, "Who began it.", codes=Direction),
                _instant("started_at", "When it began."),
                Column("outcome", Kind.CODE, "How it ended.", codes=Outcome),
                Column("team", Kind.LABEL, "Which team made it.", null="none or not recorded"),
            ),
        ),
    )
}

# --------------------------------------------------------------------------------------------
# The book: numbered, sorted, partitioned, with running totals
# --------------------------------------------------------------------------------------------


def _no(name: str, doc: str, *, null: str | None = None) -> Column:
    return Column(name, Kind.NO, doc, null=null)


def _codes(name: str, source: Table) -> Column:
    column = source.column(name)
    return Column(name, Kind.CODE, column.doc, null=column.null, codes=column.codes)


_DEBTOR = _no("debtor_no", "The person; dense from 0 in the order of debtor_id.")
_LOAN = _no(
    "loan_no",
    "The loan; rising in the order of (debtor_no, loan_id), with gaps where a loan was rejected.",
)
_POINT = _no(
    "contact_point_no",
    "The contact point; rising in the order of (debtor_no, "
    "contact_point_id), with a leap from partition to partition.",
)
_BIG_MAX = 9_999 * _MAX

BOOK: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "debtor",
            "one row per person, sorted by debtor_no",
            ("debtor_no",),
            (
                _DEBTOR,
                Column("debtor_id", Kind.ID, "The lender's id."),
                Column(
                    "person_hash",
                    Kind.BIG,
                    "First 63 bits of BLAKE2b of debtor_id: lots drawn "
                    "from it do not change from book to book.",
                ),
                _codes("jurisdiction", EXTRACT["debtor"]),
                Column("region", Kind.LABEL, "Home region.", null="not known"),
                Column(
                    "province",
                    Kind.LABEL,
                    "First-level region: two digits (44) or an ISO 3166-2 code (US-CA). Where the "
                    "region is not known, the one in which the person's number was given out.",
                    null="not known",
                ),
                _codes("region_source", EXTRACT["debtor"]),
                Column(
                    "region_confidence_percent",
                    Kind.INT,
                    "How sure the province is, of 100.",
                    low=1,
                    high=100,
                    null="not told: taken for sure",
                ),
                Column(
                    "time_zones",
                    Kind.LABEL,
                    "Zones where the person may be, sorted, parted by |.",
                    null="not known",
                ),
                _codes("language", EXTRACT["debtor"]),
                _codes("dialect", EXTRACT["debtor"]),
                Column("officer_id", Kind.ID, "The known collector.", null="none"),
                Column("team", Kind.LABEL, "The known collector's team.", null="none"),
                Column("vulnerable", Kind.FLAG, "A vulnerability is known."),
            ),
        ),
        Table(
            "contact_point",
            "one row per contact point, sorted by contact_point_no",
            ("contact_point_no",),
            (
                _POINT,
                _DEBTOR,
                Column("contact_point_id", Kind.ID, "The lender's id."),
                _codes("kind", EXTRACT["contact_point"]),
                _codes("relation", EXTRACT["contact_point"]),
                _codes("origin", EXTRACT["contact_point"]),
                _codes("quality", EXTRACT["contact_point"]),
                Column(
                    "time_zones",
                    Kind.LABEL,
                    "The person's zones joined with the number's, sorted, parted by |.",
                    null="not known",
                ),
                Column("recorded_s", Kind.INSTANT, _RECORDED),
                Column(
                    "latest_conversation_s",
                    Kind.INSTANT,
                    "Latest CONVERSATION or RIGHT_PARTY by this point before the book was closed.",
                    null="never",
                ),
            ),
        ),
        Table(
            "loan",
            "one row per loan, sorted by loan_no",
            ("loan_no",),
            (
                _LOAN,
                _DEBTOR,
                Column("loan_id", Kind.ID, "The lender's id."),
                Column("product", Kind.LABEL, "The product."),
                Column("currency", Kind.LABEL, "CNY, USD or GBP."),
                Column("contract_day", Kind.DAY, "When the contract was made."),
                Column("disbursed_day", Kind.DAY, "When interest began to run."),
                Column("principal_minor", Kind.MONEY, "What was lent."),
                Column("annual_rate_bp", Kind.INT, "Basis points a year."),
                _codes("state", EXTRACT["loan"]),
                Column("instalments", Kind.INT, "How many instalments the schedule has."),
                Column("scheduled_minor", Kind.MONEY, "All that ever falls due.", high=_BIG_MAX),
                Column("interest_total_minor", Kind.MONEY, "All scheduled interest."),
                Column("fee_total_minor", Kind.MONEY, "All scheduled fees."),
                Column("final_due_day", Kind.DAY, "When the last instalment falls due."),
            ),
        ),
        Table(
            "instalment",
            "one row per instalment, sorted by (loan_no, instalment_no)",
            ("loan_no", "instalment_no"),
            (
                _LOAN,
                Column("instalment_no", Kind.INT, "1, 2, 3 … by due date, without gaps."),
                Column(
                    "start_day",
                    Kind.DAY,
                    "Due day of the instalment before, or the day of "
                    "disbursement; interest of this instalment runs over [start_day, due_day).",
                ),
                Column("due_day", Kind.DAY, "When it falls due."),
                Column("principal_minor", Kind.MONEY, "Principal."),
                Column("interest_minor", Kind.MONEY, "Interest."),
                Column("fee_minor", Kind.MONEY, "Fees."),
                Column(
                    "due_before_minor",
                    Kind.MONEY,
                    "Sum of all amounts of the instalments before this one.",
                ),
                Column("principal_before_minor", Kind.MONEY, "Their principal."),
                Column(
                    "settled_day",
                    Kind.DAY,
                    "Earliest value day on which the valid payments "
                    "(purpose SCHEDULE, known when the book was closed) together reach "
                    "due_before_minor plus this instalment.",
                    null="not yet settled",
                ),
            ),
        ),
        Table(
            "payment",
            "one row per valid or voided payment (a reversal becomes void_posting_day of the "
            "payment it reverses), by (loan_no, purpose, value_day, posting_day, payment_id)",
            ("payment_no",),
            (
                _no("payment_no", "Rising in sort order, with a leap from partition to partition."),
                _LOAN,
                Column("payment_id", Kind.ID, "The lender's id."),
                Column("value_day", Kind.DAY, "From when it counts."),
                Column("posting_day", Kind.DAY, "When it became known."),
                Column(
                    "void_posting_day",
                    Kind.DAY,
                    "When its reversal became known; from then on it was never paid.",
                    null="it stands",
                ),
                Column("amount_minor", Kind.MONEY, "How much."),
                _codes("purpose", EXTRACT["payment"]),
                Column(
                    "paid_before_minor",
                    Kind.MONEY,
                    "Sum of the standing payments of the same "
                    "loan and purpose that sort before this one. A voided payment repeats it "
                    "and adds nothing.",
                ),
                Column(
                    "until_day",
                    Kind.DAY,
                    "Value day of the next standing payment of the same "
                    "loan and purpose that is later; several on one day: only the last carries "
                    "[value_day, until_day) with until_day > value_day, the others are empty "
                    "spans.",
                    null="it is the last",
                ),
                Column(
                    "oldest_open_day",
                    Kind.DAY,
                    "Due day of the oldest instalment that was "
                    "still open just before this payment (purpose SCHEDULE).",
                    null="nothing was open or it is voided or a PENALTY payment",
                ),
            ),
        ),
        Table(
            "hold",
            "one row per hold, sorted by (debtor_no, start_day, hold_id)",
            ("hold_no",),
            (
                _no("hold_no", "Rising in sort order, with a leap from partition to partition."),
                _DEBTOR,
                _no("loan_no", "The one loan.", null="all of the person's loans"),
                Column("hold_id", Kind.ID, "The lender's id."),
                _codes("channel", EXTRACT["hold"]),
                _codes("kind", EXTRACT["hold"]),
                Column("start_day", Kind.DAY, "First day on which it binds."),
                Column("end_day", Kind.DAY, "First day on which it no longer binds.", null="open"),
                Column("recorded_s", Kind.INSTANT, _RECORDED),
            ),
        ),
        Table(
            "consent",
            "one row per statement, sorted by (debtor_no, recorded_s, consent_id)",
            ("consent_no",),
            (
                _no("consent_no", "Rising in sort order, with a leap from partition to partition."),
                _DEBTOR,
                _no("contact_point_no", "The one contact point.", null="all of the person's own"),
                Column("consent_id", Kind.ID, "The lender's id."),
                _codes("channel", EXTRACT["consent"]),
                _codes("kind", EXTRACT["consent"]),
                _codes("state", EXTRACT["consent"]),
                Column("recorded_s", Kind.INSTANT, _RECORDED),
            ),
        ),
        Table(
            "attempt",
            "one row per attempt of the last ATTEMPT_DAYS days, sorted by (debtor_no, started_s, "
            "attempt_id); older ones lie in attempt_old with the same columns",
            ("attempt_no",),
            (
                _no("attempt_no", "Rising in sort order, with a leap from partition to partition."),
                _DEBTOR,
                _no("contact_point_no", "The contact point.", null="not recorded"),
                _no("loan_no", "The loan.", null="not recorded"),
                _codes("channel", EXTRACT["attempt"]),
                _codes("direction", EXTRACT["attempt"]),
                Column("started_s", Kind.INSTANT, "When it began."),
                Column(
                    "local_day",
                    Kind.DAY,
                    "The day it was in the first of the person's zones; "
                    "in UTC where the zone is not known.",
                ),
                _codes("outcome", EXTRACT["attempt"]),
                Column("team", Kind.LABEL, "Which team.", null="none"),
            ),
        ),
    )
}
BOOK["attempt_old"] = Table(
    "attempt_old", BOOK["attempt"].grain, BOOK["attempt"].key, BOOK["attempt"].columns
)

# Rule windows reach back at most this far; attempts before it are kept beside the book's hot part.
ATTEMPT_DAYS = 35

REJECT = Table(
    "reject",
    "one row per thing wrong with a row of the extract",
    ("table", "line", "column", "reason"),
    (
        Column("table", Kind.LABEL, "The table."),
        Column("file", Kind.TEXT, "The file's name."),
        Column(
            "line",
            Kind.BIG,
            "Line of a CSV file (the header is line 1) or row of a Parquet "
            "file (from 1); 0 when the whole file is meant.",
        ),
        Column("column", Kind.LABEL, "The column.", null="the whole row"),
        Column("reason", Kind.LABEL, "A code of the reasons listed in the reference."),
        Column(
            "value_class",
            Kind.LABEL,
            "What kind of value stood there, without the value "
            "itself: EMPTY, TEXT, NUMBER, NEGATIVE, TOO_LARGE, DATE, FORMULA, CONTROL …",
        ),
        Column("text_en", Kind.TEXT, "What is wrong and how to mend it."),
        Column("text_zh", Kind.TEXT, "The same in Chinese."),
    ),
)

# --------------------------------------------------------------------------------------------
# What the night computes
# --------------------------------------------------------------------------------------------

_M = Kind.MONEY


def _said(name: str, what: str) -> Column:
    return Column(name, Kind.INT, f"Chance that {what}, parts per million; -1: not said.")


OUTPUT: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "delinquency",
            "one row per loan, sorted by loan_no",
            ("loan_no",),
            (
                _LOAN,
                _DEBTOR,
                Column(
                    "days_past_due",
                    Kind.INT,
                    "Days from the oldest unsettled due day to "
                    "as_of, less paused days; 0 when nothing is overdue or grace holds.",
                ),
                Column("bucket", Kind.LABEL, "The product's bucket: M0, M1 …"),
                Column(
                    "instalments_overdue", Kind.INT, "Unsettled instalments with due_day < as_of."
                ),
                Column(
                    "oldest_unpaid_day", Kind.DAY, "Due day of the oldest of them.", null="none"
                ),
                Column("due_minor", _M, "All that fell due before as_of."),
                Column(
                    "paid_minor",
                    _M,
                    "Payments applied to the schedule (also to what is not yet due).",
                ),
                Column(
                    "credit_minor",
                    _M,
                    "Payments beyond the whole schedule, and penalty payments beyond the penalty.",
                ),
                Column("overdue_principal_minor", _M, "Principal due before as_of and unpaid."),
                Column("overdue_interest_minor", _M, "Interest likewise."),
                Column("overdue_fee_minor", _M, "Fees likewise."),
                Column("penalty_accrued_minor", _M, "All penalty up to as_of, paid or not."),
                Column("penalty_minor", _M, "Penalty up to as_of and unpaid."),
                Column("overdue_minor", _M, "The amount to become current: the four together."),
                Column("outstanding_principal_minor", _M, "Unpaid principal, due or not."),
                Column(
                    "accrued_interest_minor",
                    _M,
                    "Interest of the running instalment earned up to as_of and unpaid.",
                ),
                Column("payoff_minor", _M, "The full pay-off amount on as_of."),
                Column(
                    "next_due_day",
                    Kind.DAY,
                    "Due day of the first unsettled instalment with due_day >= as_of.",
                    null="none",
                ),
                Column("next_due_minor", _M, "What of it is unpaid."),
                Column(
                    "risk_class",
                    Kind.CODE,
                    "Asset quality by the product's table.",
                    codes=RiskClass,
                ),
                Column("bureau_code", Kind.LABEL, "Monthly repayment status for the bureau."),
                Column(
                    "limitation_day",
                    Kind.DAY,
                    "First day on which the limitation defence may stand.",
                    null="not running",
                ),
                Column(
                    "bucket_month_ago",
                    Kind.LABEL,
                    "The bucket one month before as_of, from the facts known now.",
                    null="the loan did not exist",
                ),
            ),
        ),
        Table(
            "vintage",
            "one row per product, month of disbursement and month on book",
            ("product", "cohort_month", "months_on_book"),
            (
                Column("product", Kind.LABEL, "The product."),
                Column("cohort_month", Kind.INT, "Month of disbursement, months since 1970-01."),
                Column("months_on_book", Kind.INT, "Whole months since."),
                Column("loans", Kind.BIG, "Loans of the cohort."),
                Column(
                    "loans_late",
                    Kind.BIG,
                    "Loans that reached 31 days past due by then; cumulative.",
                ),
                Column("principal_minor", _M, "Principal of the cohort, in its own currency."),
            ),
        ),
        Table(
            "roll",
            "one row per product and pair of buckets a month apart",
            ("product", "bucket_from", "bucket_to"),
            (
                Column("product", Kind.LABEL, "The product."),
                Column("bucket_from", Kind.LABEL, "A month before as_of."),
                Column("bucket_to", Kind.LABEL, "On as_of."),
                Column("loans", Kind.BIG, "Loans."),
                Column("outstanding_principal_minor", _M, "Unpaid principal on as_of."),
            ),
        ),
        Table(
            "position",
            "one row per person, sorted by debtor_no",
            ("debtor_no",),
            (
                _DEBTOR,
                Column("state", Kind.CODE, "Why a candidate or not.", codes=PersonState),
                _no(
                    "lead_loan_no",
                    "The loan to speak of first: the most overdue, else the next to fall due.",
                    null="none is open",
                ),
                Column("loans_open", Kind.INT, "Open loans."),
                Column("loans_overdue", Kind.INT, "Loans with an overdue amount."),
                Column("days_past_due", Kind.INT, "The worst of them."),
                Column("bucket", Kind.LABEL, "The worst bucket."),
                Column(
                    "overdue_minor",
                    _M,
                    "To become current on all loans of the lead loan's currency.",
                ),
                Column("currency", Kind.LABEL, "The lead loan's currency.", null="none is open"),
                Column("next_due_day", Kind.DAY, "The earliest next due day.", null="none"),
                Column("next_due_minor", _M, "What falls due then on the lead loan."),
                Column(
                    "goal_minor",
                    _M,
                    "What a good contact would bring current or keep "
                    "current, in the reporting currency's minor units.",
                ),
            ),
        ),
        Table(
            "feature",
            "one row per person who did not ask to stand apart from models, sorted by debtor_no; "
            "only where a model counts",
            ("debtor_no",),
            (
                _DEBTOR,
                *(
                    Column(
                        one.name,
                        Kind.REAL,
                        f"{one.en[0].upper()}{one.en[1:]}, {one.unit}.",
                        null=one.null,
                    )
                    for one in FEATURES
                ),
            ),
        ),
        Table(
            "risk",
            "one row per row of feature, sorted by debtor_no; only where a model counts. -1: no "
            "model, or it is not asked of this person; what comes of a contact is asked only of "
            "whom one may be about today",
            ("debtor_no",),
            (
                _DEBTOR,
                _said("miss_ppm", "an instalment of the next 30 days is missed"),
                _said("late30_ppm", "a loan is 30 days late within 90"),
                _said("cure_ppm", "all that is late is paid within 30 days"),
                _said("roll_ppm", "nothing of it is"),
                _said("complain_ppm", "a usual contact is complained of"),
                *(
                    _said(f"reach_{way.value.lower()}_ppm", f"they answer {way.value}")
                    for way in Channel
                    if way not in (Channel.LETTER, Channel.VISIT)
                ),
                *(
                    Column(
                        f"hours_{way.value.lower()}",
                        Kind.BIG,
                        f"How often they answer {way.value} in each slot, in percent of their "
                        "mean; the first slot lowest, each a place of 128; -1: not said.",
                    )
                    for way in Channel
                    if way not in (Channel.LETTER, Channel.VISIT)
                ),
                *(
                    _said(
                        f"gain_{way.value.lower()}_ppm",
                        f"somebody is current who else is not, by {way.value}",
                    )
                    for way in Channel
                    if way is not Channel.VISIT
                ),
            ),
        ),
        Table(
            "because",
            "one row per person on the agenda of whom a model spoke, sorted by debtor_no",
            ("debtor_no",),
            (
                _DEBTOR,
                Column("model", Kind.LABEL, "The model's name and version."),
                Column("text_en", Kind.TEXT, "Which facts said most of it, in words."),
                Column("text_zh", Kind.TEXT, "In Chinese words."),
            ),
        ),
        Table(
            "eligibility",
            "one row per candidate's contact point, channel and slot, sorted by key",
            ("contact_point_no", "channel", "slot"),
            (
                _POINT,
                _DEBTOR,
                Column("channel", Kind.CODE, "The channel.", codes=Channel),
                Column("slot", Kind.INT, "The time slot of the agenda's settings, from 0."),
                Column("allowed", Kind.FLAG, "No binding rule refuses."),
                Column(
                    "rule",
                    Kind.INT,
                    "Position in the rule list of the manifest of the first rule that refuses.",
                    null="allowed",
                ),
            ),
        ),
        Table(
            "option",
            "one row per allowed and served way to contact a candidate, sorted by key",
            ("debtor_no", "option_no"),
            (
                _DEBTOR,
                Column("option_no", Kind.INT, "From 0 for each person, best value first."),
                _POINT,
                Column("channel", Kind.CODE, "The channel.", codes=Channel),
                Column("slot", Kind.INT, "The time slot."),
                Column("team", Kind.INT, "Position of the team in the settings."),
                Column(
                    "value_micro",
                    Kind.BIG,
                    "Expected good less cost and harm, millionths of "
                    "a minor unit of the reporting currency.",
                ),
                Column("seconds", Kind.INT, "Expected seconds of a seat."),
                Column(
                    "chance_ppm",
                    Kind.INT,
                    "Chance that the contact brings the goal, parts per million.",
                ),
            ),
        ),
        Table(
            "agenda",
            "one row per person to be contacted today, sorted by (team, slot, rank)",
            ("debtor_no",),
            (
                _DEBTOR,
                Column("debtor_id", Kind.ID, "The lender's id."),
                _no("loan_no", "The loan to speak of first."),
                Column("contact_point_id", Kind.ID, "Where."),
                Column("channel", Kind.LABEL, "How, as a word."),
                Column("team", Kind.LABEL, "By which local team."),
                Column(
                    "officer_id",
                    Kind.ID,
                    "By the collector the person knows.",
                    null="any of the team",
                ),
                Column("slot", Kind.LABEL, "When, by the slot's name."),
                Column("rank", Kind.INT, "Order within team and slot, from 1."),
                Column("value_micro", Kind.BIG, "As in option."),
                Column("explored", Kind.FLAG, "Drawn at random, to learn from."),
                Column(
                    "propensity_ppm",
                    Kind.INT,
                    "Chance with which exactly this way was chosen, parts per million.",
                ),
            ),
        ),
        Table(
            "reason",
            "one row per person, sorted by debtor_no",
            ("debtor_no",),
            (
                _DEBTOR,
                Column("outcome", Kind.CODE, "What the agenda says.", codes=AgendaOutcome),
                Column(
                    "cause",
                    Kind.LABEL,
                    "The rule, resource or fact that decided.",
                    null="none beside the outcome",
                ),
                Column(
                    "price_micro",
                    Kind.BIG,
                    "What the scarce resources of the best way would have cost.",
                    null="not priced",
                ),
                Column(
                    "arm",
                    Kind.CODE,
                    "To which kind of team the lot of the local trial sent the person.",
                    codes=TrialArm,
                    null="takes no part",
                ),
                Column("text_en", Kind.TEXT, "In words."),
                Column("text_zh", Kind.TEXT, "In Chinese words."),
            ),
        ),
        Table(
            "load",
            "one row per scarce resource: seats of a team in a slot, or a channel's budget",
            ("resource",),
            (
                Column("resource", Kind.LABEL, "team/slot, or channel."),
                Column("capacity", Kind.BIG, "Seconds, messages or minor units on offer."),
                Column("used", Kind.BIG, "Of them, used by the agenda."),
                Column("people", Kind.BIG, "People it serves today."),
                Column("price_micro", Kind.BIG, "What one unit more would be worth."),
            ),
        ),
        Table(
            "tally",
            "one row per count or sum that a report shows",
            ("measure", "group", "part"),
            (
                Column(
                    "measure",
                    Kind.LABEL,
                    "What is counted: funnel, bucket, region, team, refusal, quality …",
                ),
                Column("group", Kind.LABEL, "The bar."),
                Column("part", Kind.LABEL, "The part of the bar; empty where it has none."),
                Column("people", Kind.BIG, "Persons or rows."),
                Column("loans", Kind.BIG, "Loans."),
                Column("amount_minor", _M, "Amount in the reporting currency's minor units."),
            ),
        ),
        Table(
            "assignment",
            "one row per person with at least one option, sorted by debtor_no; between solving "
            "the agenda and putting it into words",
            ("debtor_no",),
            (
                _DEBTOR,
                Column("outcome", Kind.CODE, "What the agenda says.", codes=AgendaOutcome),
                Column("option_no", Kind.INT, "The chosen option; -1: none."),
                Column("rank", Kind.INT, "Order within team and slot, from 1; -1: none."),
                Column(
                    "propensity_ppm",
                    Kind.INT,
                    "Chance with which exactly this option was "
                    "chosen of a person who is not held out; -1: none.",
                ),
                Column(
                    "resource",
                    Kind.INT,
                    "Position in the manifest's resources of what the "
                    "chosen option uses, or the best one where none is chosen; -1: nothing "
                    "scarce.",
                ),
                Column("price_micro", Kind.BIG, "What that use costs at the resource's price."),
            ),
        ),
    )
}

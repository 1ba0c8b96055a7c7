"""Which values does a record of the common format hold for a line?

Amounts are whole units, the part below is cut. Words that the format has and the lender's books
cannot answer stay blank: nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from forbear.policy.bureau.account import FileHead, Person, Reported
from forbear.policy.bureau.form import Bureau
from forbear.policy.bureau.metro2.field import (
    BASE,
    HEADER,
    RECORD_SIGNS,
    STATUSES_COUNTED,
    TRAILER,
)
from forbear.policy.bureau.metro2.text import Value, plain, write
from forbear.policy.bureau.month import last_day
from forbear.values.bureau import Mark, Portfolio, Special
from forbear.values.day import from_day_number

PROFILE_MONTHS = 24
_MINOR = 100
_RATED = {"05", "13"}
_CHARGED_OFF = {"97", "64"}
PORTFOLIOS = {Portfolio.INSTALMENT: "I", Portfolio.REVOLVING: "R"}
CONDITIONS = {Mark.DISPUTED: "XB", Mark.RESOLVED: "XH", Mark.DISAGREES: "XC"}
COMMENTS = {Special.PAUSED: "CP"}
PROFILE = {
    "11": "0",
    "71": "1",
    "78": "2",
    "80": "3",
    "82": "4",
    "83": "5",
    "84": "6",
    "93": "G",
    "97": "L",
    "13": "E",
}
"""The sign of each status in the 24 months before; what has none was not reported (D)."""
NOT_REPORTED, NOTHING_BEFORE = "D", "B"
END = "\n"


def profile(before: Sequence[str | None]) -> str:
    """Return the 24 months before as signs, the newest first.

    A month without a line is D; behind the oldest line there is nothing, B.

    >>> profile(("71", None, "11"))
    '1D0BBBBBBBBBBBBBBBBBBBBB'
    """
    known = list(before[:PROFILE_MONTHS])
    while known and known[-1] is None:
        known.pop()
    signs = [PROFILE.get(code or "", NOT_REPORTED) for code in known]
    return "".join(signs).ljust(PROFILE_MONTHS, NOTHING_BEFORE)


def base(reported: Reported, person: Person, bureau: Bureau, head: FileHead) -> dict[str, Value]:
    """Return one account's values by field."""
    line, account = reported.line, reported.account
    kind = bureau.accounts[account.product]
    revolving = kind.portfolio is Portfolio.REVOLVING
    units = {
        "highest_credit": account.principal_minor,
        "credit_limit": account.principal_minor if revolving else 0,
        "scheduled_payment": line.scheduled_minor,
        "actual_payment": line.paid_minor,
        "current_balance": line.balance_minor,
        "amount_past_due": line.overdue_minor if line.is_negative else 0,
        "charge_off_amount": line.balance_minor if line.code in _CHARGED_OFF else 0,
    }
    return {
        "record_length": RECORD_SIGNS,
        "processing_indicator": 1,
        "time_stamp": head.made_at,
        "correction_indicator": 0 if reported.corrects is None else 1,
        "identification_number": bureau.reporter.id,
        "account_number": account.ref,
        "portfolio_type": PORTFOLIOS[kind.portfolio],
        "account_type": kind.kind,
        "date_opened": account.opened,
        **{name: minor // _MINOR for name, minor in units.items()},
        "terms_duration": "REV" if revolving else f"{min(account.terms, 999):03d}",
        "terms_frequency": "M",
        "account_status": line.code,
        "payment_rating": _rating(reported) if line.code in _RATED else None,
        "payment_history": profile(reported.before),
        "special_comment": COMMENTS[Special(line.special)] if line.special else None,
        "compliance_condition": CONDITIONS[Mark(line.mark)] if line.mark else None,
        "date_of_information": last_day(reported.month),
        "date_first_delinquency": _day(line.late_since_day) if line.is_negative else None,
        "date_closed": _day(line.closed_day),
        "date_last_payment": _day(line.paid_latest_day),
        "interest_type": "F",
        "ecoa_code": "1",
        "country": "US",
        **_person(person),
    }


def _rating(reported: Reported) -> str:
    """Return how an account stood when it was closed: as in the month before."""
    latest = reported.before[0] if reported.before else None
    sign = PROFILE.get(latest or "", "0")
    return "0" if sign == "E" else sign


def _day(number: int | None) -> date | None:
    return None if number is None else from_day_number(number)


def _person(person: Person) -> dict[str, Value]:
    surname, first, middle = names(person.name or "")
    digits = "".join(sign for sign in person.national_id or "" if sign.isdigit())
    street, city, state, postal = place(person.address or "")
    return {
        "surname": surname,
        "first_name": first,
        "middle_name": middle,
        "social_security_number": int(digits) if len(digits) == 9 else 0,
        "address_1": street,
        "city": city,
        "state": state,
        "postal_code": postal,
    }


def names(whole: str) -> tuple[str, str, str]:
    """Return surname, first and middle name: of "Surname, First Middle" or "First Middle Surname".

    >>> names("Otto Karl Brandt"), names("Lindqvist, Maja")
    (('Brandt', 'Otto', 'Karl'), ('Lindqvist', 'Maja', ''))
    """
    surname, comma, rest = whole.partition(",")
    given = rest.split() if comma else whole.split()
    if not comma:
        surname = given.pop() if given else ""
    return surname.strip(), given[0] if given else "", " ".join(given[1:])


def place(whole: str) -> tuple[str, str, str, str]:
    """Return street, city, state and postal code of an address written on one line.

    What is not parted by commas is taken as the street alone.

    >>> place("12 Example Street, Springfield, IL 62701")
    ('12 Example Street', 'Springfield', 'IL', '62701')
    """
    parts = [part.strip() for part in whole.replace("\n", ",").split(",") if part.strip()]
    if len(parts) < 3:
        return whole.strip(), "", "", ""
    state, _, postal = parts[-1].partition(" ")
    return ", ".join(parts[:-2]), parts[-2], state, postal.replace("-", "").strip()


def gaps(person: Person) -> tuple[str, ...]:
    """Return what a bureau would miss of a person: fields without which it may refuse a record."""
    values = _person(person)
    texts = ("surname", "first_name", "address_1", "city", "state", "postal_code")
    missing = [name for name in texts if not plain(str(values[name]))]
    return tuple(missing + ([] if values["social_security_number"] else ["social_security_number"]))


def file_text(
    lines: Iterable[tuple[Reported, Person]], bureau: Bureau, head: FileHead
) -> Iterator[str]:
    """Yield a whole file, record by record: header, base segments, trailer.

    Raises:
        DoesNotFit: a value is too long for its field.
    """
    reporter = bureau.reporter
    yield write(HEADER, {
        "record_length": RECORD_SIGNS,
        "record_identifier": "HEADER",
        "program_1": reporter.id[:10],
        "program_2": reporter.id[:10],
        "program_3": reporter.id[:5],
        "program_4": reporter.id[:10],
        "activity_date": last_day(head.month),
        "date_created": head.made_at,
        "reporter_name": reporter.name,
        "reporter_address": reporter.address,
        "reporter_telephone": int(reporter.telephone or 0),
        "software_name": "FORBEAR",
    }) + END  # fmt: skip
    statuses, numbers, count = Counter[str](), 0, 0
    for reported, person in lines:
        values = base(reported, person, bureau, head)
        statuses[str(values["account_status"])] += 1
        numbers += bool(values["social_security_number"])
        count += 1
        yield write(BASE, values) + END
    counted = {f"total_status_{code}": statuses[code] for code in (*STATUSES_COUNTED, "DA", "DF")}
    yield write(TRAILER, {
        "record_length": RECORD_SIGNS,
        "record_identifier": "TRAILER",
        "total_base": count,
        "block_count": count + 2,
        **counted,
        "total_social_numbers": numbers,
        "total_social_numbers_base": numbers,
    }) + END  # fmt: skip

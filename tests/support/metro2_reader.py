"""A second reading of the common format, by places counted from 1 as its public readers give them.

It shares nothing with the writer: no table of lengths, no reading of days or numbers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

PLACES = {
    "record_length": (1, 4),
    "processing_indicator": (5, 5),
    "time_stamp": (6, 19),
    "correction_indicator": (20, 20),
    "identification_number": (21, 40),
    "cycle_identifier": (41, 42),
    "account_number": (43, 72),
    "portfolio_type": (73, 73),
    "account_type": (74, 75),
    "date_opened": (76, 83),
    "credit_limit": (84, 92),
    "highest_credit": (93, 101),
    "terms_duration": (102, 104),
    "terms_frequency": (105, 105),
    "scheduled_payment": (106, 114),
    "actual_payment": (115, 123),
    "account_status": (124, 125),
    "payment_rating": (126, 126),
    "payment_history": (127, 150),
    "special_comment": (151, 152),
    "compliance_condition": (153, 154),
    "current_balance": (155, 163),
    "amount_past_due": (164, 172),
    "charge_off_amount": (173, 181),
    "date_of_information": (182, 189),
    "date_first_delinquency": (190, 197),
    "date_closed": (198, 205),
    "date_last_payment": (206, 213),
    "interest_type": (214, 214),
    "surname": (232, 256),
    "first_name": (257, 276),
    "middle_name": (277, 296),
    "generation_code": (297, 297),
    "social_security_number": (298, 306),
    "date_of_birth": (307, 314),
    "telephone_number": (315, 324),
    "ecoa_code": (325, 325),
    "consumer_information": (326, 327),
    "country": (328, 329),
    "address_1": (330, 361),
    "address_2": (362, 393),
    "city": (394, 413),
    "state": (414, 415),
    "postal_code": (416, 424),
    "address_indicator": (425, 425),
    "residence_code": (426, 426),
}
DAYS = {name for name in PLACES if name.startswith("date_")}
NUMBERS = {
    *("record_length", "processing_indicator", "correction_indicator", "credit_limit"),
    *("highest_credit", "scheduled_payment", "actual_payment", "current_balance"),
    *("amount_past_due", "charge_off_amount", "social_security_number", "telephone_number"),
}
TRAILER = {"total_base": (12, 20), "block_count": (57, 65), "status_11": (84, 92)}
STATUS_TOTALS = {
    "05": 75, "11": 84, "13": 93, "61": 102, "62": 111, "63": 120, "64": 129, "65": 138,
    "71": 147, "78": 156, "80": 165, "82": 174, "83": 183, "84": 192, "88": 201, "89": 210,
    "93": 219, "94": 228, "95": 237, "96": 246, "97": 255, "DF": 30, "DA": 66,
}  # fmt: skip


@dataclass(frozen=True)
class Read:
    """A file as read: the header's words, the accounts, and the trailer's totals."""

    header: dict[str, str]
    accounts: list[dict[str, object]]
    statuses: Counter[str]
    base_total: int
    block_total: int


def read_account(record: str) -> dict[str, object]:
    """Read one base segment."""
    assert len(record) == 426, len(record)
    return {name: _value(name, record[first - 1 : last]) for name, (first, last) in PLACES.items()}


def read_file(text: str) -> Read:
    """Read a whole file, records parted by line ends."""
    assert text.endswith("\n")
    first, *accounts, last = text[:-1].split("\n")
    assert {len(first), len(last)} == {426}
    assert first[4:10] == "HEADER"
    assert last[4:11] == "TRAILER"
    header = {
        "activity_date": first[47:55],
        "date_created": first[55:63],
        "reporter_name": first[79:119].rstrip(),
        "reporter_telephone": first[215:225],
    }
    totals = {code: int(last[at - 1 : at + 8]) for code, at in STATUS_TOTALS.items()}
    return Read(
        header,
        [read_account(record) for record in accounts],
        Counter({code: count for code, count in totals.items() if count}),
        int(last[11:20]),
        int(last[56:65]),
    )


def _value(name: str, text: str) -> object:
    if name in DAYS:
        assert text.isdigit(), (name, text)
        month, day, year = int(text[:2]), int(text[2:4]), int(text[4:])
        return date(year, month, day) if year else None
    if name in NUMBERS:
        assert text.isdigit(), (name, text)
        return int(text)
    return text.rstrip() or None

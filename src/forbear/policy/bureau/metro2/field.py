"""Which fields does a record of 426 characters have, in their order?

The layout was read in two public programs that read and write the format; the official guide is
not held here. Places follow from the lengths, so that no field can overlap another.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from forbear.values.code import Code

RECORD_SIGNS = 426


class Kind(Code):
    """How a field is written."""

    TEXT = "TEXT"
    """Capitals and digits from the left, blanks behind; what is not known is blank."""
    NUMBER = "NUMBER"
    """Digits from the right, zeros before; what is not known is zero."""
    DAY = "DAY"
    """Month, day and year; eight zeros where there is none."""
    INSTANT = "INSTANT"
    """Month, day, year, hour, minute and second, UTC."""
    BLANK = "BLANK"
    """Kept free."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``start`` counts from 0. ``is_personal``: opened only for the file."""

    name: str
    start: int
    length: int
    kind: Kind
    en: str
    zh: str
    is_personal: bool = False


def _laid(*given: tuple[str, int, Kind, str, str]) -> tuple[Field, ...]:
    starts = accumulate((length for _, length, *_ in given), initial=0)
    fields = tuple(
        Field(name.rstrip("*"), start, length, kind, en, zh, is_personal=name.endswith("*"))
        for start, (name, length, kind, en, zh) in zip(starts, given, strict=False)
    )
    assert fields[-1].start + fields[-1].length == RECORD_SIGNS, "the fields fill the record"
    return fields


_T, _N, _D, _I, _B = Kind

BASE = _laid(
    ("record_length", 4, _N, "length of the record", "记录长度"),
    ("processing_indicator", 1, _N, "always 1", "固定为1"),
    ("time_stamp", 14, _I, "when the file was made", "文件生成时间"),
    ("correction_indicator", 1, _N, "1: replaces what was reported", "1：替换已报送内容"),
    ("identification_number", 20, _T, "the reporter's number", "报送机构编号"),
    ("cycle_identifier", 2, _T, "not used", "不使用"),
    ("account_number", 30, _T, "the lender's id of the loan", "放款方的借款编号"),
    ("portfolio_type", 1, _T, "I instalments, R revolving", "I 分期，R 循环"),
    ("account_type", 2, _T, "kind of account", "账户类型"),
    ("date_opened", 8, _D, "day of disbursement", "放款日"),
    ("credit_limit", 9, _N, "whole units; zero for instalments", "整数金额；分期为零"),
    ("highest_credit", 9, _N, "principal lent, whole units", "放款本金，整数金额"),
    ("terms_duration", 3, _T, "number of instalments, or REV", "期数，或 REV"),
    ("terms_frequency", 1, _T, "M monthly", "M 每月"),
    ("scheduled_payment", 9, _N, "what fell due in the month", "当月到期金额"),
    ("actual_payment", 9, _N, "what was paid in the month", "当月已还金额"),
    ("account_status", 2, _T, "status word", "状态代码"),
    ("payment_rating", 1, _T, "for a closed account: how it stood", "已关闭账户当时的状态"),
    ("payment_history", 24, _T, "24 months before, newest first", "此前24个月，新的在前"),
    ("special_comment", 2, _T, "how it is paid, if unusual", "特殊还款方式"),
    ("compliance_condition", 2, _T, "dispute about the line", "异议标注"),
    ("current_balance", 9, _N, "what would end the loan, whole units", "结清所需金额，整数金额"),
    ("amount_past_due", 9, _N, "what is overdue, whole units", "逾期金额，整数金额"),
    ("charge_off_amount", 9, _N, "amount charged off", "核销金额"),
    ("date_of_information", 8, _D, "the month's last day", "当月最后一日"),
    ("date_first_delinquency", 8, _D, "late without a break since", "连续逾期起始日"),
    ("date_closed", 8, _D, "when it was closed", "关闭日"),
    ("date_last_payment", 8, _D, "when last paid", "最近还款日"),
    ("interest_type", 1, _T, "F fixed", "F 固定利率"),
    ("reserved", 17, _B, "kept free", "保留"),
    ("surname*", 25, _T, "surname", "姓"),
    ("first_name*", 20, _T, "first name", "名"),
    ("middle_name*", 20, _T, "middle name", "中间名"),
    ("generation_code*", 1, _T, "not used", "不使用"),
    ("social_security_number*", 9, _N, "national number", "社会安全号"),
    ("date_of_birth*", 8, _D, "not held here", "本系统不保存"),
    ("telephone_number*", 10, _N, "not reported", "不报送"),
    ("ecoa_code", 1, _T, "1 individual", "1 个人"),
    (
        "consumer_information",
        2,
        _T,
        "bankruptcy and the like; not held here",
        "破产等；本系统不保存",
    ),
    ("country", 2, _T, "US", "US"),
    ("address_1*", 32, _T, "street", "街道"),
    ("address_2*", 32, _T, "not used", "不使用"),
    ("city*", 20, _T, "city", "城市"),
    ("state*", 2, _T, "state", "州"),
    ("postal_code*", 9, _T, "postal code", "邮编"),
    ("address_indicator", 1, _T, "not used", "不使用"),
    ("residence_code", 1, _T, "not used", "不使用"),
)
HEADER = _laid(
    ("record_length", 4, _N, "length of the record", "记录长度"),
    ("record_identifier", 6, _T, "HEADER", "HEADER"),
    ("cycle_identifier", 2, _T, "not used", "不使用"),
    ("program_1", 10, _T, "the reporter's number, first agency", "报送机构编号（一）"),
    ("program_2", 10, _T, "second agency", "报送机构编号（二）"),
    ("program_3", 5, _T, "third agency", "报送机构编号（三）"),
    ("program_4", 10, _T, "fourth agency", "报送机构编号（四）"),
    ("activity_date", 8, _D, "the month's last day", "当月最后一日"),
    ("date_created", 8, _D, "when the file was made", "文件生成日"),
    ("program_date", 8, _D, "not used", "不使用"),
    ("program_revision_date", 8, _D, "not used", "不使用"),
    ("reporter_name", 40, _T, "who reports", "报送机构"),
    ("reporter_address", 96, _T, "where", "地址"),
    ("reporter_telephone", 10, _N, "telephone", "电话"),
    ("software_name", 40, _T, "FORBEAR", "FORBEAR"),
    ("software_version", 5, _T, "not used", "不使用"),
    ("program_5", 10, _T, "not used", "不使用"),
    ("reserved", 146, _B, "kept free", "保留"),
)
STATUSES_COUNTED = (
    *("05", "11", "13", "61", "62", "63", "64", "65", "71", "78", "80"),
    *("82", "83", "84", "88", "89", "93", "94", "95", "96", "97"),
)
_COUNTS = (
    ("total_ecoa_z", "accounts with nobody left"),
    ("total_employment", "segments of employment"),
    ("total_original_creditor", "segments of the first creditor"),
    ("total_purchased", "segments of purchase"),
    ("total_mortgage", "segments of mortgages"),
    ("total_payment_information", "segments of deferred payment"),
    ("total_change", "segments of change"),
    ("total_social_numbers", "national numbers"),
    ("total_social_numbers_base", "of them in base segments"),
    ("total_social_numbers_j1", "of them in J1"),
    ("total_social_numbers_j2", "of them in J2"),
    ("total_births", "days of birth"),
    ("total_births_base", "of them in base segments"),
    ("total_births_j1", "of them in J1"),
    ("total_births_j2", "of them in J2"),
    ("total_telephones", "telephone numbers"),
)
TRAILER = _laid(
    ("record_length", 4, _N, "length of the record", "记录长度"),
    ("record_identifier", 7, _T, "TRAILER", "TRAILER"),
    ("total_base", 9, _N, "base segments", "账户记录数"),
    ("reserved_1", 9, _B, "kept free", "保留"),
    ("total_status_DF", 9, _N, "accounts with status DF", "状态 DF 的账户数"),
    ("total_j1", 9, _N, "segments J1", "J1 段数"),
    ("total_j2", 9, _N, "segments J2", "J2 段数"),
    ("block_count", 9, _N, "records in the file", "文件记录数"),
    ("total_status_DA", 9, _N, "accounts with status DA", "状态 DA 的账户数"),
    *(
        (f"total_status_{code}", 9, _N, f"accounts with status {code}", f"状态 {code} 的账户数")
        for code in STATUSES_COUNTED
    ),
    *((name, 9, _N, en, "计数") for name, en in _COUNTS),
    ("reserved_2", 19, _B, "kept free", "保留"),
)

"""How is a month's file written as plain lines, where the bureau's own message is not held here?

UTF-8 with a header and a line of totals. The lender's reporting software makes the bureau's message
of it. Every amount is in minor units, every day in ISO form; nothing is left out or rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from forbear.policy.bureau.account import FileHead, Person, Reported
from forbear.policy.bureau.form import Bureau
from forbear.policy.bureau.month import written
from forbear.values.day import from_day_number

COLUMNS: dict[str, tuple[str, str]] = {
    "line": ("number of the line, by which a correction names it", "行号，更正时引用"),
    "corrects": ("number of the line that this one replaces; empty: none", "所替换的行号；空为无"),
    "account": ("the lender's id of the loan", "放款方的借款编号"),
    "month": ("month of reporting", "报送月份"),
    "status": ("status word", "状态代码"),
    "days_past_due": ("days late on the month's last day", "月末逾期天数"),
    "overdue_minor": ("overdue, minor units", "逾期金额（最小货币单位）"),
    "balance_minor": ("what would end the loan, minor units", "结清所需金额"),
    "scheduled_minor": ("fell due in the month", "当月到期金额"),
    "paid_minor": ("paid in the month", "当月已还金额"),
    "late_since": ("late without a break since", "连续逾期起始日"),
    "closed": ("closed on", "关闭日"),
    "mark": ("dispute about the line", "异议标注"),
    "special": ("paused or nothing", "暂停计算，或空"),
    "opened": ("disbursed on", "放款日"),
    "principal_minor": ("principal lent", "放款本金"),
    "terms": ("number of instalments", "期数"),
    "account_kind": ("the bureau's kind of account", "账户类型"),
    "name": ("name of the person (personal)", "姓名（个人信息）"),
    "id_number": ("number of the identity document (personal)", "证件号码（个人信息）"),
}
_MARK = "#"


def file_text(
    lines: Iterable[tuple[Reported, Person]], bureau: Bureau, head: FileHead
) -> Iterator[str]:
    """Yield a whole file: a head, the names of the columns, one line an account, totals."""
    yield _row([
        f"{_MARK}HEAD",
        bureau.code,
        bureau.reporter.id,
        written(head.month),
        str(head.part),
        f"{head.made_at:%Y-%m-%dT%H:%M:%SZ}",
        bureau.currency.value,
    ]) + _row(COLUMNS)  # fmt: skip
    count = negative = overdue = balance = 0
    for reported, person in lines:
        line = reported.line
        count, negative = count + 1, negative + line.is_negative
        overdue, balance = overdue + line.overdue_minor, balance + line.balance_minor
        yield _row(_values(reported, person, bureau))
    yield _row([f"{_MARK}TOTAL", *map(str, (count, negative, overdue, balance))])


def _values(reported: Reported, person: Person, bureau: Bureau) -> list[str]:
    line, account = reported.line, reported.account
    found = [
        reported.line_id,
        reported.corrects,
        account.ref,
        written(reported.month),
        line.code,
        line.days_past_due,
        line.overdue_minor,
        line.balance_minor,
        line.scheduled_minor,
        line.paid_minor,
        _day(line.late_since_day),
        _day(line.closed_day),
        line.mark,
        line.special,
        account.opened,
        account.principal_minor,
        account.terms,
        bureau.accounts[account.product].kind,
        person.name,
        person.national_id,
    ]
    return ["" if value is None else str(value) for value in found]


def _day(number: int | None) -> date | None:
    return None if number is None else from_day_number(number)


def _row(values: Iterable[str]) -> str:
    return ",".join(_quoted(value) for value in values) + "\n"


def _quoted(value: str) -> str:
    if not any(sign in value for sign in ',"\r\n'):
        return value
    return '"' + value.replace('"', '""') + '"'


def gaps(person: Person) -> tuple[str, ...]:
    """Return what a bureau would miss of a person."""
    held = {"name": person.name, "id_number": person.national_id}
    return tuple(name for name, value in held.items() if not value)

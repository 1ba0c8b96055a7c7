"""Is a value fit to be written down, and if not, which field says what wrong?

No message quotes a personal value. Every check returns the value as it is to be kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TypeVar
from zoneinfo import available_timezones

from forbear.contexts.rulebook.library import open_products, open_regions
from forbear.values.code import Code
from forbear.values.errors import InvalidInput
from forbear.values.money import AMOUNT_MINOR_MAX, Currency, format_minor
from forbear.values.product import ProductTerms

REF_LENGTH_MAX = 64
DAY_MIN, DAY_MAX = date(1970, 1, 1), date(2199, 12, 31)
ZONES_MAX = 12
_PROVINCE_BELOW = re.compile(r"\d{6}")
_REFERENCE = re.compile(r"[\w\-.:/#]{1,200}")
_C = TypeVar("_C", bound=Code)


class InvalidField(InvalidInput):
    """A field does not hold what it must."""

    code = "INVALID_FIELD"


def invalid(field: str, en: str, zh: str, *, remedy: str, remedy_zh: str) -> InvalidField:
    """Return the error that names a field and what is wrong with it, never the value."""
    return InvalidField(
        f"{field}: {en}.",
        remedy=remedy,
        message_zh=f"{field}：{zh}。",
        remedy_zh=remedy_zh,
        field=field,
    )


def ref(field: str, value: str) -> str:
    """Return an identifier: 1 to 64 printable characters without spaces at its ends."""
    fits = isinstance(value, str) and 0 < len(value) <= REF_LENGTH_MAX
    if not fits or value != value.strip() or not value.isprintable():
        raise invalid(
            field,
            f"is no identifier of 1 to {REF_LENGTH_MAX} printable characters",
            f"不是 1 至 {REF_LENGTH_MAX} 个可见字符的标识",
            remedy="Use the lender's own pseudonymous id, without spaces around it.",
            remedy_zh="请使用放款方自己的匿名编号，前后不留空格。",
        )
    return value


def reference(field: str, value: str) -> str:
    """Return where evidence lies, such as the number of a document: no sentence, no spaces."""
    if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
        raise invalid(
            field,
            "is no reference of 1 to 200 letters, digits and - . : / #",
            "不是由 1 至 200 个字母、数字及 - . : / # 组成的编号",
            remedy="Give the number of the document; keep what it says in the document.",
            remedy_zh="请填写文件编号；内容请保存在文件中。",
        )
    return value


def word(field: str, value: str | _C, codes: type[_C]) -> _C:
    """Return a word of a closed list."""
    try:
        return codes(value)
    except ValueError:
        known = ", ".join(code.value for code in codes)
        raise invalid(
            field,
            "is not a word of its list",
            "不在允许的词表中",
            remedy=f"Use one of {known}.",
            remedy_zh=f"请使用：{known}。",
        ) from None


def word_or_none(field: str, value: str | _C | None, codes: type[_C]) -> _C | None:
    """Return a word of a closed list, or null for not known."""
    return None if value is None else word(field, value, codes)


def personal(field: str, value: str | None, *, length_max: int) -> str | None:
    """Return a personal text as it was written, or null for none."""
    if value is None:
        return None
    text = value.strip() if isinstance(value, str) else ""
    odd = any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t" for sign in text)
    if not 0 < len(text) <= length_max or odd:
        raise invalid(
            field,
            f"is no text of 1 to {length_max} characters",
            f"不是 1 至 {length_max} 个字符的文本",
            remedy="Shorten it, or leave the field out where nothing is known.",
            remedy_zh="请缩短；如无内容请不填。",
        )
    return text


def label(field: str, value: str, *, length_max: int) -> str:
    """Return a short public text, such as a lender's name."""
    kept = personal(field, value, length_max=length_max)
    if kept is None:
        raise _missing(field)
    return kept


def day(field: str, value: date) -> date:
    """Return a calendar day between 1970 and 2199."""
    if isinstance(value, datetime) or not isinstance(value, date) or not _in_reach(value):
        raise invalid(
            field,
            f"is no day from {DAY_MIN} to {DAY_MAX}",
            f"不是 {DAY_MIN} 至 {DAY_MAX} 之间的日期",
            remedy="Write it as 2026-11-24.",
            remedy_zh="请写成 2026-11-24 的形式。",
        )
    return value


def _in_reach(value: date) -> bool:
    return DAY_MIN <= value <= DAY_MAX


def past_day(field: str, value: date, *, now: datetime) -> date:
    """Return a day that has begun somewhere on earth."""
    if day(field, value) > (now.astimezone(UTC) + timedelta(hours=14)).date():
        raise invalid(
            field,
            "lies in the future",
            "是将来的日期",
            remedy="Record it once it has happened.",
            remedy_zh="请在发生之后再登记。",
        )
    return value


def span(field: str, start: date, end: date | None) -> None:
    """See that a span of days does not end before it starts; an open end is null."""
    if end is not None and end < start:
        raise invalid(
            field,
            f"{end} lies before {start}, where it starts",
            f"{end} 早于开始日 {start}",
            remedy="Correct one of the two days.",
            remedy_zh="请更正其中一个日期。",
        )


def instant(field: str, value: datetime) -> datetime:
    """Return an instant in UTC."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise invalid(
            field,
            "names no time zone",
            "没有注明时区",
            remedy="Give an instant with its offset, such as 2026-11-24T09:30:00+08:00.",
            remedy_zh="请给出带时差的时间，如 2026-11-24T09:30:00+08:00。",
        )
    return value.astimezone(UTC)


def number(field: str, value: int, *, low: int, high: int) -> int:
    """Return a whole number within bounds."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise invalid(
            field,
            f"is no whole number from {low:,} to {high:,}",
            f"不是 {low:,} 至 {high:,} 之间的整数",
            remedy="Write the figure in the unit that ends the field's name.",
            remedy_zh="请按字段名末尾的单位填写整数。",
        )
    return value


def amount(field: str, value: int) -> int:
    """Return an amount in minor units, from nothing to the most that one amount may be."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= AMOUNT_MINOR_MAX:
        return value
    most = format_minor(AMOUNT_MINOR_MAX)
    raise invalid(
        field,
        f"is no amount in minor units from 0 to {AMOUNT_MINOR_MAX:,} ({most})",
        f"不是 0 至 {AMOUNT_MINOR_MAX:,} 之间的最小货币单位金额（{most}）",
        remedy="Give whole fen, cents or pence; a reversal is a posting of its own.",
        remedy_zh="请填写整数分；冲正请另行记账。",
    )


def currency(field: str, value: str) -> str:
    """Return a currency that a loan may be kept in."""
    known = [each.value for each in Currency]
    if value not in known:
        raise invalid(
            field,
            "is not a known currency",
            "不是支持的货币",
            remedy=f"Use one of {', '.join(known)}.",
            remedy_zh=f"请使用：{'、'.join(known)}。",
        )
    return str(value)


def product(field: str, value: str) -> ProductTerms:
    """Return the terms of a product that the house policy knows."""
    known = open_products()
    if value not in known:
        raise invalid(
            field,
            "is not a product of the house policy",
            "不是内部制度中的产品",
            remedy=f"Use one of {', '.join(sorted(known))}, or add its file of terms.",
            remedy_zh=f"请使用：{'、'.join(sorted(known))}，或添加其条款文件。",
        )
    return known[value]


def zones(field: str, values: Iterable[str]) -> list[str]:
    """Return IANA time zones, each once, in the order given."""
    kept = list(dict.fromkeys(values))
    if isinstance(values, str) or len(kept) > ZONES_MAX or not set(kept) <= _zones():
        raise invalid(
            field,
            "holds something that is no IANA time zone",
            "含有并非 IANA 时区的内容",
            remedy=f"Name at most {ZONES_MAX} zones such as Asia/Shanghai.",
            remedy_zh=f"请填写最多 {ZONES_MAX} 个时区，如 Asia/Shanghai。",
        )
    return kept


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def region(field: str, value: str) -> str:
    """Return the code of a known region: a first-level one, or six digits below a province."""
    first = value[:2] if isinstance(value, str) and _PROVINCE_BELOW.fullmatch(value) else value
    if first not in open_regions():
        raise invalid(
            field,
            "is not a region that is known here",
            "不是已知的地区代码",
            remedy="Use GB/T 2260 digits or an ISO 3166-2 code, or add the region's data.",
            remedy_zh="请使用 GB/T 2260 数字代码或 ISO 3166-2 代码，或补充该地区的数据。",
        )
    return value


def _missing(field: str) -> InvalidField:
    return invalid(field, "is missing", "缺失", remedy="Fill it in.", remedy_zh="请填写。")

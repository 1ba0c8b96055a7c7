"""How is one record written as text, and read again?"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from forbear.policy.bureau.metro2.field import RECORD_SIGNS, Field, Kind
from forbear.values.errors import InvalidInput

Value = str | int | date | datetime | None
_NO_DAY = "0" * 8


class DoesNotFit(InvalidInput):
    """A value is longer than its field, so the record would say something else."""

    code = "DOES_NOT_FIT"


class NoRecord(InvalidInput):
    """A text is not a record of the format."""

    code = "NO_RECORD"


def write(fields: Sequence[Field], values: Mapping[str, Value]) -> str:
    """Return a record of 426 signs.

    Raises:
        DoesNotFit: a number, or a text that may not be cut, is too long.
    """
    return "".join([_written(field, values.get(field.name)) for field in fields])


def _written(field: Field, value: Value) -> str:
    length = field.length
    match field.kind:
        case Kind.TEXT:
            text = plain(str(value)) if value else ""
            # Names and places are cut, as on a form; what tells an account from another is not.
            if len(text) > length and not (field.is_personal or field.name.startswith("reporter")):
                raise _does_not_fit(field)
            return text[:length].ljust(length)
        case Kind.NUMBER:
            text = str(value or 0)
            if len(text) > length or not text.isdigit():
                raise _does_not_fit(field)
            return text.rjust(length, "0")
        case Kind.DAY:
            return f"{value:%m%d%Y}" if value else _NO_DAY
        case Kind.INSTANT:
            return f"{value:%m%d%Y%H%M%S}"
        case _:
            return " " * length


def plain(text: str) -> str:
    """Return a text in the capitals, digits and few marks that the format knows.

    What has no such sign, such as a Chinese name, becomes nothing.

    >>> plain("Núñez-O'Hara, Zoë")
    'NUNEZ-O HARA  ZOE'
    """
    parted = unicodedata.normalize("NFKD", text).upper()
    signs = [
        sign if sign.isalnum() or sign in "-/.#" else " " for sign in parted if ord(sign) < 127
    ]
    return "".join(signs).strip()


def read(fields: Sequence[Field], text: str) -> dict[str, Value]:
    """Return a record's values; what is blank or zero days is None.

    Raises:
        NoRecord: it has not 426 signs, or a number or day is none.
    """
    if len(text) != RECORD_SIGNS:
        raise NoRecord(
            f"A record has {len(text)} signs, not {RECORD_SIGNS}.",
            remedy="Check that the file was not cut or converted.",
            message_zh=f"记录有 {len(text)} 个字符，而不是 {RECORD_SIGNS} 个。",
            remedy_zh="请检查文件是否被截断或转换。",
        )
    return {
        field.name: _value(field, text[field.start : field.start + field.length])
        for field in fields
        if field.kind is not Kind.BLANK
    }


def _value(field: Field, text: str) -> Value:
    try:
        match field.kind:
            case Kind.NUMBER:
                return int(text)
            case Kind.DAY:
                return None if text == _NO_DAY else datetime.strptime(text, "%m%d%Y").date()  # noqa: DTZ007  # a day has no zone
            case Kind.INSTANT:
                return datetime.strptime(text, "%m%d%Y%H%M%S")  # noqa: DTZ007  # UTC by agreement
            case _:
                return text.rstrip() or None
    except ValueError:
        raise NoRecord(
            f"The field {field.name} cannot be read.",
            remedy="Check that the file was not cut or converted.",
            message_zh=f"字段 {field.name} 无法读取。",
            remedy_zh="请检查文件是否被截断或转换。",
            field=field.name,
        ) from None


def _does_not_fit(field: Field) -> DoesNotFit:
    return DoesNotFit(
        f"A value does not fit into the field {field.name} of {field.length} signs.",
        remedy="Report this account by hand, or shorten its id.",
        message_zh=f"数值超出字段 {field.name} 的 {field.length} 位。",
        remedy_zh="请手工报送该账户，或缩短其编号。",
        field=field.name,
    )

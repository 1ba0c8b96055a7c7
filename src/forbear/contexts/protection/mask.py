"""What of a personal value may be shown to somebody who has not asked for the whole?

At least half of every value is hidden, and a number always hides four digits or all it has.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

STAR = "*"
_HIDDEN_MIN = 4
_LOCAL_MAX = 8
_CHINA = "+86"
_MOBILE = re.compile(r"1\d{10}")
_PHONE = re.compile(r"\+?[\d\s().\-–—/]+")
# Beijing, the 02x cities, and everywhere else have area codes of three and four digits.
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})(\d{7,8})")
_DOTS = "·•・‧∙⋅"
_JOINERS = "\u200c\u200d"


class MaskKind(StrEnum):
    """How a value is masked."""

    PHONE = "PHONE"
    """138****8000"""
    NATIONAL_ID = "NATIONAL_ID"
    """110***********1234"""
    NAME = "NAME"
    """张*, J*** S****"""
    EMAIL = "EMAIL"
    """a***@example.test"""
    ACCOUNT = "ACCOUNT"
    """****0123"""
    OTHER = "OTHER"
    """***"""


def masked(kind: MaskKind, value: str | None) -> str:
    """Return what may be shown of a value; nothing where there is nothing (null or empty)."""
    text = unicodedata.normalize("NFC", value or "").strip()
    shown = _MASKS[kind](text) if text else ""
    # Of a value that is all hyphens or dots, its own mask would hide nothing.
    return shown if STAR in shown or not text else _other(text)


def _phone(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    if not _PHONE.fullmatch(plain):
        return _other(text)
    digits = re.sub(r"\D", "", plain)
    if not digits:
        return _other(text)
    dialled = digits.startswith("00") and len(digits) > _LOCAL_MAX
    abroad = dialled or plain.startswith("+")
    number = digits[2:] if dialled else digits
    home = number.removeprefix("86") if abroad or _MOBILE.fullmatch(number[2:]) else number
    if home != number and (_MOBILE.fullmatch(home) or len(home) >= 9):
        trunk = home if _MOBILE.fullmatch(home) or home.startswith("0") else f"0{home}"
        return f"{_CHINA} {_domestic(trunk)}"
    return f"+{_tail(number)}" if abroad else _domestic(number)


def _domestic(digits: str) -> str:
    if _MOBILE.fullmatch(digits):
        return f"{digits[:3]}{STAR * 4}{digits[-4:]}"
    landline = _LANDLINE.fullmatch(digits)
    if landline:
        area, number = landline.groups()
        return f"{area}-{STAR * _HIDDEN_MIN}{number[_HIDDEN_MIN:]}"
    return _tail(digits)


def _tail(text: str, *, shown_max: int = 4) -> str:
    """Show the last signs only: never more than half, and none where four would not be hidden."""
    shown = max(0, min(shown_max, len(text) // 2, len(text) - _HIDDEN_MIN))
    return STAR * (len(text) - shown) + text[len(text) - shown :]


def _national_id(text: str) -> str:
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))
    if re.fullmatch(r"\d{14}[\dXx]|\d{17}[\dXx]", plain):
        return f"{plain[:3]}{STAR * (len(plain) - 7)}{plain[-4:]}"
    return _tail(plain)


def _account(text: str) -> str:
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))
    return STAR * _HIDDEN_MIN + plain[-4:] if len(plain) >= 2 * _HIDDEN_MIN else STAR * len(plain)


def _name(text: str) -> str:
    """Show the family name's first sign, or the initials where a script writes words apart."""
    parts = re.split(rf"(\s+|[{_DOTS}])", text)
    words = [_signs(part) for part in parts]
    apart = [_spaced(part) for part in parts]
    return "".join(
        separator if index % 2 else _word(words[index], initial=apart[index] or not index)
        for index, separator in enumerate(parts)
    )


def _word(signs: list[str], *, initial: bool) -> str:
    if initial and len(signs) > 1:
        return signs[0] + STAR * (len(signs) - 1)
    return STAR * len(signs)


def _spaced(part: str) -> bool:
    """Say whether a word is of a script with small signs, whose first one tells little."""
    return bool(part) and unicodedata.east_asian_width(part[0]) not in {"W", "F"}


def _signs(text: str) -> list[str]:
    """Part a text into signs as a reader sees them: marks and variants stay with their base."""
    signs: list[str] = []
    for char in text:
        follows = unicodedata.category(char) in {"Mn", "Me", "Mc"} or char in _JOINERS
        if signs and follows:
            signs[-1] += char
        else:
            signs.append(char)
    return signs


def _email(text: str) -> str:
    local, at, domain = text.partition("@")
    if not local or not at or not domain or "@" in domain:
        return _other(text)
    shown = _signs(local)
    return f"{shown[0] if len(shown) > 1 else ''}{STAR * 3}@{domain}"


def _other(_text: str) -> str:
    return STAR * 3


_MASKS = {
    MaskKind.PHONE: _phone,
    MaskKind.NATIONAL_ID: _national_id,
    MaskKind.NAME: _name,
    MaskKind.EMAIL: _email,
    MaskKind.ACCOUNT: _account,
    MaskKind.OTHER: _other,
}

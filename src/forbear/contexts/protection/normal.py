"""In which one form is a value compared, however it was typed?

A form is for comparing alone; what a person wrote is kept as written.
"""

from __future__ import annotations

import re
import unicodedata

from forbear.values.errors import InvalidInput

_EXTENSION = re.compile(r"(?:转|轉|分机|ext\.?|x|;ext=|,|#)\s*\d{1,6}\s*$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s().\-‐-―−/]+")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_DOTS = re.compile(r"\s*[·•‧∙⋅・．.]\s*")
_LAST4 = re.compile(r"\d{3}[\dX]")
_WECHAT = re.compile(r"[A-Za-z0-9_-]{6,64}")
_ID_SIGNS_MIN = 8
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_TRUNKS = {"86": "0", "44": "0", "1": "1"}


class NotIndexable(InvalidInput):
    """A value has no form in which it could be compared; store it without an index."""

    code = "NOT_INDEXABLE"


def normal_phone(text: str, *, calling_code: str = "86") -> str:
    """Return a number in the form +8613800138000; an extension is left out.

    ``calling_code`` is that of the country which a number without one belongs to.

    Raises:
        NotIndexable: no telephone number.
    """
    plain = _EXTENSION.sub("", _folded(text))
    digits = _SEPARATORS.sub("", plain)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif not digits.startswith("+"):
        digits = _with_code(digits, calling_code)
    # Some write the trunk's nought although they write the country: +86 (0)10 …
    for code, trunk in _TRUNKS.items():
        if trunk == "0" and digits.startswith(f"+{code}0"):
            digits = f"+{code}{digits[len(code) + 2 :]}"
    if not _E164.fullmatch(digits):
        raise _not_indexable("telephone number", "电话号码")
    return digits


def _with_code(digits: str, calling_code: str) -> str:
    if digits.startswith("86") and _MOBILE.fullmatch(digits[2:]):
        return f"+{digits}"
    trunk = _TRUNKS.get(calling_code, "")
    return f"+{calling_code}{digits.removeprefix(trunk) if trunk else digits}"


def normal_national_id(text: str, *, country: str = "CN") -> str:
    """Return an identity number as CN:11010519491231002X; the old fifteen digits become eighteen.

    Raises:
        NotIndexable: fewer than eight signs, or not letters and digits: too easily guessed.
    """
    plain = re.sub(r"[\s\-]", "", _folded(text)).upper()
    if country == "CN" and re.fullmatch(r"\d{15}", plain):
        plain = _eighteen(f"{plain[:6]}19{plain[6:]}")
    if len(plain) < _ID_SIGNS_MIN or not re.fullmatch(r"[A-Z0-9]+", plain):
        raise _not_indexable("identity number", "证件号码")
    return f"{country}:{plain}"


def _eighteen(seventeen: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, _WEIGHTS, strict=True))
    return seventeen + _CHECKS[total % 11]


def normal_email(text: str) -> str:
    """Return an address in small letters.

    Raises:
        NotIndexable: no address.
    """
    plain = _folded(text).strip().casefold()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", plain):
        raise _not_indexable("e-mail address", "电子邮箱")
    return plain


def normal_wechat(text: str) -> str:
    """Return the id by which WeChat knows somebody; capitals and small letters are different.

    Raises:
        NotIndexable: no such id.
    """
    plain = text.strip()
    if not _WECHAT.fullmatch(plain):
        raise _not_indexable("WeChat id", "微信标识")
    return plain


def normal_name_last4(name: str, last4: str) -> str:
    """Return a name together with four last signs; neither alone is rare enough to be indexed.

    Raises:
        NotIndexable: the name is empty, or there are not exactly four signs.
    """
    plain = re.sub(r"\s+", " ", _DOTS.sub("·", _folded(name))).strip().casefold()
    signs = _folded(last4).strip().upper()
    if not plain or not _LAST4.fullmatch(signs):
        raise _not_indexable("name with four last digits", "姓名加后四位")
    return f"{plain}|{signs}"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _not_indexable(what: str, what_zh: str) -> NotIndexable:
    return NotIndexable(
        f"The value is no {what} that could be searched for.",
        remedy="Check the value; it can still be stored, without a way to search for it.",
        message_zh=f"该值不是可检索的{what_zh}。",
        remedy_zh="请检查该值；仍可存储，但无法检索。",
    )

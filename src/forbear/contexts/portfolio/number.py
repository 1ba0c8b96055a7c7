"""What do the first digits of a number tell: what it is, and where it was given out?

A number tells where it was first given out, not where anybody lives: it is the weakest word about a
person's region, and counts only while nobody has said another. The digits are read by
``phonenumbers``, where the extra ``numbers`` is installed; without it a number tells nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from forbear.contexts.rulebook.library import open_regions
from forbear.values.code import Code, Jurisdiction


class NumberType(Code):
    """What a telephone number is, by its first digits."""

    MOBILE = "MOBILE"
    FIXED = "FIXED"
    FIXED_OR_MOBILE = "FIXED_OR_MOBILE"
    """Its country gives both out of one range."""
    SERVICE = "SERVICE"
    """A company's number of a whole country, such as 400 or 95 in China."""
    TOLL_FREE = "TOLL_FREE"
    PREMIUM = "PREMIUM"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class NumberTold:
    """What a number tells. ``region`` and its confidence are null where it tells none."""

    number_type: NumberType
    region: str | None
    confidence_percent: int | None


CONFIDENCE_PERCENT = {NumberType.FIXED: 60, NumberType.FIXED_OR_MOBILE: 30, NumberType.MOBILE: 30}
"""Below what a lender who knows an address says; a line stays where it lies, a mobile moves."""
_COUNTRIES = {Jurisdiction.CN: "CN", Jurisdiction.US: "US", Jurisdiction.UK: "GB"}
_SERVICE_CN = re.compile(r"(?:\+?86)?(?:400\d{7}|9[56]\d{3,6}|1[02]\d{3,4})")
_BETWEEN_DIGITS = re.compile(r"[\s().-]")


def told_by_number(number: str, law: Jurisdiction) -> NumberTold | None:
    """Return what a number tells, read as in the country of a law; null: it is no number there.

    Null also where the extra ``numbers`` is not installed.
    """
    library = _library()
    if library is None:
        return None
    if law is Jurisdiction.CN and _SERVICE_CN.fullmatch(_BETWEEN_DIGITS.sub("", number)):
        return NumberTold(NumberType.SERVICE, None, None)
    try:
        read = library.parse(number, _COUNTRIES[law])
    except library.NumberParseException:
        return None
    if not library.is_valid_number(read):
        return None
    kind = _type_of(library.number_type(read), library.PhoneNumberType)
    if kind not in CONFIDENCE_PERCENT:
        return NumberTold(kind, None, None)
    region = _region_of(read, law)
    return NumberTold(kind, region, None if region is None else CONFIDENCE_PERCENT[kind])


def _type_of(found: int, types: type) -> NumberType:
    names = {
        "MOBILE": NumberType.MOBILE,
        "FIXED_LINE": NumberType.FIXED,
        "FIXED_LINE_OR_MOBILE": NumberType.FIXED_OR_MOBILE,
        "TOLL_FREE": NumberType.TOLL_FREE,
        "PREMIUM_RATE": NumberType.PREMIUM,
        "SHARED_COST": NumberType.SERVICE,
        "UAN": NumberType.SERVICE,
    }
    known = {getattr(types, name): kind for name, kind in names.items()}
    return known.get(found, NumberType.OTHER)


def _region_of(read: object, law: Jurisdiction) -> str | None:
    """Return the first-level region that is named where a number was given out; null: none is."""
    from phonenumbers import geocoder

    said = geocoder.description_for_number(read, "zh" if law is Jurisdiction.CN else "en")
    for code, region in open_regions().items():
        if region.country != law.value:
            continue
        if law is Jurisdiction.CN:
            named = said.startswith(region.name_zh)
        else:
            named = said == region.name_en or said.endswith(f", {code.rpartition('-')[2]}")
        if named:
            return code
    return None


@cache
def _library() -> ModuleType | None:
    try:
        import phonenumbers
    except ImportError:
        return None
    found: ModuleType = phonenumbers
    return found

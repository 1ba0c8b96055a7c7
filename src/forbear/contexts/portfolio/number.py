"""What do the first digits of a number tell: what it is, and where it was given out?

A number tells where it was first given out, not where anybody lives: it is the weakest word about a
person's region, and counts only while nobody has said another. The digits are read by
``phonenumbers``, where the extra ``numbers`` is installed; without it a number tells nothing.
What is read is kept beside the number, with its day (``portfolio_contactpoint``), and read again
when the number changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import NamedTuple, Protocol

from forbear.contexts.rulebook.library import open_regions
from forbear.values.code import Code, Jurisdiction, PointKind, PointQuality, Relation


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
"""How sure a region is that a number tells, below what a lender says who knows an address.

A fixed line lies where it was given out, though its owner may have moved away. A mobile number goes
along with whoever bought it, and has gone along with carriers that take numbers over since: where
somebody once opened it tells little of where they live. Where a country gives both out of one
range, it is taken for the weaker.
"""
CALLED = frozenset({PointKind.MOBILE.value, PointKind.LANDLINE.value})
"""The kinds of contact point that are numbers."""
TELLING_RELATION = Relation.OWN.value
"""Whose numbers tell of the person: their own. A guarantor's tells where the guarantor is."""
TELLING_NOTHING = frozenset({PointQuality.WRONG_PERSON.value, PointQuality.INVALID.value})
"""What was found out about a number that makes it nobody's, or somebody else's."""
_COUNTRIES = {Jurisdiction.CN: "CN", Jurisdiction.US: "US", Jurisdiction.UK: "GB"}
_SERVICE_CN = re.compile(r"(?:\+?86)?(?:400\d{7}|9[56]\d{3,6}|1[02]\d{3,4})")
_BETWEEN_DIGITS = re.compile(r"[\s().-]")


class NumberKept(Protocol):
    """What is kept of one number of a person."""

    relation: str
    quality: str
    workplace: bool
    number_region: str | None
    number_confidence_percent: int | None


class Believed(NamedTuple):
    """Where a person's own numbers let believe that they live, and how sure that is."""

    region: str
    confidence_percent: int


def believed_by(numbers: Iterable[NumberKept]) -> Believed | None:
    """Return the region that a person's numbers in use tell; null: none, or they contradict.

    The surest number counts. Two that are as sure as each other and name different regions tell
    nothing, and two that agree make nothing surer: they may have been bought in one shop.
    """
    told = {
        Believed(each.number_region, each.number_confidence_percent)
        for each in numbers
        if each.relation == TELLING_RELATION
        and each.quality not in TELLING_NOTHING
        and not each.workplace
        and each.number_region is not None
        and each.number_confidence_percent is not None
    }
    most = max((each.confidence_percent for each in told), default=0)
    surest = [each for each in told if each.confidence_percent == most]
    return surest[0] if len(surest) == 1 else None


class Reading(NamedTuple):
    """What is kept of one look at a number; ``is_read`` false: it could not be looked at."""

    is_read: bool = False
    number_type: str | None = None
    number_region: str | None = None
    number_confidence_percent: int | None = None


def can_tell() -> bool:
    """Say whether numbers can be read here: the extra ``numbers`` is installed."""
    return _library() is not None


def read_number(kind: str, address: str | None, law: Jurisdiction) -> Reading:
    """Look at the address of a contact point of a kind, where it is a number and can be read."""
    if address is None or kind not in CALLED or not can_tell():
        return Reading()
    told = told_by_number(address, law)
    if told is None:
        return Reading(is_read=True)
    return Reading(True, told.number_type.value, told.region, told.confidence_percent)


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

"""Which country's numbers does a person usually have, and how are numbers searched for?"""

from __future__ import annotations

from forbear.contexts.protection.index import IndexPurpose
from forbear.values.code import Jurisdiction, PointKind

COUNTRIES = {Jurisdiction.CN: "CN", Jurisdiction.US: "US", Jurisdiction.UK: "GB"}
"""Whose identity numbers are meant."""
CALLING_CODES = {Jurisdiction.CN: "86", Jurisdiction.US: "1", Jurisdiction.UK: "44"}
"""Where a telephone number without a country belongs."""
PURPOSES = {
    PointKind.MOBILE: IndexPurpose.PHONE,
    PointKind.LANDLINE: IndexPurpose.PHONE,
    PointKind.EMAIL: IndexPurpose.EMAIL,
    PointKind.WECHAT: IndexPurpose.WECHAT,
}
"""How contact points are searched for, by kind; other kinds are not."""

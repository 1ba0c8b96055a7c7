"""Which country's numbers does a person protected by some law usually have?"""

from __future__ import annotations

from forbear.values.code import Jurisdiction

COUNTRIES = {Jurisdiction.CN: "CN", Jurisdiction.US: "US", Jurisdiction.UK: "GB"}
"""Whose identity numbers are meant."""
CALLING_CODES = {Jurisdiction.CN: "86", Jurisdiction.US: "1", Jurisdiction.UK: "44"}
"""Where a telephone number without a country belongs."""

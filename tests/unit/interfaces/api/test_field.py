"""What systems send as an instant becomes one that the database can hold, or is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from forbear.interfaces.api.field import Instant

TYPE = TypeAdapter(Instant)


def test_an_instant_of_any_offset_is_the_same_in_utc():
    at = TYPE.validate_python("2026-01-30T08:14:57+20:41")

    assert (at, at.tzinfo) == (datetime(2026, 1, 29, 11, 33, 57, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    ("said", "year"), [("0001-01-01T00:00:00+23:00", 1), ("9999-12-31T23:59:59-23:00", 9999)]
)
def test_what_no_calendar_holds_stands_at_its_edge(said, year):
    assert TYPE.validate_python(said).astimezone(UTC).year == year


def test_what_names_no_offset_is_refused():
    with pytest.raises(ValidationError):
        TYPE.validate_python("2026-01-30T08:14:57")

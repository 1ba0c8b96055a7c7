"""Do the fast and the patient reading agree with each other, and both with a slow twin?"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.engine.intake.text import Asked, patient, plain, read_texts
from forbear.engine.schema import Column, Kind
from forbear.engine.tables import EXTRACT

QUICK = settings(max_examples=400, deadline=None, database=None)
AMOUNT = EXTRACT["payment"].column("amount_minor")
DAY = EXTRACT["payment"].column("value_date")
INSTANT = EXTRACT["attempt"].column("started_at")


def read_alike(column: Column) -> tuple[object, ...]:
    """All that the reading of a column can depend on."""
    own = column.name if column.kind is Kind.LABEL else None
    return (column.kind, column.codes, column.low, column.high, column.null is None, own)


# Of columns that are read alike, one is read.
COLUMNS = {
    f"{table.name}.{column.name}": column
    for table, column in {
        read_alike(column): (table, column)
        for table in EXTRACT.values()
        for column in table.columns
    }.values()
}

NUMERIC = st.text(st.sampled_from(list("0123456789.,-+eE ０５．，")), max_size=14)
DATES = st.one_of(
    st.dates(date(1969, 1, 1), date(2201, 1, 1)).map(str),
    st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"),
    st.text(st.sampled_from(list("0123456789-/ ")), max_size=11),
)
INSTANTS = st.one_of(
    st.from_regex(
        r"\A(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-6][0-9]"
        r"(\.[0-9]{1,6})?(Z|[+-][01][0-9]:?[0-5][0-9])?\Z"
    ),
    st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1), timezones=st.timezones()).map(
        lambda at: at.replace(microsecond=0).isoformat()
    ),
)
ANYTHING = st.text(
    st.one_of(
        st.sampled_from(list("AZaz09-_.:/|=@+ \t\n\0\u200b\u202e中１，")),
        st.characters(codec="utf-8"),
    ),
    max_size=12,
)


def minor_of(text: str) -> int | None:
    """The twin: minor units, or None where the text is no exact amount within bounds."""
    narrow = "".join(
        chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else " " if c == "\u3000" else c for c in text
    ).strip()
    if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", narrow):
        narrow = narrow.replace(",", "")
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", narrow):
        return None
    minor = Decimal(narrow) * 100
    return int(minor) if minor == int(minor) and 1 <= minor <= AMOUNT.high else None


def instant_of(text: str) -> int | None:
    shape = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}(\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})"
    if not re.fullmatch(shape, text):
        return None
    try:
        at = datetime.fromisoformat(re.sub(r"\.[0-9]+", "", text))
    except ValueError:
        return None
    seconds = int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    return seconds if 0 <= seconds < 7_258_118_400 else None


def day_of(text: str) -> int | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
        return None
    try:
        number = (date.fromisoformat(text.strip()) - date(1970, 1, 1)).days
    except ValueError:
        return None
    return number if 0 <= number <= 84_005 else None


def one(text: str, column: Column, *, major: bool = False):
    read = read_series([text], column, major=major)
    return read.value[0], None if read.reason is None else read.reason[0]


def read_series(texts: list[str | None], column: Column, *, major: bool = False):
    return read_texts({"x": Asked(pl.Series("x", texts, dtype=pl.String), column, major)})["x"]


class TestReading:
    @QUICK
    @given(NUMERIC)
    def test_amounts_equals_exact_decimals(self, text):
        value, reason = one(text, AMOUNT, major=True)

        assert (value if reason is None else None) == minor_of(text)

    @QUICK
    @given(DATES)
    def test_days_equals_the_calendar(self, text):
        value, reason = one(text, DAY)

        assert (value if reason is None else None) == day_of(text)

    @QUICK
    @given(INSTANTS)
    @pytest.mark.nightly
    def test_instants_equals_the_clock(self, text):
        value, reason = one(text, INSTANT)

        assert (value if reason is None else None) == instant_of(text)

    @pytest.mark.parametrize("name", COLUMNS)
    @settings(max_examples=12, deadline=None, database=None)
    @given(
        texts=st.lists(st.one_of(ANYTHING, NUMERIC, DATES, INSTANTS), min_size=1, max_size=20),
        major=st.booleans(),
    )
    def test_fast_is_reading_patiently(self, name, texts, major):
        raw, column = pl.Series("x", texts, dtype=pl.String), COLUMNS[name]
        major = major and column.kind.value == "MONEY"

        value, good = plain({"x": Asked(raw, column, major)})["x"]
        slow = patient(raw, column=column, major=major)

        assert slow.reason.filter(good).null_count() == good.sum()
        assert value.filter(good).to_list() == slow.value.filter(good).to_list()

    @pytest.mark.parametrize("name", COLUMNS)
    @settings(max_examples=12, deadline=None, database=None)
    @given(texts=st.lists(st.one_of(ANYTHING, NUMERIC, st.none()), min_size=1, max_size=20))
    def test_gives_each_row_a_value_or_a_reason_or_an_allowed_gap(self, name, texts):
        column = COLUMNS[name]

        read = read_series(texts, column)

        reasons = [None] * len(texts) if read.reason is None else read.reason
        for text, value, reason in zip(texts, read.value, reasons, strict=True):
            blank = text is None or not text.strip()
            assert value is not None or reason is not None or (blank and column.null is not None)


def test_the_twin_refuses_what_decimals_would_take():
    assert minor_of("1e3") is None
    with pytest.raises(InvalidOperation):
        Decimal("1,0")

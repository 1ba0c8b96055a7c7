"""Whatever a number tells, the region that somebody said stays; what nobody said, no rule sees."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.engine.intake.layout import lay_debtors
from forbear.engine.intake.typed import stored
from forbear.engine.tables import BOOK, EXTRACT
from forbear.values.code import Jurisdiction, RegionSource

PERCENT = st.none() | st.integers(1, 100)
PERSONS = st.lists(
    st.fixed_dictionaries(
        {
            "region": st.sampled_from((None, "440100", "44", "US-NY")),
            "region_source": st.none() | st.sampled_from([each.number for each in RegionSource]),
            "region_confidence_percent": PERCENT,
            "number_region": st.sampled_from((None, "32", "320500", "US-CA")),
            "number_region_confidence_percent": PERCENT,
        }
    ),
    min_size=1,
    max_size=20,
)


def laid(persons):
    """Lay out persons of whom only the region differs."""
    empty = {
        column.name: pl.Series([None] * len(persons), dtype=stored(column))
        for column in (*EXTRACT["debtor"].columns, *BOOK["debtor"].columns)
        if column.name not in persons[0]
    }
    said = {
        column.name: pl.Series([each[column.name] for each in persons], dtype=stored(column))
        for column in EXTRACT["debtor"].columns
        if column.name in persons[0]
    }
    rows = pl.DataFrame({**empty, **said}).with_columns(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("debtor_no"),
        pl.lit(Jurisdiction.CN.number).alias("jurisdiction"),
    )
    return lay_debtors(rows).to_dicts()


def province_of(region):
    return region[:2] if region and region.isdigit() else region


UNHURRIED = settings(deadline=None)


@UNHURRIED
@given(PERSONS)
def test_what_was_said_stays_and_what_nobody_said_stays_unknown_to_rules(persons):
    for person, row in zip(persons, laid(persons), strict=True):
        assert row["region"] == person["region"]
        if person["region"] is not None:
            assert row["province"] == province_of(person["region"])
            assert row["region_source"] == person["region_source"]
            assert row["region_confidence_percent"] == person["region_confidence_percent"]


@UNHURRIED
@given(PERSONS)
def test_a_number_gives_whoever_has_no_region_an_unsure_province(persons):
    for person, row in zip(persons, laid(persons), strict=True):
        if person["region"] is None and person["number_region"] is not None:
            assert row["province"] == province_of(person["number_region"])
            assert row["region_source"] == RegionSource.NUMBER_PREFIX.number
            told = person["number_region_confidence_percent"]
            assert row["region_confidence_percent"] == (told or 1)

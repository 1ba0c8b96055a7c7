"""Does whoever asked that no model weigh them stand apart, by their latest word?"""

from __future__ import annotations

import narwhals as nw
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.engine.risk.apart import apart, without_apart
from forbear.engine.tables import BOOK
from forbear.values.code import Channel, ConsentKind, ConsentState
from tests.support.book import DTYPE

PERSONS = range(5)
STATEMENTS = st.lists(
    st.fixed_dictionaries(
        {
            "debtor_no": st.sampled_from(PERSONS),
            "kind": st.sampled_from([ConsentKind.WEIGHING, ConsentKind.CHANNEL]),
            "state": st.sampled_from(list(ConsentState)),
            "recorded_s": st.integers(1_700_000_000, 1_700_000_004),
            "channel": st.sampled_from([None, Channel.SMS]),
        }
    ),
    max_size=12,
)


def frame(statements: list[dict]) -> nw.LazyFrame:
    schema = {column.name: DTYPE[column.kind] for column in BOOK["consent"].columns}
    rows = [
        {name: value.number if hasattr(value, "number") else value for name, value in one.items()}
        for one in statements
    ]
    return nw.from_native(pl.LazyFrame(rows, schema=schema))


def plainly(statements: list[dict]) -> list[int]:
    """Read the statements one by one; of two in one second a withdrawal is the later."""
    found = []
    for person in PERSONS:
        mine = [
            one
            for one in statements
            if one["debtor_no"] == person and one["kind"] is ConsentKind.WEIGHING
        ]
        last = max((one["recorded_s"] for one in mine), default=None)
        if any(
            one["recorded_s"] == last and one["state"] is ConsentState.WITHDRAWN for one in mine
        ):
            found.append(person)
    return found


class TestApart:
    @settings(max_examples=60, deadline=None)
    @given(STATEMENTS)
    def test_is_whoever_withdrew_last(self, statements):
        found = apart(frame(statements)).collect().to_native()["debtor_no"]

        assert sorted(found) == plainly(statements)

    @settings(max_examples=20, deadline=None)
    @given(STATEMENTS)
    def test_all_others_stay(self, statements):
        rows = nw.from_native(pl.LazyFrame({"debtor_no": list(PERSONS)}))

        kept = without_apart(rows, frame(statements)).collect().to_native()

        assert kept.columns == ["debtor_no"]
        assert sorted(kept["debtor_no"]) == sorted(set(PERSONS) - set(plainly(statements)))

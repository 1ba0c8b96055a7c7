"""Which belief about a person's region counts."""

from __future__ import annotations

import pytest

from forbear.contexts.portfolio.region import Told, surest
from forbear.contexts.portfolio.said import RegionSaid
from forbear.values.code import RegionSource

ADDRESS, ID_PREFIX, NUMBER = RegionSource
NOTHING = Told(None, None)


def said(source: RegionSource, region: str, sure: int) -> RegionSaid:
    return RegionSaid(source, region, sure)


@pytest.mark.parametrize(
    ("told", "beliefs", "counts"),
    [
        (NOTHING, (), NOTHING),
        (Told(NUMBER, "31"), (), Told(NUMBER, "31")),
        (NOTHING, (said(NUMBER, "31", 90), said(ADDRESS, "44", 60)), Told(NUMBER, "31")),
        (NOTHING, (said(NUMBER, "31", 60), said(ADDRESS, "44", 60)), Told(ADDRESS, "44")),
        (Told(ADDRESS, "44"), (said(NUMBER, "31", 99),), Told(ADDRESS, "44")),
        (Told(ADDRESS, "44"), (said(ADDRESS, "51", 1),), Told(ADDRESS, "51")),
        (Told(NUMBER, "31"), (said(ID_PREFIX, "51", 1),), Told(ID_PREFIX, "51")),
        (
            Told(ID_PREFIX, "51"),
            (said(NUMBER, "31", 99), said(ADDRESS, "44", 1)),
            Told(ADDRESS, "44"),
        ),
        (Told(None, "44"), (said(NUMBER, "31", 1),), Told(NUMBER, "31")),
    ],
    ids=[
        "nothing known",
        "the lender's word alone",
        "the more confident",
        "of equals the surer source",
        "the lender's word against a weaker source",
        "the same source, said anew",
        "a surer source than the lender's",
        "only surer sources compete with the lender",
        "a word without a source gives way",
    ],
)
def test_the_surest_word_counts(told, beliefs, counts):
    assert surest(told, beliefs) == counts
    assert surest(told, reversed(beliefs)) == counts

"""The directory of help is read whole, and a slip in it is named with file and line."""

from __future__ import annotations

import pytest

from forbear.contexts.rulebook.library import open_helpers
from forbear.policy.help import HelpKind, HelpSure, helpers_for, load_helpers
from forbear.policy.reading import InvalidRule
from forbear.values.code import Jurisdiction

GOOD = """jurisdiction: CN
entries:
  - code: A
    kind: DEBT_ADVICE
    regions: ["44", "110105"]
    name: {en: "A", zh: "甲"}
    says: {en: "Helps.", zh: "帮助。"}
    phone: "123"
    sure: G
    checked: 2026-11-26
    source: "invented"
"""


def test_the_shipped_directory_serves_every_country_in_distress():
    for law in Jurisdiction:
        found = helpers_for(open_helpers(), law, kind=HelpKind.CRISIS)

        assert all(each.phone for each in found)
        assert found


def test_what_is_not_read_anywhere_says_so():
    unsure = [each for each in open_helpers().values() if each.sure is HelpSure.G]

    assert all("general knowledge" in each.source for each in unsure)


@pytest.mark.parametrize(
    ("region", "count"), [("44", 1), ("440305", 1), ("110105", 1), ("11", 0), (None, 0)]
)
def test_a_region_is_within_its_province(region, count):
    directory = load_helpers({"cn.yaml": GOOD})

    assert len(helpers_for(directory, Jurisdiction.CN, region=region)) == count
    assert helpers_for(directory, Jurisdiction.UK, region=region) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('    phone: "123"\n', ""),
        ("kind: DEBT_ADVICE", "kind: DEBT"),
        ("checked: 2026-11-26", "checked: soon"),
        ("sure: G", "sure: P"),
        ("  - code: A", "  - colour: red"),
    ],
)
def test_a_slip_is_named(before, after):
    with pytest.raises(InvalidRule, match=r"cn\.yaml:\d+"):
        load_helpers({"cn.yaml": GOOD.replace(before, after)})


def test_a_code_stands_once():
    with pytest.raises(InvalidRule, match="there twice"):
        load_helpers({"a.yaml": GOOD, "b.yaml": GOOD})

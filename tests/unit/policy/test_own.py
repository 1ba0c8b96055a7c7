"""Own rules join those of the files: they only refuse more, and are known by one hash."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import yaml

from forbear.contexts.house.own import OwnRow, OwnRules, as_files, row_of
from forbear.contexts.rulebook.library import open_library, pack_in_force, policy_texts
from forbear.policy.own import OwnText, with_own
from forbear.policy.pack import load_library
from forbear.values.code import Jurisdiction
from tests.support.own import TODAY, capped, quiet

CN, NOON = Jurisdiction.CN, datetime(2026, 11, 25, 4, tzinfo=UTC)


def _row(text: str, *, version: int = 1, ended: datetime | None = None) -> OwnRow:
    rule = yaml.safe_load(text)["id"]
    return OwnRow(version, rule, version, text, "0" * 64, NOON, ended)


def _ids(own: OwnRules, day: date) -> set[str]:
    return {rule.id for rule in own.pack(CN, day).rules if rule.id.startswith("own.")}


def test_without_any_nothing_changes_and_the_hash_is_that_of_the_files():
    assert with_own(open_library(), []) is open_library()
    assert OwnRules(()).pack(CN, TODAY) is pack_in_force(CN, TODAY)


def test_the_same_texts_have_one_hash_and_another_text_another():
    one, two = (OwnRules((_row(quiet()),)), OwnRules((_row(quiet()),)))
    other = OwnRules((_row(quiet(channels="SMS")),))

    assert one.pack(CN, TODAY).sha256 == two.pack(CN, TODAY).sha256
    assert one.pack(CN, TODAY) is one.pack(CN, TODAY)
    hashes = {rules.pack(CN, TODAY).sha256 for rules in (one, other, OwnRules(()))}
    assert len(hashes) == 3
    assert one.sha256 == two.sha256


def test_counts_from_its_day_to_its_end_and_a_later_version_takes_its_place():
    first = capped(1)
    second = capped(2, effective=TODAY + timedelta(days=3))
    own = OwnRules((_row(first), _row(second, version=2)))

    def cap(day: date) -> int | None:
        found = [rule for rule in own.pack(CN, day).rules if rule.id == "own.cn.daily"]
        return found[0].parameters.at_most if found else None

    days = [TODAY + timedelta(days=n) for n in (-1, 0, 2, 3)]
    assert [cap(day) for day in days] == [None, 1, 1, 2]


def test_withdrawn_it_is_gone_in_every_place_and_leaves_no_former_version():
    ended = datetime(2026, 11, 28, 3, tzinfo=UTC)  # still the 27th in Honolulu
    own = OwnRules(
        (
            _row(capped(1)),
            _row(capped(2, effective=TODAY + timedelta(days=2)), version=2, ended=ended),
        )
    )

    assert _ids(own, date(2026, 11, 26)) == {"own.cn.daily"}
    for day in (date(2026, 11, 27), date(2026, 11, 28), date(2026, 12, 24)):
        assert _ids(own, day) == set()
    same_day = OwnRules((_row(quiet(), ended=NOON),))
    assert _ids(same_day, TODAY) == set()


def test_what_moved_into_the_files_is_asked_as_it_stands_there():
    moved = quiet().replace("[VOICE]", "[SMS]")
    base = load_library(
        policy_texts("law"),
        {"quiet.yaml": moved},
        calendars=policy_texts("calendars"),
        series=policy_texts("series"),
    )

    library = with_own(base, [OwnText("own/x.yaml", quiet())])

    found = [rule for rule in library.rules if rule.id == "own.cn.quiet"]
    assert [rule.place.file for rule in found] == ["quiet.yaml"]


def test_what_a_night_writes_down_is_read_again_as_it_was():
    row = _row(quiet(), ended=NOON)

    assert row_of(row.as_dict()) == row


def test_files_of_own_rules_load_like_any_other():
    first, ends = capped(1), TODAY + timedelta(days=2)
    first = first.replace("    verified:", f"    ends: {ends}\n    verified:")
    later = capped(2, effective=TODAY + timedelta(days=9))
    rows = [
        _row(quiet()),
        _row(first),
        _row(later, version=2),
        _row(quiet("own.cn.no"), ended=NOON),
    ]

    files = as_files(rows)

    assert sorted(files) == ["cn/own.cn.daily.yaml", "cn/own.cn.quiet.yaml"]
    assert files["cn/own.cn.quiet.yaml"] == quiet()
    library = load_library({}, files)
    daily = [rule for rule in library.rules if rule.id == "own.cn.daily"]
    assert [(rule.effective, rule.parameters and rule.parameters.at_most) for rule in daily] == [
        (TODAY, 1),
        (ends, None),
        (TODAY + timedelta(days=9), 2),
    ]

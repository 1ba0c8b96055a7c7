"""Does a night refuse rules that would let an incomplete history pass?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from forbear.contexts.nightly.run.given import refuse_unguarded
from forbear.contexts.rulebook.library import open_library
from forbear.policy.reading import InvalidRule
from forbear.values.code import Channel

PACKS = open_library().packs(as_of=date(2026, 11, 24))


def changed(pack, change):
    """Return a pack whose rule about an incomplete history is changed, or gone for None."""
    rules = [change(r) if r.id.endswith(".history") else r for r in pack.rules]
    return replace(pack, rules=tuple(rule for rule in rules if rule is not None))


class TestRefuseUnguarded:
    def test_accepts_the_shipped_rules_of_every_day(self):
        for day in (date(2001, 1, 1), date(2026, 11, 24), date(2030, 1, 1)):
            refuse_unguarded(open_library().packs(as_of=day))

    @pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.jurisdiction)
    @pytest.mark.parametrize(
        "change",
        [
            lambda rule: None,
            lambda rule: replace(rule, scope=replace(rule.scope, regions=("44",))),
            lambda rule: replace(
                rule, scope=replace(rule.scope, channels=frozenset(Channel) - {Channel.SMS})
            ),
        ],
        ids=["gone", "of a region", "without a channel"],
    )
    def test_refuses_rules_that_leave_a_way_open(self, pack, change):
        with pytest.raises(InvalidRule, match=f"No rule of {pack.jurisdiction} stops contact"):
            refuse_unguarded([changed(pack, change)])

"""Has every code that a report may show its words in both languages?"""

from __future__ import annotations

from forbear.contexts.nightly.report.label import CHANNELS, HOLDS
from forbear.values.code import Channel, HoldKind


class TestLabels:
    def test_name_every_hold_and_channel(self):
        assert set(HOLDS) == {kind.value for kind in HoldKind}
        assert set(CHANNELS) == {channel.value for channel in Channel}

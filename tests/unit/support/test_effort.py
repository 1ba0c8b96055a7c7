"""A slow machine does fewer repetitions, in steps, never fewer than the floor, and says so."""

from __future__ import annotations

import pytest

from tests.support import effort
from tests.support.effort import at_most


@pytest.mark.parametrize(
    ("slowness", "done"),
    [("0.50", 200), ("1.25", 200), ("1.30", 100), ("1.60", 50), ("2.30", 24), ("9.00", 24)],
)
def test_counts_fall_in_steps(monkeypatch, slowness, done):
    monkeypatch.setenv(effort._SLOWNESS, slowness)

    assert at_most(200, floor=15) == done
    assert at_most(200, floor=120) == max(done, 120)


def test_what_a_test_tells_stands_once_at_the_end():
    class Report:
        user_properties = (("told", "200 of 200"), ("other", "nothing"))

    class Reporter:
        stats = {"passed": [Report(), Report(), "a line without properties"]}  # noqa: RUF012
        lines: list[str] = []  # noqa: RUF012

        def section(self, title):
            self.lines.append(title)

        write_line = section

    effort.pytest_terminal_summary(Reporter())

    assert Reporter.lines[1:] == ["200 of 200"]

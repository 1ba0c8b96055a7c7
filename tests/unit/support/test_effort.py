"""A slow machine does fewer repetitions, in steps, never fewer than the floor, and says so."""

from __future__ import annotations

import pytest

from tests.support import effort
from tests.support.effort import at_most


@pytest.mark.parametrize(
    ("slowness", "done"), [("0.50", 200), ("1.50", 200), ("1.60", 100), ("2.30", 50), ("9.00", 50)]
)
def test_counts_fall_in_steps(monkeypatch, slowness, done):
    monkeypatch.setenv(effort._SLOWNESS, slowness)

    assert at_most(200, floor=15) == done
    assert at_most(200, floor=120) == max(done, 120)


@pytest.mark.parametrize(
    ("slowness", "done"),
    [("0.50", 100), ("1.25", 100), ("1.30", 50), ("1.60", 25), ("2.30", 12), ("9.00", 12)],
)
def test_what_is_dear_falls_sooner(monkeypatch, slowness, done):
    monkeypatch.setenv(effort._SLOWNESS, slowness)

    assert at_most(100, floor=3, dear=True) == done


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

"""What is installed is compared with the lock, and what the machine lacks is told."""

from __future__ import annotations

from importlib.metadata import version

from forbear.interfaces.commands import doctor_machine
from forbear.interfaces.commands.doctor_machine import machine_findings, packages
from forbear.interfaces.commands.finding import Grade


def test_packages_as_locked_are_well(tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text(f"django=={version('django')} \\\n    --hash=sha256:00\n    # via x\n")

    found = packages(lock)

    assert (found.grade, found.said.en) == (Grade.OK, "1 as locked")


def test_packages_of_another_version_or_missing_are_named(tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text("django==1.0 \\\n    --hash=sha256:00\nno-such-package[extra]==2.0\n")

    found = packages(lock)

    assert found.grade is Grade.WARN
    assert f"django {version('django')} ≠ 1.0" in found.said.en
    assert "no-such-package - ≠ 2.0" in found.said.zh


def test_without_a_lock_there_is_nothing_to_compare(tmp_path):
    assert packages(tmp_path / "none").grade is Grade.OK


def test_little_room_is_told_and_less_fails(tmp_path, monkeypatch):
    for bound, grade in (("FREE_BYTES_WARN", Grade.WARN), ("FREE_BYTES_FAIL", Grade.FAIL)):
        monkeypatch.setattr(doctor_machine, bound, 1 << 60)
        (room,) = [each for each in machine_findings(tmp_path) if each.check == "room"]
        assert room.grade is grade

"""A night killed at any point is taken up again and ends with the bytes of an undisturbed one."""

from __future__ import annotations

import shutil
import signal

import pytest

from forbear.contexts.nightly.run.run import CHAOS_POINTS
from forbear.contexts.nightly.workspace import Workspace, file_hash
from tests.support.home import forbear, home_with_book, made_once
from tests.support.insight import let_count, miss

_NOT_COMPARED = {"timings.json", "report.html"}


def _bytes_of(workspace: Workspace) -> dict[str, str]:
    night = workspace.latest_night().path
    return {
        str(file.relative_to(night)): file_hash(file)
        for file in sorted(night.rglob("*"))
        if file.is_file() and file.name not in _NOT_COMPARED
    }


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Workspace:
    """Two partitions, so that one may be finished when the other is cut off; models that count."""

    def make(folder):
        let_count(home_with_book(folder, loans=600, partition_loans=300), miss())

    folder = made_once(tmp_path_factory, "kill-book", make)
    workspace = Workspace(folder / "home")
    assert workspace.current_book().parts == 2
    return workspace


@pytest.fixture(scope="module")
def undisturbed(book, tmp_path_factory) -> dict[str, str]:
    def run(folder):
        shutil.copytree(book.root, folder / "home")
        done = forbear("night", "--home", folder / "home")
        assert done.returncode == 0, done.stderr

    return _bytes_of(Workspace(made_once(tmp_path_factory, "kill-undisturbed", run) / "home"))


class TestKilledNight:
    @pytest.mark.first
    @pytest.mark.nightly
    def test_at_every_point_in_turn_ends_with_the_same_bytes(self, book, undisturbed, tmp_path):
        home = tmp_path / "home"
        shutil.copytree(book.root, home)

        for point in CHAOS_POINTS:
            killed = forbear("night", "--home", home, chaos=point)
            assert killed.returncode == -signal.SIGKILL, point
        again = forbear("night", "--home", home)

        assert again.returncode == 0, again.stderr
        assert _bytes_of(Workspace(home)) == undisturbed
        assert list((home / "nights").glob(".work-*")) == []

    @pytest.mark.nightly
    @pytest.mark.parametrize("point", CHAOS_POINTS)
    def test_at_one_point_ends_with_the_same_bytes(self, point, book, undisturbed, tmp_path):
        home = tmp_path / "home"
        shutil.copytree(book.root, home)

        killed = forbear("night", "--home", home, chaos=point)
        assert killed.returncode == -signal.SIGKILL
        again = forbear("night", "--home", home)

        assert again.returncode == 0, again.stderr
        assert _bytes_of(Workspace(home)) == undisturbed
        assert list((home / "nights").glob(".work-*")) == []

    @pytest.mark.nightly
    def test_a_finished_night_is_not_run_again(self, book, tmp_path):
        home = tmp_path / "home"
        shutil.copytree(book.root, home)
        forbear("night", "--home", home)
        before = _bytes_of(Workspace(home))

        again = forbear("night", "--home", home)

        assert "was run before" in again.stdout
        assert _bytes_of(Workspace(home)) == before

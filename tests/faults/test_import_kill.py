"""Kill the import at every point: the rerun ends with the bytes of an undisturbed run."""

from __future__ import annotations

import hashlib
import shutil
import signal

import pytest

from forbear.contexts.nightly.intake import ImportSettings, import_extract
from forbear.contexts.nightly.intake.run import CHAOS_POINTS
from forbear.contexts.nightly.workspace import Workspace
from tests.support.extract import Extract
from tests.support.home import forbear

_ONE_LOAN_EACH = ("--partition-loans", "1", "--max-reject-share", "1")


def bytes_of(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    """Three people in three partitions, with something to reject at every stage."""
    dirty = Extract()
    dirty.tables["payment"][0]["amount"] = "1e309"
    dirty.tables["payment"][4]["loan_id"] = "L9"
    dirty.tables["attempt"].append(dict(dirty.tables["attempt"][0]))
    dirty.tables["instalment"][8]["due_date"] = ""
    return dirty.write(tmp_path_factory.mktemp("kill") / "extract")


@pytest.fixture(scope="module")
def undisturbed(extract, tmp_path_factory):
    home = tmp_path_factory.mktemp("undisturbed")
    done = forbear("import", extract, "--home", home, *_ONE_LOAN_EACH)
    assert done.returncode == 0, done.stderr
    return bytes_of(home / "books")


class TestAKilledImport:
    def test_at_every_point_in_turn_ends_with_the_same_bytes(self, extract, undisturbed, tmp_path):
        self._hold(CHAOS_POINTS, extract, undisturbed, tmp_path)

    @pytest.mark.nightly
    @pytest.mark.parametrize("point", CHAOS_POINTS)
    def test_at_one_point_ends_with_the_same_bytes(self, point, extract, undisturbed, tmp_path):
        self._hold([point], extract, undisturbed, tmp_path)

    def _hold(self, points, extract, undisturbed, tmp_path):
        workspace = Workspace(tmp_path / "home")
        previous = import_extract(
            Extract(1).write(tmp_path / "first"), workspace=workspace, settings=ImportSettings()
        ).book

        for point in points:
            killed = forbear(
                "import", extract, "--home", workspace.root, *_ONE_LOAN_EACH, chaos=point
            )

            assert killed.returncode == -signal.SIGKILL, point
            counts = workspace.current_book()
            assert (counts.path == previous.path) == (point != "import.current")
            assert all(
                (counts.path / file["path"]).exists()
                for table in counts.manifest["tables"].values()
                for file in table["files"]
            )
        again = forbear("import", extract, "--home", workspace.root, *_ONE_LOAN_EACH)

        assert again.returncode == 0, again.stderr
        shutil.rmtree(previous.path)
        assert bytes_of(workspace.books) == undisturbed

    def test_is_taken_up_where_it_stopped(self, extract, tmp_path):
        home = tmp_path / "home"
        forbear("import", extract, "--home", home, *_ONE_LOAN_EACH, chaos="import.finished")
        seen = []

        import_extract(
            extract,
            workspace=Workspace(home),
            settings=ImportSettings(partition_loans=1, max_reject_share=1.0),
            progress=lambda step, _done, _all: seen.append(step),
        )

        assert not [step for step in seen if step.startswith("check") or step == "spread"]
        assert "lay out" in seen

    def test_of_another_extract_is_cleared_away(self, extract, tmp_path):
        home = tmp_path / "home"
        forbear("import", extract, "--home", home, *_ONE_LOAN_EACH, chaos="import.spilled")
        assert list((home / "books").glob(".work-*"))

        import_extract(
            Extract(1).write(tmp_path / "first"),
            workspace=Workspace(home),
            settings=ImportSettings(),
        )

        assert not list((home / "books").glob(".work-*"))

    def test_by_another_version_of_the_program_begins_anew(self, extract, undisturbed, tmp_path):
        home = tmp_path / "home"
        forbear("import", extract, "--home", home, *_ONE_LOAN_EACH, chaos="import.finished")
        work = next((home / "books").glob(".work-*"))
        (work / ".done" / "code.json").write_text('{"code": "older"}')
        (work / "book" / "debtor" / "part-00000.parquet").write_bytes(b"older")

        again = forbear("import", extract, "--home", home, *_ONE_LOAN_EACH)

        assert again.returncode == 0, again.stderr
        assert bytes_of(home / "books") == undisturbed


class TestAnImportAgain:
    def test_changes_nothing(self, extract, undisturbed, tmp_path):
        home = tmp_path / "home"
        forbear("import", extract, "--home", home, *_ONE_LOAN_EACH)
        written = {path: path.stat().st_mtime_ns for path in (home / "books").glob("2*/**/*")}

        again = forbear("import", extract, "--home", home, *_ONE_LOAN_EACH)

        assert again.returncode == 0
        assert "This extract was imported before; nothing changed." in again.stdout
        assert bytes_of(home / "books") == undisturbed
        assert written == {
            path: path.stat().st_mtime_ns for path in (home / "books").glob("2*/**/*")
        }

    def test_of_an_earlier_extract_makes_its_book_count_again(self, tmp_path):
        workspace, settings = Workspace(tmp_path / "home"), ImportSettings()
        one = Extract(1).write(tmp_path / "one")
        first = import_extract(one, workspace=workspace, settings=settings).book
        import_extract(Extract(2).write(tmp_path / "two"), workspace=workspace, settings=settings)

        again = import_extract(one, workspace=workspace, settings=settings)

        assert again.already
        assert workspace.current_book().path == first.path

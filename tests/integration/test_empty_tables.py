"""Is a table without rows a table, from the file to the report?"""

from __future__ import annotations

import pytest

from forbear.contexts.nightly.intake import ImportSettings, import_extract
from forbear.contexts.nightly.report import write_report
from forbear.contexts.nightly.run import NightSettings, run_night
from forbear.contexts.nightly.workspace import Workspace
from tests.support.extract import Extract, header_of


def only_header(extract: Extract, table: str) -> None:
    extract.raw[table] = (",".join(header_of(table)) + "\n").encode()


class TestATableWithoutRows:
    @pytest.mark.parametrize("table", ["payment", "hold", "consent", "attempt", "contact_point"])
    def test_is_imported_and_a_night_runs(self, table, tmp_path):
        extract = Extract()
        extract.tables["consent"].clear()  # one names a contact point
        for empty in ("consent", table):
            only_header(extract, empty)

        workspace = Workspace(tmp_path / "home")
        book = import_extract(
            extract.write(tmp_path / "extract"), workspace=workspace, settings=ImportSettings()
        ).book
        ran = run_night(workspace=workspace, settings=NightSettings())

        assert book.manifest["tables"][table]["rows"] == 0
        assert ran.night.scan("delinquency").collect().height == 3
        assert write_report(ran.night.path, ran.book.path).exists()

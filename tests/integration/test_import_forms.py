"""The same rows in another form make the same book, and a book says what became of every row."""

from __future__ import annotations

import hashlib
import json

import polars as pl
import pytest

from forbear.contexts.nightly.intake import ImportSettings, import_extract
from forbear.contexts.nightly.workspace import Workspace
from forbear.engine.tables import BOOK, EXTRACT
from tests.support.extract import Extract


def tables_of(book) -> dict[str, bytes]:
    return {name: book.file(name, 0).read_bytes() for name in BOOK}


class TestTheSameRows:
    @pytest.fixture
    def plain(self, tmp_path):
        return tables_of(
            import_extract(
                Extract().write(tmp_path / "plain"),
                workspace=Workspace(tmp_path / "plain-home"),
                settings=ImportSettings(),
            ).book
        )

    @pytest.mark.parametrize(
        "form",
        [
            {"encoding": "utf-8-sig"},
            {"encoding": "gb18030"},
            {"ends": "\r\n"},
            {"ends": "\r"},
            {"quoted": True},
            {"quoted": True, "ends": "\r\n", "encoding": "gb18030"},
        ],
        ids=str,
    )
    def test_in_another_form_make_the_same_bytes(self, form, plain, tmp_path):
        folder = Extract().write(tmp_path / "extract", **form)

        done = import_extract(
            folder, workspace=Workspace(tmp_path / "home"), settings=ImportSettings()
        )

        assert tables_of(done.book) == plain

    def test_in_another_order_make_the_same_bytes(self, plain, tmp_path):
        extract = Extract()
        for rows in extract.tables.values():
            rows.reverse()

        done = import_extract(
            extract.write(tmp_path / "extract"),
            workspace=Workspace(tmp_path / "home"),
            settings=ImportSettings(),
        )

        assert tables_of(done.book) == plain

    @pytest.mark.parametrize("typed", [True, False])
    def test_in_parquet_make_the_same_bytes(self, typed, plain, tmp_path):
        folder = Extract().write(tmp_path / "extract")
        for name, table in EXTRACT.items():
            frame = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
            if typed:
                frame = frame.with_columns(*_typed(table))
            frame.write_parquet(folder / f"{name}.parquet")
            (folder / f"{name}.csv").unlink()

        done = import_extract(
            folder, workspace=Workspace(tmp_path / "home"), settings=ImportSettings()
        )

        assert tables_of(done.book) == plain

    def test_in_several_files_make_the_same_bytes(self, plain, tmp_path):
        extract = Extract().state_totals()
        folder = extract.write(tmp_path / "extract")
        lines = (folder / "payment.csv").read_text().splitlines(keepends=True)
        (folder / "a.csv").write_text("".join(lines[:4]))
        (folder / "b.csv").write_text(lines[0] + "".join(lines[4:]))
        extract.manifest["files"]["payment"]["file"] = ["b.csv", "a.csv"]
        (folder / "manifest.json").write_text(json.dumps(extract.manifest))

        done = import_extract(
            folder, workspace=Workspace(tmp_path / "home"), settings=ImportSettings()
        )

        assert tables_of(done.book) == plain


def _typed(table):
    for column in table.columns:
        short = column.name.removesuffix("_minor")
        match column.kind.value:
            case "MONEY":
                yield pl.col(short).cast(pl.Decimal(12, 2))
            case "DAY":
                yield pl.col(short).str.to_date()
            case "INSTANT":
                yield pl.col(short).str.to_datetime(time_zone="UTC")
            case "INT":
                yield pl.col(short).cast(pl.Int16)
            case "FLAG":
                yield pl.col(short) == "true"
            case "CODE":
                yield pl.col(short).cast(pl.Categorical)


class TestWhatTheBookSays:
    @pytest.fixture
    def book(self, tmp_path):
        extract = Extract().state_totals()
        extract.tables["payment"][0]["amount"] = "-103.50"
        extract.tables["payment"][3]["value_date"] = "2026-02-30"
        extract.tables["loan"][2]["principal"] = "299.00"
        extract.manifest["files"]["loan"]["sums"]["principal_minor"] = 89900
        for row in extract.tables["attempt"]:
            row["note"] = "x"
        extract.raw["hold"] = (extract.text("hold").replace("\n", "\n\n")).encode()
        return import_extract(
            extract.write(tmp_path / "extract"),
            workspace=Workspace(tmp_path / "home"),
            settings=ImportSettings(max_reject_share=1.0),
        ).book

    def test_every_minor_unit_is_in_the_book_or_among_the_rejects(self, book):
        assert book.manifest["control"]["payment"]["amount_minor"] == {
            # 610.50 stated; 103.50 stood there with a minus and was not read.
            "stated_minor": 61050,
            "read_minor": 50700,
            "in_rejected_rows_minor": 10350,
            # Of what was read, 103.50 had no day, and 203.50 went with its loan.
            "kept_minor": 20000,
            "rejected_minor": 30700,
        }
        assert book.manifest["control"]["loan"]["principal_minor"]["rejected_minor"] == 29900

    def test_every_row_is_in_the_book_or_among_the_rejects(self, book):
        payment = book.manifest["tables"]["payment"]
        assert (payment["read"], payment["kept"], payment["rejected"]) == (9, 4, 5)
        assert (payment["rows"], payment["folded"]) == (2, 2)

    def test_what_was_passed_over_is_noted(self, book):
        notes = book.manifest["quality"]["notes"]
        assert "attempt.csv: columns not of the contract were left out: note" in notes
        assert "hold: 2 blank lines were passed over" in notes
        chinese = book.manifest["quality"]["notes_zh"]
        assert "attempt.csv：约定之外的列未采用：note" in chinese
        assert "hold：略过 2 个空行" in chinese
        assert len(chinese) == len(notes)

    def test_its_files_are_the_bytes_it_names(self, book):
        for table in book.manifest["tables"].values():
            for file in table["files"]:
                body = (book.path / file["path"]).read_bytes()
                assert hashlib.sha256(body).hexdigest() == file["sha256"]

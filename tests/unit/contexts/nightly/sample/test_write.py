"""Is the same seed the same bytes, and can the command never hurt what it did not make?"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import date

import numpy as np
import polars as pl
import pytest

from forbear.contexts.nightly.intake import ImportSettings, import_extract
from forbear.contexts.nightly.sample import SampleSettings, chunk, write, write_sample
from forbear.contexts.nightly.sample.dirt import with_dirt
from forbear.contexts.nightly.workspace import Workspace
from forbear.engine.tables import EXTRACT
from forbear.values.errors import Conflict, InvalidInput

SETTINGS = SampleSettings(loans=300, seed=7, book_date=date(2026, 11, 24))

REASONS = {
    "debtor.language: unknown word": "debtor.language UNKNOWN_WORD",
    "instalment.due_date: missing day": "instalment.due_date EMPTY",
    "payment.value_date: no such day": "payment.value_date IMPOSSIBLE_DATE",
    "payment.amount: negative amount": "payment.amount_minor NEGATIVE",
    "payment.amount: beyond any number": "payment.amount_minor SCIENTIFIC",
    "payment.loan_id: no such loan": "payment.loan_id ORPHAN",
    "attempt.outcome: unknown word": "attempt.outcome UNKNOWN_WORD",
    "attempt.debtor_id: formula": "attempt.debtor_id FORMULA",
}


def changed(**values):
    return dataclasses.replace(SETTINGS, **values)


def digests(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


class TestBytes:
    @pytest.mark.parametrize("parquet", [False, True])
    def test_are_the_same_for_the_same_seed(self, tmp_path, parquet):
        settings = changed(parquet=parquet)
        write_sample(tmp_path / "a", settings=settings)
        write_sample(tmp_path / "b", settings=settings)

        assert digests(tmp_path / "a") == digests(tmp_path / "b")
        assert digests(tmp_path / "a-truth") == digests(tmp_path / "b-truth")

    def test_are_others_for_another_seed(self, tmp_path):
        write_sample(tmp_path / "a", settings=SETTINGS)
        write_sample(tmp_path / "b", settings=changed(seed=8))

        assert digests(tmp_path / "a")["loan.csv"] != digests(tmp_path / "b")["loan.csv"]

    def test_of_a_chunk_do_not_depend_on_the_others(self, regions, monkeypatch):
        monkeypatch.setattr(chunk, "CHUNK_LOANS", 100)
        late_first = {n: chunk.make_chunk(SETTINGS, chunk=n, regions=regions) for n in (2, 0, 1)}
        in_order = {n: chunk.make_chunk(SETTINGS, chunk=n, regions=regions) for n in (0, 1, 2)}

        for number, made in in_order.items():
            for name, frame in made.tables.items():
                assert frame.equals(late_first[number].tables[name])
        assert not in_order[0].tables["loan"].equals(in_order[1].tables["loan"])

    @pytest.mark.parametrize("loans", [1, 2, 3, 101])
    def test_can_be_of_very_few_loans_and_of_a_small_last_chunk(self, tmp_path, monkeypatch, loans):
        monkeypatch.setattr(chunk, "CHUNK_LOANS", 100)

        manifest = write_sample(tmp_path / "a", settings=changed(loans=loans))

        assert manifest["files"]["loan"]["rows"] == loans
        assert len(pl.read_csv(tmp_path / "a" / "loan.csv")) == loans


class TestManifest:
    @pytest.mark.parametrize("parquet", [False, True])
    def test_states_the_rows_and_sums_of_the_files(self, tmp_path, monkeypatch, parquet):
        monkeypatch.setattr(chunk, "CHUNK_LOANS", 120)
        write_sample(tmp_path / "a", settings=changed(parquet=parquet))
        stated = json.loads((tmp_path / "a" / "manifest.json").read_text())["files"]

        for name, table in EXTRACT.items():
            files = stated[name]["file"]
            files = [files] if isinstance(files, str) else files
            assert len(files) == (3 if parquet else 1)
            frame = pl.concat([self._read(tmp_path / "a" / file) for file in files])
            assert frame.height == stated[name]["rows"]
            for column in table.sums:
                found = frame[column] if parquet else frame[column.removesuffix("_minor")]
                exact = found if parquet else found.str.replace(".", "", literal=True).cast(int)
                assert exact.sum() == stated[name]["sums"][column]

    def _read(self, path):
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema=False)

    def test_says_that_everything_is_invented(self, tmp_path):
        manifest = write_sample(tmp_path / "a", settings=SETTINGS)

        assert "invented" in manifest["lender"]
        assert "虚构" in manifest["lender"]
        assert "invented" in manifest["invented"]

    def test_leads_both_forms_to_the_same_book(self, tmp_path):
        books = {}
        for form in ("csv", "parquet"):
            write_sample(tmp_path / form, settings=changed(parquet=form == "parquet"))
            workspace = Workspace(tmp_path / f"{form}-home")
            import_extract(tmp_path / form, workspace=workspace, settings=ImportSettings())
            book = workspace.current_book()
            books[form] = {
                name: book.scan(name).collect() for name in ("loan", "payment", "attempt")
            }

        for name, frame in books["csv"].items():
            assert frame.height > 0
            assert frame.equals(books["parquet"][name])


class TestTruth:
    def test_lies_apart_and_the_import_does_not_need_it(self, tmp_path):
        write_sample(tmp_path / "a", settings=SETTINGS)
        apart = {path.name for path in (tmp_path / "a-truth").iterdir()}

        for path in (tmp_path / "a-truth").iterdir():
            path.unlink()
        workspace = Workspace(tmp_path / "home")
        import_extract(tmp_path / "a", workspace=workspace, settings=ImportSettings())

        assert apart >= {"behaviour-00000.parquet", "contact_point-00000.parquet", "truth.json"}
        extract = (tmp_path / "a" / "debtor.csv").read_text()
        assert "PUNCTUAL" not in extract
        assert workspace.current_book().manifest["tables"]["debtor"]["rows"] > 0


class TestPlace:
    def test_is_not_taken_from_an_earlier_sample_without_force(self, tmp_path):
        write_sample(tmp_path / "a", settings=SETTINGS)
        before = digests(tmp_path / "a")

        with pytest.raises(Conflict, match="earlier sample"):
            write_sample(tmp_path / "a", settings=changed(seed=8))
        assert digests(tmp_path / "a") == before

        write_sample(tmp_path / "a", settings=changed(seed=8), force=True)
        assert digests(tmp_path / "a") != before

    @pytest.mark.parametrize("manifest", ['{"lender": "a real one"}', "not JSON", "[]"])
    def test_is_never_taken_from_a_real_extract(self, tmp_path, manifest):
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "manifest.json").write_text(manifest)

        with pytest.raises(Conflict, match="no sample"):
            write_sample(tmp_path / "a", settings=SETTINGS, force=True)

        assert (tmp_path / "a" / "manifest.json").read_text() == manifest

    def test_of_the_truth_is_never_taken_from_something_else(self, tmp_path):
        (tmp_path / "a-truth").mkdir()
        (tmp_path / "a-truth" / "notes.txt").write_text("precious")

        with pytest.raises(Conflict, match="no sample"):
            write_sample(tmp_path / "a", settings=SETTINGS, force=True)

        assert (tmp_path / "a-truth" / "notes.txt").read_text() == "precious"

    def test_is_not_a_file_nor_the_folder_one_stands_in(self, tmp_path, monkeypatch):
        (tmp_path / "file").write_text("here")
        monkeypatch.chdir(tmp_path)

        with pytest.raises(Conflict):
            write_sample(tmp_path / "file", settings=SETTINGS, force=True)
        with pytest.raises(InvalidInput, match="stand in"):
            write_sample(tmp_path, settings=SETTINGS, force=True)

    def test_stays_as_it_was_when_the_run_is_interrupted_and_can_be_taken_again(
        self, tmp_path, monkeypatch
    ):
        write_sample(tmp_path / "a", settings=SETTINGS)
        before = digests(tmp_path / "a")

        def interrupted(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr(chunk, "CHUNK_LOANS", 100)
        with pytest.raises(KeyboardInterrupt):
            write_sample(tmp_path / "a", settings=changed(seed=8), force=True, progress=interrupted)
        assert digests(tmp_path / "a") == before

        write_sample(tmp_path / "a", settings=changed(seed=8), force=True)
        write_sample(tmp_path / "b", settings=changed(seed=8))
        assert digests(tmp_path / "a") == digests(tmp_path / "b")
        assert {path.name for path in tmp_path.iterdir()} == {"a", "a-truth", "b", "b-truth"}


class TestSettings:
    @pytest.mark.parametrize(
        ("values", "named"),
        [
            ({"loans": 0}, "--loans"),
            ({"loans": write.LOANS_MAX + 1}, "--loans"),
            ({"seed": -1}, "--seed"),
            ({"instalments": 0}, "--instalments"),
            ({"instalments": 121}, "--instalments"),
            ({"attempts_per_loan": -0.1}, "--attempts-per-loan"),
            ({"attempts_per_loan": float("nan")}, "--attempts-per-loan"),
            ({"attempts_per_loan": float("inf")}, "--attempts-per-loan"),
            ({"dirt": float("nan")}, "--dirt"),
            ({"dirt": -0.1}, "--dirt"),
            ({"dirt": 0.1, "parquet": True}, "Dirt"),
            ({"book_date": date(1, 1, 1)}, "--book-date"),
            ({"book_date": date(9999, 12, 31)}, "--book-date"),
        ],
    )
    def test_out_of_bounds_are_refused_before_anything_is_written(self, tmp_path, values, named):
        with pytest.raises(InvalidInput, match=named) as refused:
            write_sample(tmp_path / "a", settings=changed(**values))

        assert refused.value.remedy
        assert list(tmp_path.iterdir()) == []

    def test_fix_the_length_of_every_schedule(self, tmp_path):
        manifest = write_sample(tmp_path / "a", settings=changed(instalments=12))

        assert manifest["files"]["instalment"]["rows"] == 300 * 12

    def test_may_ask_for_no_attempts(self, tmp_path):
        manifest = write_sample(tmp_path / "a", settings=changed(attempts_per_loan=0.0))

        assert manifest["files"]["attempt"]["rows"] == 0


class TestDirt:
    def test_spoils_each_row_in_one_way_and_counts_every_one(self, regions):
        clean = chunk.make_chunk(SETTINGS, chunk=0, regions=regions).tables["payment"]
        text = clean.select(write._as_text(EXTRACT["payment"]))

        spoiled, planted = with_dirt(np.random.default_rng(1), text, table="payment", share=0.3)

        differing = sum(a != b for a, b in zip(text.rows(), spoiled.rows(), strict=True))
        assert differing == sum(planted.values())
        assert len(planted) == 5
        assert min(planted.values()) > 0

    def test_is_found_by_the_import_to_the_row(self, tmp_path):
        write_sample(tmp_path / "a", settings=changed(loans=3_000, dirt=0.02))
        planted = json.loads((tmp_path / "a-truth" / "truth.json").read_text())["planted_rows"]
        workspace = Workspace(tmp_path / "home")

        import_extract(tmp_path / "a", workspace=workspace, settings=ImportSettings())

        rejects = workspace.current_book().scan("reject").collect()
        found = dict(
            rejects.group_by(pl.format("{}.{} {}", "table", "column", "reason")).len().iter_rows()
        )
        for kind, reason in REASONS.items():
            assert planted[kind] > 0
            assert found[reason] == planted[kind]
        # Full-width digits are read as what they mean; nothing is rejected for them.
        assert set(planted) - set(REASONS) == {"payment.amount: full-width digits"}

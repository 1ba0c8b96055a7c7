"""Every way a whole extract is unfit: what is said, and that the previous book stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from forbear.contexts.nightly.intake import ImportSettings, import_extract
from forbear.contexts.nightly.workspace import Workspace
from forbear.engine.tables import EXTRACT
from forbear.values.errors import InvalidInput, Transient
from tests.support.extract import Extract, header_of


@dataclass(frozen=True)
class Case:
    """What is done to the extract or its written folder, and what is then said."""

    name: str
    said: str
    remedy: str
    before: Callable[[Extract], None] = lambda _extract: None
    after: Callable[[Path], None] = lambda _folder: None


def payment(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change the bytes of payment.csv."""

    def apply(folder: Path) -> None:
        path = folder / "payment.csv"
        path.write_bytes(change(path.read_bytes()))

    return apply


def header(old: str, new: str) -> Callable[[Path], None]:
    return payment(lambda body: body.replace(old.encode(), new.encode(), 1))


def manifest(**changes: object) -> Callable[[Extract], None]:
    return lambda extract: extract.state_totals().manifest.update(changes)


def stated(table: str, **changes: object) -> Callable[[Extract], None]:
    return lambda extract: extract.state_totals().manifest["files"][table].update(changes)


def parquet_payment(column: pl.Expr) -> Callable[[Path], None]:
    """Replace payment.csv by a Parquet file with one column changed."""

    def apply(folder: Path) -> None:
        frame = pl.read_csv(folder / "payment.csv", infer_schema=False)
        frame.with_columns(column).write_parquet(folder / "payment.parquet")
        (folder / "payment.csv").unlink()

    return apply


def cut_parquet(folder: Path) -> None:
    parquet_payment(pl.col("amount"))(folder)
    whole = (folder / "payment.parquet").read_bytes()
    (folder / "payment.parquet").write_bytes(whole[: len(whole) // 2])


def damaged_parquet(folder: Path) -> None:
    parquet_payment(pl.col("amount"))(folder)
    whole = bytearray((folder / "payment.parquet").read_bytes())
    whole[40:400] = b"\xff" * 360
    (folder / "payment.parquet").write_bytes(bytes(whole))


def principal_last(extract: Extract) -> None:
    """Let a column with a control total be the last of its file."""
    for row in extract.tables["loan"]:
        row["principal"] = row.pop("principal")
    extract.state_totals()


def cut_last_amount(folder: Path) -> None:
    """Cut the last 300.00 of loan.csv down to 3, so that its row still has all its fields."""
    path = folder / "loan.csv"
    body = path.read_bytes()
    assert body.endswith(b",300.00\n")
    path.write_bytes(body.removesuffix(b"00.00\n"))


def many_names(extract: Extract) -> None:
    """Make sure that the file is plainly UTF-8 before it goes wrong."""
    for row in extract.tables["debtor"]:
        row["name"] = "欧阳娜娜" * 3


def then_gb(folder: Path) -> None:
    path = folder / "debtor.csv"
    path.write_bytes(path.read_bytes() + "D9,欧阳,CN,,,,,,,,\n".encode("gb18030"))


def only_headers(extract: Extract) -> None:
    for name in EXTRACT:
        extract.raw[name] = (",".join(header_of(name)) + "\n").encode()


def lost_hold(column: str, value: str) -> Callable[[Extract], None]:
    def spoil(extract: Extract) -> None:
        extract.tables["hold"][0][column] = value

    return spoil


def withdrawn(extract: Extract) -> None:
    extract.tables["consent"][0].update(state="WITHDRAWN", recorded_at="then")


def one_in_ten(extract: Extract) -> None:
    extract.tables["payment"][0]["amount"] = "1e309"


def days_first(extract: Extract) -> None:
    for row in extract.tables["instalment"]:
        row["due_date"] = "/".join(reversed(row["due_date"].split("-")))


CASES = [
    Case(
        "a missing file",
        "The file consent.csv is missing; table consent has no rows to read.",
        "A table without rows is a file with only its header",
        after=lambda folder: (folder / "consent.csv").unlink(),
    ),
    Case(
        "a missing stated file",
        "The file p-2.csv is missing",
        "Put p-2.csv into",
        before=stated("payment", file=["payment.csv", "p-2.csv"]),
    ),
    Case(
        "an empty file",
        "payment.csv is empty.",
        "still needs its header line",
        after=payment(lambda _body: b""),
    ),
    Case(
        "a renamed column",
        "payment.csv: the header lacks value_date (is it valuedate?).",
        "the contract's names",
        after=header("value_date", "valuedate"),
    ),
    Case(
        "a column less",
        "payment.csv: the header lacks loan_id.",
        "their order is free",
        after=header(",loan_id,", ",other,"),
    ),
    Case(
        "a column twice",
        "payment.csv: the header names loan_id twice.",
        "every column once",
        after=header("purpose", "loan_id"),
    ),
    Case(
        "semicolons",
        "payment.csv: fields are not parted by commas.",
        "contract's names",
        after=payment(lambda body: body.replace(b",", b";")),
    ),
    Case(
        "no header",
        "payment.csv: the header lacks payment_id",
        "contract's names",
        after=payment(lambda body: body.split(b"\n", 1)[1]),
    ),
    Case(
        "cut in a row",
        "payment.csv ends in the middle of a row: line 10 has 2 of 7 fields.",
        "Hand the whole file over again",
        after=payment(lambda body: body[:-42]),
    ),
    Case(
        "cut in a character",
        "debtor.csv ends in the middle of a character; it was cut.",
        "Hand the whole file over again",
        before=many_names,
        after=lambda folder: (folder / "debtor.csv").write_bytes(
            (folder / "debtor.csv").read_bytes().rpartition("娜".encode()[1:])[0]
        ),
    ),
    Case(
        "cut between rows",
        "payment: 8 rows were read, but the lender states 9. The file may be cut.",
        "Hand over the whole file",
        before=stated("payment"),
        after=payment(lambda body: body[: body[:-1].rfind(b"\n") + 1]),
    ),
    Case(
        "cut in its last field, where totals tell",
        "loan.principal_minor adds up to 603.00, but the lender states 900.00",
        "loan.csv does not end with a line end, so the last field may be cut",
        before=principal_last,
        after=cut_last_amount,
    ),
    Case(
        "cut between rows, the last one without its line end",
        "payment: 8 rows were read, but the lender states 9. The file may be cut.",
        "payment.csv does not end with a line end",
        before=stated("payment"),
        after=payment(lambda body: body[: body[:-1].rfind(b"\n")]),
    ),
    Case(
        "a quote left open",
        "payment.csv: a quote in line 3 is never closed",
        "with quotes in pairs",
        after=payment(lambda body: body.replace(b"\nY1b", b'\n"Y1b', 1)),
    ),
    Case(
        "two encodings",
        "debtor.csv begins in UTF-8, but byte ",
        "in one encoding",
        before=many_names,
        after=then_gb,
    ),
    Case(
        "no encoding",
        "payment.csv is neither UTF-8 nor GB18030: byte 79 (line 2)",
        "in one encoding",
        after=payment(lambda body: body.replace(b"Y1a", b"Y\xffa", 1)),
    ),
    Case(
        "UTF-16",
        "payment.csv is UTF-16 (a spreadsheet's Unicode text).",
        "CSV UTF-8",
        after=payment(lambda body: body.decode().encode("utf-16")),
    ),
    Case(
        "another sum",
        "payment.amount_minor adds up to 610.50, but the lender states 610.51, "
        "though every amount could be read.",
        "which of the two is right",
        before=stated("payment", sums={"amount_minor": 61051}),
    ),
    Case(
        "another sum beside a bad date",
        "payment.amount_minor adds up to 610.50",
        "which of the two is right",
        before=lambda extract: (
            stated("payment", sums={"amount_minor": 61051})(extract),
            extract.tables["payment"][0].update(value_date="2026-02-30"),
        ),
    ),
    Case(
        "two forms of a table",
        "Both payment.csv and payment.parquet are there; which one counts?",
        "Take one away",
        after=lambda folder: pl.DataFrame({"a": [1]}).write_parquet(folder / "payment.parquet"),
    ),
    Case(
        "money in floats",
        "payment.parquet, column amount: type Float64 cannot hold MONEY exactly.",
        "never floats",
        after=parquet_payment(pl.col("amount").cast(pl.Float64)),
    ),
    Case(
        "a cut Parquet file",
        "payment.parquet is not a whole Parquet file; it may be cut.",
        "Hand the file over again",
        after=cut_parquet,
    ),
    Case(
        "a damaged Parquet file",
        "payment.parquet is damaged and cannot be read to its end.",
        "Hand the file over again",
        after=damaged_parquet,
    ),
    Case(
        "no rows at all",
        "No usable debtor is in the extract.",
        "rejected rows' reasons",
        before=only_headers,
    ),
    Case(
        "another contract",
        "manifest.json says contract 9; this Forbear reads contract 1.",
        "the contract that the reference describes",
        before=manifest(contract="9"),
    ),
    Case(
        "no JSON",
        "manifest.json cannot be read: ",
        "or remove it",
        after=lambda folder: (folder / "manifest.json").write_text("{"),
    ),
    Case(
        "a list",
        "manifest.json cannot be read: it is not an object.",
        "or remove it",
        after=lambda folder: (folder / "manifest.json").write_text("[]"),
    ),
    Case(
        "a bad day",
        "manifest.json cannot be read: book_date is not a day",
        "or remove it",
        before=manifest(book_date="2026-02-30"),
    ),
    Case(
        "a bad count",
        "manifest.json cannot be read: files.payment.rows is not a whole number.",
        "or remove it",
        before=stated("payment", rows="9"),
    ),
    Case(
        "a sum in major units",
        "manifest.json cannot be read: files.payment.sums are not whole numbers of minor units.",
        "or remove it",
        before=stated("payment", sums={"amount_minor": 610.5}),
    ),
    Case(
        "an unknown sum",
        "files.payment.sums names total, which has no total.",
        "or remove it",
        before=stated("payment", sums={"total": 1}),
    ),
    Case(
        "a way out of the folder",
        "files.payment.file names a file outside the folder.",
        "or remove it",
        before=stated("payment", file="../payment.csv"),
    ),
    Case(
        "no day",
        "Nobody says as of which day the extract was taken.",
        "--book-date",
        before=manifest(book_date=None),
    ),
    Case(
        "too many rejects",
        "payment: 1 of 9 rows would be rejected, more than 5.0%. For example "
        "payment.csv line 2, column amount_minor, SCIENTIFIC:",
        "--max-reject-share",
        before=one_in_ten,
    ),
    Case(
        "too many rejects that took others along",
        "instalment: 9 of 9 rows would be rejected, more than 5.0%. For example "
        "instalment.csv line 2, column due_date, BAD_DATE:",
        "--max-reject-share",
        before=days_first,
    ),
    Case(
        "a hold without a day",
        "hold: 1 rows that protect a person cannot be used. The first is "
        "hold.csv line 2, column start_date, IMPOSSIBLE_DATE:",
        "no longer bind",
        before=lost_hold("start_date", "2026-02-30"),
    ),
    Case(
        "a hold that ends early",
        "hold.csv line 2, column end_date, END_BEFORE_START:",
        "no longer bind",
        before=lost_hold("end_date", "2026-10-01"),
    ),
    Case(
        "a hold on another's loan",
        "hold.csv line 2, column loan_id, WRONG_OWNER:",
        "no longer bind",
        before=lost_hold("loan_id", "L2"),
    ),
    Case(
        "a withdrawal without a time",
        "consent: 1 rows that protect a person cannot be used. "
        "The first is consent.csv line 2, column recorded_at, BAD_INSTANT:",
        "no longer bind",
        before=withdrawn,
    ),
]


def facts_of(text: object) -> set[str]:
    """Return the numbers and names of files that a sentence speaks of."""
    return set(re.findall(r"\d[\d,.]*\d|\d|\w+\.(?:csv|parquet|json)", str(text), re.ASCII))


def assert_said_in_chinese_too(error: InvalidInput) -> None:
    """Both languages say the same, so they speak of the same figures and files."""
    for en, zh in (
        (error.message, error.data["message_zh"]),
        (error.remedy, error.data["remedy_zh"]),
    ):
        assert re.search(r"[\u4e00-\u9fff].*([。？]|：/)", str(zh))
        assert facts_of(zh) == facts_of(en)
    assert error.as_dict()["message_zh"]


class TestAnUnfitExtract:
    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
    def test_is_refused_in_words_and_the_previous_book_stays(self, case: Case, tmp_path):
        workspace = Workspace(tmp_path / "home")
        previous = import_extract(
            Extract(1).write(tmp_path / "first"), workspace=workspace, settings=ImportSettings()
        )
        extract = Extract()
        case.before(extract)
        folder = extract.write(tmp_path / "second")
        case.after(folder)

        with pytest.raises(InvalidInput) as refused:
            import_extract(folder, workspace=workspace, settings=ImportSettings())

        assert case.said in refused.value.message
        assert case.remedy in refused.value.remedy
        assert workspace.current_book().manifest == previous.book.manifest
        assert refused.value.exit_code == 2
        assert_said_in_chinese_too(refused.value)

    def test_that_may_be_cut_in_its_last_field_is_taken_with_a_warning(self, tmp_path):
        extract = Extract()
        extract.manifest["files"] = {}
        folder = extract.write(tmp_path / "extract")
        # The last reversal no longer names what it undoes: it has become a payment.
        payment(lambda body: body.removesuffix(b"Y3b\n"))(folder)

        done = import_extract(
            folder, workspace=Workspace(tmp_path / "home"), settings=ImportSettings()
        )

        assert done.book.manifest["quality"]["unfinished_files"] == ["payment.csv"]

    def test_for_its_rejects_leaves_their_list_behind(self, tmp_path):
        extract = Extract()
        one_in_ten(extract)

        with pytest.raises(InvalidInput) as refused:
            import_extract(
                extract.write(tmp_path / "extract"),
                workspace=Workspace(tmp_path / "home"),
                settings=ImportSettings(),
            )

        shown = Path(refused.value.data["rejects"])
        assert str(shown) in refused.value.remedy
        assert "payment.csv,2,amount_minor,SCIENTIFIC" in shown.read_text(encoding="utf-8-sig")

    def test_is_taken_once_more_rejects_are_allowed(self, tmp_path):
        extract = Extract()
        one_in_ten(extract)
        folder, workspace = extract.write(tmp_path / "extract"), Workspace(tmp_path / "home")
        with pytest.raises(InvalidInput):
            import_extract(folder, workspace=workspace, settings=ImportSettings())

        done = import_extract(
            folder, workspace=workspace, settings=ImportSettings(max_reject_share=0.2)
        )

        assert not done.already
        assert done.book.manifest["rejects"] == 1

    def test_gives_a_consent_that_cannot_be_read_up(self, tmp_path):
        extract = Extract()
        extract.tables["consent"][0]["recorded_at"] = "then"

        done = import_extract(
            extract.write(tmp_path / "extract"),
            workspace=Workspace(tmp_path / "home"),
            settings=ImportSettings(max_reject_share=1.0),
        )

        assert done.book.manifest["tables"]["consent"]["rejected"] == 1

    def test_that_is_not_there_leaves_no_trace(self, tmp_path):
        with pytest.raises(InvalidInput, match="There is no folder"):
            import_extract(
                tmp_path / "nowhere",
                workspace=Workspace(tmp_path / "home"),
                settings=ImportSettings(),
            )

        assert not (tmp_path / "home").exists()

    def test_waits_for_another_import(self, tmp_path):
        from forbear.contexts.nightly.workspace import only_one

        workspace = Workspace(tmp_path / "home")
        folder = Extract().write(tmp_path / "extract")

        with only_one(workspace.books, "import"), pytest.raises(Transient) as busy:
            import_extract(folder, workspace=workspace, settings=ImportSettings())

        assert "Another import is at work" in busy.value.message

    def test_changed_while_it_was_read_is_refused(self, tmp_path):
        folder = Extract().write(tmp_path / "extract")

        def touch(step: str, _done: int, _all: int) -> None:
            if step == "check debtor":
                with (folder / "attempt.csv").open("a") as file:
                    file.write("A9\n")

        with pytest.raises(InvalidInput, match=r"attempt\.csv changed while it was read"):
            import_extract(
                folder,
                workspace=Workspace(tmp_path / "home"),
                settings=ImportSettings(),
                progress=touch,
            )

"""Every kind of dirty row: which line and column are named, why, and what it takes along."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from forbear.contexts.nightly.intake import ImportSettings, import_extract
from forbear.contexts.nightly.workspace import Workspace
from tests.support.extract import Extract

ALL_ALLOWED = ImportSettings(max_reject_share=1.0)


@dataclass(frozen=True)
class Case:
    """A spoiled extract and the one fault that is the row's own."""

    name: str
    spoil: Callable[[Extract], None]
    at: tuple[str, int, str | None, str]
    said: str


def put(table: str, row: int, column: str, value: str) -> Callable[[Extract], None]:
    """Put a value into a row, counted from 0."""

    def spoil(extract: Extract) -> None:
        extract.tables[table][row][column] = value

    return spoil


def pay(value: str) -> Callable[[Extract], None]:
    return put("payment", 0, "amount", value)


def again(table: str, row: int, **changed: str) -> Callable[[Extract], None]:
    """Repeat a row at the end, changed or not."""

    def spoil(extract: Extract) -> None:
        extract.tables[table].append({**extract.tables[table][row], **changed})

    return spoil


def without_row(table: str, row: int) -> Callable[[Extract], None]:
    def spoil(extract: Extract) -> None:
        del extract.tables[table][row]

    return spoil


def line(table: str, text: str) -> Callable[[Extract], None]:
    """Add a line as it stands."""

    def spoil(extract: Extract) -> None:
        extract.raw[table] = (extract.text(table) + text + "\n").encode()

    return spoil


AMOUNT = ("payment", 2, "amount_minor")
CASES = [
    Case("nul", pay("10\0.00"), (*AMOUNT, "CONTROL"), "a NUL or another control character"),
    Case(
        "bell",
        put("loan", 0, "loan_id", "L\x071"),
        ("loan", 2, "loan_id", "CONTROL"),
        "Export the file again as text",
    ),
    Case(
        "bidi",
        put("loan", 0, "loan_id", "L\u202e1"),
        ("loan", 2, "loan_id", "CONTROL"),
        "control character",
    ),
    Case(
        "bidi in a name",
        put("debtor", 0, "name", "a\u202eb"),
        ("debtor", 2, "name", "CONTROL"),
        "control character",
    ),
    Case(
        "unseen",
        put("loan", 0, "loan_id", "L\u200b1"),
        ("loan", 2, "loan_id", "CONTROL"),
        "control character",
    ),
    Case(
        "line end in an id",
        put("loan", 0, "loan_id", "L\n1"),
        ("loan", 2, "loan_id", "CONTROL"),
        "control character",
    ),
    Case("1e309", pay("1e309"), (*AMOUNT, "SCIENTIFIC"), "Write the amount in full"),
    Case("infinity", pay("-Infinity"), (*AMOUNT, "SCIENTIFIC"), "infinite"),
    Case("not a number", pay("NaN"), (*AMOUNT, "SCIENTIFIC"), "not a number"),
    Case("three decimals", pay("1.005"), (*AMOUNT, "TOO_PRECISE"), "Round it at the source"),
    Case("words", pay("twelve"), (*AMOUNT, "NOT_A_NUMBER"), "at most one decimal point"),
    Case("other digits", pay("١٢"), (*AMOUNT, "NOT_A_NUMBER"), "Write digits"),
    Case("two points", pay("1.2.3"), (*AMOUNT, "NOT_A_NUMBER"), "one decimal point"),
    Case("comma for a point", pay("12,5"), (*AMOUNT, "NOT_A_NUMBER"), "one decimal point"),
    Case("negative", pay("-103.50"), (*AMOUNT, "NEGATIVE"), "a reversal names the payment"),
    Case("nothing", pay("0.00"), (*AMOUNT, "TOO_SMALL"), "smaller than allowed"),
    Case("eleven million", pay("11000000.00"), (*AMOUNT, "TOO_LARGE"), "10 million"),
    Case("beyond 64 bits", pay("9" * 40), (*AMOUNT, "TOO_LARGE"), "10 million"),
    Case("empty", pay(""), (*AMOUNT, "EMPTY"), "must be filled"),
    Case("formula amount", pay("=1+1"), (*AMOUNT, "FORMULA"), "Export values, not formulas"),
    Case(
        "formula id",
        put("attempt", 0, "attempt_id", "=HYPERLINK(A1)"),
        ("attempt", 2, "attempt_id", "FORMULA"),
        "spreadsheet formula",
    ),
    Case(
        "formula team",
        put("attempt", 0, "team", "@SUM"),
        ("attempt", 2, "team", "FORMULA"),
        "spreadsheet formula",
    ),
    Case(
        "formula word",
        put("attempt", 0, "outcome", "+1"),
        ("attempt", 2, "outcome", "FORMULA"),
        "spreadsheet formula",
    ),
    Case(
        "formula date",
        put("payment", 0, "value_date", "=TODAY()"),
        ("payment", 2, "value_date", "FORMULA"),
        "spreadsheet formula",
    ),
    Case(
        "wide formula",
        put("attempt", 0, "attempt_id", "＝A1"),
        ("attempt", 2, "attempt_id", "FORMULA"),
        "spreadsheet formula",
    ),
    Case(
        "30 February",
        put("payment", 0, "value_date", "2026-02-30"),
        ("payment", 2, "value_date", "IMPOSSIBLE_DATE"),
        "no such day in the calendar",
    ),
    Case(
        "year 1900",
        put("payment", 0, "value_date", "1900-01-01"),
        ("payment", 2, "value_date", "IMPOSSIBLE_DATE"),
        "1970–2199",
    ),
    Case(
        "slashes",
        put("payment", 0, "value_date", "2026/08/15"),
        ("payment", 2, "value_date", "BAD_DATE"),
        "of the form 2026-11-24",
    ),
    Case(
        "one digit",
        put("payment", 0, "value_date", "2026-8-15"),
        ("payment", 2, "value_date", "BAD_DATE"),
        "of the form 2026-11-24",
    ),
    Case(
        "no offset",
        put("attempt", 0, "started_at", "2026-11-20T10:00:00"),
        ("attempt", 2, "started_at", "NO_OFFSET"),
        "Add Z or +08:00",
    ),
    Case(
        "not a time",
        put("attempt", 0, "started_at", "yesterday"),
        ("attempt", 2, "started_at", "BAD_INSTANT"),
        "T09:30:00+08:00",
    ),
    Case(
        "hour 24",
        put("attempt", 0, "started_at", "2026-11-20T24:00:00Z"),
        ("attempt", 2, "started_at", "IMPOSSIBLE_DATE"),
        "no such day",
    ),
    Case(
        "second 60",
        put("attempt", 0, "started_at", "2026-11-20T10:00:60Z"),
        ("attempt", 2, "started_at", "IMPOSSIBLE_DATE"),
        "no such day",
    ),
    Case(
        "unknown word",
        put("attempt", 0, "outcome", "MAYBE"),
        ("attempt", 2, "outcome", "UNKNOWN_WORD"),
        "not on the list",
    ),
    Case(
        "unknown currency",
        put("loan", 0, "currency", "EUR"),
        ("loan", 2, "currency", "UNKNOWN_WORD"),
        "not on the list",
    ),
    Case(
        "unknown product",
        put("loan", 0, "product", "pawn"),
        ("loan", 2, "product", "UNKNOWN_WORD"),
        "not on the list",
    ),
    Case(
        "unknown zone",
        put("debtor", 0, "time_zones", "Asia/Shanghai|Mars/Olympus"),
        ("debtor", 2, "time_zones", "UNKNOWN_ZONE"),
        "IANA time zone",
    ),
    Case(
        "no flag",
        put("debtor", 0, "vulnerable", "maybe"),
        ("debtor", 2, "vulnerable", "NOT_A_FLAG"),
        "true or false",
    ),
    Case(
        "long id",
        put("loan", 0, "loan_id", "L" * 65),
        ("loan", 2, "loan_id", "TOO_LONG"),
        "64 characters",
    ),
    Case(
        "a field too many",
        line("payment", "Y9,L1,2026-08-15,2026-08-16,1,234.50,SCHEDULE,"),
        ("payment", 11, None, "FIELD_COUNT"),
        "Quote fields that hold commas",
    ),
    Case(
        "a field too few",
        line("payment", "Y9,L1,2026-08-15"),
        ("payment", 11, None, "FIELD_COUNT"),
        "another number of fields",
    ),
    Case(
        "quotes inside",
        line("payment", 'Y9,L1,2026-08-15,2026-08-16,"1"0,SCHEDULE,'),
        ("payment", 11, None, "BAD_QUOTES"),
        "write a quote inside it twice",
    ),
    Case(
        "the same again",
        again("payment", 0),
        ("payment", 11, "payment_id", "DUPLICATE"),
        "the first is kept",
    ),
    Case(
        "no such loan",
        put("payment", 0, "loan_id", "L9"),
        ("payment", 2, "loan_id", "ORPHAN"),
        "not in the extract",
    ),
    Case(
        "no such debtor",
        put("contact_point", 0, "debtor_id", "D9"),
        ("contact_point", 2, "debtor_id", "ORPHAN"),
        "not in the extract",
    ),
    Case(
        "a gap",
        without_row("instalment", 1),
        ("loan", 2, "loan_id", "SCHEDULE_GAP"),
        "without a gap",
    ),
    Case(
        "out of order",
        put("instalment", 1, "due_date", "2026-07-20"),
        ("loan", 2, "loan_id", "SCHEDULE_ORDER"),
        "strictly rise",
    ),
    Case(
        "due on disbursement",
        put("loan", 0, "disbursed_date", "2026-08-15"),
        ("loan", 2, "loan_id", "SCHEDULE_ORDER"),
        "day of disbursement",
    ),
    Case(
        "wrong principal",
        put("loan", 0, "principal", "301.00"),
        ("loan", 2, "loan_id", "SCHEDULE_SUM"),
        "add up to what was lent",
    ),
    Case(
        "reversal of more",
        put("payment", 2, "amount", "51.00"),
        ("payment", 4, "reverses_payment_id", "REVERSAL"),
        "does not match a payment",
    ),
    Case(
        "reversal too early",
        put("payment", 2, "posting_date", "2026-09-19"),
        ("payment", 4, "reverses_payment_id", "REVERSAL"),
        "posted no later",
    ),
    Case(
        "reversal of nothing",
        put("payment", 2, "reverses_payment_id", "Y9"),
        ("payment", 4, "reverses_payment_id", "REVERSAL"),
        "does not match a payment",
    ),
    Case(
        "reversed twice",
        again("payment", 2, payment_id="Y9"),
        ("payment", 11, "reverses_payment_id", "REVERSAL"),
        "reversed twice",
    ),
    Case(
        "consent for another's number",
        put("consent", 0, "contact_point_id", "P2"),
        ("consent", 2, "contact_point_id", "WRONG_OWNER"),
        "belongs to another person",
    ),
    Case(
        "consent for no number",
        put("consent", 0, "contact_point_id", "P9"),
        ("consent", 2, "contact_point_id", "ORPHAN"),
        "not in the extract",
    ),
]


def taken_in(extract: Extract, tmp_path: Path):
    folder = extract.write(tmp_path / "extract")
    workspace = Workspace(tmp_path / "home")
    return import_extract(folder, workspace=workspace, settings=ALL_ALLOWED).book


def rejects(book) -> pl.DataFrame:
    return book.scan("reject").collect()


class TestADirtyRow:
    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
    def test_is_named_with_its_line_column_and_reason(self, case: Case, tmp_path):
        extract = Extract()
        case.spoil(extract)

        book = taken_in(extract, tmp_path)

        table, at, column, reason = case.at
        found = rejects(book).filter(table=table, line=at)
        assert found.select("file", "column", "reason").rows() == [(f"{table}.csv", column, reason)]
        assert case.said in found["text_en"].item()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in found["text_zh"].item())
        told = (book.path / "rejects.csv").read_bytes()
        rows = list(csv.DictReader(told.decode("utf-8-sig").splitlines()))
        assert told.startswith(b"\xef\xbb\xbf")
        assert (table, str(at), reason) in {(r["table"], r["line"], r["reason"]) for r in rows}
        assert not any(value.startswith(("=", "+", "-", "@")) for r in rows for value in r.values())

    def test_never_shows_its_value(self, tmp_path):
        extract = Extract()
        extract.tables["debtor"][0]["name"] = "秘密\x01姓名"
        extract.tables["attempt"][0]["team"] = "=SECRET"

        book = taken_in(extract, tmp_path)

        whole = b"".join(path.read_bytes() for path in book.path.rglob("*") if path.is_file())
        assert b"SECRET" not in whole
        assert "秘密".encode() not in whole
        assert "号码".encode() not in whole


class TestRowsThatShareAKey:
    def test_but_differ_are_all_left_out(self, tmp_path):
        extract = Extract()
        again("payment", 0, amount="1.00")(extract)

        found = rejects(taken_in(extract, tmp_path))

        assert found.select("line", "column", "reason").rows() == [
            (2, "payment_id", "CONFLICTING"),
            (11, "payment_id", "CONFLICTING"),
        ]

    def test_of_a_schedule_take_their_loan_along(self, tmp_path):
        extract = Extract()
        again("instalment", 1, interest="9.00")(extract)

        found = rejects(taken_in(extract, tmp_path))

        assert found.filter(pl.col("reason") == "CONFLICTING")["line"].to_list() == [3, 11]
        assert found.filter(pl.col("table") == "loan")["reason"].to_list() == [
            "INSTALMENT_REJECTED"
        ]

    def test_and_are_the_same_count_once(self, tmp_path):
        extract = Extract()
        again("instalment", 1)(extract)

        book = taken_in(extract, tmp_path)

        assert rejects(book)["reason"].to_list() == ["DUPLICATE"]
        assert book.scan("instalment").collect().height == 9


class TestARejectedRow:
    def test_takes_along_what_hangs_on_it_and_the_count_is_told(self, tmp_path):
        extract = Extract()
        extract.tables["debtor"][0]["jurisdiction"] = "XX"

        book = taken_in(extract, tmp_path)

        assert book.manifest["quality"]["cascades"] == [
            {
                "root": "debtor.jurisdiction UNKNOWN_WORD",
                "took": {
                    "attempt": 1,
                    "consent": 1,
                    "contact_point": 1,
                    "hold": 1,
                    "instalment": 3,
                    "loan": 1,
                    "payment": 3,
                },
            }
        ]
        assert book.scan("debtor").collect()["debtor_id"].to_list() == ["D2", "D3"]

    def test_of_a_schedule_leaves_no_loan_with_a_part_of_it(self, tmp_path):
        """The last instalment holds no principal, so what remains would look whole."""
        extract = Extract()
        extract.tables["instalment"].insert(
            3,
            {
                "loan_id": "L1",
                "instalment_no": "4",
                "due_date": "2026-11-31",
                "principal": "0.00",
                "interest": "1.00",
                "fee": "0.00",
            },
        )

        book = taken_in(extract, tmp_path)

        assert book.manifest["quality"]["cascades"] == [
            {
                "root": "instalment.due_date IMPOSSIBLE_DATE",
                "took": {"instalment": 3, "loan": 1, "payment": 3},
            }
        ]
        assert "L1" not in book.scan("loan").collect()["loan_id"]

    def test_of_a_payment_is_told_as_a_loan_that_may_look_too_late(self, tmp_path):
        extract = Extract()
        pay("1e309")(extract)
        put("attempt", 1, "outcome", "MAYBE")(extract)

        quality = taken_in(extract, tmp_path).manifest["quality"]

        assert quality["loans_with_rejected_payments"] == 1
        assert quality["people_with_rejected_attempts"] == 1
        assert quality["attempts_of_nobody"] == 0


class TestWhatIsWrittenUnusually:
    @pytest.mark.parametrize(
        "amount",
        ["１０３．５０", " 103.50 ", "103.5", "0000103.50", "+103.50", "\u3000103.50", "103.500"],
    )
    def test_is_read_all_the_same(self, amount, tmp_path):
        extract = Extract()
        pay(amount)(extract)

        book = taken_in(extract, tmp_path)

        assert (
            book.scan("payment").collect().filter(payment_id="Y1a")["amount_minor"].item() == 10350
        )

    @pytest.mark.parametrize("amount", ["1,234.56", "１，２３４．５６", " 1,234.56"])
    def test_is_counted_where_it_was_mended(self, amount, tmp_path):
        extract = Extract()
        pay(amount)(extract)

        book = taken_in(extract, tmp_path)

        assert (
            book.scan("payment").collect().filter(payment_id="Y1a")["amount_minor"].item() == 123456
        )
        assert book.manifest["quality"]["repairs"] == {"payment.amount_minor": 1}

    def test_keeps_an_emoji_in_an_id(self, tmp_path):
        extract = Extract()
        put("attempt", 0, "attempt_id", "A😀")(extract)

        assert rejects(taken_in(extract, tmp_path)).height == 0

    def test_joins_a_name_of_joined_signs(self, tmp_path):
        extract = Extract()
        put("debtor", 0, "name", "👨‍👩‍👧")(extract)

        assert rejects(taken_in(extract, tmp_path)).height == 0


class TestWhatProtectsAPerson:
    def test_covers_everything_of_hers_when_its_loan_is_not_there(self, tmp_path):
        extract = Extract()
        put("hold", 0, "loan_id", "L9")(extract)

        book = taken_in(extract, tmp_path)

        assert book.scan("hold").collect()["loan_no"].to_list() == [None]
        assert book.manifest["quality"]["protections_widened"] == 1

    def test_covers_all_her_numbers_when_the_withdrawn_one_is_not_hers(self, tmp_path):
        extract = Extract()
        put("consent", 0, "contact_point_id", "P2")(extract)
        put("consent", 0, "state", "WITHDRAWN")(extract)

        book = taken_in(extract, tmp_path)

        assert book.scan("consent").collect()["contact_point_no"].to_list() == [None]
        assert rejects(book).height == 0

    def test_is_not_missed_when_nobody_is_there_to_protect(self, tmp_path):
        extract = Extract()
        put("hold", 0, "debtor_id", "D9")(extract)

        assert rejects(taken_in(extract, tmp_path))["reason"].to_list() == ["ORPHAN"]

"""Does every field of the common format stand where others read it, in a file of any length?"""

from __future__ import annotations

import random
import string
from collections import Counter
from datetime import UTC, date, datetime

import pytest

from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.policy.bureau.account import Account, FileHead, Person, Reported
from forbear.policy.bureau.line import LineFacts
from forbear.policy.bureau.metro2.field import BASE, HEADER, RECORD_SIGNS, TRAILER, Kind
from forbear.policy.bureau.metro2.record import (
    PROFILE,
    base,
    file_text,
    gaps,
    names,
    place,
    profile,
)
from forbear.policy.bureau.metro2.text import DoesNotFit, NoRecord, plain, read, write
from forbear.values.bureau import Mark
from forbear.values.day import day_number
from tests.support.metro2_reader import PLACES, read_account, read_file

US = open_bureaus()["US_BUREAUS"]
HEAD = FileHead(date(2026, 10, 1), 1, datetime(2026, 11, 5, 8, 30, 1, tzinfo=UTC))
STATUSES = sorted(set(PROFILE) | {"DA"})
DAY_LINES, NIGHT_LINES = 2_000, 100_000
SAME = Person("Lindqvist, Maja Ann", "123-45-6789", "12 Example Street, Springfield, IL 62701")


def drawn(lot: random.Random, number: int) -> tuple[Reported, Person]:
    """Draw an account as a book may hold it."""
    code = lot.choice(STATUSES)
    day = lambda: lot.choice([None, lot.randrange(day_number(date(1990, 1, 1)), 25_000)])  # noqa: E731
    money = lambda: lot.randrange(0, 10 ** lot.randrange(1, 11))  # noqa: E731
    line = LineFacts(
        code=code,
        is_negative=US.status(code).is_negative,
        days_past_due=lot.randrange(400),
        overdue_minor=money(),
        balance_minor=money(),
        scheduled_minor=money(),
        paid_minor=money(),
        late_since_day=day(),
        paid_latest_day=day(),
        closed_day=day(),
        mark=lot.choice(["", *Mark]),
        special=lot.choice(["", "PAUSED"]),
    )
    ref = f"{number}-" + "".join(lot.choices(string.ascii_uppercase + string.digits, k=12))
    opened = date(1990 + lot.randrange(36), 1 + lot.randrange(12), 1 + lot.randrange(28))
    account = Account(ref, "us_personal_loan", opened, money(), lot.randrange(1, 2_000))
    before = tuple(lot.choices([None, *STATUSES], k=lot.randrange(30)))
    corrects = lot.choice([None, lot.randrange(1, 10**9)])
    name = lot.choice([None, "Otto Karl Brandt", "Núñez-O'Hara, Zoë", "欧阳虚构", "X" * 60])
    number_ = lot.choice([None, f"{lot.randrange(10**9):09d}", "110101199001010015"])
    where = lot.choice([None, SAME.address, "somewhere", "1 A St, Flat 2, Old Town, NY 10001-1234"])
    reported = Reported(number, HEAD.month, line, account, corrects, before)
    return reported, Person(name, number_, where)


class TestLayout:
    def test_fills_each_record_without_a_gap(self):
        for fields in (BASE, HEADER, TRAILER):
            ends = [field.start + field.length for field in fields]
            assert [field.start for field in fields] == [0, *ends[:-1]]
            assert ends[-1] == RECORD_SIGNS

    def test_stands_where_others_read_it(self):
        ours = {f.name: (f.start + 1, f.start + f.length) for f in BASE if f.kind is not Kind.BLANK}

        assert ours == PLACES


def agree(lines: int, seed: int) -> None:
    lot = random.Random(seed)
    given = [drawn(lot, number) for number in range(lines)]

    found = read_file("".join(file_text(given, US, HEAD)))

    assert len(found.accounts) == lines
    differences = 0
    statuses = Counter[str]()
    for (reported, person), seen in zip(given, found.accounts, strict=True):
        wanted = base(reported, person, US, HEAD)
        ours = read(BASE, write(BASE, wanted))
        statuses[reported.line.code] += 1
        for name, value in seen.items():
            if name == "time_stamp":
                value = datetime.strptime(str(value), "%m%d%Y%H%M%S")  # noqa: DTZ007, PLW2901
            differences += value != ours[name]
        for name in ("account_number", "account_status", "payment_history", "current_balance"):
            differences += seen[name] != wanted[name]
    assert differences == 0
    assert found.statuses == statuses
    assert (found.base_total, found.block_total) == (lines, lines + 2)


class TestFile:
    @pytest.mark.parametrize("seed", [1, 2])
    def test_is_read_again_without_a_difference(self, seed):
        agree(DAY_LINES // 2, seed)

    @pytest.mark.nightly
    def test_of_very_many_accounts_is_read_again_without_a_difference(self):
        agree(NIGHT_LINES, 3)

    def test_without_accounts_has_its_header_and_trailer(self):
        found = read_file("".join(file_text([], US, HEAD)))

        assert (found.accounts, found.base_total) == ([], 0)
        assert found.header == {
            "activity_date": "10312026",
            "date_created": "11052026",
            "reporter_name": "EXAMPLE RECOVERY SERVICES",
            "reporter_telephone": "8000000000",
        }


def late(**given) -> Reported:
    line = LineFacts("71", True, 45, 123_456, 999_999, 50_050, 0, 20_000, None, None)
    account = Account("L-1", "us_personal_loan", date(2026, 1, 6), 1_200_000, 24)
    told = {"corrects": None, "before": ("11", "11"), **given}
    return Reported(1, HEAD.month, line, account, **told)


class TestRecord:
    def test_says_what_the_line_says(self):
        seen = read_account(write(BASE, base(late(), SAME, US, HEAD)))

        assert (seen["account_status"], seen["amount_past_due"]) == ("71", 1_234)
        assert (seen["current_balance"], seen["scheduled_payment"]) == (9_999, 500)
        assert seen["payment_history"] == "00" + "B" * 22
        assert (seen["surname"], seen["first_name"], seen["middle_name"]) == (
            "LINDQVIST",
            "MAJA",
            "ANN",
        )
        assert (seen["social_security_number"], seen["state"]) == (123_456_789, "IL")
        assert seen["correction_indicator"] == 0
        assert seen["date_first_delinquency"] == date(2024, 10, 4)

    @pytest.mark.parametrize(
        ("mark", "code"), [("DISPUTED", "XB"), ("RESOLVED", "XH"), ("DISAGREES", "XC"), ("", None)]
    )
    def test_says_what_became_of_a_dispute(self, mark, code):
        reported = late()
        marked = Reported(
            1,
            HEAD.month,
            reported.line._replace(mark=mark),
            reported.account,
            7,
            (),
        )

        seen = read_account(write(BASE, base(marked, SAME, US, HEAD)))

        assert (seen["compliance_condition"], seen["correction_indicator"]) == (code, 1)

    def test_of_a_closed_account_says_how_it_stood(self):
        line = late().line._replace(code="13", is_negative=False, overdue_minor=0)
        closed = Reported(1, HEAD.month, line, late().account, None, ("78", "71"))

        seen = read_account(write(BASE, base(closed, SAME, US, HEAD)))

        assert (seen["payment_rating"], seen["amount_past_due"]) == ("2", 0)
        assert seen["date_first_delinquency"] is None

    def test_of_an_id_that_does_not_fit_is_refused(self):
        reported = late()
        account = Account("L" * 31, "us_personal_loan", date(2026, 1, 6), 1, 1)
        long = Reported(1, HEAD.month, reported.line, account, None, ())

        with pytest.raises(DoesNotFit) as refused:
            write(BASE, base(long, SAME, US, HEAD))

        assert refused.value.data["field"] == "account_number"

    def test_that_was_cut_is_not_read(self):
        with pytest.raises(NoRecord):
            read(BASE, "0426")
        with pytest.raises(NoRecord):
            read(BASE, "x" * RECORD_SIGNS)


class TestPlain:
    def test_has_nothing_but_its_signs(self):
        assert plain("欧阳虚构") == ""
        assert plain("  Zoë\n") == "ZOE"

    def test_name_and_place_take_whatever_was_held(self):
        assert names("") == ("", "", "")
        assert names("Cher") == ("Cher", "", "")
        assert place("") == ("", "", "", "")
        assert gaps(SAME) == ()
        assert gaps(Person(None, None, None)) == (
            *("surname", "first_name", "address_1", "city", "state", "postal_code"),
            "social_security_number",
        )

    def test_profile_keeps_months_in_their_places(self):
        assert profile(()) == "B" * 24
        assert profile((None, "11", None)) == "D0" + "B" * 22
        assert len(profile(("11",) * 40)) == 24

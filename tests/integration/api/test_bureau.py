"""A lender's system follows one late loan through the credit bureau's lines, by the API alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forbear.contexts.bureau.actions.export_file import export_file
from forbear.contexts.bureau.actions.make_lines import make_lines
from forbear.contexts.exchange.scope import Scope
from forbear.policy.bureau.month import before, month_of, written
from forbear.values.day import add_months
from tests.integration.api.test_calls import DEBTOR, LOAN, POINT
from tests.support.api import caller
from tests.support.portfolio import NOW, SETUP
from tests.support.today import lenders_day

TODAY = lenders_day()
LATEST, EARLIER = before(month_of(TODAY)), add_months(month_of(TODAY), -2)
FIRST_DUE = EARLIER.replace(day=6)
SCHEDULE = [
    {
        "number": number + 1,
        "due_date": str(add_months(FIRST_DUE, number)),
        "principal_minor": 40_000,
        "interest_minor": 1_000,
    }
    for number in range(3)
]


@pytest.fixture
def reported(api):
    """A loan that is late since September, with lines for two months."""
    for path, body in (
        ("/debtors", DEBTOR),
        ("/contact-points", POINT),
        ("/loans", {**LOAN, "schedule": SCHEDULE}),
    ):
        assert api.post(path, body).status_code == 201
    for month in (EARLIER, LATEST):
        make_lines("CN_CREDIT", month, actor=SETUP, today=TODAY, now=NOW)
    return api


def lines(api) -> list[dict]:
    return api.get("/loans/L-1/bureau-lines").json()["lines"]


class TestJourney:
    def test_of_a_late_loan_a_dispute_and_its_decision(self, reported, tmp_path):
        api = reported
        shown = api.get("/loans/L-1/bureau-lines").json()
        assert [line["code"] for line in shown["lines"]] == ["2", "1"]
        assert [row["reasons"][0]["rule"] for row in shown["withheld"]] == [
            "cn.credit.prenotice"
        ] * 2

        paid = {
            "ref": "Y-1",
            "loan_ref": "L-1",
            "value_date": str(FIRST_DUE),
            "amount_minor": 41_000,
        }
        assert api.post("/payments", paid).status_code == 201
        assert [(row["code"], row["counts"]) for row in lines(api)] == [
            ("1", True),
            ("2", False),
            ("N", True),
            ("1", False),
        ]
        assert lines(api)[0]["because"].startswith("posting:")

        marked = api.post(
            "/loans/L-1/bureau-disputes", {"ref": "D-1", "received_date": str(TODAY)}
        ).json()
        assert marked["due_date"] == str(TODAY + timedelta(days=20))
        assert (marked["is_open"], marked["from_month"]) == (True, written(LATEST))
        assert lines(api)[0]["mark"] == "DISPUTED"

        decided = {"codes": {written(LATEST): "N"}, "because": "dispute:D-1"}
        assert api.post("/loans/L-1/bureau-corrections", decided).json() == {"lines": 1}
        ended = {"ref": "D-1", "closing_mark": "RESOLVED"}
        assert api.post("/loans/L-1/bureau-dispute-ends", ended).json()["is_open"] is False
        told = {"month": written(LATEST), "whom": "PERSON", "how": "letter:7"}
        assert api.post("/loans/L-1/bureau-told", told).status_code == 200

        export_file("CN_CREDIT", LATEST, tmp_path / "f", actor=SETUP, today=TODAY, now=NOW)
        (made,) = api.get("/bureau/files").json()["items"]
        assert (made["lines"], made["negative"], made["withheld"]) == (2, 0, 0)
        newest = lines(api)[0]
        assert {row["whom"] for row in newest["told"]} == {"CREDIT_REFERENCE_CENTRE", "PERSON"}
        assert newest["code"] == "N"

    def test_of_what_would_follow(self, reported):
        nothing = reported.post("/loans/L-1/bureau-what-if", {}).json()
        paying = reported.post(
            "/loans/L-1/bureau-what-if",
            {"payments": [{"day": "2199-01-01", "amount_minor": 1}], "months": 1},
        )

        assert paying.status_code == 200
        first = nothing["months"][0]
        assert first["is_negative"]
        assert first["gone_date"] is None
        assert first["text_zh"]
        assert nothing["notes_zh"]

    def test_of_a_month_beside_the_one_before(self, reported):
        found = reported.get(f"/bureau/CN_CREDIT/{written(LATEST)}/difference").json()
        listed = reported.get(f"/bureau/CN_CREDIT/{written(LATEST)}/lines", negative="true").json()
        held = reported.get(f"/bureau/CN_CREDIT/{written(LATEST)}/withheld").json()

        assert (found["worse"], found["moves"]) == (
            1,
            [{"before": "1", "now": "2", "loans": 1}],
        )
        assert [row["loan_ref"] for row in listed["items"]] == ["L-1"]
        assert held["count"] == 2


class TestRefused:
    @pytest.mark.parametrize(
        ("path", "body", "status"),
        [
            ("/loans/L-9/bureau-what-if", {}, 404),
            ("/loans/L-1/bureau-what-if", {"months": 61}, 422),
            (
                "/loans/L-1/bureau-what-if",
                {"payments": [{"day": "2020-01-01", "amount_minor": 1}]},
                422,
            ),
            ("/loans/L-1/bureau-corrections", {"codes": {}, "because": "x"}, 422),
            ("/loans/L-1/bureau-corrections", {"codes": {"2026-13": "N"}, "because": "x"}, 422),
            (
                "/loans/L-1/bureau-corrections",
                {"codes": {written(LATEST): "9"}, "because": "x"},
                404,
            ),
            ("/loans/L-1/bureau-dispute-ends", {"ref": "D-9"}, 404),
        ],
    )
    def test_in_words_of_both_languages(self, reported, path, body, status):
        refused = reported.post(path, body)

        assert refused.status_code == status, refused.content
        assert refused.json()["detail"]
        assert refused.json()["detail_zh"]

    def test_without_its_scope(self, reported):
        reader = caller(Scope.BUREAU_READ)

        assert reader.get("/bureau/files").status_code == 200
        refused = reader.post("/loans/L-1/bureau-corrections", {"codes": {}, "because": "x"})
        assert refused.status_code == 403
        assert caller(Scope.PERSONS_READ).get("/bureau/files").status_code == 403

    def test_of_a_bureau_that_is_not_there(self, reported):
        refused = reported.get("/bureau/UK_BUREAUS/2026-10/lines")

        assert (refused.status_code, refused.json()["code"]) == (404, "NO_BUREAU")

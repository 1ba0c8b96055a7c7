"""A certificate is given when nothing is owed, and not before; a receipt says where money went."""

from __future__ import annotations

import pytest

from forbear.contexts.database.transaction import reading
from forbear.contexts.evidence.actions.make_document import make_pack, make_settlement
from forbear.contexts.evidence.made import Form
from forbear.contexts.evidence.settled import StillOwed
from forbear.contexts.evidence.verify_pack import check, read_pack
from forbear.contexts.portfolio.actions.loan import set_loan_state
from forbear.contexts.portfolio.models import Loan
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Language, LoanState, Purpose
from tests.integration.evidence.test_pages import is_an_archive, text_of
from tests.support.evidence import TODAY, lent, paid, read, sign_record, verified
from tests.support.portfolio import NOW, SETUP, new_person

GIVEN = {"form": Form.JSON, "actor": SETUP, "today": TODAY, "now": NOW}


def make_pack_of(loan: str) -> bytes:
    with reading(SETUP):
        person = Loan.objects.get(ref=loan).debtor.ref
    return make_pack(person, loan_refs=[loan], **GIVEN).content


class TestASettlement:
    def test_is_certified_once_the_last_fen_is_paid(self, api, tmp_path):
        loan = lent(new_person(), instalments=3)
        asked = {"loan_ref": loan, "form": "PDF", "language": "EN"}

        before = api.post("/evidence/settlements", asked)

        assert (before.status_code, before.json()["code"]) == (409, "STILL_OWED")
        assert "CNY" in before.json()["detail"]
        assert "尚未结清" in before.json()["detail_zh"]
        paid(loan, "instalments", TODAY, 3 * 41_100)
        owed = read(make_pack_of(loan))["loans"][0]["owed"]["payoff_minor"]
        assert owed > 0
        paid(loan, "all-but-one", TODAY, owed - 1, purpose=Purpose.PENALTY)
        one = api.post("/evidence/settlements", asked)
        assert (one.status_code, "0.01 CNY penalty" in one.json()["detail"]) == (409, True)
        paid(loan, "the-last", TODAY, 1, purpose=Purpose.PENALTY)
        done = api.post("/evidence/settlements", asked)
        assert (done.status_code, done["Content-Type"]) == (200, "application/pdf")
        assert verified(done.content, tmp_path).returncode == 0

    def test_says_how_much_was_paid_and_what_is_kept_as_credit(self, portfolio, tmp_path):
        loan = lent(new_person(), instalments=3, lent_on=TODAY.replace(month=10))
        paid(loan, "first", TODAY.replace(month=11, day=20), 3 * 41_100 + 700)

        made = make_settlement(loan, **GIVEN)

        told = read(made.content)
        assert told["settlement"]["paid_minor"] == 3 * 41_100 + 700
        assert told["loans"][0]["owed"] == {
            **dict.fromkeys(told["loans"][0]["owed"], 0),
            "credit_minor": 700,
        }
        sign_record()
        done = verified(made.content, tmp_path)
        assert done.returncode == 0, done.stdout
        for language in Language:
            pages = make_settlement(loan, **{**GIVEN, "form": Form.PDF}, language=language)
            is_an_archive(pages.content, language)
            assert "1,240.00" in text_of(pages.content)
            assert check(read_pack(pages.content)).wrong == []

    def test_follows_the_lender_who_asks_for_no_more(self, portfolio):
        loan = lent(new_person(), instalments=3)
        with pytest.raises(StillOwed):
            make_settlement(loan, **GIVEN)
        state, since = LoanState.SETTLED, TODAY
        set_loan_state(loan, state, since=since, source=Source.API, actor=SETUP, now=NOW)

        told = read(make_settlement(loan, **GIVEN).content)

        assert told["settlement"]["forgiven"] is True
        assert check(told).wrong == []

    def test_is_refused_where_nothing_can_be_reckoned(self, portfolio):
        with pytest.raises(StillOwed):
            make_settlement(lent(new_person(), instalments=0), **GIVEN)

    def test_is_refused_when_the_payment_is_reversed_after_all(self, portfolio):
        loan = lent(new_person(), instalments=3, lent_on=TODAY.replace(month=10))
        paid(loan, "first", TODAY, 3 * 41_100)
        make_settlement(loan, **GIVEN)
        paid(loan, "void", TODAY, 3 * 41_100, reverses="first")

        with pytest.raises(StillOwed) as refused:
            make_settlement(loan, **GIVEN)

        assert "1,200.00 CNY" in refused.value.message


class TestAReceipt:
    def test_says_where_the_payment_went(self, api):
        loan = lent(new_person(), instalments=3)
        paid(loan, "Y-1", TODAY, 50_000)
        asked = {"loan_ref": loan, "payment_ref": "Y-1", "form": "PDF"}

        made = api.post("/evidence/receipts", asked)

        assert made.status_code == 200, made.content
        is_an_archive(made.content, Language.ZH)
        text = text_of(made.content)
        assert "500.00CNY" in text
        told = read_pack(made.content)
        assert [row["instalment"] for row in told["loans"][0]["covers"]] == [1, 2]
        assert check(told).wrong == []

    def test_is_not_given_for_what_was_reversed_or_never_paid(self, api):
        loan = lent(new_person(), instalments=3)
        paid(loan, "Y-1", TODAY, 50_000)
        paid(loan, "Y-2", TODAY, 50_000, reverses="Y-1")

        for ref in ("Y-1", "Y-2", "Y-404"):
            asked = {"loan_ref": loan, "payment_ref": ref}
            refused = api.post("/evidence/receipts", asked)
            assert (refused.status_code, refused.json()["code"]) == (404, "NO_STANDING_PAYMENT")
        unknown = api.post("/evidence/receipts", {"loan_ref": "L-404", "payment_ref": "Y-1"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "NO_SUCH_DEBT")

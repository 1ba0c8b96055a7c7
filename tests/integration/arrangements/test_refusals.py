"""What cannot be arranged is refused with a code, both languages and a remedy; nothing changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forbear.contexts.arrangements.actions.promise import (
    OtherPromise,
    PromiseSaid,
    make_promise,
)
from forbear.contexts.arrangements.actions.propose import OtherArrangement, ProposalSaid, propose
from forbear.contexts.arrangements.actions.waive import ask_waiver
from forbear.contexts.arrangements.models import Arrangement
from forbear.contexts.arrangements.offer import Wanted
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.exchange.scope import Scope
from forbear.contexts.people.actions.approval import ApprovalMissing, grant
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.contract import give_to_team
from forbear.contexts.portfolio.models import Debtor
from forbear.policy.arrange.afford import Budget
from forbear.policy.arrange.word import PlanKind, Target
from forbear.values.money import Currency
from forbear.values.principal import NotPermitted
from tests.support.api import caller
from tests.support.arrangement import answered, later, new_late, refused, today
from tests.support.people import new_principal, new_team
from tests.support.portfolio import SETUP


@pytest.fixture
def late(api):
    return new_late(api)


def _budget(**told):
    return {"budget": {"currency": "CNY", **told}}


REFUSED = [
    ({"first_date": "2026-01-01"}, 422, "CANNOT_ARRANGE"),
    ({"first_date": "2199-01-01"}, 422, "CANNOT_ARRANGE"),
    ({"months": 0}, 422, "INVALID_REQUEST"),
    ({"months": 10**12}, 422, "INVALID_REQUEST"),
    ({"months": 61}, 422, "CANNOT_ARRANGE"),
    (_budget(income_month_minor=-1), 422, "INVALID_REQUEST"),
    (_budget(), 422, "INVALID_BUDGET"),
    ({"budget": {"currency": "JPY", "can_pay_month_minor": 1}}, 422, "INVALID_REQUEST"),
    ({"budget": {"currency": "USD", "can_pay_month_minor": 1}}, 422, "INVALID_BUDGET"),
    ({"loan_refs": ["nobody's"]}, 404, "NO_SUCH_LOAN"),
    ({"loan_refs": []}, 422, "INVALID_REQUEST"),
    ({"loan_refs": ["P-9-L0"]}, 422, "LOAN_OF_ANOTHER"),
    ({"debtor_ref": "nobody"}, 404, "UNKNOWN_REF"),
    ({"waive_minor": 10_000_000}, 422, "CANNOT_ARRANGE"),
    ({"waive_minor": 1}, 403, "APPROVAL_MISSING"),
    ({"approval_id": 7, "freeze": True}, 403, "APPROVAL_MISSING"),
    (_budget(can_pay_month_minor=10), 409, "NOT_OFFERED"),
    (_budget(can_pay_month_minor=900_000), 403, "RULE_FORBIDS"),
    ({"kind": "PAUSE_FIRST", "months": 1}, 409, "NOT_OFFERED"),
    ({"replaces": "nothing"}, 404, "NO_SUCH_ARRANGEMENT"),
    ({"surprise": 1}, 422, "INVALID_REQUEST"),
]


def test_what_cannot_be_is_refused_and_nothing_is_written(api, late):
    new_late(api, "P-9")

    for given, status, code in REFUSED:
        assert refused(late.propose("A-1", **given), status) == code, given
    assert answered(api.get("/arrangements"))["items"] == []
    assert (late.holds, late.case) == ([], "NEW")


def test_loans_in_several_currencies_are_not_arranged_together(api, late):
    loan = {
        "ref": "L-USD",
        "debtor_ref": late.ref,
        "creditor": "example-lender",
        "product": "us_personal_loan",
        "currency": "USD",
        "contract_date": str(today() - timedelta(days=90)),
        "disbursed_date": str(today() - timedelta(days=90)),
        "principal_minor": 100_000,
        "annual_rate_bp": 1_000,
        "schedule": [
            {
                "number": 1,
                "due_date": str(today() - timedelta(days=30)),
                "principal_minor": 100_000,
                "interest_minor": 0,
            }
        ],
    }
    answered(api.post("/loans", loan), 201)

    answer = late.propose("A-1", loan_refs=[*late.loans, "L-USD"])
    assert refused(answer, 422) == "CANNOT_ARRANGE"
    assert answer.json()["field"] == "loans"


def test_a_ref_stands_for_one_arrangement(late):
    answered(late.propose("A-1"), 201)

    assert answered(late.propose("A-1"), 200)["ref"] == "A-1"
    assert refused(late.propose("A-1", kind="STEPPED"), 409) == "OTHER_ARRANGEMENT"
    assert refused(late.propose("A-1", replaces="A-0"), 409) == "OTHER_ARRANGEMENT"


def test_a_ref_that_is_out_of_sight_stands_for_another_one(late):
    """Whoever may not see whose it is learns no more than that it is taken."""
    answered(late.propose("A-1"), 201)
    make_promise(_promise(late.ref), actor=SETUP, **later(0))
    team = new_team()
    collector = new_principal(Role.COLLECTOR, teams=(team,))
    own = new_late(late.api, "P-2")
    with acting(SETUP):
        give_to_team(Debtor.objects.get(ref=own.ref).pk, team)

    budget = Budget(Currency.CNY, can_pay_month_minor=12_000)
    wanted = Wanted(own.ref, own.loans, Target.PAYOFF, budget)
    with pytest.raises(OtherArrangement):
        propose(ProposalSaid("A-1", wanted, PlanKind.EQUAL), actor=collector, **later(0))
    with pytest.raises(OtherPromise):
        make_promise(_promise(own.ref), actor=collector, **later(0))


def _promise(debtor_ref: str) -> PromiseSaid:
    return PromiseSaid("V-1", debtor_ref, 20_000, today() + timedelta(days=3), reminder=False)


def test_a_loan_under_an_arrangement_gets_no_second_one(late, inbox):
    late.signed("A-1", inbox)

    assert refused(late.propose("A-2"), 409) == "LOAN_ARRANGED"
    assert refused(late.api.post("/arrangements/A-1/code"), 409) == "ARRANGEMENT_STATE"


def test_another_persons_arrangement_is_not_replaced(api, late, inbox):
    other = new_late(api, "P-2")
    other.signed("A-2", inbox)

    assert refused(late.propose("A-1", replaces="A-2"), 404) == "NO_SUCH_ARRANGEMENT"


def test_a_settled_loan_has_nothing_to_arrange(api, late):
    settled = {"state": "SETTLED", "since": str(today())}
    answered(api.send("put", f"/loans/{late.loans[0]}/state", settled))

    assert refused(late.propose("A-1"), 409) == "NOTHING_OWED"


@pytest.mark.parametrize("path", ["/arrangements/A-9", "/arrangements/A-9/agreement"])
def test_what_is_not_there_is_not_found(api, path):
    answer = api.post(path) if path.endswith("agreement") else api.get(path)

    assert refused(answer, 404) == "NO_SUCH_ARRANGEMENT"


def test_reading_alone_changes_nothing(api, late):
    reader = caller(Scope.ARRANGEMENTS_READ)

    answered(reader.post("/proposals", late.wanted()))
    answered(reader.get("/arrangements"))
    assert refused(reader.post("/arrangements", late.wanted(ref="A-1", kind="EQUAL")), 403)


class TestAWaiver:
    @pytest.fixture
    def team(self, late):
        team = new_team()
        with acting(SETUP):
            give_to_team(Debtor.objects.get(ref=late.ref).pk, team)
        return team

    def said(self, late, ref: str, waive: int, approval: int | None = None) -> ProposalSaid:
        budget = Budget(Currency.CNY, can_pay_month_minor=12_000)
        wanted = Wanted(late.ref, late.loans, Target.PAYOFF, budget, waive_minor=waive)
        return ProposalSaid(ref, wanted, PlanKind.EQUAL, approval_id=approval)

    def penalty(self, late) -> int:
        loan = answered(late.api.get(f"/loans/{late.loans[0]}"))
        return loan["standing"]["penalty_minor"]

    def test_within_ones_authority_takes_one_person(self, late, team):
        collector = new_principal(Role.COLLECTOR, teams=(team,))
        # Half of it the house gives up by itself; a collector may give up a fifth beside.
        waive = self.penalty(late) // 5
        assert waive > 0

        propose(self.said(late, "A-1", waive), actor=collector, **later(0))

        shown = late.shown("A-1")
        assert shown["waived_minor"] == self.penalty(late) // 2 + waive

    def test_beyond_it_takes_two_and_is_used_once(self, late, team):
        collector = new_principal(Role.COLLECTOR, teams=(team,))
        supervisor = new_principal(Role.SUPERVISOR, teams=(team,), authority_minor=1_000_000)
        waive = self.penalty(late) * 2 // 5
        with pytest.raises(ApprovalMissing):
            propose(self.said(late, "A-1", waive), actor=collector, **later(0))
        asked = {"waive_minor": waive, "currency": Currency.CNY, "freeze": False}
        at = later(0)["now"]
        approval = ask_waiver("A-1", late.ref, **asked, actor=collector, now=at)
        with pytest.raises(ApprovalMissing):
            propose(self.said(late, "A-1", waive, approval), actor=collector, **later(0))
        grant(approval, actor=supervisor, now=at)
        with pytest.raises(ApprovalMissing):
            propose(self.said(late, "A-1", waive + 1, approval), actor=collector, **later(0))
        propose(self.said(late, "A-1", waive, approval), actor=collector, **later(0))

        with reading(SETUP):
            assert Arrangement.objects.get().approval_id == approval
        with pytest.raises(ApprovalMissing):
            propose(self.said(late, "A-2", waive, approval), actor=collector, **later(0))

    def test_is_nobodys_who_may_not_arrange(self, late, team):
        compliance = new_principal(Role.COMPLIANCE)

        with pytest.raises(NotPermitted):
            propose(self.said(late, "A-1", 0), actor=compliance, **later(0))


def test_persons_in_other_care_are_not_arranged(late):
    stranger = new_principal(Role.COLLECTOR, teams=(new_team(),))
    budget = Budget(Currency.CNY, can_pay_month_minor=12_000)
    wanted = Wanted(late.ref, late.loans, Target.PAYOFF, budget)

    with pytest.raises(Exception, match="no person"):
        propose(ProposalSaid("A-1", wanted, PlanKind.EQUAL), actor=stranger, **later(0))

"""What does the agreement about one arrangement say, filled in from its facts?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from forbear.contexts.arrangements.models import Arrangement, CoveredLoan, Instalment
from forbear.contexts.portfolio.queries.signer import creditors_of
from forbear.contexts.rulebook.library import open_agreements, open_arrangements
from forbear.policy.arrange.agreement import Agreement, Fill, written
from forbear.policy.arrange.word import Target, Treatment
from forbear.policy.wording.form import Both
from forbear.values.code import Jurisdiction
from forbear.values.money import format_minor


def agreement_of(row: Arrangement, law: Jurisdiction, *, today: date) -> Agreement:
    """Return the text, by the template that counts today.

    Raises:
        NoAgreement: there is none for this law.
    """
    loans = list(row.loans.order_by("id"))
    instalments = list(row.instalments.order_by("number"))
    template = open_agreements().template(law, today)
    treatment = Treatment.FROZEN if row.frozen else Treatment.ACCRUES
    return written(template, treatment, Target(row.target), _fill(row, loans, instalments, today))


def _fill(
    row: Arrangement, loans: Sequence[CoveredLoan], instalments: Sequence[Instalment], today: date
) -> dict[Fill, Both]:
    terms = open_arrangements()
    names = creditors_of([each.loan_id for each in loans], on=today)
    plain = {
        Fill.LOANS: ", ".join(each.loan_ref for each in loans),
        Fill.OWED: _money(row, row.owed_minor),
        Fill.WAIVED: _money(row, row.waived_minor),
        Fill.REGULAR: _money(row, row.regular_minor),
        Fill.CHARGE: _money(row, row.charge_minor),
        Fill.TOTAL: _money(row, row.total_minor),
        Fill.CURRENCY: row.currency,
        Fill.COUNT: str(len(instalments)),
        Fill.FIRST_DATE: str(instalments[0].due_date),
        Fill.LAST_DATE: str(instalments[-1].due_date),
        Fill.SCHEDULE: "\n".join(
            f"{each.number}. {each.due_date}  {_money(row, each.amount_minor)}"
            for each in instalments
        ),
        Fill.GRACE_DAYS: str(terms.grace_days),
        Fill.BROKEN_AFTER_DAYS: str(terms.broken_after_days),
        Fill.COOLING_OFF_DAYS: str(terms.cooling_off_days),
        Fill.PAUSES_MAX: str(terms.pauses_max),
        Fill.PAUSE_MONTHS_MAX: str(terms.pause_months_max),
        Fill.OFFER_UNTIL: str(row.offer_until),
    }
    return {
        **{name: Both(said, said) for name, said in plain.items()},
        Fill.LENDER: Both("、".join(zh for _, zh in names), ", ".join(en for en, _ in names)),
        Fill.PARTS: Both(
            "\n".join(_parts(row, each, _ZH) for each in loans),
            "\n".join(_parts(row, each, _EN) for each in loans),
        ),
    }


_EN = "{}: principal {}, interest {}, fees {}, penalty {}; paid under this agreement: {}"
_ZH = "{}：本金 {}，利息 {}，费用 {}，罚息 {}；本协议项下应付 {}"


def _parts(row: Arrangement, loan: CoveredLoan, form: str) -> str:
    amounts = (
        loan.principal_minor,
        loan.interest_minor,
        loan.fee_minor,
        loan.penalty_minor,
        loan.share_minor,
    )
    return form.format(loan.loan_ref, *(_money(row, each) for each in amounts))


def _money(row: Arrangement, minor: int) -> str:
    return format_minor(minor, row.currency)

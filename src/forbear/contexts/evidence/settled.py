"""Is nothing owed any more, so that it may be certified? And did a payment stand?"""

from __future__ import annotations

from forbear.policy.debt.steps import Row
from forbear.values.code import Purpose
from forbear.values.errors import Conflict, NotFound
from forbear.values.money import format_minor


class StillOwed(Conflict):
    """Something is owed, so the loan is not settled."""

    code = "STILL_OWED"


class NoStandingPayment(NotFound):
    """There is no such payment on the loan, or it was reversed."""

    code = "NO_STANDING_PAYMENT"


_PARTS = (
    ("overdue_fee_minor", "overdue fee", "逾期费用"),
    ("overdue_interest_minor", "overdue interest", "逾期利息"),
    ("overdue_principal_minor", "overdue principal", "逾期本金"),
    ("penalty_minor", "penalty", "罚息"),
    ("undue_principal_minor", "principal not yet due", "未到期本金"),
    ("accrued_interest_minor", "interest of the running instalment", "当期利息"),
    ("running_fee_minor", "fee of the running instalment", "当期费用"),
)


def settlement_of(loan: Row) -> Row:
    """Return what a certificate of settlement says beside the loan's own lines.

    Raises:
        StillOwed: something is owed or not known to be paid; the words say what.
    """
    _refuse_unsettled(loan)
    counted = [
        row
        for row in loan["postings"]
        if row["state"] == "COUNTS" and Purpose(row["purpose"]).is_money
    ]
    return {
        "paid_minor": sum(row["amount_minor"] for row in counted),
        "last_payment_date": max((row["value_date"] for row in counted), default=None),
        "forgiven": any(row["state"] == "FORGIVEN" for row in loan["instalments"]),
    }


def _refuse_unsettled(loan: Row) -> None:
    owed = loan["owed"]
    if owed is None or loan["disbursed_date"] > loan["as_of"]:
        raise StillOwed(
            f"Whether {loan['ref']} is settled cannot be said: no schedule, or not yet lent.",
            remedy="Record the schedule; the certificate follows from it.",
            message_zh=f"无法判断 {loan['ref']} 是否结清：没有还款计划或尚未放款。",
            remedy_zh="请先登记还款计划。",
        )
    left = any(row["state"] in {"OVERDUE", "UNDUE"} for row in loan["instalments"])
    if not owed["payoff_minor"] and not left:
        return
    parts = [(minor, en, zh) for name, en, zh in _PARTS if (minor := owed[name])]
    if not parts:
        # What is left is interest that is not earned yet; nobody has said that it is not asked for.
        due = next(r for r in loan["instalments"] if r["state"] in {"OVERDUE", "UNDUE"})
        minor = sum(v for name, v in due.items() if name.startswith("unpaid_"))
        parts = [(minor, f"instalment {due['number']}", f"第 {due['number']} 期")]
    currency = loan["currency"]
    en = ", ".join(f"{format_minor(minor, currency)} {what}" for minor, what, _ in parts)
    zh = "、".join(f"{what} {format_minor(minor, currency)}" for minor, _, what in parts)
    raise StillOwed(
        f"{loan['ref']} is not settled on {loan['as_of']}: {en}.",
        remedy="Post the payment, or say that the loan is settled; then ask again.",
        message_zh=f"{loan['ref']} 截至 {loan['as_of']} 尚未结清：{zh}。",
        remedy_zh="请先入账，或登记借款已结清，然后再申请。",
    )


def receipt_of(loan: Row, payment_ref: str) -> Row:
    """Return what a receipt says beside the loan's own lines.

    Raises:
        NoStandingPayment: there is no such payment, or it was reversed.
    """
    found = next((row for row in loan["postings"] if row["ref"] == payment_ref), None)
    if found is not None and not Purpose(found["purpose"]).is_money:
        raise NoStandingPayment(
            f"There is no receipt for {payment_ref} on {loan['ref']}: it is no payment.",
            remedy="It follows from an agreement; the evidence pack shows it.",
            message_zh=f"{loan['ref']} 的 {payment_ref} 不是还款，不开具收据。",
            remedy_zh="它由还款协议产生，见证据包。",
        )
    if found is None or found["state"] == "VOID":
        why_en = "there is none" if found is None else f"it was reversed by {found['reversed_by']}"
        why_zh = "不存在" if found is None else f"已由 {found['reversed_by']} 冲正"
        raise NoStandingPayment(
            f"There is no receipt for payment {payment_ref} on {loan['ref']}: {why_en}.",
            remedy="Check the payment's id.",
            message_zh=f"{loan['ref']} 的还款 {payment_ref} 无法开具收据：{why_zh}。",
            remedy_zh="请核对还款编号。",
        )
    return {"payment": payment_ref}

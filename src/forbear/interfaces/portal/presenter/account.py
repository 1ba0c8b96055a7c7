"""How is an account shown to the person who owes: what, how much, why, and by whom?

Every figure is one of the rows that a pack of evidence holds; nothing is reckoned here but the two
sums that the rows themselves add up to.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forbear.contexts.evidence.queries import AccountNow, LoanNow
from forbear.contexts.portfolio.word import ParticularKind
from forbear.contexts.rulebook.library import open_documents
from forbear.interfaces.console.presenter.word import long_day, money
from forbear.interfaces.portal.context import in_tongue
from forbear.interfaces.web.house import said_now
from forbear.policy.debt.steps import Row
from forbear.policy.wording.form import Both
from forbear.values.code import Purpose
from forbear.values.money import Currency

SHOWN_SIGNS = 4
NOW = ("overdue_principal_minor", "overdue_interest_minor", "overdue_fee_minor", "penalty_minor")
MORE = ("undue_principal_minor", "accrued_interest_minor", "running_fee_minor")


def part_words() -> dict[str, str]:
    """Return what the parts of a sum are called."""
    return {
        "overdue_principal_minor": _("Principal that fell due"),
        "overdue_interest_minor": _("Interest that fell due"),
        "overdue_fee_minor": _("Fees that fell due"),
        "penalty_minor": _("Late charge"),
        "undue_principal_minor": _("Principal not yet due"),
        "accrued_interest_minor": _("Interest of the current instalment"),
        "running_fee_minor": _("Fees of the current instalment"),
    }


def code_word(kind: str, code: str) -> str:
    """Return what a code of the documents is called."""
    return in_tongue(open_documents().words[kind][code])


def masked_ref(ref: str) -> str:
    """Return the end of a contract's number."""
    return f"…{ref[-SHOWN_SIGNS:]}"


def day_word(day: str | None) -> str:
    """Return a day of the rows in words; empty where there is none."""
    return "" if day is None else long_day(date.fromisoformat(day))


def loan_shown(loan: LoanNow) -> dict[str, Any]:
    """Return one loan in short: what it is, and what it asks today."""
    told = loan.told
    owed = told["owed"]
    shown: dict[str, Any] = {
        "id": loan.id,
        "ref": masked_ref(told["ref"]),
        "creditor": _named(told["creditor"]),
        "product": _named(told["product"]),
        "product_says": _what(told["product"]["code"]),
        "state": code_word("loan_state", told["state"]),
        "open": told["state"] != "SETTLED",
        "reckoned": owed is not None,
    }
    if owed is None:
        return shown
    say = _sayer(told)
    shown |= {
        "overdue": owed["current_again_minor"] > 0,
        "now": say(owed["current_again_minor"]),
        "whole": say(owed["payoff_minor"]),
        "owes": owed["payoff_minor"] > 0,
        "late_sentence": _late(owed["days_past_due"]),
        "next": _next(told, say),
    }
    if loan.later is not None:
        shown["later"] = {
            "days": loan.later.days,
            "now": say(loan.later.current_again_minor),
            "whole": say(loan.later.payoff_minor),
            "grows": say(loan.later.grows_minor),
            "any": loan.later.grows_minor > 0,
        }
    return shown


def loan_in_full(loan: LoanNow) -> dict[str, Any]:
    """Return one loan with every step of its arithmetic."""
    told = loan.told
    shown = loan_shown(loan) | {
        "contract_date": day_word(told["contract_date"]),
        "lent_date": day_word(told["disbursed_date"]),
        "lent": _sayer(told)(told["principal_minor"]),
        "rate": f"{told['annual_rate_bp'] / 100:g}%",
    }
    if told["owed"] is None:
        return shown
    return shown | {
        "as_of": day_word(told["as_of"]),
        "parts_now": _parts(told, NOW),
        "parts_more": _parts(told, MORE),
        "credit": told["owed"]["credit_minor"] > 0 and _sayer(told)(told["owed"]["credit_minor"]),
        "payments": _payments(told),
        "instalments": _instalments(told),
        "spans": _spans(told),
        "penalty": _penalty(told),
        "lateness": _lateness(told),
        "order": [code_word("part", each) for each in told["terms"]["allocation"]],
        "grace_days": told["terms"]["grace_days"],
    }


def mandate_shown(account: AccountNow) -> list[dict[str, str]]:
    """Return who looks after the account now, on whose behalf."""
    name = in_tongue(said_now().name)
    now = [row for row in account.mandate if row["until"] is None and row["team"]]
    found = []
    for row in now:
        team = _named(row["team"])
        words = (
            _("%(team)s, an agency that %(lender)s has charged with it")
            if row["team"]["agency"]
            else _("%(team)s, a team of %(lender)s")
        )
        found.append({"who": words % {"team": team, "lender": name}, "since": row["since"][:10]})
    return [{**each, "since": day_word(each["since"])} for each in found]


def _parts(told: Row, names: tuple[str, ...]) -> list[dict[str, str]]:
    say, words = _sayer(told), part_words()
    return [
        {"label": words[name], "amount": say(told["owed"][name])}
        for name in names
        if told["owed"][name]
    ]


def _payments(told: Row) -> list[dict[str, Any]]:
    say = _sayer(told)
    return [
        {
            "ref": row["ref"],
            "day": day_word(row["value_date"]),
            "amount": say(row["amount_minor"]),
            "void": row["state"] == "VOID",
            "waiver": row["purpose"] == Purpose.WAIVER.value,
            "reversed_on": day_word(row["reversed_on"]),
            "schedule": row["schedule_minor"] and say(row["schedule_minor"]),
            "penalty": row["penalty_minor"] and say(row["penalty_minor"]),
            "agreed": row.get("agreed_minor") and say(row["agreed_minor"]),
            "credit": row["credit_minor"] and say(row["credit_minor"]),
        }
        for row in reversed(told["postings"])
        # What was agreed beyond the contract stands beside the payments out of which it came.
        if row["purpose"] != Purpose.AGREED.value
    ]


def _instalments(told: Row) -> list[dict[str, Any]]:
    say = _sayer(told)
    names = ("principal_minor", "interest_minor", "fee_minor")
    return [
        {
            "number": row["number"],
            "due": row["due"],
            "asked": say(sum(row[name] for name in names)),
            "left": say(sum(row[f"unpaid_{name}"] for name in names)),
            "state": code_word("instalment", row["state"]),
        }
        for row in told["instalments"]
    ]


def _spans(told: Row) -> list[dict[str, Any]]:
    say = _sayer(told)
    rate = f"{told['terms']['penalty_rate_ppm'] / 10_000:g}%"
    return [
        {
            "instalment": row["instalment"],
            "base": say(row["base_minor"]),
            "since": row["since"],
            "until": row["until"],
            "days": row["days"],
            "paused": row["paused_days"],
            "rate": rate,
            "year_days": told["terms"]["penalty_year_days"],
            "exact": row["exact"],
        }
        for row in told["spans"]
    ]


def _penalty(told: Row) -> dict[str, Any]:
    say, found = _sayer(told), told["penalty"]
    return {
        "lines": say(found["lines_minor"]),
        "cap": None if found["cap_minor"] is None else say(found["cap_minor"]),
        "waived": found.get("waived_minor") and say(found["waived_minor"]),
        "accrued": say(found["accrued_minor"]),
        "paid": say(found["paid_minor"]),
        "unpaid": say(found["unpaid_minor"]),
        "any": found["accrued_minor"] > 0 or bool(found.get("waived_minor")),
    }


def _lateness(told: Row) -> dict[str, Any] | None:
    line = told["lateness"]
    if line is None:
        return None
    return {**line, "since": day_word(line["since"])}


def _late(days: int) -> str:
    if not days:
        return ""
    words = ngettext("%(days)s day late.", "%(days)s days late.", days)
    return words % {"days": days}


def _next(told: Row, say: Any) -> dict[str, str] | None:
    for row in told["instalments"]:
        left = sum(row[f"unpaid_{name}_minor"] for name in ("principal", "interest", "fee"))
        if row["state"] == "UNDUE" and left:
            return {"due": row["due"], "day": day_word(row["due"]), "amount": say(left)}
    return None


def _what(product: str) -> str:
    said = said_now().said(ParticularKind.PRODUCT_SAYS, product)
    return "" if said is None else in_tongue(said)


def _named(row: Row) -> str:
    return in_tongue(Both(zh=row["zh"], en=row["en"]))


def _sayer(told: Row) -> Any:
    currency = Currency(told["currency"])
    return lambda minor: money(minor, currency)

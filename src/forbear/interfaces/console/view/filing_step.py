"""Which form of a filing's page leads to which action?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from forbear.contexts.rights.actions import work
from forbear.contexts.rights.actions.complaint import ComplaintDecided, decide_complaint, escalate
from forbear.contexts.rights.actions.data_request import AnswerSaid, answer_data_request
from forbear.contexts.rights.actions.dispute import DecisionSaid, decide_dispute
from forbear.contexts.rights.actions.hardship import end_hardship, grant_hardship, review_hardship
from forbear.contexts.rights.correct import CorrectionSaid
from forbear.contexts.rights.solve import SolutionSaid
from forbear.contexts.rights.word import CorrectionKind, Finding, Redress, Side, Solution
from forbear.interfaces.console.presenter.span import number_in
from forbear.values.errors import InvalidInput
from forbear.values.money import MINOR_PER_MAJOR
from forbear.values.principal import Principal

Form = Mapping[str, str]
Deed = Callable[..., Any]


def _text(form: Form, name: str = "text") -> str:
    return form.get(name, "").replace("\r\n", "\n").strip()


def _version(form: Form) -> int:
    return number_in(form.get("version")) or 0


def _word(words: Any, form: Form, name: str) -> Any:
    given = form.get(name, "")
    if given not in set(words):
        raise _missing(name)
    return words(given)


def _day(form: Form, name: str) -> date | None:
    given = form.get(name, "")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise _missing(name) from None


def amount_minor(text: str) -> int | None:
    """Return an amount that was typed, in minor units; None: nothing was typed.

    Raises:
        InvalidInput: it is no amount.
    """
    clean = text.replace(",", "").replace("，", "").strip()
    if not clean:
        return None
    whole, _dot, part = clean.partition(".")
    if not whole.isdecimal() or len(whole) > 12 or len(part) > 2 or (part and not part.isdecimal()):
        raise InvalidInput(
            "This is no amount.",
            remedy="Write it like 1200 or 1200.50.",
            message_zh="金额格式有误。",
            remedy_zh="请填写如 1200 或 1200.50。",
            field="amount",
        )
    return int(whole) * MINOR_PER_MAJOR + int((part + "00")[:2])


def _take_up(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    del today
    work.take_up(ref, version=_version(form), actor=actor, now=now)


def _acknowledge(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    del today
    work.acknowledge(ref, version=_version(form), actor=actor, now=now)


def _ask(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    del today
    work.ask_person(ref, _text(form), version=_version(form), actor=actor, now=now)


def _statement(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    del today
    side, evidence = _word(Side, form, "side"), "evidence" in form
    work.add_statement(ref, _text(form), side=side, evidence=evidence, actor=actor, now=now)


def _owner(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    del today
    staff = number_in(form.get("owner"))
    if staff is None:
        raise _missing("owner")
    work.give_owner(ref, staff, version=_version(form), actor=actor, now=now)


def _lengthen(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    approval = number_in(form.get("approval"))
    told = {"version": _version(form), "approval_id": approval, "actor": actor}
    work.lengthen(ref, form.get("step", ""), _text(form), today=today, now=now, **told)  # type: ignore[arg-type]


def _withdraw(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    work.take_back(ref, version=_version(form), actor=actor, today=today, now=now)


def _reopen(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    work.reopen(ref, _text(form), version=_version(form), actor=actor, today=today, now=now)


def _correction(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    del today
    ident = number_in(form.get("correction")) or 0
    work.finish_correction(ref, ident, evidence=_text(form), actor=actor, now=now)


def _escalate(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    told = {"authority_ref": form.get("authority_ref", "").strip() or None}
    by = {"version": _version(form), "actor": actor, "today": today, "now": now}
    escalate(ref, form.get("authority", ""), **told, **by)  # type: ignore[arg-type]


def _decide_dispute(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    loan, owed = form.get("loan", ""), "bureau" in form
    wrong = (CorrectionSaid(CorrectionKind.BUREAU_LINE, loan),) if owed and loan else ()
    said = DecisionSaid(_word(Finding, form, "finding"), _text(form), _version(form), wrong)
    decide_dispute(ref, said, actor=actor, today=today, now=now)


def _decide_complaint(
    ref: str, form: Form, *, actor: Principal, today: date, now: datetime
) -> None:
    redress = _word(Redress, form, "redress")
    amount = amount_minor(form.get("amount", "")) if redress is Redress.MONEY else None
    said = ComplaintDecided(
        _word(Finding, form, "finding"),
        _text(form),
        _version(form),
        substantiated=form.get("substantiated") or None,
        root_cause=_text(form, "cause") or None,
        redress=redress,
        redress_minor=amount,
        currency=form.get("currency") if redress is Redress.MONEY else None,
    )
    decide_complaint(ref, said, actor=actor, today=today, now=now)


def _answer(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    said = AnswerSaid(_word(Finding, form, "finding"), _text(form), _version(form))
    answer_data_request(ref, said, actor=actor, today=today, now=now)


def _grant(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    solution = _word(Solution, form, "solution")
    until = _day(form, "until") if solution in {Solution.PAUSE, Solution.FREEZE} else None
    said = SolutionSaid(solution, _text(form), _version(form), until_date=until)
    grant_hardship(ref, said, actor=actor, today=today, now=now)


def _review(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    told = {"version": _version(form), "actor": actor, "today": today, "now": now}
    review_hardship(ref, _text(form), **told)  # type: ignore[arg-type]


def _end(ref: str, form: Form, *, actor: Principal, today: date, now: datetime) -> None:
    told = {"version": _version(form), "actor": actor, "today": today, "now": now}
    end_hardship(ref, _text(form), **told)  # type: ignore[arg-type]


DEEDS: dict[str, Deed] = {
    "take_up": _take_up,
    "acknowledge": _acknowledge,
    "ask": _ask,
    "statement": _statement,
    "owner": _owner,
    "lengthen": _lengthen,
    "withdraw": _withdraw,
    "reopen": _reopen,
    "correction": _correction,
    "escalate": _escalate,
    "decide_dispute": _decide_dispute,
    "decide_complaint": _decide_complaint,
    "answer": _answer,
    "grant": _grant,
    "review": _review,
    "end": _end,
}


def _missing(name: str) -> InvalidInput:
    return InvalidInput(
        f"Something was not chosen: {name}.",
        remedy="Fill in the form, then send it.",
        message_zh=f"有一项未选择：{name}。",
        remedy_zh="请填写完整后提交。",
        field=name,
    )

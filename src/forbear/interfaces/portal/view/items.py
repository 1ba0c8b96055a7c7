"""What the person owes, in short and in full, and the papers about it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from forbear.contexts.bureau.queries import NotReported, reported_and_ahead
from forbear.contexts.evidence.actions.make_document import (
    make_pack,
    make_receipt,
    make_settlement,
)
from forbear.contexts.evidence.made import Form, Made
from forbear.contexts.evidence.queries import AccountNow, LoanNow, account_now
from forbear.contexts.evidence.settled import StillOwed
from forbear.contexts.portfolio.queries.signer import ref_of_person
from forbear.interfaces.portal.presenter.account import loan_in_full, loan_shown, mandate_shown
from forbear.interfaces.portal.presenter.bureau import bureau_shown
from forbear.interfaces.web.error import said
from forbear.values.code import Language
from forbear.values.errors import InvalidInput

MONTHS = 3
"""So many months ahead it is said what would be reported."""


def items(request: Any) -> HttpResponse:
    """Show every contract, and what it asks today."""
    account = account_of(request)
    shown = {
        "loans": [loan_shown(each) for each in account.loans],
        "mandate": mandate_shown(account),
    }
    return render(request, "portal/items.html", shown)


def item(request: Any, loan: int) -> HttpResponse:
    """Show one contract with every step of its arithmetic."""
    account = account_of(request)
    found = _loan(account, loan)
    shown = {
        "loan": loan_in_full(found),
        "mandate": mandate_shown(account),
        "bureau": _bureau(request, found),
    }
    return render(request, "portal/item.html", shown)


@require_POST
def paper(request: Any, loan: int) -> HttpResponse:
    """Hand out a sealed paper about one contract: the pack, a receipt, or that it is settled."""
    found = _loan(account_of(request), loan)
    given: dict[str, Any] = {
        "form": Form.ZIP if request.POST.get("form") == "ZIP" else Form.PDF,
        "language": Language.ZH if (get_language() or "").startswith("zh") else Language.EN,
        "actor": request.principal,
        "now": request.now,
        "today": _today(request),
    }
    ref = found.told["ref"]
    match request.POST.get("kind"):
        case "PACK":
            return _file(make_pack(_person_ref(request), loan_refs=[ref], **given))
        case "SETTLEMENT":
            try:
                return _file(make_settlement(ref, **given))
            except StillOwed as error:
                message, remedy = said(error)
                shown = {"message": message, "remedy": "", "more": ""}
                del remedy
                return render(request, "portal/told.html", shown, status=HTTPStatus.CONFLICT)
        case "RECEIPT":
            return _file(make_receipt(ref, request.POST.get("payment", ""), **given))
    raise InvalidInput("There is no such paper.", message_zh="没有这种文件。")


def account_of(request: Any) -> AccountNow:
    """Return the account of whoever is in."""
    return account_now(request.inside.debtor_id, actor=request.principal, today=_today(request))


def _loan(account: AccountNow, loan_id: int) -> LoanNow:
    found = next((each for each in account.loans if each.id == loan_id), None)
    if found is None:
        raise Http404
    return found


def _bureau(request: Any, loan: LoanNow) -> dict[str, Any] | None:
    by: dict[str, Any] = {"actor": request.principal, "today": _today(request), "now": request.now}
    try:
        told, ahead = reported_and_ahead(loan.told["ref"], months=MONTHS, **by)
    except NotReported:
        return None
    return bureau_shown(told, ahead)


def _person_ref(request: Any) -> str:
    from forbear.contexts.database.transaction import reading

    with reading(request.principal):
        return ref_of_person(request.inside.debtor_id)


def _file(made: Made) -> HttpResponse:
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


def _today(request: Any) -> Any:
    return settings.FORBEAR_MORNING.day(request.now)

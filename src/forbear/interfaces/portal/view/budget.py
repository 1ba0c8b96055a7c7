"""One's month and one's debts, reckoned through. For everybody; nothing of it is kept.

Whoever is in finds their own contracts filled in, with the figures of their account.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from forbear.interfaces.portal.field import AmountField, RateField
from forbear.interfaces.portal.presenter.budget import Own, own_debts, result_shown, ways_on
from forbear.interfaces.portal.presenter.place import PLACES, place_of
from forbear.interfaces.portal.view.items import account_of
from forbear.interfaces.portal.view.time import HANDED
from forbear.policy.education.month import Month
from forbear.policy.education.plan import DEBTS_MAX, Debt
from forbear.policy.wording.sample import CURRENCIES
from forbear.values.money import Currency

_ROWS, _MORE_ROWS = 2, 2
_ROW = ("left", "rate", "minimum")


class BudgetForm(forms.Form):
    """What comes in and goes out, some debts, and what could be otherwise."""

    income = AmountField(label=gettext_lazy("What comes in each month"), required=False)
    needs = AmountField(
        label=gettext_lazy("What must go out each month"),
        help_text=gettext_lazy("Home, food, power, travel, medicine, children. Not the debts."),
        required=False,
    )
    spending = AmountField(label=gettext_lazy("Other spending each month"), required=False)
    extra = AmountField(
        label=gettext_lazy("What if I pay so much more each month?"), required=False
    )
    once = AmountField(label=gettext_lazy("What if I pay so much once, today?"), required=False)
    other_rate = RateField(
        label=gettext_lazy("What if the yearly rate were so many per cent?"), required=False
    )

    MONTH = ("income", "needs", "spending")
    WHAT_IF = ("extra", "once", "other_rate")

    def __init__(self, *given: Any, rows: int, **named: Any) -> None:
        super().__init__(*given, **named)
        self.row_count = rows
        for row in range(rows):
            self.fields[f"left_{row}"] = AmountField(label=_("What is left to pay"), required=False)
            self.fields[f"rate_{row}"] = RateField(
                label=_("Yearly rate in per cent"), required=False
            )
            self.fields[f"minimum_{row}"] = AmountField(
                label=_("Least to pay each month"), required=False
            )

    def clean(self) -> dict[str, Any]:
        """Ask for whole debts, and for something to reckon with at all."""
        found = super().clean() or {}
        for row in range(self.row_count):
            told = {name: found.get(f"{name}_{row}") for name in _ROW}
            if all(each is None for each in told.values()):
                continue
            for name in _ROW:
                field = f"{name}_{row}"
                if told[name] is None and field not in self.errors:
                    self.add_error(field, _("Please fill this in too; 0 where there is none."))
        if not self.errors and self.month is None and not self.debts:
            self.add_error("income", _("Please type what comes in, or fill in a debt below."))
        return found

    @property
    def month(self) -> Month | None:
        """What comes in and goes out; null where nothing was said of it."""
        told = [self.cleaned_data.get(name) for name in self.MONTH]
        return None if all(each is None for each in told) else Month(*(each or 0 for each in told))

    @property
    def debts(self) -> tuple[Debt, ...]:
        """The debts of which something is left."""
        rows = [
            tuple(self.cleaned_data.get(f"{name}_{row}") for name in _ROW)
            for row in range(self.row_count)
        ]
        return tuple(Debt(*row) for row in rows if row[0])


@sensitive_post_parameters()
@sensitive_variables()
def budget(request: Any) -> HttpResponse:
    """Take figures, and say what they come to."""
    own = () if request.inside is None else own_debts(account_of(request))
    law = place_of(request)
    currency = own[0].currency if own else CURRENCIES[law]
    own = tuple(each for each in own if each.currency is currency)[: DEBTS_MAX - 1]
    rows = _rows(request, own)
    asked = request.method == "POST" and "more" not in request.POST
    typed = request.POST.dict() if request.method == "POST" else _filled(own)
    form = BudgetForm(request.POST if asked else None, rows=rows, initial=typed)
    result = _result(request, form, own, currency) if asked and form.is_valid() else None
    shown = {
        "form": form,
        "month": [form[name] for name in form.MONTH],
        "rows": _shown_rows(form, own),
        "what_if": [form[name] for name in form.WHAT_IF],
        "row_count": rows,
        "may_more": rows < DEBTS_MAX,
        "result": result,
        "places": [] if own else _places(law),
        "law": law.value,
        "handed": HANDED,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "portal/budget.html", shown, status=status)


def _result(
    request: Any, form: BudgetForm, own: tuple[Own, ...], currency: Currency
) -> dict[str, Any]:
    told = form.cleaned_data
    shown = result_shown(
        form.month,
        form.debts,
        extra_minor=told["extra"] or 0,
        once_minor=told["once"] or 0,
        other_rate_bp=told["other_rate"],
        currency=currency,
        today=settings.FORBEAR_MORNING.day(request.now),
    )
    return shown | ways_on(
        shown["short"], form.month, form.debts, own, inside=request.inside is not None
    )


def _rows(request: Any, own: tuple[Own, ...]) -> int:
    """Return for how many debts there is room."""
    told = request.POST.get("rows", "")
    if not told.isdecimal() or len(told) > 2:
        return min(DEBTS_MAX, max(_ROWS, len(own) + 1))
    more = _MORE_ROWS if "more" in request.POST else 0
    return max(1, min(DEBTS_MAX, int(told) + more))


def _filled(own: tuple[Own, ...]) -> dict[str, str]:
    filled = {}
    for row, each in enumerate(own):
        filled |= {f"{name}_{row}": value for name, value in each.typed.items()}
    return filled


def _shown_rows(form: BudgetForm, own: tuple[Own, ...]) -> list[dict[str, Any]]:
    return [
        {
            "number": row + 1,
            "own": own[row].name if row < len(own) else "",
            "fields": [form[f"{name}_{row}"] for name in _ROW],
        }
        for row in range(form.row_count)
    ]


def _places(law: Any) -> list[dict[str, Any]]:
    return [{"code": each.value, "label": PLACES[each], "here": each is law} for each in PLACES]

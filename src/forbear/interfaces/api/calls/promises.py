"""Promises to pay: make, take back and list them."""

from __future__ import annotations

from ninja import Query, Router

from forbear.contexts.arrangements.actions.promise import (
    PromiseSaid,
    make_promise,
    withdraw_promise,
)
from forbear.contexts.arrangements.queries import PromiseShown, get_promise, list_promises
from forbear.contexts.arrangements.transition import PromiseState
from forbear.contexts.exchange.scope import Scope
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.calls.answer import Done, created
from forbear.interfaces.api.field import AmountAboveZero, Day, Flag, Ref, Sent
from forbear.interfaces.api.page import Page, Paged, after, page

router = Router(tags=["promises"])


class PromiseSent(Sent):
    """A promise to pay an amount by a day. No loan: on whichever of the person's.

    ``reminder``: the person wants to be reminded.
    """

    ref: Ref
    debtor_ref: Ref
    amount_minor: AmountAboveZero
    due_date: Day
    reminder: Flag
    loan_ref: Ref | None = None


class PromisesAsked(Paged):
    """Which promises are asked for."""

    debtor_ref: Ref | None = None
    state: PromiseState | None = None


@call(router, "POST", "/promises", scope=Scope.ARRANGEMENTS_WRITE, answer=Done, status=201)
def record_promise(request: Request, said: PromiseSent) -> object:
    """Record a promise; until its day has passed the debt is not collected."""
    given = PromiseSaid(**{name: getattr(said, name) for name in PromiseSent.model_fields})
    return created(make_promise(given, actor=request.actor, today=request.today, now=request.now))


@call(router, "GET", "/promises", scope=Scope.ARRANGEMENTS_READ, answer=Page[PromiseShown])
def list_all_promises(request: Request, asked: Query[PromisesAsked]) -> object:
    """List promises in the order in which they were made."""
    found = list_promises(
        after=after(asked),
        rows=asked.limit + 1,
        debtor_ref=asked.debtor_ref,
        state=None if asked.state is None else asked.state.value,
        actor=request.actor,
    )
    return page(found, asked.limit, lambda row: row.id)


@call(
    router,
    "POST",
    "/promises/{ref}/withdrawal",
    scope=Scope.ARRANGEMENTS_WRITE,
    answer=PromiseShown,
)
def take_promise_back(request: Request, ref: Ref) -> object:
    """Take an open promise back."""
    withdraw_promise(ref, actor=request.actor, today=request.today, now=request.now)
    return get_promise(ref, actor=request.actor)

"""How does a request become one call of an action or a query, under one scope, and once?

``call`` declares an operation: its method, address, scope and answer. The declared function gets a
``Request`` and what was parsed; it returns what is to be answered.
"""

from __future__ import annotations

import functools
import hmac
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_type_hints

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from ninja.security import APIKeyHeader, HttpBearer
from pydantic import BaseModel, TypeAdapter

from forbear.contexts.exchange.answered import KEY_LENGTH_MAX, Answer, Asked, answer_once
from forbear.contexts.exchange.authenticate import Caller, authenticate, count_call
from forbear.contexts.exchange.received import message_from
from forbear.contexts.exchange.scope import Scope
from forbear.interfaces.api.problem import InvalidRequest, repeated_parameter, unknown_parameter
from forbear.values.principal import ANYBODY, Principal, system

JSON = "application/json"
_KEY = re.compile(rf"[!-~]{{1,{KEY_LENGTH_MAX}}}")


@dataclass(frozen=True, slots=True)
class Request:
    """Who calls, when, and the request itself. ``message_id``: of a signed message; else empty."""

    actor: Principal
    now: datetime
    http: HttpRequest
    message_id: str = ""

    @property
    def today(self) -> date:
        """The lender's own day."""
        return settings.FORBEAR_MORNING.day(self.now)


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of the API. ``keyed``: it takes an idempotency key.

    ``scope`` null: it takes no key but a signature, of the provider that the address names.
    ``open``: anybody may call it. ``produces``: as what it answers, where that is no JSON of ours.
    ``once``: its answer holds what is told once and is never kept.
    """

    name: str
    method: str
    path: str
    scope: Scope | None
    status: int
    keyed: bool
    open: bool = False
    produces: tuple[str, ...] = ()
    once: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a call answers under another status than its usual one."""

    status: int
    value: object


@dataclass(frozen=True, slots=True)
class File:
    """What a call answers as it is, such as pages. ``name``: what a browser calls it."""

    content: bytes
    content_type: str
    name: str


class Open:
    """Marks a call that anybody may make, without a key; its action bounds how often."""


OPEN = Open()
CALLS: dict[str, Call] = {}


class Bearer(HttpBearer):
    """A key of a lender's system that has the scope which a call needs."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> tuple[Caller, Principal]:
        """Return whose key it is, and as whom the call acts."""
        now = timezone.now()
        caller = authenticate(token, now=now)
        most = settings.FORBEAR_API_CALLS_PER_MINUTE_MAX
        request.forbear_calls_left = 0  # type: ignore[attr-defined]
        request.forbear_calls_left = count_call(  # type: ignore[attr-defined]
            caller, most=most, now=now
        )
        return caller, caller.principal(self.scope)


class Signed(APIKeyHeader):
    """Standard Webhooks: webhook-id, webhook-timestamp and this signature of them and the body."""

    param_name = "webhook-signature"

    def authenticate(self, request: HttpRequest, key: str | None) -> tuple[str, Principal]:
        """Return the message's id, and as whom it is taken in."""
        del key
        provider = request.resolver_match.kwargs["provider"]  # type: ignore[union-attr]
        message_id = message_from(provider, request.headers, request.body, now=timezone.now())
        return message_id, system("receipts")


def call(  # a declaration names everything once
    router: Router,
    method: str,
    path: str,
    *,
    scope: Scope | Open | None,
    answer: Any,
    status: int = 200,
    extra: dict[str, Any] | None = None,
    produces: tuple[str, ...] = (),
    once: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an operation. One that writes takes an idempotency key.

    A function that returns ``Told`` gives the status with its answer; one that ``produces`` other
    content returns a ``File``, which is never kept to be answered again; nor is the answer of one
    that tells something ``once``: its action knows by an id of the caller's what was done before.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        # An extract is known by its own content; a key would have to read it twice. A message
        # has an id of its own. What only works something out writes nothing.
        writes_nothing = {Scope.DECISIONS_ASK, Scope.ARRANGEMENTS_READ}
        unkeyed = {*writes_nothing, Scope.IMPORTS_WRITE, None, OPEN}
        keyed = method != "GET" and scope not in unkeyed and not produces and not once
        held = None if isinstance(scope, Open) else scope
        shape = (scope is OPEN, produces, once)
        named = Call(function.__name__, method, path, held, status, keyed, *shape)
        CALLS[named.name] = named
        run = _runner(function, named, TypeAdapter(answer))
        # The framework reads the annotations, which are words of the function's own module.
        run.__signature__ = inspect.signature(function, eval_str=True)  # type: ignore[attr-defined]
        summary, _, more = (function.__doc__ or "").partition("\n")
        router.add_api_operation(
            path,
            [method],
            run,
            auth=_shown_by(scope),
            response={status: answer},
            operation_id=named.name,
            summary=summary.strip(),
            description=" ".join(more.split()) or None,
            openapi_extra=extra,
        )
        return function

    return declare


def _shown_by(scope: Scope | Open | None) -> Signed | Bearer | None:
    """Return how a caller shows who they are; None: nobody asks."""
    if isinstance(scope, Open):
        return None
    return Signed() if scope is None else Bearer(scope)


def _runner(
    function: Callable[..., Any], named: Call, adapter: TypeAdapter[Any]
) -> Callable[..., HttpResponse]:
    """Return what answers a request: the function's answer, or the one that was given before."""
    parameters = _parameters(function)

    @functools.wraps(function)
    def run(request: HttpRequest, **given: Any) -> HttpResponse:
        if set(request.GET) - set(parameters):
            raise unknown_parameter(parameters)
        for name, values in request.GET.lists():
            if len(values) > 1:
                raise repeated_parameter(name)
        known, actor = (None, ANYBODY) if named.open else request.auth  # type: ignore[attr-defined]
        message_id = known if isinstance(known, str) else ""
        now = timezone.now()

        def act() -> Answer:
            said = function(Request(actor, now, request, message_id), **given)
            code, value = (
                (said.status, said.value) if isinstance(said, Told) else (named.status, said)
            )
            shown = adapter.validate_python(value, from_attributes=True)
            return Answer(code, adapter.dump_json(shown), JSON)

        key = _key(request) if named.keyed else None
        if named.produces:
            return _file(function(Request(actor, now, request, message_id), **given))
        if key is None:
            return _response(act())
        asked = Asked(known.token_id, key, _print(request))
        kept, again = answer_once(asked, act, now=now)
        response = _response(kept)
        response["Idempotent-Replayed"] = "true" if again else "false"
        return response

    return run


def _parameters(function: Callable[..., Any]) -> list[str]:
    """Return the names of the parameters that may stand behind the address."""
    hints = get_type_hints(function)
    asked = hints.get("asked")
    is_model = isinstance(asked, type) and issubclass(asked, BaseModel)
    return sorted(asked.model_fields) if is_model else []


def _response(answer: Answer) -> HttpResponse:
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


def _file(made: File) -> HttpResponse:
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


def _key(request: HttpRequest) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidRequest(
            f"The idempotency key is not 1 to {KEY_LENGTH_MAX} printable ASCII characters.",
            remedy="Send a random UUID for every request.",
            message_zh=f"幂等键不是 1 至 {KEY_LENGTH_MAX} 个可见 ASCII 字符。",
            remedy_zh="请为每个请求发送一个随机 UUID。",
            field="Idempotency-Key",
        )
    return key


def _print(request: HttpRequest) -> bytes:
    """Return a keyed hash of a request: a plain one would let short secrets be guessed from it."""
    said = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hmac.digest(settings.SECRET_KEY.encode(), b"forbear.answered\n" + said, "sha256")

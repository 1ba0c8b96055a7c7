"""How does a call reach the API, once, also when the network fails in between?

A call that only reads may be repeated, and so may one with an idempotency key, which is sent with
every call that takes one. Any other is never repeated.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

TRIES_MAX = 4
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 60.0
_LATER = {429, 503}
_UNDER_WAY = "IDEMPOTENCY_KEY_IN_PROGRESS"


class Problem(Exception):
    """The API refused a call. ``told`` holds everything that it said."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = dict(told)
        self.status = int(told.get("status", 0))
        self.code = str(told.get("code", ""))
        self.field: str | None = told.get("field")
        super().__init__(f"{self.code}: {told.get('detail', '')} {told.get('remedy', '')}".strip())


class Transport:
    """Sends calls with one key."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout_s: float = 30.0,
        tries_max: int = TRIES_MAX,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._tries_max = tries_max
        self._http = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=timeout_s,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        key: str | None = None,
        keyed: bool = False,
        raw: bool = False,
    ) -> Any:
        """Return what a call answers; ``raw``: the bytes as they are.

        Raises:
            Problem: the API refused it.
            httpx.TransportError: there was no answer; a keyed call may be sent again with its key.
        """
        headers = {"Idempotency-Key": key or str(uuid.uuid4())} if keyed else {}
        given: dict[str, Any] = {"headers": headers}
        if query is not None:
            given["params"] = {name: v for name, v in query.items() if v is not None}
        if isinstance(body, bytes):
            given["content"], headers["Content-Type"] = body, "application/octet-stream"
        elif body is not None:
            given["json"] = body
        tries = self._tries_max if keyed or method == "GET" else 1
        for number in range(1, tries + 1):
            try:
                answer = self._http.request(method, path, **given)
            except httpx.TransportError:
                if number == tries:
                    raise
                time.sleep(_wait_s(number, None))
                continue
            if answer.is_success:
                return answer.content if raw else answer.json()
            told = _refusal(answer)
            later = answer.status_code in _LATER or told.get("code") == _UNDER_WAY
            if not later or number == tries:
                raise Problem(told)
            time.sleep(_wait_s(number, answer.headers.get("Retry-After")))
        raise AssertionError(tries)

    def _every(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        cursor = None
        while True:
            page = self._send("GET", path, query={**query, "cursor": cursor})
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return


def _refusal(answer: httpx.Response) -> dict[str, Any]:
    """Return what was refused and why; a proxy's own words are none of ours."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    if isinstance(told, dict):
        return told
    where = answer.headers.get("Location")
    return {
        "status": answer.status_code,
        "code": "NOT_THE_API",
        "detail": f"{answer.url} answered {answer.status_code}, not as the API does.",
        "remedy": f"It leads to {where}: give base_url as https."
        if where
        else "See that base_url names Forbear, and that Forbear runs.",
    }


def _wait_s(number: int, asked: str | None) -> float:
    if asked is not None and asked.isdigit():
        return min(float(asked), _LONGEST_WAIT_S)
    return min(_FIRST_WAIT_S * 2 ** (number - 1), _LONGEST_WAIT_S) * (0.5 + random.random() / 2)

"""How is a platform of WeChat's asked, and what may never be written down of it?

Tokens and secrets stand in addresses there, as the platforms want it, so the client's own log of
addresses is off.
"""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""With these nothing left."""
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Platform:
    """One platform, as one account sees it."""

    def __init__(self, base_url: str, timeout_s: float) -> None:
        """Take its address; connections are kept."""
        self._base = base_url
        self._client = httpx.Client(timeout=timeout_s, trust_env=False, follow_redirects=False)

    def post(self, path: str, body: Any, **asked: str) -> tuple[int, Any]:
        """Post JSON; return the status, and the answer's JSON, null where there is none.

        Raises:
            httpx.HTTPError: no whole answer came.
        """
        # The platforms show escaped letters as they are written, so nothing is escaped.
        octets = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        url = f"{self._base}{path}"
        answer = self._client.post(url, params=asked, content=octets, headers=headers)
        return answer.status_code, _json(answer)

    def get(self, path: str, **asked: str) -> tuple[int, Any]:
        """Ask; return the same.

        Raises:
            httpx.HTTPError: no whole answer came.
        """
        answer = self._client.get(f"{self._base}{path}", params=asked)
        return answer.status_code, _json(answer)

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None

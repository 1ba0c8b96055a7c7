"""How is a language model asked, so that nobody waits longer than was said, whatever it does?

Each question has a thread of its own, which is left behind when the time is over: bytes that drip,
names that do not resolve and servers that never end keep no person waiting. What comes back is a
text of bounded length from one whole answer, or nothing.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from forbear.contexts.assistant.llm_file import Port
from forbear.contexts.assistant.llm_word import Fate
from forbear.values.errors import ForbearError

if TYPE_CHECKING:
    import httpx

_BYTES_MAX = 64 * 1024
_TOKENS_MAX = 500
_AT_ONCE_MAX = 4
_FAULTS_MAX = 3
_RESTS_S = 30.0
_FAULTS = frozenset({Fate.TIMED_OUT, Fate.NOT_REACHED, Fate.REFUSED, Fate.NOT_READ})


@dataclass(frozen=True, slots=True)
class Told:
    """What came back. ``text`` null: nothing, for the reason that ``fate`` names."""

    text: str | None = field(repr=False)
    fate: Fate
    took_ms: int = 0


class _Standing:
    """How the model has behaved towards this process, and how many questions are under way."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.places = threading.BoundedSemaphore(_AT_ONCE_MAX)
        self.faults = 0
        self.rests_until_s = 0.0

    def note(self, fate: Fate) -> None:
        with self.lock:
            self.faults = self.faults + 1 if fate in _FAULTS else 0
            if self.faults >= _FAULTS_MAX:
                self.faults, self.rests_until_s = 0, time.monotonic() + _RESTS_S


_standing = _Standing()


def ask_model(port: Port, system: str, user: str) -> Told:
    """Ask one question; the answer is there within ``port.share_s``, whatever happens."""
    # Most processes never ask.
    import httpx

    began_s = time.monotonic()
    if began_s < _standing.rests_until_s:
        return Told(None, Fate.RESTING)
    if not _standing.places.acquire(blocking=False):
        return Told(None, Fate.BUSY)
    answers: SimpleQueue[Told] = SimpleQueue()
    client = httpx.Client(timeout=port.share_s, trust_env=False, follow_redirects=False)
    asking = threading.Thread(
        target=_ask, args=(client, port, _body(port, system, user), answers), daemon=True
    )
    asking.start()
    try:
        told = answers.get(timeout=max(0.0, port.share_s - (time.monotonic() - began_s)))
    except Empty:
        client.close()
        told = Told(None, Fate.TIMED_OUT)
    _standing.note(told.fate)
    return Told(told.text, told.fate, int((time.monotonic() - began_s) * 1_000))


def rest_over() -> None:
    """Forget how the model behaved, as a process does that begins."""
    _standing.faults, _standing.rests_until_s = 0, 0.0


def _body(port: Port, system: str, user: str) -> bytes:
    said = {
        "model": port.model,
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
        "temperature": 0,
        "max_tokens": _TOKENS_MAX,
        "stream": False,
        "response_format": {"type": "json_object"},
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _ask(client: httpx.Client, port: Port, body: bytes, answers: SimpleQueue[Told]) -> None:
    import httpx

    try:
        answers.put(_asked(client, port, body))
    except httpx.TimeoutException:
        answers.put(Told(None, Fate.TIMED_OUT))
    except ForbearError:
        # Its key cannot be had; ``forbear doctor`` says which.
        answers.put(Told(None, Fate.REFUSED))
    except Exception:  # noqa: BLE001  # a thread that dies silently would let a person wait
        answers.put(Told(None, Fate.NOT_REACHED))
    finally:
        _standing.places.release()
        client.close()


def _asked(client: httpx.Client, port: Port, body: bytes) -> Told:
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        # What unfolds to a thousand times its size is not asked for.
        "Accept-Encoding": "identity",
    }
    if port.key is not None:
        headers["Authorization"] = f"Bearer {port.key.open()}"
    ends_s = time.monotonic() + port.share_s
    with client.stream("POST", port.url, headers=headers, content=body) as answer:
        if answer.status_code != 200:
            return Told(None, Fate.REFUSED)
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if (
            kind != "application/json"
            or answer.headers.get("Content-Encoding", "identity") != "identity"
        ):
            return Told(None, Fate.NOT_READ)
        found = bytearray()
        for part in answer.iter_raw():
            found += part
            if len(found) > _BYTES_MAX:
                return Told(None, Fate.NOT_READ)
            if time.monotonic() > ends_s:
                return Told(None, Fate.TIMED_OUT)
    text = _content(bytes(found))
    return Told(text, Fate.NOT_READ if text is None else Fate.USED)


def _content(raw: bytes) -> str | None:
    """Return the text of the one whole answer; None: there is none."""
    said = read_json(raw)
    choices = said.get("choices") if isinstance(said, dict) else None
    if not isinstance(choices, list) or len(choices) != 1 or not isinstance(choices[0], dict):
        return None
    message = choices[0].get("message")
    # What was cut off is no answer, and tools are not offered.
    if choices[0].get("finish_reason") != "stop" or not isinstance(message, dict):
        return None
    text = message.get("content")
    return None if message.get("tool_calls") or not isinstance(text, str) else text


def read_json(raw: bytes | str) -> Any:
    """Return what a text of JSON holds; None: it is none, or names something twice."""
    try:
        return json.loads(raw, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)

"""Which language model has the lender named, and for what may it be asked?

url: https://model.example/v1
model: a-model
key: "env:MODEL_KEY"
tasks: [UNDERSTAND, PHRASE]
timeout_ms: 3000
words: MASKED

Without a file (FORBEAR_ASSISTANT_MODEL) there is none, and nothing is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from forbear.contexts.assistant.llm_word import Task
from forbear.contexts.contact.channels.registry import Reference, secret_if
from forbear.contexts.rulebook.named import NamedFile
from forbear.policy.reading import Field
from forbear.values.code import Code
from forbear.values.errors import InvalidInput

_TIMEOUT_MS, _TIMEOUT_MS_MIN, _TIMEOUT_MS_MAX = 3_000, 200, 8_000
_END = "/chat/completions"
_NAME = re.compile(r"[\w.:/@-]{1,120}")


class InvalidModel(InvalidInput):
    """The file that names the language model does not keep its form."""

    code = "INVALID_MODEL_FILE"


_FILE = NamedFile(
    "the language model",
    "语言模型",
    "a language model",
    "FORBEAR_ASSISTANT_MODEL",
    InvalidModel,
)


class Words(Code):
    """What of a person's words goes along."""

    MASKED = "MASKED"
    """Names, places, accounts and numbers are left out."""
    WHOLE = "WHOLE"


@dataclass(frozen=True, slots=True)
class Port:
    """A language model. ``timeout_ms``: how long a person waits at most, all tasks together."""

    url: str
    model: str
    key: Reference | None = field(repr=False)
    tasks: frozenset[Task]
    timeout_ms: int
    words: Words

    @property
    def share_s(self) -> float:
        """How long one question may take, in seconds."""
        return self.timeout_ms / 1_000 / len(self.tasks)


def named_model() -> Port | None:
    """Return the lender's language model; None: there is none.

    Raises:
        InvalidModel: the file that names it is wrong.
    """
    from django.conf import settings

    path: Path | None = settings.FORBEAR_ASSISTANT_MODEL
    return None if path is None else read_model(path)


@lru_cache(maxsize=8)
def read_model(path: Path) -> Port:
    """Return what a file names; no secret is opened.

    Raises:
        InvalidModel: the file cannot be read, or something in it is wrong; it names the field.
    """
    return _FILE.read(path, _port)


def _port(said: Field) -> Port:
    said.only("url", "model", "key", "tasks", "timeout_ms", "words")
    name = said.get("model", str)
    if not _NAME.fullmatch(name):
        raise said.fail("model", "is no name of a model", "Copy it from its server.")
    timeout_ms = said.get("timeout_ms", int, default=_TIMEOUT_MS)
    if not _TIMEOUT_MS_MIN <= timeout_ms <= _TIMEOUT_MS_MAX:
        raise said.fail("timeout_ms", "is out of range", "Write a number from 200 to 8000.")
    return Port(
        _url(said),
        name,
        secret_if(said, "key"),
        said.words("tasks", Task) if said.has("tasks") else frozenset(Task),
        timeout_ms,
        said.word("words", Words, default=Words.MASKED),
    )


def _url(said: Field) -> str:
    url: str = said.get("url", str).rstrip("/")
    here = re.match(r"http://(127\.0\.0\.1|localhost)(:\d+)?(/|$)", url)
    if not re.match(r"https://[^/@\s]+(/\S*)?$", url) and not here:
        raise said.fail("url", "is not https", "Words go over https alone, or to this machine.")
    return url if url.endswith(_END) else f"{url}{_END}"

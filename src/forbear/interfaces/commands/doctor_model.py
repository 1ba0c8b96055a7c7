"""Does the language model answer that may help the assistant, where the lender has named one?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from forbear.interfaces.commands.finding import Finding, failed, ok, warn
from forbear.values.errors import ForbearError

VARIABLE = "FORBEAR_ASSISTANT_MODEL"
_SYSTEM = 'Answer with one JSON object and nothing else: {"meaning": "NONE"}.'
_REMEDIES = {
    "TIMED_OUT": (
        "Raise timeout_ms, or name a quicker model.",
        "请调大 timeout_ms，或换用更快的模型。",
    ),
    "NOT_REACHED": ("Mend url, or its server.", "请修正 url，或检查其服务器。"),
    "REFUSED": ("Mend key, model or url.", "请修正 key、model 或 url。"),
    "NOT_READ": (
        "Its server must answer as OpenAI's chat completions do, with JSON objects.",
        "其服务器须按 OpenAI 对话补全接口以 JSON 对象作答。",
    ),
}


def model_findings() -> Iterator[Finding]:
    """Ask the model one question that holds nobody's words; none is named: there is no finding."""
    place = os.environ.get(VARIABLE)
    if not place:
        return
    from forbear.contexts.assistant.llm_file import read_model
    from forbear.contexts.assistant.llm_wire import ask_model, read_json

    try:
        port = read_model(Path(place))
        if port.key is not None:
            port.key.open()
    except ForbearError as wrong:
        yield failed("language model", wrong)
        return
    told = ask_model(port, _SYSTEM, "<message>1 + 1</message>")
    if told.text is None or not isinstance(read_json(told.text), dict):
        fate = "NOT_READ" if told.text is not None else told.fate.value
        yield warn(
            "language model",
            (
                f"{port.model}: {fate}; the assistant answers without it",
                f"{port.model}：{fate}；智能助手不依赖它，照常回答",
            ),
            _REMEDIES[fate],
        )
        return
    said = f"{port.model}: {told.took_ms} ms"
    yield ok("language model", said, said)

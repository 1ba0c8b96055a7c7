"""What else must the API's description say, so that a client meets nothing unforeseen?"""

from __future__ import annotations

from typing import Any

from forbear.contexts.exchange.answered import KEY_LENGTH_MAX
from forbear.interfaces.api.call import CALLS, JSON, Call
from forbear.interfaces.api.problem import CONTENT_TYPE, TITLES, Problem

_ALWAYS = (401, 403, 422, 429, 500, 503)
_RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
_ID = {"X-Request-Id": {"description": "In the log, too.", "schema": {"type": "string"}}}
_REPLAYED = {
    "Idempotent-Replayed": {
        "description": "true: this was answered before; sent only with a key.",
        "schema": {"type": "string", "enum": ["true", "false"]},
    }
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A random key for this request. The same key with the same request gets the "
    "same answer; with another request it is refused.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": KEY_LENGTH_MAX,
        "pattern": "^[!-~]+$",
    },
}


def complete(schema: Any) -> Any:
    """Return the description with the errors, headers and limits of every operation."""
    schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            _complete(operation, CALLS[operation["operationId"]], has_ref="{" in path)
    schema["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    return schema


def _complete(operation: dict[str, Any], call: Call, *, has_ref: bool) -> None:
    done = operation["responses"]
    if call.status == 201 and 200 not in done:
        done[200] = {**done[201], "description": "It stood there before, the same."}
    for status, answer in done.items():
        if call.produces and status == call.status:
            answer["content"] = {each: {"schema": _binary(each)} for each in call.produces}
        answer["headers"] = {**_ID, **(_REPLAYED if call.keyed else {})}
    changes = call.keyed or call.method != "GET"
    always = set(_ALWAYS) - {401, 403} if call.open else set(_ALWAYS)
    errors = {
        *always,
        *((404,) if has_ref or changes else ()),
        *((409,) if call.keyed or call.produces or call.once else ()),
    }
    for status in sorted(errors):
        done[status] = {
            "description": TITLES[status],
            "headers": {**_ID, **(_RETRY if status in {429, 503} else {})},
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    if call.open:
        operation["security"] = []
    if call.keyed:
        operation["parameters"] = [*operation["parameters"], _KEY]
    if call.scope is not None:
        operation["x-scope"] = call.scope.value


def _binary(content_type: str) -> dict[str, str]:
    if content_type == JSON:
        return {"type": "object"}
    return {"type": "string", "format": "binary"}

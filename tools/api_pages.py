"""Which pages tell of the API: its description for machines, and one for people."""

from __future__ import annotations

import os
from collections.abc import Iterator

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings.test")
# Nothing is signed here; without this, a key would be made and left lying about.
os.environ.setdefault("FORBEAR_SECRET_KEY", "none")


def pages() -> dict[str, str]:
    """Return the pages by name."""
    import django

    django.setup()
    from forbear.interfaces.api.api import document_text

    return {"openapi.json": document_text(), "api.md": "\n".join(_manual()).rstrip() + "\n"}


def _manual() -> Iterator[str]:
    from forbear.contexts.exchange.scope import SCOPES
    from forbear.interfaces.api.api import api
    from forbear.interfaces.api.call import CALLS
    from forbear.interfaces.api.page import ROWS, ROWS_MAX
    from forbear.interfaces.api.problem import TITLES

    yield "# API\n"
    yield "What a lender's and agencies' systems tell Forbear and ask of it: JSON over HTTPS under"
    yield "`/api/v1`."
    yield "The whole description is [openapi.json](openapi.json), also served at"
    yield "`/api/v1/openapi.json`; a typed Python client is in `forbear.client`.\n"
    yield "放款方系统通过 `/api/v1` 以 JSON 与 Forbear 交互；完整描述见 openapi.json。\n"
    yield "- **Key**: `Authorization: Bearer fb_…`, made by `forbear token make`. It is shown once."
    yield "- **Once**: a call that writes takes an `Idempotency-Key`. The same key with the same"
    yield "  request gets the same answer, for good; with another request it is refused with 409."
    yield "  A refused request changed nothing, so its key may be used again."
    yield "- **Amounts** are whole minor units; **days** `2026-11-24`; **instants** have an offset."
    yield "- **Personal values** are taken, sealed, and shown masked alone; no scope shows them in"
    yield "  full."
    yield f"- **Pages** have {ROWS} rows, at most {ROWS_MAX} (`limit`); `next` is the cursor of the"
    yield "  page that follows. Rows that are added meanwhile move no other row."
    yield "- **Limits**: so many calls a minute for a key; `RateLimit-Remaining` tells how many are"
    yield "  left, and 429 comes with `Retry-After`.\n"
    yield "## Scopes\n"
    yield "| scope | lets a key | 可以 | permissions |\n|---|---|---|---|"
    for scope, allowed in SCOPES.items():
        held = ", ".join(f"`{each}`" for each in sorted(allowed.permissions))
        yield f"| `{scope.value}` | {allowed.en} | {allowed.zh} | {held} |"
    yield "\n## Calls\n"
    yield "| call | scope | what it does |\n|---|---|---|"
    described = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    told = {op["operationId"]: op for ops in described.values() for op in ops.values()}
    for name, each in CALLS.items():
        summary = told[name]["summary"]
        scope = "signed" if each.scope is None else f"`{each.scope.value}`"
        scope = "anybody" if each.open else scope
        yield f"| `{each.method} {each.path}` | {scope} | {summary} |"
    yield "\n## Errors\n"
    yield "Every error is `application/problem+json` with `code`, `detail`, `remedy`, the same two"
    yield "in Chinese, the `field` that is wrong, and the `request_id` that the log has too.\n"
    yield "| status | meaning |\n|---|---|"
    for status, title in sorted(TITLES.items()):
        yield f"| {status} | {title} |"

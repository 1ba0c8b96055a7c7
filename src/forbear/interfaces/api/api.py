"""Which calls make up the API, and under which addresses?"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from forbear.interfaces.api.call import CALLS
from forbear.interfaces.api.calls import (
    agencies,
    arrangements,
    bureau,
    caller,
    cases,
    choices,
    complaints,
    contacts,
    data_rights,
    debtors,
    disputes,
    evidence,
    filings,
    hardship,
    imports,
    links,
    loans,
    nights,
    paying,
    payments,
    points,
    promises,
    receipts,
    transcripts,
    webhooks,
)
from forbear.interfaces.api.calls import help as helping
from forbear.interfaces.api.document import complete
from forbear.interfaces.api.problem import translated
from forbear.interfaces.web.access import Audience, all_for, page

VERSION = "1"


class Api(NinjaAPI):
    """The API; its description says everything that a client may meet."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """Return the description, with errors, limits and headers."""
        return complete(super().get_openapi_schema(**options))


def _described(request: HttpRequest) -> HttpResponse:
    del request
    text = document_text()
    return HttpResponse(text, content_type="application/json")


def document_text() -> str:
    """Return the API's description as it stands in docs/reference/openapi.json."""
    import json

    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return json.dumps(schema, indent=1, ensure_ascii=False, default=str, sort_keys=True) + "\n"


api = Api(
    title="Forbear",
    version=VERSION,
    description="What a lender's systems tell Forbear and ask of it.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-v1",
)
for _module in (
    debtors,
    points,
    loans,
    payments,
    choices,
    contacts,
    transcripts,
    agencies,
    receipts,
    cases,
    nights,
    imports,
    webhooks,
    arrangements,
    promises,
    bureau,
    evidence,
    filings,
    disputes,
    complaints,
    hardship,
    helping,
    data_rights,
    caller,
    paying,
    links,
):
    api.add_router("", _module.router)
# The framework has handlers of its own for some; the nearest class counts.
for _kind in (Exception, ValidationError, HttpError, AuthenticationError):
    api.exception_handler(_kind)(translated)


def _open_marked(resolvers: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Mark the addresses of calls that anybody may make; the others stay a system's."""
    opened = {each.path.removeprefix("/") for each in CALLS.values() if each.open}
    for resolver in resolvers:
        assert isinstance(resolver, URLResolver)
        all_for(
            Audience.PUBLIC,
            [each for each in resolver.url_patterns if str(each.pattern) in opened],
        )
    return resolvers


urls: list[URLPattern | URLResolver] = [
    page("api/v1/openapi.json", _described, name="api-description", whom=Audience.PUBLIC),
    *_open_marked(all_for(Audience.TOKEN, [path("api/v1/", api.urls)])),
]

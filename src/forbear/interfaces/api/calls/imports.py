"""Extracts that a lender's system hands over as one zip."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from ninja import Router
from pydantic import BaseModel

from forbear.contexts.exchange.actions.take_extract import take_extract
from forbear.contexts.exchange.scope import Scope
from forbear.interfaces.api.call import Request, call

router = Router(tags=["imports"])
ZIP = "application/zip"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ExtractTaken(BaseModel):
    """The extract that lies in the inbox; it is read when the day begins."""

    id: str
    book_date: date
    files: int
    new: bool


@call(
    router,
    "POST",
    "/imports",
    scope=Scope.IMPORTS_WRITE,
    answer=ExtractTaken,
    status=202,
    extra=_BODY,
)
def hand_over(request: Request) -> object:
    """Hand over an extract: a zip of its files, without folders, manifest.json among them.

    The same zip again is the same extract.
    """
    return take_extract(
        request.http,  # type: ignore[arg-type]  # a request reads like a file
        home=settings.FORBEAR_HOME,
        zip_bytes_max=settings.FORBEAR_API_UPLOAD_BYTES_MAX,
        bytes_max=16 * settings.FORBEAR_API_UPLOAD_BYTES_MAX,
        actor=request.actor,
        now=request.now,
    )

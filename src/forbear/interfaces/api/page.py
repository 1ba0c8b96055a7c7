"""How is a long list handed out in pages that stay right while rows are added?

A cursor holds the last id that was given. Its form is nobody's business but ours.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, Field, StringConstraints

from forbear.interfaces.api.field import ID_MAX
from forbear.interfaces.api.problem import InvalidRequest

ROWS_MAX = 200
ROWS = 50
_T = TypeVar("_T")
_FORM = "1:"


class Paged(BaseModel):
    """Which part of a list is asked for."""

    limit: Annotated[int, Field(ge=1, le=ROWS_MAX, description="How many rows at most.")] = ROWS
    cursor: Annotated[
        str | None,
        StringConstraints(max_length=200),
        Field(description="Where to go on: next of the page before. Leave out for the first."),
    ] = None


class Page(BaseModel, Generic[_T]):
    """One part of a list. ``next`` null: nothing follows."""

    items: list[_T]
    next: str | None


def page(rows: Sequence[_T], limit: int, last: Callable[[_T], object]) -> dict[str, object]:
    """Return a page of rows of which one more than ``limit`` was asked for."""
    shown = list(rows[:limit])
    more = len(rows) > limit
    return {"items": shown, "next": _cursor(last(shown[-1])) if more else None}


def after(asked: Paged) -> int:
    """Return the id after which a page begins.

    Raises:
        InvalidRequest: the cursor is not one of ours.
    """
    text = after_text(asked)
    if text is None:
        return 0
    if not text.isascii() or not text.isdigit() or int(text) > ID_MAX:
        raise _foreign()
    return int(text)


def after_text(asked: Paged) -> str | None:
    """Return the same where ids are words; null: the first page.

    Raises:
        InvalidRequest: the cursor is not one of ours.
    """
    if asked.cursor is None:
        return None
    try:
        text = base64.b64decode(asked.cursor, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise _foreign() from None
    if not text.startswith(_FORM) or not text.isprintable():
        raise _foreign()
    return text.removeprefix(_FORM)


def _cursor(last: object) -> str:
    return base64.urlsafe_b64encode(f"{_FORM}{last}".encode()).decode()


def _foreign() -> InvalidRequest:
    return InvalidRequest(
        "cursor: is not one that a page before has given.",
        remedy="Take next of the page before as it is, or leave the cursor out.",
        message_zh="cursor：不是前一页给出的游标。",
        remedy_zh="请原样使用前一页的 next，或不填游标。",
        field="cursor",
    )

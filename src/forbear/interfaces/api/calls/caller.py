"""Was it really us? What anybody may ask, and what lenders' systems manage of it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Query, Router
from pydantic import AfterValidator, BaseModel, StringConstraints

from forbear.contexts.contact.caller import check
from forbear.contexts.contact.caller.impostor import (
    NUMBER_LENGTH_MAX,
    Reported,
    Said,
    list_impostors,
    report_impostor,
)
from forbear.contexts.contact.caller.limit import source_of
from forbear.contexts.contact.caller.line import add_line, list_lines, retire_line
from forbear.contexts.contact.caller.word import Checked, Pretence
from forbear.contexts.exchange.scope import Scope
from forbear.interfaces.api.call import OPEN, File, Request, Told, call
from forbear.interfaces.api.calls.evidence import Nothing
from forbear.interfaces.api.calls.webhooks import EndpointDone, Retired
from forbear.interfaces.api.field import Id, Instant, Sent, Word
from forbear.interfaces.api.page import Page, Paged, after, page
from forbear.interfaces.web.source import came_from
from forbear.values.code import Channel

router = Router(tags=["caller"])
_CSV = "text/csv"
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _likely(at: datetime) -> datetime:
    if not _FIRST <= at < _LAST:
        raise ValueError("an instant of this century")
    return at


Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[0-9 -]+$")]
Number = Annotated[
    str,
    StringConstraints(min_length=3, max_length=NUMBER_LENGTH_MAX, pattern=r"^\+?[0-9][0-9 ()-]+$"),
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[ -~一-鿕（）]+$")]
At = Annotated[Instant, AfterValidator(_likely)]


class CodeSent(Sent):
    """The code that was read out, or stands in a message: twelve digits, however parted."""

    code: Code


class NumberSent(Sent):
    """The number that a call or message came from."""

    number: Number


class SeenContactSent(Sent):
    """A number, and about when it was contacted; ``at`` null: lately."""

    number: Number
    at: At | None = None


class PretenceSent(Sent):
    """What somebody did who was not us. ``number``: the one that was shown, if any."""

    pretence: Pretence
    channel: Channel
    number: Number | None = None
    happened_at: At


class LineSent(Sent):
    """A number that an agency calls from; ``agency`` is its team's code."""

    number: Number
    agency: Word
    name_en: Name
    name_zh: Name


class Checking(BaseModel):
    """What is answered, in both languages; ``channel`` and ``at`` null: no contact is confirmed."""

    answer: Checked
    en: str
    zh: str
    channel: Channel | None
    at: datetime | None


class LineListed(BaseModel):
    """A number that is called from. ``id`` null: the lender's own; ``agency`` null: the same."""

    id: int | None
    number: str
    name_en: str
    name_zh: str
    agency: str | None
    since: date


class ImpostorListed(BaseModel):
    """A report. ``registered``: the number shown is one of ours, so it may have been faked."""

    id: int
    ref: UUID
    pretence: Pretence
    channel: Channel
    number: str | None
    registered: bool
    happened_at: datetime
    reported_at: datetime


class ImpostorsAsked(Paged):
    """Which reports are asked for."""


@call(router, "POST", "/caller/code", scope=OPEN, answer=Checking)
def check_caller_code(request: Request, said: CodeSent) -> object:
    """Say whether a code stands for a contact of ours. It is confirmed once, and for a while."""
    return check.check_code(said.code, source=_source(request), now=request.now)


@call(router, "POST", "/caller/number", scope=OPEN, answer=Checking)
def check_caller_number(request: Request, said: NumberSent) -> object:
    """Say whether a number is one that we, or an agency acting for us, call from."""
    return check.check_number(said.number, source=_source(request), now=request.now)


@call(router, "POST", "/caller/time", scope=OPEN, answer=Checking)
def check_caller_time(request: Request, said: SeenContactSent) -> object:
    """Tell how to find out whether one's number was contacted: the same for every number."""
    del said
    return check.check_time(source=_source(request), now=request.now)


@call(router, "GET", "/caller/lines", scope=OPEN, answer=list[LineListed])
def list_caller_lines(request: Request) -> object:
    """List the numbers that we, and agencies acting for us, call from."""
    return list_lines(now=request.now)


@call(router, "GET", "/caller/lines.csv", scope=OPEN, answer=Nothing, produces=(_CSV,))
def export_caller_lines(request: Request) -> object:
    """Hand out the same list for a spreadsheet."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["number", "name_zh", "name_en", "agency", "since"])
    for each in list_lines(now=request.now):
        told = (each.number, each.name_zh, each.name_en, each.agency or "", each.since)
        # A spreadsheet must not take a number with a plus for a formula.
        rows.writerow([f"'{text}" if str(text)[:1] in "+-=@" else text for text in map(str, told)])
    # Spreadsheets of many languages read UTF-8 only with this mark.
    content = b"\xef\xbb\xbf" + out.getvalue().encode()
    return File(content, f"{_CSV}; charset=utf-8", "caller-lines.csv")


@call(router, "POST", "/caller/impostors", scope=OPEN, answer=Checking, status=201)
def report_caller_impostor(request: Request, said: PretenceSent) -> object:
    """Take a report of somebody who pretended to be us; it names nobody who was contacted."""
    given = Said(said.pretence, said.channel, said.number, said.happened_at)
    done = report_impostor(given, source=_source(request), now=request.now)
    return Told(201, done)


@call(router, "POST", "/caller-contacts", scope=Scope.CALLER_CONFIRM, answer=Checking)
def confirm_caller_contact(request: Request, said: SeenContactSent) -> object:
    """Say whether a number was contacted, to a system that has seen that the asker holds it."""
    return check.check_contact(said.number, said.at, actor=request.actor, now=request.now)


@call(router, "POST", "/caller-lines", scope=Scope.CALLER_MANAGE, answer=EndpointDone, status=201)
def add_caller_line(request: Request, said: LineSent) -> object:
    """Register a number that an agency calls from."""
    made, new = add_line(
        said.number,
        agency=said.agency,
        name_en=said.name_en,
        name_zh=said.name_zh,
        actor=request.actor,
        now=request.now,
    )
    return Told(201 if new else 200, EndpointDone(id=made, new=new))


@call(
    router,
    "POST",
    "/caller-lines/{line_id}/retirement",
    scope=Scope.CALLER_MANAGE,
    answer=Retired,
)
def retire_caller_line(request: Request, line_id: Id) -> object:
    """Let a registered number be ours no more."""
    return Retired(ended=retire_line(line_id, actor=request.actor, now=request.now))


@call(router, "GET", "/caller-impostors", scope=Scope.CALLER_MANAGE, answer=Page[ImpostorListed])
def list_caller_impostors(request: Request, asked: Query[ImpostorsAsked]) -> object:
    """List reports of impostors in the order in which they came."""
    found: tuple[Reported, ...] = list_impostors(
        after=after(asked), rows=asked.limit + 1, actor=request.actor
    )
    return page(found, asked.limit, lambda row: row.id)


def _source(request: Request) -> bytes:
    """Return who asks, as far as it is known: a keyed hash of the network address."""
    return source_of(came_from(request.http))

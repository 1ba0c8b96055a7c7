"""Which numbers does the lender, or an agency acting for it, call from?

The lender's own are what it says of itself; agencies' are registered in the table. All may be
known to everybody: a number can be faked, so being registered proves nothing alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.models import CallerLine
from forbear.contexts.database.transaction import acting, reading, required
from forbear.contexts.people.care import agency_by_code, teams_named
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.particular import particulars_on
from forbear.contexts.protection.normal import NotIndexable, normal_phone
from forbear.values.errors import Conflict, InvalidInput, NotFound
from forbear.values.principal import Principal, system

_READER = system("caller-check")


class NoSuchLine(NotFound):
    """There is no such registered number."""

    code = "NO_SUCH_LINE"


class OtherLine(Conflict):
    """The number is registered already, for somebody else."""

    code = "OTHER_LINE"


@dataclass(frozen=True, slots=True)
class Line:
    """A number that is called from. ``id`` null: the lender says it of itself.

    ``agency`` null: the lender's own. ``compared``: the form in which numbers are compared.
    """

    id: int | None
    number: str
    compared: str
    name_en: str
    name_zh: str
    agency: str | None
    since: date


def lines(*, on: date) -> tuple[Line, ...]:
    """Return every number that is in use on a day of the lender's: its own, then agencies'.

    Runs inside a transaction.
    """
    required()
    own = tuple(
        Line(None, each.number, _plain(each.number), each.name.en, each.name.zh, None, each.since)
        for each in particulars_on(on).own_lines
    )
    rows = list(CallerLine.objects.filter(retired_at__isnull=True).order_by("number"))
    teams = teams_named({row.team_id for row in rows})
    return own + tuple(_line(row, teams[row.team_id].code) for row in rows)


def list_lines(*, now: datetime) -> tuple[Line, ...]:
    """Return every number for whoever asks: this is public."""
    with reading(_READER):
        return lines(on=settings.FORBEAR_MORNING.day(now))


def line_of(number: str, *, on: date) -> Line | None:
    """Return the line of a number, however it is typed; None: it is none of ours."""
    wanted = _plain(number)
    return next((each for each in lines(on=on) if each.compared == wanted), None)


def add_line(
    number: str, *, agency: str, name_en: str, name_zh: str, actor: Principal, now: datetime
) -> tuple[int, bool]:
    """Register a number that an agency calls from; return its id, and whether it is new.

    Raises:
        NotPermitted: CALLER_MANAGE is missing.
        InvalidInput: it is no telephone number, or there is no such agency.
        OtherLine: it is registered for somebody else.
    """
    may(actor, Permission.CALLER_MANAGE)
    try:
        plain = normal_phone(number)
    except NotIndexable:
        raise InvalidInput(
            "This is no telephone number.",
            remedy="Write it with its country: +86 21 0000 0001.",
            message_zh="这不是电话号码。",
            remedy_zh="请带国家代码书写：+86 21 0000 0001。",
            field="number",
        ) from None
    with acting(actor):
        team = agency_by_code(agency)
        if team is None:
            raise InvalidInput(
                f"There is no agency {agency}.",
                remedy="Give the code of an open team that is an agency.",
                message_zh=f"没有外包机构 {agency}。",
                remedy_zh="请填写在用外包机构的代码。",
                field="agency",
            )
        known = line_of(plain, on=settings.FORBEAR_MORNING.day(now))
        if known is not None:
            if (known.agency, known.name_en, known.name_zh) != (agency, name_en, name_zh):
                raise OtherLine(
                    "The number is registered already, with other particulars.",
                    remedy="Retire that entry first.",
                    message_zh="该号码已登记，且内容不同。",
                    remedy_zh="请先停用原登记。",
                    field="number",
                )
            assert known.id is not None, "the lender's own lines have no agency"
            return known.id, False
        row = CallerLine.objects.create(
            number=plain,
            team_id=team,
            name_en=name_en,
            name_zh=name_zh,
            added_at=now,
            added_by=str(actor),
        )
        record(
            AuditEvent.CALLER_LINE_ADDED,
            actor=actor,
            subject=f"caller_line:{row.pk}",
            now=now,
            body={"agency": agency},
        )
        return row.pk, True


def retire_line(line_id: int, *, actor: Principal, now: datetime) -> bool:
    """Let a registered number be ours no more; return whether it was until now.

    Raises:
        NotPermitted: CALLER_MANAGE is missing.
        NoSuchLine: there is none by that id.
    """
    may(actor, Permission.CALLER_MANAGE)
    with acting(actor):
        row = CallerLine.objects.select_for_update().filter(pk=line_id).first()
        if row is None:
            raise NoSuchLine(
                f"There is no registered number {line_id}.",
                remedy="List them to find its id; the lender says of its own which are in use.",
                message_zh=f"没有编号为 {line_id} 的登记号码。",
                remedy_zh="请先列出查找编号；放款方自有号码在机构信息页面变更。",
            )
        if row.retired_at is not None:
            return False
        row.retired_at, row.retired_by = now, str(actor)
        row.save()
        record(
            AuditEvent.CALLER_LINE_RETIRED,
            actor=actor,
            subject=f"caller_line:{row.pk}",
            now=now,
        )
        return True


def _line(row: CallerLine, agency: str) -> Line:
    since = row.added_at.astimezone(UTC).date()
    number = row.number
    return Line(row.pk, number, number, row.name_en, row.name_zh, agency, since)


def _plain(number: str) -> str:
    """Return a number as it is compared; one that has no such form by its digits alone."""
    try:
        return normal_phone(number)
    except NotIndexable:
        return "".join(sign for sign in number if sign.isdecimal())

"""What goes to a bureau this month, and is it the same file when it is made again?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.bureau.choose import Chosen, choose
from forbear.contexts.bureau.models import Export, Run
from forbear.contexts.bureau.render import Going, Rendered, render
from forbear.contexts.bureau.sink import Sink
from forbear.contexts.database.bulk import run, staged
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.policy.bureau.account import FileHead
from forbear.policy.bureau.form import Bureau, bureau_named
from forbear.policy.bureau.month import written
from forbear.values.errors import Conflict, NotFound
from forbear.values.principal import Principal

Progress = Callable[[str, int, int], None]
_STAGE = {
    "line_id": "bigint",
    "loan_id": "bigint",
    "debtor_id": "bigint",
    "corrects": "bigint",
    "before": "text",
    "notice_id": "bigint",
}


class LinesNotMade(Conflict):
    """The month's lines were not made yet."""

    code = "LINES_NOT_MADE"


class NoPart(NotFound):
    """The month's file has no such part."""

    code = "NO_PART"


class NothingMore(Conflict):
    """Nothing else may go for this month now."""

    code = "NOTHING_MORE"


class FileDiffers(Conflict):
    """The file cannot be made as it was: something personal has changed or was erased since."""

    code = "FILE_DIFFERS"


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was made. ``is_new``: this call made it for the first time."""

    bureau: str
    month: date
    part: int
    lines: int
    negative: int
    corrections: int
    withheld: int
    gaps: int
    overdue_minor: int
    balance_minor: int
    sha256: str
    size_bytes: int
    made_at: datetime
    is_new: bool


def export_file(
    bureau_code: str,
    month: date,
    place: Path,
    *,
    part: int = 1,
    more: bool = False,
    actor: Principal,
    today: date,
    now: datetime,
    progress: Progress = lambda _step, _done, _all: None,
) -> Exported:
    """Write a month's file, or a part of it again; ``more`` makes the next part of what may go now.

    Lines go once. The same part is the same file, byte for byte; where that cannot be, nothing is
    written. The file stands at its place after everything else is committed; whoever was stopped
    in between asks for the same part again.

    Raises:
        NotPermitted: BUREAU_EXPORT is missing.
        NoBureau, LinesNotMade, NoPart, NothingMore, FileDiffers, OtherFile: nothing was written.
        DoesNotFit: a value is too long for its field; nothing was written.
    """
    may(actor, Permission.BUREAU_EXPORT)
    bureau = bureau_named(open_bureaus(), bureau_code)
    with Sink(place) as sink:
        with acting(actor):
            _alone(bureau)
            made = list(Export.objects.filter(bureau=bureau.code, month=month).order_by("part"))
            _refuse(made, bureau, month, part, more=more)
            if more or not made:
                found = _make(
                    bureau, month, made, sink, actor=actor, today=today, now=now, progress=progress
                )
            else:
                found = _again(
                    bureau, made[part - 1], sink, actor=actor, now=now, progress=progress
                )
            sink.refuse_other()
            chaos("bureau.export.before_commit")
        chaos("bureau.export.after_commit")
        sink.put()
    return found


def _alone(bureau: Bureau) -> None:
    """Let files of one bureau be made one after another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"bureau:{bureau.code}"])


def _refuse(made: Sequence[Export], bureau: Bureau, month: date, part: int, *, more: bool) -> None:
    if not Run.objects.filter(bureau=bureau.code, month=month).exists():
        raise LinesNotMade(
            f"The lines of {written(month)} were not made yet.",
            remedy=f"forbear bureau lines {bureau.code} {written(month)}",
            message_zh=f"{written(month)} 的征信记录尚未生成。",
            remedy_zh=f"forbear bureau lines {bureau.code} {written(month)}",
        )
    is_there = not more and 1 <= part <= max(len(made), 1)
    if not (more or is_there):
        raise NoPart(
            f"The file of {written(month)} has {len(made)} parts.",
            remedy="Name one of them, or ask for more.",
            message_zh=f"{written(month)} 的文件共有 {len(made)} 部分。",
            remedy_zh="请指明其中之一，或请求追加。",
            field="part",
        )


def _make(
    bureau: Bureau,
    month: date,
    made: Sequence[Export],
    sink: Sink,
    *,
    actor: Principal,
    today: date,
    now: datetime,
    progress: Progress,
) -> Exported:
    chosen = list(choose(bureau, month, today=today, now=now))
    going = [each for each in chosen if each.may_go]
    if made and not going:
        raise NothingMore(
            f"Nothing more may go for {written(month)} now.",
            remedy="See why lines are withheld: forbear bureau withheld",
            message_zh=f"{written(month)} 目前没有可追加报送的记录。",
            remedy_zh="查看暂缓原因：forbear bureau withheld",
        )
    head = FileHead(month, len(made) + 1, now.replace(microsecond=0))
    told = render(
        [Going(each.line.line_id, each.line.corrects) for each in going],
        bureau,
        head,
        sink.write,
        now=now,
        progress=progress,
    )
    export = Export.objects.create(
        bureau=bureau.code,
        month=month,
        part=head.part,
        recipients=list(bureau.recipients),
        lines=len(going),
        negative=sum(each.line.is_negative for each in going),
        corrections=sum(each.line.corrects is not None for each in going),
        withheld=sum(not each.may_go and not each.is_gone for each in chosen),
        gaps=told.gaps,
        overdue_minor=sum(each.line.overdue_minor for each in going),
        balance_minor=sum(each.line.balance_minor for each in going),
        sha256=sink.sha256,
        size_bytes=sink.size_bytes,
        made_at=head.made_at,
        made_by=str(actor),
    )
    _keep(export, going, told)
    _enter(export, actor=actor, now=now, again=False)
    return _shown(export, is_new=True)


def _keep(export: Export, going: Sequence[Chosen], told: Rendered) -> None:
    with staged("bureau_going", _STAGE) as stage:
        rows = "".join(
            f"{each.line.line_id},{each.line.loan_id},{each.line.debtor_id},"
            f'{each.line.corrects or ""},"{told.before[each.line.line_id]}",'
            f"{each.leave.notice_id or ''}\n"
            for each in going
        )
        stage.fill([(len(going), rows.encode())])
        names = ", ".join(_STAGE)
        run(
            f"INSERT INTO bureau_sent (export_id, {names}) SELECT %(export)s, {names} "
            f"FROM {stage.name} ORDER BY line_id",
            {"export": export.pk},
        )


def _again(
    bureau: Bureau,
    export: Export,
    sink: Sink,
    *,
    actor: Principal,
    now: datetime,
    progress: Progress,
) -> Exported:
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [export.pk])
        going = [Going(*row) for row in cursor.fetchall()]
    head = FileHead(export.month, export.part, export.made_at)
    render(going, bureau, head, sink.write, now=now, progress=progress)
    if sink.sha256 != export.sha256:
        raise FileDiffers(
            "The file cannot be made as it was: a name, number or address has changed, or "
            f"somebody was erased. The file that was made had the SHA-256 {export.sha256}.",
            remedy="Use the file that was made then; what is new goes with the next part.",
            message_zh="无法原样重新生成：其间有姓名、证件或地址变更，或有人已被删除。"
            f"当时文件的 SHA-256 为 {export.sha256}。",
            remedy_zh="请使用当时生成的文件；新的内容随下一部分报送。",
        )
    _enter(export, actor=actor, now=now, again=True)
    return _shown(export, is_new=False)


_SENT = """
SELECT s.line_id, s.corrects, s.before FROM bureau_sent s
JOIN bureau_line l ON l.id = s.line_id JOIN portfolio_loan o ON o.id = s.loan_id
WHERE s.export_id = %s ORDER BY o.ref COLLATE "C", l.month
"""


def _enter(export: Export, *, actor: Principal, now: datetime, again: bool) -> None:
    record(
        AuditEvent.BUREAU_FILE_MADE,
        actor=actor,
        subject=f"bureau:{export.bureau}:{written(export.month)}:{export.part}",
        now=now,
        body={
            "again": again,
            "lines": export.lines,
            "negative": export.negative,
            "corrections": export.corrections,
            "withheld": export.withheld,
            "overdue_minor": export.overdue_minor,
            "balance_minor": export.balance_minor,
            "sha256": export.sha256,
            "size_bytes": export.size_bytes,
            "recipients": list(export.recipients),
        },
    )


def _shown(export: Export, *, is_new: bool) -> Exported:
    names = [name for name in Exported.__dataclass_fields__ if name != "is_new"]
    return Exported(**{name: getattr(export, name) for name in names}, is_new=is_new)

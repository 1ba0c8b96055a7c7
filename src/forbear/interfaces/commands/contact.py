"""How is one contact explained, sending stopped and let go on, and agencies' days reconciled?"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json

if TYPE_CHECKING:
    from forbear.contexts.contact.gate.explain import ContactTold
    from forbear.contexts.contact.gate.word import StopScope

contact = typer.Typer(
    name="contact",
    no_args_is_help=True,
    help="Explain a contact; stop sending at once, let it go on; reconcile agencies' reports.",
)


@contact.command()
def show(
    permit: Annotated[UUID, typer.Argument(help="The id of the permit, or of the request for it.")],
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Tell all about one contact: why it was allowed or refused, and what became of it."""
    with application(home):
        from forbear.contexts.contact.gate.explain import explain_contact
        from forbear.values.principal import system

        told = explain_contact(permit, actor=system("command"))
    if as_json:
        typer.echo(json.dumps(told.as_dict(), ensure_ascii=False, default=str))
        return
    for line in _lines(told, lang):
        typer.echo(line)


@contact.command()
def stop(
    scope: Annotated[str, typer.Argument(help="GLOBAL, CREDITOR, CHANNEL or PERSON.")],
    subject: Annotated[
        str, typer.Argument(help="A creditor's or person's id, or a channel; none for GLOBAL.")
    ] = "",
    *,
    reason: Annotated[str, typer.Option(help="Why; it is kept in the record.")],
    home: Home = Path("forbear-home"),
    lang: Lang,
) -> None:
    """Stop sending at once: everything, one creditor's, one channel or one person."""
    with application(home):
        from forbear.contexts.contact.gate.stop import place_stop
        from forbear.values.principal import system

        number = place_stop(
            _scope(scope), subject, reason=reason, actor=system("command"), now=_now()
        )
    en = f"Stopped. Let it go on with: forbear contact go {number}"
    zh = f"已停止。恢复发送：forbear contact go {number}"
    typer.echo(wrapped(choose(lang, en, zh)))


@contact.command()
def go(
    number: Annotated[int, typer.Argument(help="The number of the stop.")],
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
) -> None:
    """Let go on what a stop held."""
    with application(home):
        from forbear.contexts.contact.gate.stop import release_stop
        from forbear.values.principal import system

        release_stop(number, actor=system("command"), now=_now())
    typer.echo(choose(lang, "Sending goes on.", "已恢复发送。"))


@contact.command()
def stops(*, home: Home = Path("forbear-home"), lang: Lang, as_json: Json = False) -> None:
    """List every stop that is on."""
    with application(home):
        from forbear.contexts.contact.gate.stop import stops_on
        from forbear.values.principal import system

        found = stops_on(actor=system("command"))
    rows = [
        {"number": one.id, "scope": one.scope.value, "subject": one.subject, "reason": one.reason}
        for one in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
    elif rows:
        for row in rows:
            typer.echo(wrapped(" · ".join(str(value) for value in row.values() if value), hang=2))
    else:
        typer.echo(choose(lang, "Nothing is stopped.", "没有停止指令。"))


@contact.command()
def reconcile(
    day: Annotated[
        datetime | None,
        typer.Argument(formats=["%Y-%m-%d"], help="Close this day now; none: whatever is due."),
    ] = None,
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Hold agencies' reports against their permits, and list what does not agree."""
    with application(home):
        from forbear.contexts.contact.agency.close import close_day, close_due
        from forbear.contexts.contact.agency.listing import every_finding
        from forbear.values.principal import system

        actor = system("command")
        closed = (
            close_due(actor=actor, now=_now())
            if day is None
            else close_day(day.date(), actor=actor, now=_now())
        )
        standing = every_finding(day=None if day is None else day.date(), actor=actor)
    if as_json:
        told = {
            "closed": [asdict(one) for one in closed],
            "standing": [asdict(f) for f in standing],
        }
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    for one in closed:
        counts = (one.begun, one.reported, one.findings)
        en = "{} begun, {} reported, {} findings".format(*counts)
        zh = "开始 {} 次，上报 {} 次，不一致 {} 项".format(*counts)
        typer.echo(f"{one.day}  {one.agency}  {choose(lang, en, zh)}")
    for found in standing:
        said = f"{found.day}  {found.agency}  {found.subject}  {choose(lang, found.en, found.zh)}"
        typer.echo(wrapped(said, hang=2))
    if not closed and not standing:
        typer.echo(
            choose(lang, "Nothing is due, and everything agrees.", "没有待核对的日期，全部一致。")
        )


def _now() -> datetime:
    return datetime.now(tz=UTC)


def _scope(text: str) -> StopScope:
    from forbear.contexts.contact.gate.word import StopScope
    from forbear.values.errors import InvalidInput

    try:
        return StopScope(text.upper())
    except ValueError:
        raise InvalidInput(
            f"There is no scope {text!r}.",
            remedy="One of: GLOBAL, CREDITOR, CHANNEL, PERSON.",
            message_zh=f"没有范围 {text!r}。",
            remedy_zh="可选：GLOBAL、CREDITOR、CHANNEL、PERSON。",
            field="scope",
        ) from None


def _lines(told: ContactTold, lang: str) -> list[str]:
    state = told.state or choose(lang, "refused", "已拒绝")
    lines = [f"{told.permit_id}  {state}  {told.outcome or ''}".rstrip()]
    lines += [f"  {name}: {value}" for name, value in told.facts.items() if value is not None]
    for one in told.decisions:
        word = choose(lang, *(("allowed", "允许") if one.allowed else ("refused", "拒绝")))
        lines.append(f"{one.at:%Y-%m-%d %H:%M:%S}Z  {one.stage}: {word}  {one.pack_sha256[:12]}")
        lines += [
            wrapped(f"– {reason[choose(lang, 'en', 'zh')]} ({reason['detail']})", indent=4, hang=2)
            for reason in one.answer["reasons"]
        ]
        lines += [f"    {_finding(rule, lang)}" for rule in one.answer["findings"]]
    lines += [
        f"{one.at:%Y-%m-%d %H:%M:%S}Z  {one.outcome or 'ACCEPTED'}  {one.event_id}"
        for one in told.receipts
    ]
    lines += [
        f"{one.at:%Y-%m-%d %H:%M:%S}Z  {one.event.value}  {one.by}  #{one.id}"
        for one in told.entries
    ]
    return lines


def _finding(rule: dict[str, Any], lang: str) -> str:
    said = choose(lang, *(("allows", "允许") if rule["allows"] else ("refuses", "拒绝")))
    seen = ", ".join(f"{name}={value}" for name, value in rule["seen"])
    return f"{rule['rule']}  {said}  {seen}".rstrip()

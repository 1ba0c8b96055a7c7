"""How are a credit bureau's lines made, looked at, and written as the month's file?"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import progress_bars, wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json
from forbear.values.errors import InvalidInput

if TYPE_CHECKING:
    from forbear.policy.debt.projection import PlannedPayment
    from forbear.values.code import Channel

bureau = typer.Typer(
    name="bureau",
    no_args_is_help=True,
    help="Make a month's lines for the credit bureaus, see what they say, and write the file.",
)
_HOME = Path("forbear-home")
_SHOWN_MAX = 20
Code = Annotated[str, typer.Argument(help="The bureau, such as CN_CREDIT.")]
MonthText = Annotated[str, typer.Argument(help="The month, such as 2026-10.")]


@bureau.command()
def lines(
    code: Code, month: MonthText, *, home: Home = _HOME, lang: Lang, as_json: Json = False
) -> None:
    """Make a month's lines of every loan, and correct earlier ones by what is known now."""
    with application(home), progress_bars(quiet=as_json) as progress:
        made = _make(code, month, progress)
    if as_json:
        typer.echo(json.dumps(made, default=str))
        return
    en = (
        f"{made['loans']:,} loans; lines written: {made['added']:,}; "
        f"earlier lines corrected: {made['corrected']:,}."
    )
    zh = (
        f"借款 {made['loans']:,} 笔；新增记录 {made['added']:,} 条；"
        f"更正往月记录 {made['corrected']:,} 条。"
    )
    typer.echo(wrapped(choose(lang, en, zh)))


@bureau.command()
def withheld(
    code: Code, month: MonthText, *, home: Home = _HOME, lang: Lang, as_json: Json = False
) -> None:
    """Say which lines may not go yet, why, and when."""
    with application(home):
        from forbear.contexts.bureau.queries import withheld_lines
        from forbear.policy.bureau.month import parse_month
        from forbear.values.principal import system

        now = _now()
        count, found = withheld_lines(
            code, parse_month(month), actor=system("command"), today=_today(now), now=now
        )
    if as_json:
        told = {"count": count, "lines": [asdict(each) for each in found]}
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    typer.echo(choose(lang, f"Lines withheld: {count:,}", f"暂缓报送 {count:,} 条"))
    for each in found[:_SHOWN_MAX]:
        why = " ".join(choose(lang, reason.en, reason.zh) for reason in each.reasons)
        until = f" ({each.until:%Y-%m-%d})" if each.until else ""
        typer.echo(wrapped(f"- {each.loan_ref} {each.month} {each.code}: {why}{until}", hang=2))


@bureau.command()
def notices(
    code: Code,
    month: MonthText,
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 1_000,
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Ask the gate for the notices that withheld lines wait for; the sender carries them."""
    with application(home):
        from forbear.contexts.bureau.actions.ask_notices import ask_notices
        from forbear.policy.bureau.month import parse_month
        from forbear.values.principal import system

        now = _now()
        done = ask_notices(
            code,
            parse_month(month),
            providers=_providers(),
            limit=limit,
            actor=system("command"),
            today=_today(now),
            now=now,
        )
    allowed = sum(each.allowed for each in done)
    nowhere = sum(each.channel is None for each in done)
    told = {"asked": len(done), "allowed": allowed, "without_a_way": nowhere}
    if as_json:
        typer.echo(json.dumps(told))
        return
    en = f"Notices asked for: {len(done):,}; allowed: {allowed:,}; without a way: {nowhere:,}."
    zh = f"申请告知 {len(done):,} 次，允许 {allowed:,} 次，无可用渠道 {nowhere:,} 次。"
    typer.echo(wrapped(choose(lang, en, zh)))


@bureau.command()
def export(
    code: Code,
    month: MonthText,
    file: Annotated[
        Path, typer.Argument(help="Where the file is to stand; you alone may read it.")
    ],
    *,
    part: Annotated[int, typer.Option(min=1, help="Make this part again, byte for byte.")] = 1,
    more: Annotated[bool, typer.Option("--more", help="A further part: what may go now.")] = False,
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Make the lines by all that is known now, and write the month's file with its totals."""
    with application(home), progress_bars(quiet=as_json) as progress:
        from forbear.contexts.bureau.actions.export_file import export_file
        from forbear.policy.bureau.month import parse_month
        from forbear.values.principal import system

        _make(code, month, progress)
        now = _now()
        done = export_file(
            code,
            parse_month(month),
            file,
            part=part,
            more=more,
            actor=system("command"),
            today=_today(now),
            now=now,
            progress=progress,
        )
    if as_json:
        typer.echo(json.dumps({**asdict(done), "file": str(file)}, default=str))
        return
    en = (
        f"{file}: part {done.part}, lines: {done.lines:,} (negative {done.negative:,}, corrections "
        f"{done.corrections:,}); withheld: {done.withheld:,}; incomplete persons: {done.gaps:,}. "
        f"Overdue in minor units: {done.overdue_minor:,}; balance: {done.balance_minor:,}. "
        f"SHA-256 {done.sha256}"
    )
    zh = (
        f"{file}：第 {done.part} 部分，共 {done.lines:,} 条（不良 {done.negative:,}，更正 "
        f"{done.corrections:,}）；暂缓 {done.withheld:,}；个人信息不全 {done.gaps:,}。"
        f"逾期合计（最小货币单位）{done.overdue_minor:,}，结清所需合计 {done.balance_minor:,}。"
        f"SHA-256 {done.sha256}"
    )
    typer.echo(wrapped(choose(lang, en, zh)))


@bureau.command()
def diff(
    code: Code, month: MonthText, *, home: Home = _HOME, lang: Lang, as_json: Json = False
) -> None:
    """Say in words what has changed since the month before."""
    with application(home):
        from forbear.contexts.bureau.queries import difference_of
        from forbear.contexts.rulebook.bureaus import open_bureaus
        from forbear.policy.bureau.month import parse_month
        from forbear.values.principal import system

        found = difference_of(code, parse_month(month), actor=system("command"))
        words = found.words(open_bureaus()[code].currency)
    if as_json:
        told = {**asdict(found), "en": [en for en, _ in words], "zh": [zh for _, zh in words]}
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    for en, zh in words:
        typer.echo(wrapped(choose(lang, en, zh)))
    for was, now, loans in found.moves[:_SHOWN_MAX]:
        typer.echo(f"  {was} → {now}: {loans:,}")


@bureau.command("what-if")
def what_if_command(
    loan: Annotated[str, typer.Argument(help="The lender's id of the loan.")],
    *,
    pay: Annotated[
        list[str] | None,
        typer.Option(help="A payment in minor units and its day: 41000@2026-12-05. May repeat."),
    ] = None,
    months: Annotated[int, typer.Option(min=1, max=60, help="For so many months.")] = 6,
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Say what will be reported in the months to come, if so much is paid or nothing."""
    planned = [_payment(each) for each in pay or ()]
    with application(home):
        from forbear.contexts.bureau.queries import what_if
        from forbear.values.principal import system

        found = what_if(loan, planned, months=months, actor=system("command"), today=_today(_now()))
    if as_json:
        told = [
            {
                "month": f"{each.month:%Y-%m}",
                "code": None if each.line is None else each.line.code,
                "goes": each.goes_date,
                "gone": each.gone_date,
                "en": each.words.en,
                "zh": each.words.zh,
            }
            for each in found.months
        ]
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    for each in found.months:
        said = f"{each.month:%Y-%m}  {choose(lang, each.words.en, each.words.zh)}"
        typer.echo(wrapped(said, hang=9))
    for note in found.notes:
        typer.echo(wrapped(f"· {choose(lang, note.en, note.zh)}", hang=2))
    for about in found.sources:
        typer.echo(
            wrapped(f"  {choose(lang, about.text_en, about.text_zh)} {about.source}", hang=2)
        )


def _make(code: str, month: str, progress: object) -> dict[str, object]:
    from forbear.contexts.bureau.actions.make_lines import make_lines
    from forbear.policy.bureau.month import parse_month
    from forbear.values.principal import system

    now = _now()
    made = make_lines(
        code,
        parse_month(month),
        actor=system("command"),
        today=_today(now),
        now=now,
        progress=progress,  # type: ignore[arg-type]  # what progress_bars yields
    )
    return asdict(made)


def _payment(text: str) -> PlannedPayment:
    from forbear.policy.debt.projection import PlannedPayment
    from forbear.values.day import day_number

    amount, _, day = text.partition("@")
    try:
        return PlannedPayment(day_number(date.fromisoformat(day)), int(amount))
    except ValueError:
        raise InvalidInput(
            f"'{text[:40]}' is not a payment.",
            remedy="Write it as 41000@2026-12-05: minor units, then the day.",
            message_zh=f"“{text[:40]}”不是还款。",
            remedy_zh="请写作 41000@2026-12-05：最小货币单位金额与日期。",
            field="pay",
        ) from None


def _providers() -> dict[Channel, str]:
    """Return which provider carries which channel here, the first named one first."""
    from django.conf import settings

    from forbear.contexts.contact.channels.registry import Setting, providers_named

    found: dict[Channel, str] = {}
    setting = Setting(settings.FORBEAR_HOME, _now, settings.FORBEAR_IN_EARNEST)
    providers = providers_named(settings.FORBEAR_PROVIDERS, setting)
    for name in providers.names:
        adapter = providers.named(name)
        for channel in adapter.traits.channels if adapter else ():
            found.setdefault(channel, name)
    return found


def _now() -> datetime:
    return datetime.now(UTC)


def _today(now: datetime) -> date:
    from django.conf import settings

    today: date = settings.FORBEAR_MORNING.day(now)
    return today

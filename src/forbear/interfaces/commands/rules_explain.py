"""What does every rule say to one contact, which facts did it see, and when does that change?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import LANGS, Lang, choose
from forbear.interfaces.commands.option import Home, Json
from forbear.interfaces.commands.rules_named import opened, usual
from forbear.interfaces.commands.rules_replay import channel_name
from forbear.values.code import Channel, ContactPurpose
from forbear.values.day import parse_instant
from forbear.values.errors import InvalidInput

if TYPE_CHECKING:
    from forbear.contexts.nightly.ask import Answer, Answers
    from forbear.policy.words import Told, Words


def _channel(text: str) -> Channel:
    try:
        return Channel(text.upper())
    except ValueError:
        known = ", ".join(each.lower() for each in Channel)
        raise InvalidInput(
            f"'{text}' is no channel.",
            remedy=f"Use one of: {known}",
            message_zh=f"“{text}”不是渠道。",
            remedy_zh=f"请使用：{known}",
        ) from None


def _instant(text: str | None) -> datetime:
    if text is None:
        return datetime.now(tz=UTC)
    try:
        return parse_instant(text)
    except ValueError:
        raise InvalidInput(
            f"'{text}' is no instant with its offset from UTC.",
            remedy="Write it as 2026-01-30T08:00:00+08:00.",
            message_zh=f"“{text}”不是带时区偏移的时刻。",
            remedy_zh="请写作 2026-01-30T08:00:00+08:00。",
        ) from None


def explain(
    person: Annotated[str, typer.Argument(help="The person's debtor_id.")],
    *,
    channel: Annotated[str, typer.Option(help="voice, bot, sms, wechat, email, letter or visit.")],
    at: Annotated[
        str | None, typer.Option(help="The instant, as 2026-01-30T08:00:00+08:00; now by itself.")
    ] = None,
    loan: Annotated[
        str | None,
        typer.Option(help="The loan_id to be spoken of; without it every loan's holds bind."),
    ] = None,
    point: Annotated[
        str | None,
        typer.Option(help="The contact_point_id; all that carry the channel by itself."),
    ] = None,
    purpose: Annotated[
        ContactPurpose, typer.Option(help="What the contact is for.")
    ] = ContactPurpose.COLLECT,
    pack: Annotated[
        str | None,
        typer.Option(
            help="shipped, in-force, or a folder; @2026-01-30 picks the rules of a day. By itself "
            "those in force where there is a database, as they were known at that instant."
        ),
    ] = None,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Ask every rule about one contact: what it saw, what it says, and when that changes."""
    from forbear.contexts.nightly.ask import Contact, ask_rules
    from forbear.contexts.nightly.workspace import Workspace
    from forbear.contexts.rulebook.library import open_words

    contact = Contact(person, _channel(channel), _instant(at), loan, point, purpose)
    shelved = opened(pack or usual(home), home, at=contact.at)
    found = ask_rules(contact, workspace=Workspace(home), rules=shelved)
    words = open_words()
    if as_json:
        typer.echo(json.dumps(_as_dict(found, words), ensure_ascii=False, default=str))
        return
    _show(found, words, lang)


def _as_dict(found: Answers, words: Words) -> dict[str, Any]:
    """Return plain values; every answer is told in both languages."""
    whole = found.as_dict()
    for each, answer in zip(whole["contacts"], found.answers, strict=True):
        for lang in LANGS:
            each[f"text_{lang}"] = _whole(found, answer, words, lang)
            for finding, told in zip(
                each["findings"], _told(found, answer, words, lang), strict=True
            ):
                finding[f"answer_{lang}"] = told.answer
                finding[f"facts_{lang}"] = list(told.facts)
                finding[f"changes_{lang}"] = told.changes
    return whole


def _told(found: Answers, answer: Answer, words: Words, lang: str) -> list[Told]:
    from forbear.policy.words import tell

    return [
        tell(finding, words, now=found.contact.at, zone=found.zone, language=lang)
        for finding in answer.decision.findings
    ]


def _whole(found: Answers, answer: Answer, words: Words, lang: str) -> str:
    from forbear.policy.words import tell_whole

    return tell_whole(
        answer.decision,
        words,
        now=found.contact.at,
        zone=found.zone,
        language=lang,
        turns=answer.turns,
    )


def _show(found: Answers, words: Words, lang: str) -> None:
    say = partial(choose, lang)
    at = found.contact.at.astimezone(ZoneInfo(found.zone))
    typer.echo(
        wrapped(
            f"{found.contact.person_id} · {channel_name(found.contact.channel, lang)} · "
            f"{at:%Y-%m-%d %H:%M:%S} {found.zone} · "
            + say(f"rules of {found.as_of}", f"{found.as_of} 的规则")
        )
    )
    for answer in found.answers:
        typer.echo("")
        whose = words.say("values", answer.relation.value, lang)
        head = f"{answer.point_id} ({whose})" if lang == "en" else f"{answer.point_id}（{whose}）"
        joint = ": " if lang == "en" else "："
        typer.secho(wrapped(f"{head}{joint}{_whole(found, answer, words, lang)}"), bold=True)
        told = _told(found, answer, words, lang)
        for finding, each in zip(answer.decision.findings, told, strict=True):
            _show_finding(finding.rule_id, each)


def _show_finding(rule_id: str, told: Told) -> None:
    typer.echo(wrapped(f"{told.answer}  {rule_id}  {told.sentence}", indent=2, hang=2))
    for line in (
        told.severity,
        ", ".join(told.facts),
        told.source,
        f"→ {told.changes}" if told.changes else "",
    ):
        if line:
            typer.echo(wrapped(line, indent=6, hang=2))

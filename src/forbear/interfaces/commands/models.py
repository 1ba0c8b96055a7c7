"""How are models learned, judged, let count, watched and taken back?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json
from forbear.values.errors import InvalidInput
from forbear.values.principal import NotPermitted

if TYPE_CHECKING:
    from forbear.contexts.nightly.insight.registry import Registry
    from forbear.contexts.nightly.workspace import Workspace

models = typer.Typer(
    name="models",
    no_args_is_help=True,
    help="Learn from the lender's own past what is likely and what a contact changes. "
    "A model counts after two persons have said so.",
)
_HOME = Path("forbear-home")
Name = Annotated[str, typer.Argument(help="The model, such as late30 or gain_sms.")]
By = Annotated[str, typer.Option(help="Who you are; it stands in the record of models.")]
Version = Annotated[int | None, typer.Option(min=1, help="The newest when left out.")]


@models.command()
def train(
    target: Annotated[
        str, typer.Argument(help="MISS, LATE30, CURE, ROLL, REACH, GAIN or COMPLAIN.")
    ],
    *,
    channel: Annotated[str | None, typer.Option(help="For REACH and GAIN, such as SMS.")] = None,
    readable: Annotated[
        bool, typer.Option("--readable", help="The scorecard alone; needs no other package.")
    ] = False,
    by: By,
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Learn a model from the current book. It does not count until two persons activate it."""
    from forbear.contexts.nightly.insight.desk import channel_named, target_named
    from forbear.contexts.nightly.insight.desk import train as learn

    made = learn(
        _workspace(home),
        target_named(target),
        channel_named(channel) if channel else None,
        readable=readable,
        by=_person(by),
        now=_now(),
    )
    told = {"name": made.name, "version": made.version, **made.card}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    en = f"{made.name} {made.version} is learned; it does not count yet. Chosen: {told['chosen']}."
    zh = f"已训练 {made.name} 第 {made.version} 版，尚未生效。选用：{_kind_zh(told['chosen'])}。"
    typer.echo(wrapped(choose(lang, en, zh)))
    _show_figures(told["figures"])
    if told["missed"]:
        missed = ", ".join(told["missed"])
        typer.echo(wrapped(choose(lang, f"Limits missed: {missed}", f"未达到的限值：{missed}")))
    hint = f"forbear models activate {made.name} --version {made.version} --by …"
    typer.echo(choose(lang, f"Next, by two persons: {hint}", f"下一步（需两人）：{hint}"))


@models.command()
def evaluate(
    name: Name, *, version: Version = None, home: Home = _HOME, lang: Lang, as_json: Json = False
) -> None:
    """Judge a model on the current book, on persons that it never learned from."""
    from forbear.contexts.nightly.insight.desk import evaluate as judge

    found = judge(_workspace(home), name, version)
    if as_json:
        typer.echo(json.dumps(found))
        return
    en = f"{name} {found['version']} on {found['rows']:,} persons"
    zh = f"{name} 第 {found['version']} 版，{found['rows']:,} 人"
    typer.echo(choose(lang, en, zh))
    _show_figures(found)


@models.command()
def explain(
    person: Annotated[str, typer.Argument(help="The person's debtor_id.")],
    *,
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Say what each model that counts says of a person, and from which facts."""
    from dataclasses import asdict

    from forbear.contexts.nightly.insight.desk import explain as tell

    found = tell(_workspace(home), person)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False))
        return
    if not found:
        typer.echo(choose(lang, "No model counts.", "没有生效的模型。"))
    for each in found:
        typer.echo(f"{each.name} {each.version}: {each.answer:.3f}")
        for reason in each.reasons:
            value = choose(lang, "not known", "未知") if reason["value"] is None else (
                f"{reason['value']:g}"
            )  # fmt: skip
            typer.echo(wrapped(f"  · {choose(lang, reason['en'], reason['zh'])}: {value}", hang=4))


@models.command("list")
def list_models(*, home: Home = _HOME, lang: Lang, as_json: Json = False) -> None:
    """Show every version, whether it counts, and what it is worth."""
    from forbear.contexts.nightly.insight.desk import listed

    workspace = _workspace(home)
    found = listed(workspace)
    notices = [notice.as_dict() for notice in _registry(workspace).trusted().notices]
    if as_json:
        typer.echo(json.dumps({"models": found, "notices": notices}, ensure_ascii=False))
        return
    if not found:
        typer.echo(choose(lang, "There are no models yet.", "还没有模型。"))
    for each in found:
        counts = choose(lang, "counts", "生效") if each["counts"] else "-"
        typer.echo(f"{each['name']} {each['version']}  {counts}")
        if "error" in each:
            typer.echo(wrapped(f"  {choose(lang, each['error'], each['error_zh'])}", hang=2))
        elif each["missed"]:
            missed = ", ".join(each["missed"])
            typer.echo(wrapped(choose(lang, f"  misses: {missed}", f"  未达到：{missed}"), hang=2))
    for notice in notices:
        typer.echo(wrapped(choose(lang, notice["en"], notice["zh"])), err=True)


@models.command()
def activate(
    name: Name,
    *,
    version: Annotated[int, typer.Option(min=1, help="Which version shall count.")],
    by: By,
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Say that a version shall count. It does when a second person has said so, too."""
    registry = _registry(_workspace(home))
    counts = registry.activate(name, version, by=_decider(home, by), now=_now())
    if as_json:
        typer.echo(json.dumps({"name": name, "version": version, "counts": counts}))
        return
    en = f"{name} {version} counts from the next night on."
    zh = f"{name} 第 {version} 版自下一夜起生效。"
    if not counts:
        en = f"Noted. {name} {version} counts when a second person has activated it, too."
        zh = f"已记录。还需另一人启用，{name} 第 {version} 版才会生效。"
    typer.echo(wrapped(choose(lang, en, zh)))


@models.command()
def rollback(name: Name, *, by: By, home: Home = _HOME, lang: Lang, as_json: Json = False) -> None:
    """Let the version before count again; with none before, the house's tables. One is enough."""
    before = _registry(_workspace(home)).roll_back(name, by=_decider(home, by), now=_now())
    version = before.version if before else None
    if as_json:
        typer.echo(json.dumps({"name": name, "counts": version}))
        return
    en = f"{name} {version} counts again." if version else f"The tables count instead of {name}."
    zh = f"{name} 第 {version} 版重新生效。" if version else f"不再使用 {name}，改用表格数值。"
    typer.echo(wrapped(choose(lang, en, zh)))


@models.command()
def monitor(*, home: Home = _HOME, lang: Lang, as_json: Json = False) -> None:
    """Hold today's book beside what each model that counts was learned from."""
    from forbear.contexts.nightly.insight.desk import monitor as watch

    found = watch(_workspace(home))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    if not found:
        typer.echo(choose(lang, "No model counts.", "没有生效的模型。"))
    for each in found:
        warn = ", ".join(each["warn"])
        said = choose(lang, f"has moved: {warn}", f"已偏移：{warn}") if warn else (
            choose(lang, "as it was learned", "与训练时一致")
        )  # fmt: skip
        typer.echo(wrapped(f"{each['name']} {each['version']}: {said}", hang=2))
        _show_figures({k: v for k, v in each.items() if k in ("auc", "calibration_error")})


def _show_figures(figures: dict[str, Any]) -> None:
    for name, value in figures.items():
        if isinstance(value, dict):
            inside = "  ".join(f"{key} {number}" for key, number in value.items())
            typer.echo(wrapped(f"  {name}: {inside}", hang=4))
        elif isinstance(value, float):
            typer.echo(f"  {name} {value}")


def _kind_zh(kind: str) -> str:
    return {"scorecard": "评分卡", "forest": "决策树森林"}.get(kind, kind)


def _person(by: str) -> str:
    name = by.strip()
    if not name or len(name) > 64 or not name.isprintable():
        raise InvalidInput(
            "Say who you are, in 1 to 64 signs.",
            remedy="Add --by with your staff name.",
            message_zh="请说明操作人（1 至 64 个字符）。",
            remedy_zh="请加上 --by 与您的员工姓名。",
        )
    return name


def _decider(home: Path, by: str) -> str:
    """Return the name of who decides: where staff have accounts, one of those who may.

    Where nobody has an account there is nobody to compare with.
    """
    from forbear.interfaces.commands.application import application, given_address

    name = _person(by)
    if given_address() is None and not (home / "database").exists():
        return name
    with application(home):
        from forbear.contexts.people.queries import usernames_who
        from forbear.contexts.people.role import Permission
        from forbear.values.principal import system

        known = usernames_who(Permission.MODELS_DECIDE, actor=system("command"))
    if name not in known:
        raise NotPermitted(
            f"{name} has no account here that may let models count or take them back.",
            remedy="Give the user name of an active analyst or compliance officer.",
            message_zh=f"{name} 没有可启用或撤回模型的账号。",
            remedy_zh="请填写在职分析师或合规人员的用户名。",
        )
    return name


def _workspace(home: Path) -> Workspace:
    from forbear.contexts.nightly.workspace import Workspace

    return Workspace(home)


def _registry(workspace: Workspace) -> Registry:
    from forbear.contexts.nightly.insight.registry import Registry

    return Registry(workspace)


def _now() -> datetime:
    return datetime.now(UTC)

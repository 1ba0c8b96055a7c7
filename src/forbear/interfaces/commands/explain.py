"""Why is a person contacted today, or why not, and what exactly is owed?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from forbear.interfaces.commands.lang import Lang
from forbear.interfaces.commands.option import Home, Json


def explain(
    person: Annotated[str, typer.Argument(help="The person's debtor_id.")],
    *,
    home: Home = Path("forbear-home"),
    night: Annotated[
        str | None, typer.Option(help="The night's id; the latest when left out.")
    ] = None,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Show what a person owes, which rules were asked, and why the agenda decided so."""
    from forbear.contexts.nightly.explain import explain_person
    from forbear.contexts.nightly.workspace import Workspace
    from forbear.interfaces.commands.explained import show

    found = explain_person(person, workspace=Workspace(home), night_id=night)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, default=str))
        return
    show(found, lang)

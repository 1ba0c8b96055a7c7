"""Write docs/reference from the code: tables, words, rules, rejects, steps, errors, permissions.

The tables of a worked example in docs/explanation are computed as well.

python tools/reference.py           write the pages
python tools/reference.py --check   say which are stale, write nothing
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

import api_pages  # noqa: E402  # path set above
import bureau_page  # noqa: E402
import client  # noqa: E402
import content_page  # noqa: E402
import filing_states  # noqa: E402
import manual  # noqa: E402
import outcome_page  # noqa: E402
import worked_debt  # noqa: E402

from forbear.contexts.arrangements import transition as arrangement  # noqa: E402
from forbear.contexts.arrangements.transition import (  # noqa: E402
    ArrangementState,
    PromiseState,
)
from forbear.contexts.cases.transition import (  # noqa: E402
    ENDS,
    NEXT,
    STATES,
    CaseEnd,
    CaseState,
)
from forbear.contexts.people.role import GRANTS, ROLES, Role, sight_of  # noqa: E402
from forbear.contexts.rulebook.library import open_content, open_shelf  # noqa: E402
from forbear.engine.intake.reason import WORDS  # noqa: E402
from forbear.engine.night import INSIGHT_STEPS, STEPS  # noqa: E402
from forbear.engine.schema import Kind, Table  # noqa: E402
from forbear.engine.tables import BOOK, EXTRACT, OUTPUT, REJECT  # noqa: E402
from forbear.values import code, errors  # noqa: E402
from forbear.values.code import Code  # noqa: E402
from forbear.values.principal import Sight  # noqa: E402

PAGES = ROOT / "docs" / "reference"
EXPLAINED = ROOT / "docs" / "explanation"


def tables() -> Iterator[str]:
    yield "# Tables\n"
    yield "What a lender hands over, what the book holds, and what a night computes.\n"
    yield "How each kind of column is written:\n"
    for kind in Kind:
        yield f"- **{kind.value}**: {_doc_of(Kind, kind.name)}"
    for title, family in (
        ("The extract", EXTRACT),
        ("The book", BOOK),
        ("The night", OUTPUT),
        ("Rejected rows", {"reject": REJECT}),
    ):
        yield f"\n## {title}\n"
        for table in family.values():
            yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    yield f"### {table.name}\n"
    yield f"{table.grain[0].upper()}{table.grain[1:]}. Key: {', '.join(table.key)}.\n"
    yield "| column | kind | when empty | meaning |"
    yield "|---|---|---|---|"
    for column in table.columns:
        kind = column.kind.value
        if column.codes:
            kind += f" [{column.codes.__name__}](codes.md#{column.codes.__name__.lower()})"
        bounds = [str(b) for b in (column.low, column.high) if b is not None]
        meaning = column.doc.replace("|", "\\|") + (
            f" Bounds: {' to '.join(bounds)}." if len(bounds) == 2 else ""
        )
        if column.personal:
            meaning += " Personal: checked, and kept out of the book."
        yield f"| `{column.name}` | {kind} | {column.null or 'not allowed'} | {meaning} |"
    yield ""


def codes() -> Iterator[str]:
    yield "# Words\n"
    yield "The closed lists. A word's number is how the columnar book stores it.\n"
    for name, listed in sorted(vars(code).items()):
        if isinstance(listed, type) and issubclass(listed, code.Code) and listed is not code.Code:
            yield f"## {name}\n"
            yield f"{(listed.__doc__ or '').strip()}\n"
            yield "| number | word | meaning |\n|---|---|---|"
            for member in listed:
                yield f"| {member.number} | `{member.value}` | {_doc_of(listed, member.name)} |"
            yield ""


def _doc_of(listed: type, member: str) -> str:
    """Return the text that stands below a member in the source; empty where there is none."""
    import ast
    import inspect

    body = ast.parse(inspect.getsource(listed)).body[0]
    assert isinstance(body, ast.ClassDef)
    for line, following in zip(body.body, body.body[1:], strict=False):
        named = isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == member
        if named and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            return " ".join(str(following.value.value).split())
    return ""


def rejects() -> Iterator[str]:
    yield "# Why a row stays out of the book\n"
    yield "| reason | what is wrong and what mends it | 说明 |\n|---|---|---|"
    for reason, words in WORDS.items():
        yield f"| `{reason.value}` | {words.en} | {words.zh} |"


def night() -> Iterator[str]:
    yield "# The steps of a night\n"
    yield "| step | question | 问题 | works on | reads | needs | makes |"
    yield "|---|---|---|---|---|---|---|"
    for step in (one for s in STEPS for one in (s, *INSIGHT_STEPS.get(s.name, ()))):
        yield (
            f"| `{step.name}` | {step.question_en} | {step.question_zh} | "
            f"{'a partition at a time' if step.scope == 'PARTITION' else 'the whole book'} | "
            f"{', '.join(step.book) or '—'} | {', '.join(step.needs) or '—'} | "
            f"{', '.join(step.makes)} |"
        )
    more = ", ".join(f"`{one.name}`" for steps in INSIGHT_STEPS.values() for one in steps)
    yield f"\n{more}: only where a model counts; `position`, `option` and `agenda` then read them."


def exits() -> Iterator[str]:
    yield "# Errors and exit codes\n"
    yield "| code | exit | meaning |\n|---|---|---|"
    found = [
        e
        for e in vars(errors).values()
        if isinstance(e, type) and issubclass(e, errors.ForbearError)
    ]
    for error in sorted(found, key=lambda e: e.exit_code):
        yield f"| `{error.code}` | {error.exit_code} | {(error.__doc__ or '').strip()} |"
    yield "| — | 130 | Stopped by the person at the keyboard. |"


def permissions() -> Iterator[str]:
    yield "# Who may do what\n"
    yield "Whoever lacks a permission is told why, and whom to ask.\n"
    yield "无权限者会得到说明，并被告知应找谁处理。\n"
    roles = " | ".join(f"{ROLES[role].en}<br>{ROLES[role].zh}" for role in Role)
    yield f"| permission | may | 可以 | {roles} |"
    yield f"|---|---|---|{':---:|' * len(Role)}"
    for permission, granted in GRANTS.items():
        marks = " | ".join("●" if role in granted.roles else "" for role in Role)
        yield f"| `{permission.value}` | {granted.en} | {granted.zh} | {marks} |"
    yield "\n## Whose persons each role sees\n"
    yield "The database itself shows no other rows. 数据库本身不显示其他行。\n"
    yield "| role | 角色 | sees | 可见 |\n|---|---|---|---|"
    for role in Role:
        en, zh = _SIGHTS[sight_of(role)]
        yield f"| {ROLES[role].en} | {ROLES[role].zh} | {en} | {zh} |"


_SIGHTS = {
    Sight.ALL: ("everybody", "所有人"),
    Sight.TEAMS: ("persons in the care of their own teams", "本团队负责的人员"),
    Sight.NOBODY: ("nobody; figures alone", "不可见个人，仅可见汇总数字"),
}


def states() -> Iterator[str]:
    yield "# The states of cases, arrangements and promises\n"
    yield "## A case\n"
    yield "A case is the care for one person's overdue debts, until they are current again.\n"
    yield "案件是对一名债务人逾期债务的处理过程，自逾期起至恢复正常止。\n"
    yield from _machine(CaseState, STATES, NEXT)
    yield "\nA closed case stays closed; who falls behind again gets a new one.\n"
    yield "已结案的案件不再重开；再次逾期时另立新案。\n"
    yield "### How a case ends\n\n| end | meaning | 含义 |\n|---|---|---|"
    for end in CaseEnd:
        yield f"| `{end.value}` | {ENDS[end].en} | {ENDS[end].zh} |"
    yield "\n## An arrangement\n"
    yield "An arrangement is what a person is to pay instead, signed by them.\n"
    yield "还款安排是由本人签订、替代原合同还款方式的协议。\n"
    yield from _machine(ArrangementState, arrangement.STATES, arrangement.NEXT)
    yield "\nWhat ended by payments, or for want of them, turns out otherwise only by payments or"
    yield "reversals that count from an earlier day and became known later.\n"
    yield "因还款或未还款而结束的安排，仅因事后获知的还款或冲正而改判。\n"
    yield "## A promise to pay\n"
    yield "A promise is a person's word that an amount is paid by a day.\n"
    yield "还款承诺是本人表示在某日前归还一定金额。\n"
    yield from _machine(PromiseState, arrangement.PROMISE_STATES, arrangement.PROMISE_NEXT)
    yield from filing_states.page(_doc_of)


def _machine(states: type[Code], said: Any, following: Any) -> Iterator[str]:
    """Yield the diagram and the table of a table of transitions, every state in them."""
    yield "```mermaid\nstateDiagram-v2"
    for state in states:
        yield f"    {state.value}: {said[state].en} / {said[state].zh}"
    yield f"    [*] --> {next(iter(states)).value}"
    for state in states:
        for to in sorted(following[state], key=lambda each: each.number):
            yield f"    {state.value} --> {to.value}"
        if not following[state]:
            yield f"    {state.value} --> [*]"
    yield "```\n"
    columns = " | ".join(f"`{to.value}`" for to in states)
    yield f"| from | 从 | meaning | {columns} |"
    yield f"|---|---|---|{':---:|' * len(states)}"
    for state in states:
        marks = " | ".join("●" if to in following[state] else "" for to in states)
        meaning = _doc_of(states, state.name)
        yield f"| `{state.value}` {said[state].en} | {said[state].zh} | {meaning} | {marks} |"


def main() -> None:
    written = {
        "tables": tables,
        "codes": codes,
        "rejects": rejects,
        "night": night,
        "errors": exits,
        "permissions": permissions,
        "states": states,
    }
    pages = {f"{name}.md": "\n".join(write()).rstrip() + "\n" for name, write in written.items()}
    pages |= manual.pages(open_shelf("shipped"))
    pages |= api_pages.pages()
    written = client.modules(json.loads(pages["openapi.json"]))
    pages |= {f"../../src/forbear/client/{name}": text for name, text in written.items()}
    explained = worked_debt.pages(EXPLAINED)
    pages |= {f"../{EXPLAINED.name}/{name}": text for name, text in explained.items()}
    pages["content.md"] = content_page.page(open_content())
    pages["bureau.md"] = bureau_page.page()
    pages["outcomes.md"] = outcome_page.page(open_shelf("shipped").library.rules)
    stale = [name for name, text in pages.items() if _text(PAGES / name) != text]
    left = [
        page.relative_to(PAGES).as_posix()
        for folder in ("rules", "kinds")
        for page in (PAGES / folder).rglob("*.md")
        if page.relative_to(PAGES).as_posix() not in pages
    ]
    if "--check" in sys.argv:
        if stale or left:
            sys.exit(f"Stale: {', '.join([*stale, *left])}. Run: make fix")
        return
    for name in stale:
        (PAGES / name).parent.mkdir(parents=True, exist_ok=True)
        (PAGES / name).write_text(pages[name], encoding="utf-8")
    for name in left:
        (PAGES / name).unlink()


def _text(page: Path) -> str | None:
    return page.read_text(encoding="utf-8") if page.exists() else None


if __name__ == "__main__":
    main()

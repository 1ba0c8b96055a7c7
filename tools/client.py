"""Write the typed Python client in src/forbear/client from the API's description.

python tools/client.py           write the modules; tools/reference.py does it, too
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

FOLDER = Path(__file__).resolve().parent.parent / "src" / "forbear" / "client"
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_LINE = 92
# Calls stand in families by their tags, so that each file can be read; what has none is the book's.
_FAMILIES = {
    "contacts": {"agencies", "contacts", "receipts", "webhooks"},
    "evidence": {"caller", "evidence"},
    "reporting": {"credit reporting"},
    "arrangements": {"arrangements", "promises"},
    "rights": {"filings", "disputes", "complaints"},
    "help": {"hardship", "help", "data rights"},
    "days": {"cases and agenda", "nights"},
}


def modules(described: dict[str, Any]) -> dict[str, str]:
    """Return the modules by file name."""
    schemas = described["components"]["schemas"]
    words = {name for name, each in schemas.items() if "enum" in each}
    operations = [
        (path, method, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        # What providers sign is sent by systems of theirs.
        if operation["security"] == [{"Bearer": []}]
    ]
    families: dict[str, list[Any]] = {"book": [], **{name: [] for name in _FAMILIES}}
    for each in operations:
        families[_family(each[2])].append(each)
    parts: dict[str, set[str]] = {}
    known = set(words)
    for kind, reached in (("said", _asked), ("shown", _answered)):
        for family, calls in families.items():
            found = reached(schemas, calls) - known
            parts[_module(kind, family)] = found
            known |= found
    written = {"words.py": _words(schemas, words), "calls.py": _whole(list(families))}
    for module, names in parts.items():
        kind, _, family = module.partition("_")
        question = f"What {_VERBS[kind]}{f' about {family}' if family else ''}?"
        written[f"{module}.py"] = _types(schemas, names, words, question, parts)
    for family, calls in families.items():
        question = f"Which calls are there about {'the ' if family == 'book' else ''}{family}?"
        name = family.capitalize()
        written[f"calls_{family}.py"] = _calls(question, name, calls, schemas, parts, words)
    return {name: _formatted("\n".join(lines) + "\n") for name, lines in written.items()}


_VERBS = {"said": "may be sent", "shown": "is answered"}


def _family(operation: dict[str, Any]) -> str:
    tags = set(operation["tags"])
    return next((name for name, of in _FAMILIES.items() if tags & of), "book")


def _module(kind: str, family: str) -> str:
    return kind if family == "book" else f"{kind}_{family}"


def _asked(schemas: dict[str, Any], operations: list[Any]) -> set[str]:
    return _reached(schemas, [op.get("requestBody", {}) for _, _, op in operations])


def _answered(schemas: dict[str, Any], operations: list[Any]) -> set[str]:
    answers = [
        answer
        for _, _, op in operations
        for status, answer in op["responses"].items()
        if str(status).startswith("2")
    ]
    return _reached(schemas, answers)


def _reached(schemas: dict[str, Any], roots: list[Any]) -> set[str]:
    found: set[str] = set()
    waiting = [json.dumps(roots)]
    while waiting:
        for name in re.findall(r'"#/components/schemas/([^"]+)"', waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(json.dumps(schemas[name]))
    return found


def _head(question: str) -> Iterator[str]:
    yield f'"""{question} Written by tools/client.py from openapi.json."""\n'
    yield "from __future__ import annotations\n"


def _words(schemas: dict[str, Any], words: set[str]) -> Iterator[str]:
    yield from _head("Which closed lists of words are there?")
    yield "from typing import Literal, TypeAlias\n"
    for name in sorted(words):
        members = ", ".join(f'"{each}"' for each in schemas[name]["enum"])
        yield f"{name}: TypeAlias = Literal[{members}]"


def _types(
    schemas: dict[str, Any],
    names: set[str],
    words: set[str],
    question: str,
    modules: dict[str, set[str]],
) -> Iterator[str]:
    yield from _head(question)
    body = "\n".join(line for name in sorted(names) for line in _type(name, schemas[name]))
    wanted = [each for each in ("NotRequired", "TypedDict") if each in body]
    if wanted:
        yield f"from typing import {', '.join(wanted)}\n"
    for module, others in modules.items():
        taken = sorted(_name(n) for n in others - names if re.search(rf"\b{_name(n)}\b", body))
        if taken:
            yield f"from forbear.client.{module} import {', '.join(taken)}"
    used = sorted(word for word in words if re.search(rf"\b{word}\b", body))
    if used:
        yield f"from forbear.client.words import {', '.join(used)}\n"
    yield body


def _type(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"\nclass {_name(name)}(TypedDict):"
    yield from _docstring(schema.get("description", "One part of a list."), "    ")
    required = set(schema.get("required", []))
    for field, each in schema.get("properties", {}).items():
        kind = _kind(each)
        yield f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}"


def _docstring(text: str, indent: str) -> Iterator[str]:
    said = " ".join(text.split())
    if len(said) < _LINE - len(indent):
        yield f'{indent}"""{said}"""'
        return
    first, _, rest = said.partition(". ")
    first = f"{first}." if rest else first
    yield f'{indent}"""{first}\n'
    yield textwrap.indent(textwrap.fill(rest, _LINE - len(indent)), indent) if rest else ""
    yield f'{indent}"""'


def _name(name: str) -> str:
    return name.replace("_", "")


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _name(schema["$ref"].rsplit("/", 1)[1])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(each) for each in schema["anyOf"]))
    if "allOf" in schema:
        return _kind(schema["allOf"][0])
    if "enum" in schema:
        return "str"
    if schema.get("type") == "array":
        inner = schema.get("items") or {"anyOf": schema.get("prefixItems", [])}
        return f"list[{_kind(inner) if inner.get('anyOf', True) else 'object'}]"
    if schema.get("type") == "object":
        more = schema.get("additionalProperties")
        return f"dict[str, {_kind(more) if isinstance(more, dict) and more else 'object'}]"
    return _PLAIN.get(str(schema.get("type")), "object")


def _calls(
    question: str,
    name: str,
    operations: list[Any],
    schemas: dict[str, Any],
    modules: dict[str, set[str]],
    words: set[str],
) -> Iterator[str]:
    body = "\n".join(
        line for path, method, op in operations for line in _call(path, method, op, schemas)
    )
    yield from _head(question)
    yield "from collections.abc import Iterator\n"
    for module, names in modules.items():
        used = sorted(_name(n) for n in names if re.search(rf"\b{_name(n)}\b", body))
        if used:
            yield f"from forbear.client.{module} import {', '.join(used)}"
    yield "from forbear.client.transport import Transport"
    used = sorted(word for word in words if re.search(rf"\b{word}\b", body))
    if used:
        yield f"from forbear.client.words import {', '.join(used)}"
    yield f'\n\nclass {name}(Transport):\n    """One method a call."""\n'
    yield body


def _whole(families: list[str]) -> Iterator[str]:
    yield from _head("Which calls are there?")
    for family in families:
        yield f"from forbear.client.calls_{family} import {family.capitalize()}"
    bases = ", ".join(family.capitalize() for family in families)
    yield f'\n\nclass Forbear({bases}):\n    """The API, one method a call."""'


def _call(
    path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]
) -> Iterator[str]:
    name, parameters = operation["operationId"], operation.get("parameters", [])
    inside = [p for p in parameters if p["in"] == "path"]
    query = [p for p in parameters if p["in"] == "query"]
    keyed = any(p["in"] == "header" for p in parameters)
    answer = next(v for k, v in sorted(operation["responses"].items()) if str(k).startswith("2"))
    files = len(answer["content"]) > 1 or "application/json" not in answer["content"]
    kind = "bytes" if files else _kind(answer["content"]["application/json"]["schema"])
    content = operation.get("requestBody", {}).get("content", {})
    body = (
        "bytes"
        if content and "application/json" not in content
        else _kind(content["application/json"]["schema"])
        if content
        else None
    )
    plain = [f"{p['name']}: {_kind(p['schema'])}" for p in inside]
    plain += [f"said: {body}"] if body else []
    named = [f"{p['name']}: {_optional(p['schema'])} = None" for p in query]
    named += ["key: str | None = None"] if keyed else []
    given = ", ".join(["self", *plain, *(["*", *named] if named else [])])
    there = re.sub(r"\{(\w+)\}", r"{quote(str(\1), safe='')}", path)
    there = f'f"{there}"' if inside else f'"{there}"'
    asked = ", ".join(f'"{p["name"]}": {p["name"]}' for p in query)
    sent = [f'"{method.upper()}"', there]
    sent += [f"query={{{asked}}}"] if query else []
    sent += ["body=said"] if body else []
    sent += ["key=key, keyed=True"] if keyed else []
    sent += ["raw=True"] if files else []
    yield f"    def {name}({given}) -> {kind}:"
    yield from _docstring(operation["summary"], "        ")
    yield f"        answer: {kind} = self._send({', '.join(sent)})"
    yield "        return answer\n"
    if kind.startswith("Page"):
        row = _kind(schemas[_schema(kind, schemas)]["properties"]["items"]["items"])
        rest = [n for n in named if not n.startswith("cursor")]
        listed = ", ".join(f'"{p["name"]}": {p["name"]}' for p in query if p["name"] != "cursor")
        yield f"    def every_{name}({', '.join(['self', *plain, '*', *rest])}) -> Iterator[{row}]:"
        yield '        """Go through the whole list, page after page."""'
        yield f"        return self._every({there}, {{{listed}}})\n"


def _optional(schema: dict[str, Any]) -> str:
    kind = _kind(schema)
    return kind if kind.endswith("None") else f"{kind} | None"


def _schema(kind: str, schemas: dict[str, Any]) -> str:
    return next(name for name in schemas if _name(name) == kind)


def _formatted(text: str) -> str:
    if "quote(" in text:
        text = text.replace(
            "from collections.abc import Iterator\n",
            "from collections.abc import Iterator\nfrom urllib.parse import quote\n",
            1,
        )
    for command in (["check", "--fix-only", "-q"], ["format", "-q"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(FOLDER / "x.py"), "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        text = done.stdout
    return text


def main() -> None:
    import api_pages

    described = json.loads(api_pages.pages()["openapi.json"])
    for name, text in modules(described).items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

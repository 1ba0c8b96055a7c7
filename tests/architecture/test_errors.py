"""Does everything that a lender's operator may be told exist in both languages?"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "forbear"
FILES = sorted((SOURCE / "contexts" / "nightly").rglob("*.py"))
BOTH = {"remedy", "message_zh", "remedy_zh"}


def told(tree: ast.AST) -> list[tuple[int, set[str]]]:
    """Return the line and the keywords of every error that is made with a remedy."""
    return [
        (node.lineno, {keyword.arg for keyword in node.keywords if keyword.arg})
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and any(k.arg == "remedy" for k in node.keywords)
    ]


class TestErrorsOfTheNight:
    def test_are_found(self):
        assert sum(len(told(ast.parse(file.read_text("utf-8")))) for file in FILES) > 40

    @pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SOURCE)))
    def test_speak_both_languages(self, file):
        found = told(ast.parse(file.read_text("utf-8")))

        assert [line for line, words in found if not words >= BOTH] == []

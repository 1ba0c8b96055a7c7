"""The program that is handed out is one file that defines each name once and needs Python alone."""

from __future__ import annotations

import ast
import sys
from collections import Counter

from forbear.contexts.evidence.verifier import verifier_text


def test_is_one_program_of_the_standard_library():
    tree = ast.parse(verifier_text())
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }

    assert imported <= set(sys.stdlib_module_names)


def test_defines_each_name_once():
    names: Counter[str] = Counter()
    for node in ast.parse(verifier_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names[node.name] += 1
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                names.update(ast.unparse(part) for part in parts)

    assert [name for name, times in names.items() if times > 1] == []


def test_uses_no_name_that_it_lacks():
    tree = ast.parse(verifier_text())
    known = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not _loads(n)}
    known |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    known |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    known |= {
        (alias.asname or alias.name).split(".")[0]
        for n in ast.walk(tree)
        if isinstance(n, ast.Import | ast.ImportFrom)
        for alias in n.names
    }
    known |= {n.name for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler) and n.name}
    known |= set(dir(__builtins__)) if not isinstance(__builtins__, dict) else set(__builtins__)
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _loads(n)}

    assert used - known - {"__name__", "__doc__"} == set()


def _loads(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)

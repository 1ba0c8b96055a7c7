"""How does the offline verifier become one file that a stranger can read and run?"""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib import resources

_BORROWED = re.compile(
    r"# --- What the file that is handed out holds itself.*?# --- End of what is taken[^\n]*\n",
    re.DOTALL,
)
# Of the log's verifier, all but what reads an export and speaks to a terminal.
_LOG_PARTS = re.compile(
    r"# --- The tree of RFC 6962 -+\n.*?(?=# --- What is wrong -+\n)", re.DOTALL
)
_LOG_SINGLE = re.compile(r"^def _sum_of.*?(?=^# --- Checkpoints)", re.DOTALL | re.MULTILINE)


_IMPORTS = (
    ("import Iterator, Sequence", "import Iterable, Iterator, Sequence"),
    (
        "from pathlib import",
        """from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import""",
    ),
)


@cache
def verifier_text() -> str:
    """Return the program, as text: the pack's checks with the parts that they borrow in place."""
    found = _LOG_PARTS.search(_source("audit", "verify_log.py"))
    assert found is not None, "the log's verifier has lost its headings"
    parts = (
        "_sha = hashlib.sha256",
        _LOG_SINGLE.sub("", found[0]),
        "# --- What is owed, from the facts alone",
        _body(_source("evidence", "recompute.py")).replace("Row = dict[str, Any]\n", "", 1),
        "# --- The pages' own signature",
        _body(_source("evidence", "verify_pages.py")),
    )
    before, after = _BORROWED.split(_source("evidence", "verify_pack.py"))
    for known, needed in _IMPORTS:
        assert known in before, known
        before = before.replace(known, needed, 1)
    return before + "\n\n\n".join(part.strip() for part in parts) + f"\n\n{after}"


def _body(text: str) -> str:
    """Return a module without its own words and imports."""
    last = max(
        node.end_lineno or 0
        for node in ast.parse(text).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    return "".join(text.splitlines(keepends=True)[last:])


def _source(context: str, name: str) -> str:
    found = resources.files("forbear") / "contexts" / context / name
    return found.read_text(encoding="utf-8")

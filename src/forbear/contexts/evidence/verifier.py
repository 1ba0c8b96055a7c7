"""How does the offline verifier become one file that a stranger can read and run?"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_FUTURE = "from __future__ import annotations\n"
_BORROWED = re.compile(
    r"# --- What the file that is handed out holds itself.*?# --- End of what is taken[^\n]*\n",
    re.DOTALL,
)
# Of the log's verifier, all but what reads an export and speaks to a terminal.
_LOG_PARTS = re.compile(
    r"# --- The tree of RFC 6962 -+\n.*?(?=# --- What is wrong -+\n)", re.DOTALL
)
_LOG_SINGLE = re.compile(r"^def _sum_of.*?(?=^# --- Checkpoints)", re.DOTALL | re.MULTILINE)


@cache
def verifier_text() -> str:
    """Return the program, as text: the pack's checks with the parts that they borrow in place."""
    main = _source("evidence", "verify_pack.py")
    log = _LOG_SINGLE.sub("", _LOG_PARTS.search(_source("audit", "verify_log.py"))[0])  # type: ignore[index]
    sums = _body(_source("evidence", "recompute.py"))
    borrowed = (
        f"_sha = hashlib.sha256\n\n\n{log.rstrip()}\n\n\n# --- What is owed\n\n{sums.strip()}\n"
    )
    before, after = _BORROWED.split(main)
    imports = "import base64\n", "import base64\n"
    more = "from datetime import date\nfrom decimal import ROUND_HALF_UP, Decimal, localcontext\n"
    head = before.replace(*imports).replace("from pathlib", f"{more}from pathlib")
    head = head.replace("import Iterator, Sequence", "import Iterable, Iterator, Sequence")
    return f"{head}{borrowed}\n{after}"


def _body(text: str) -> str:
    """Return a module without its own words and imports."""
    return text.split("from typing import Any\n", 1)[1].replace("\nRow = dict[str, Any]\n", "\n", 1)


def _source(context: str, name: str) -> str:
    found = resources.files("forbear") / "contexts" / context / name
    return found.read_text(encoding="utf-8")

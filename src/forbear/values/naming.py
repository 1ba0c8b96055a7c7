"""How is a name parted that is written in both languages at once?"""

from __future__ import annotations

import re

_CHINESE = re.compile("[\u4e00-\u9fff]")


def both_names(name: str) -> tuple[str, str]:
    """Return a name's English and Chinese part, parted at the first Chinese sign.

    A name in one script is the same in both languages.
    """
    found = _CHINESE.search(name)
    english = name[: found.start()].strip(" /") if found else ""
    return (english, name[found.start() :]) if found and english else (name, name)

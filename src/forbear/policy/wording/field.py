"""How is a text in both languages read from a file?"""

from __future__ import annotations

from forbear.policy.reading import Field
from forbear.policy.wording.form import Both


def both(field: Field, name: str) -> Both:
    """Return the same text in both languages, which stand side by side under a name."""
    return languages(field.part(name).only("zh", "en"))


def languages(field: Field) -> Both:
    """Return a mapping's own two texts."""
    return Both(field.get("zh", str).strip(), field.get("en", str).strip())

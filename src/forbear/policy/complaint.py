"""What can a complaint be about, and what does each kind of complaint stop?"""

from __future__ import annotations

from dataclasses import dataclass

from forbear.policy.reading import read_file
from forbear.values.code import Code, Matter


class ReasonSet(Code):
    """Whose list a reason comes from."""

    OWN = "OWN"
    CN_OFFICIAL = "CN_OFFICIAL"
    CFPB = "CFPB"


@dataclass(frozen=True, slots=True)
class ComplaintReason:
    """One thing that a complaint can be about.

    ``stops``: while such a complaint is open, collection stands still. ``clocks``: further clocks
    that start with it. ``within``: the wider reason, or empty. ``like``: the same in other lists.
    ``acts``: forbidden acts that it may show.
    """

    code: str
    reasons: ReasonSet
    en: str
    zh: str
    stops: bool
    within: str
    like: tuple[str, ...]
    acts: tuple[str, ...]
    clocks: tuple[Matter, ...]


def load_complaints(file: str, text: str) -> dict[str, ComplaintReason]:
    """Read the taxonomy; reasons by code, in the order of the file.

    Raises:
        InvalidRule: the file does not keep its form, or a reason names one that is not there.
    """
    read = read_file(file, text, what="the taxonomy of complaints").only("sets", "codes")
    for each in read.parts("sets"):
        each.only("set", "en", "zh", "source").word("set", ReasonSet)
    found: dict[str, ComplaintReason] = {}
    for part in read.parts("codes"):
        part.only("code", "set", "en", "zh", "stops", "within", "like", "acts", "clocks")
        code = part.get("code", str)
        if code in found:
            raise part.fail("code", f"'{code}' is there twice", "Give each reason its own code.")
        found[code] = ComplaintReason(
            code,
            part.word("set", ReasonSet),
            part.get("en", str),
            part.get("zh", str),
            part.flag("stops", default=True),
            part.get("within", str, default=""),
            part.texts("like") if part.has("like") else (),
            part.texts("acts") if part.has("acts") else (),
            tuple(sorted(part.words("clocks", Matter, empty=True))) if part.has("clocks") else (),
        )
    for part in read.parts("codes"):
        reason = found[part.get("code", str)]
        for name in (*reason.like, *([reason.within] if reason.within else [])):
            if name not in found:
                raise part.fail("like", f"'{name}' is no reason here", "Name a code of this file.")
    return found

"""Who outside the lender helps a person free of charge, and how is that known?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forbear.policy.reading import Field, read_file
from forbear.values.code import Code, Jurisdiction


class HelpKind(Code):
    """What somebody outside the lender helps with."""

    DEBT_ADVICE = "DEBT_ADVICE"
    LEGAL_AID = "LEGAL_AID"
    MEDIATION = "MEDIATION"
    CRISIS = "CRISIS"
    """Somebody to talk to when a person fears for themselves."""
    EMERGENCY = "EMERGENCY"
    REGULATOR = "REGULATOR"
    """An authority or ombudsman who takes complaints."""


class HelpSure(Code):
    """How sure an address or number is."""

    S = "S"
    """Read in a found public text."""
    G = "G"
    """General knowledge; to be checked before it is shown to people."""


@dataclass(frozen=True, slots=True)
class Helper:
    """One way to help. ``regions`` empty: the whole country. No phone or web: empty."""

    code: str
    jurisdiction: Jurisdiction
    kind: HelpKind
    regions: frozenset[str]
    name_en: str
    name_zh: str
    says_en: str
    says_zh: str
    phone: str
    web: str
    sure: HelpSure
    checked: date
    source: str


def load_helpers(texts: Mapping[str, str]) -> dict[str, Helper]:
    """Read the directory; entries by code, in the order of the files.

    Raises:
        InvalidRule: a file does not keep its form, or an entry names no way to get there.
    """
    found: dict[str, Helper] = {}
    for file, text in texts.items():
        read = read_file(file, text, what="a directory of help").only("jurisdiction", "entries")
        law = read.word("jurisdiction", Jurisdiction)
        for part in read.parts("entries"):
            helper = _helper(part, law)
            if helper.code in found:
                raise part.fail("code", f"'{helper.code}' is there twice", "Give it its own code.")
            found[helper.code] = helper
    return found


def helpers_for(
    directory: Mapping[str, Helper],
    law: Jurisdiction,
    *,
    region: str | None = None,
    kind: HelpKind | None = None,
) -> tuple[Helper, ...]:
    """Return who helps a person of a country and region; a region not known gets the country's."""
    return tuple(
        each
        for each in directory.values()
        if each.jurisdiction is law
        and (kind is None or each.kind is kind)
        and (not each.regions or _within(region, each.regions))
    )


def _within(region: str | None, regions: frozenset[str]) -> bool:
    # A region below a province is written as its six digits; the first two are the province's.
    return region is not None and (region in regions or region[:2] in regions)


def _helper(part: Field, law: Jurisdiction) -> Helper:
    part.only(
        *("code", "kind", "regions", "name", "says", "phone", "web", "sure", "checked", "source")
    )
    name, says = part.part("name").only("en", "zh"), part.part("says").only("en", "zh")
    phone, web = part.get("phone", str, default=""), part.get("web", str, default="")
    if not phone and not web:
        raise part.fail("phone", "is missing, and web as well", "Give one way to get there.")
    checked = part.day("checked")
    assert checked is not None
    return Helper(
        code=part.get("code", str),
        jurisdiction=law,
        kind=part.word("kind", HelpKind),
        regions=frozenset(part.texts("regions")),
        name_en=name.get("en", str),
        name_zh=name.get("zh", str),
        says_en=says.get("en", str),
        says_zh=says.get("zh", str),
        phone=phone,
        web=web,
        sure=part.word("sure", HelpSure),
        checked=checked,
        source=part.get("source", str),
    )

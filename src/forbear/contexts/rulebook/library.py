"""Where do the shipped policies come from?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import yaml

from forbear.policy.arrange.agreement import Agreements, load_agreements
from forbear.policy.arrange.living import Living, load_living
from forbear.policy.arrange.terms import Terms, load_terms
from forbear.policy.caller import CallerTerms, load_caller
from forbear.policy.cascade import Cascade, load_cascades
from forbear.policy.case import Case, load_cases
from forbear.policy.complaint import ComplaintReason, load_complaints
from forbear.policy.coverage import Row, load_coverage
from forbear.policy.danger import Danger, load_danger
from forbear.policy.desk import Desks, load_desks
from forbear.policy.document import Documents, Reached, load_documents, load_reached
from forbear.policy.education.lesson import Lesson, load_lessons
from forbear.policy.education.situation import Situation, load_situations
from forbear.policy.education.terms import EducationTerms, load_education
from forbear.policy.help import Helper, load_helpers
from forbear.policy.inbound import Inbound, load_inbound
from forbear.policy.lender import Lender, load_lender
from forbear.policy.links import Shorteners, load_shorteners
from forbear.policy.menu import Menu, load_menus
from forbear.policy.pack import Library, Pack, load_library
from forbear.policy.paying import Paying, load_paying
from forbear.policy.portal import PortalTerms, load_portal
from forbear.policy.product import load_products
from forbear.policy.reach import ReachTerms, load_reach
from forbear.policy.script import Scripts, load_scripts
from forbear.policy.sending import Sending, load_sending
from forbear.policy.words import Words, load_words
from forbear.values.code import Jurisdiction
from forbear.values.errors import InvalidInput, NotFound
from forbear.values.product import ProductTerms

if TYPE_CHECKING:
    from forbear.policy.assistant.bargain_heard import TalkSigns
    from forbear.policy.assistant.knowledge import Knowledge
    from forbear.policy.assistant.rephrase import Phrasing
    from forbear.policy.assistant.understand import Understanding
    from forbear.policy.assistant.written import Written
    from forbear.policy.content.form import ContentPack
    from forbear.policy.wording.form import Wordings

HOUSE = "house/demo"
_LEARNING = Lock()


def policy_texts(folder: str) -> dict[str, str]:
    """Return every YAML text below a folder of the shipped policies, by its relative name.

    Names are sorted and use forward slashes, such as ``cn/contact/hours.yaml``.
    """
    return dict(_shipped(folder))


def _placed(folder: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Name texts from the policies folder on: a law, a house rule and a case share file names."""
    return {f"{folder}/{name}": text for name, text in texts.items()}


@cache
def _shipped(folder: str) -> tuple[tuple[str, str], ...]:
    root = resources.files("forbear") / "policies"
    for part in folder.split("/"):
        root = root / part
    return tuple(sorted(_texts(root, "")))


@cache
def open_library() -> Library:
    """Return the shipped law with the demo lender's own rules."""
    return load_library(
        _placed("law", policy_texts("law")),
        _placed(f"{HOUSE}/rules", policy_texts(f"{HOUSE}/rules")),
        calendars=policy_texts("calendars"),
        series=policy_texts("series"),
    )


@lru_cache(maxsize=256)
def pack_in_force(law: Jurisdiction, day: date) -> Pack:
    """Return the shipped rules of a jurisdiction on a day, for the part that the lender plays."""
    return open_library().pack(law, as_of=day, actor=open_lender().actors.get(law))


@dataclass(frozen=True)
class Shelved:
    """A library with what is told about it, which is read when it is asked for."""

    library: Library
    as_of: date | None
    case_texts: Mapping[str, str]
    coverage_texts: Mapping[str, str]

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The worked cases.

        Raises:
            InvalidRule: a file does not keep its form.
        """
        return load_cases(self.case_texts)

    @cached_property
    def coverage(self) -> tuple[Row, ...]:
        """The coverage of collected facts; empty where there are no files of it.

        Raises:
            InvalidRule: a file does not keep its form.
        """
        return load_coverage(self.coverage_texts, self.library) if self.coverage_texts else ()


class NoPolicies(NotFound):
    """A folder holds no policies."""

    code = "NO_POLICIES"


def open_shelf(reference: str) -> Shelved:
    """Open ``shipped``, or a folder laid out like it; ``@2026-01-30`` behind it picks a day.

    A folder may hold ``law``, ``house/<lender>/rules``, ``calendars``, ``series``, ``cases`` and
    ``coverage``; calendars and series it lacks are the shipped ones.

    Raises:
        NotFound: there is no such folder, or it holds no rules.
        InvalidRule: a file does not keep its form.
    """
    name, _, day = reference.partition("@")
    as_of = _day(reference, day) if day else None
    root = None if name == "shipped" else Path(name)
    if root is not None and not any(root.glob("law/**/*.yaml")):
        raise NoPolicies(
            f"{root} holds no policies.",
            remedy="Name a folder with law/<jurisdiction>/…/<rule>.yaml below it, or: shipped.",
        )

    def texts(folder: str, *, borrowed: bool = False) -> dict[str, str]:
        own = policy_texts(folder) if root is None else _below(root / folder)
        return own or (policy_texts(folder) if borrowed else own)

    house = None if root is None else _house(root)
    library = (
        open_library()
        if root is None
        else load_library(
            _placed("law", texts("law")),
            _placed(f"{house}/rules", texts(f"{house}/rules")) if house else {},
            calendars=texts("calendars", borrowed=True),
            series=texts("series", borrowed=True),
        )
    )
    return Shelved(
        library,
        as_of,
        _placed("cases", texts("cases")),
        _placed("coverage", texts("coverage")),
    )


def _day(reference: str, day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise InvalidInput(
            f"{reference}: '{day}' is not a day.", remedy="Write it as shipped@2026-01-30."
        ) from None


def _house(root: Path) -> str | None:
    found = sorted(root.glob("house/*/rules"))
    return found[0].parent.relative_to(root).as_posix() if found else None


def _below(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.yaml"))
    }


@cache
def open_content() -> ContentPack:
    """Return what the check of content knows."""
    # It computes with numpy, which most processes never need.
    from forbear.contexts.rulebook.meaning import open_reader
    from forbear.policy.content.load import load_content

    return replace(load_content(policy_texts("content")), reader=open_reader)


@cache
def open_knowledge() -> Knowledge:
    """Return what the assistant may say."""
    from forbear.policy.assistant.knowledge import Knowledge, load_articles
    from forbear.policy.assistant.load import load_reader, load_said

    texts = policy_texts("assistant")
    return Knowledge.of(
        load_articles("assistant/knowledge.yaml", texts["knowledge.yaml"]),
        load_reader("assistant/words.yaml", texts["words.yaml"]),
        load_said(policy_texts("assistant/heard")),
    )


@cache
def open_understanding() -> Understanding:
    """Return what is known of what people write to the assistant; learned at the first call.

    Whoever asks while it is being learned waits for that; it is not learned twice.
    """
    with _LEARNING:
        return _understanding()


@cache
def _understanding() -> Understanding:
    # It computes with numpy, which most processes never need.
    from forbear.policy.assistant.load import load_reader, load_said, load_signs
    from forbear.policy.assistant.understand import Understanding

    texts = policy_texts("assistant")
    return Understanding.of(
        load_said(policy_texts("assistant/heard")),
        load_reader("assistant/words.yaml", texts["words.yaml"]),
        load_signs("assistant/signs.yaml", texts["signs.yaml"], open_danger()),
    )


@cache
def open_talk_signs() -> TalkSigns:
    """Return what patterns tell while somebody comes to an arrangement by talking."""
    from forbear.policy.assistant.bargain_heard import load_talk_signs

    return load_talk_signs("assistant/bargain.yaml", policy_texts("assistant")["bargain.yaml"])


@cache
def open_written() -> Written:
    """Return to which messages the demo lender lets approved answers go."""
    from forbear.policy.assistant.written import load_written

    return load_written(f"{HOUSE}/written.yaml", policy_texts(HOUSE)["written.yaml"])


@cache
def open_phrasing() -> Phrasing:
    """Return how a language model may phrase what the assistant says, where one is named."""
    from forbear.policy.assistant.rephrase import load_phrasing

    return load_phrasing("assistant/phrasing.yaml", policy_texts("assistant")["phrasing.yaml"])


@cache
def open_words() -> Words:
    """Return the phrases in which rules answer."""
    texts = policy_texts("answers")
    return load_words("words.yaml", texts["words.yaml"])


@cache
def open_shorteners() -> Shorteners:
    """Return the hosts that hide where a link leads."""
    return load_shorteners("links/shorteners.yaml", policy_texts("links")["shorteners.yaml"])


@cache
def open_inbound() -> Inbound:
    """Return what messages mean that people write back."""
    return load_inbound("inbound/words.yaml", policy_texts("inbound")["words.yaml"])


@cache
def open_lender() -> Lender:
    """Return the demo lender."""
    return load_lender(f"{HOUSE}/lender.yaml", policy_texts(HOUSE)["lender.yaml"])


@cache
def open_sending() -> Sending:
    """Return what the demo lender sends by machine."""
    return load_sending(f"{HOUSE}/sending.yaml", policy_texts(HOUSE)["sending.yaml"])


@cache
def open_cascades() -> tuple[Cascade, ...]:
    """Return what follows at the demo lender when a day's contact reached nobody."""
    return load_cascades(f"{HOUSE}/cascade.yaml", policy_texts(HOUSE)["cascade.yaml"])


@cache
def open_reach() -> ReachTerms:
    """Return how the demo lender judges whether a number still reaches the person."""
    return load_reach(f"{HOUSE}/reach.yaml", policy_texts(HOUSE)["reach.yaml"])


@cache
def open_arrangements() -> Terms:
    """Return the bounds of the demo lender's arrangements and promises."""
    return load_terms(f"{HOUSE}/arrangements.yaml", policy_texts(HOUSE)["arrangements.yaml"])


@cache
def open_living() -> Living:
    """Return the protected cost of living, as the demo lender raises it."""
    return load_living(policy_texts("living"), policy_texts(f"{HOUSE}/living"))


@cache
def open_agreements() -> Agreements:
    """Return the templates of agreements."""
    return load_agreements(policy_texts("agreements"))


@cache
def open_desks() -> Desks:
    """Return how the demo lender's collectors work."""
    return load_desks(f"{HOUSE}/desk.yaml", policy_texts(HOUSE)["desk.yaml"])


@cache
def open_danger() -> Danger:
    """Return the words that let fear for a life."""
    return load_danger("danger/words.yaml", policy_texts("danger")["words.yaml"])


@cache
def open_scripts() -> Scripts:
    """Return what helps somebody at a desk to speak."""
    return load_scripts(policy_texts("scripts"), open_danger())


@cache
def open_wordings() -> Wordings:
    """Return every approved message; the tests hold each against the check of content."""
    from forbear.policy.wording.load import load_wordings

    return load_wordings(policy_texts("messages"))


@cache
def open_documents() -> Documents:
    """Return the approved sentences of every document, with rights and public lines."""
    return load_documents(policy_texts("documents"))


@cache
def open_lessons() -> dict[str, Lesson]:
    """Return the approved lessons about money, by code."""
    return load_lessons(policy_texts("education/lessons"))


@cache
def open_situations() -> dict[str, Situation]:
    """Return the situations in which something is to be decided, by code."""
    return load_situations(policy_texts("education/situations"), lessons=open_lessons())


@cache
def open_education() -> EducationTerms:
    """Return when the demo lender offers a lesson, and how that is measured."""
    text = policy_texts(HOUSE)["education.yaml"]
    return load_education(f"{HOUSE}/education.yaml", text, lessons=open_lessons())


@cache
def open_menus() -> Mapping[Jurisdiction, Menu]:
    """Return what the demo lender's machines say in calls, by law."""
    return load_menus(f"{HOUSE}/menu.yaml", policy_texts(HOUSE)["menu.yaml"])


@cache
def open_caller() -> CallerTerms:
    """Return how the demo lender lets people check contacts."""
    return load_caller(f"{HOUSE}/caller.yaml", policy_texts(HOUSE)["caller.yaml"])


@cache
def open_paying() -> Paying:
    """Return how people can pay the demo lender."""
    return load_paying(f"{HOUSE}/payments.yaml", policy_texts(HOUSE)["payments.yaml"])


@cache
def open_reached() -> Reached:
    """Return where the demo lender can be reached."""
    return load_reached(f"{HOUSE}/reached.yaml", policy_texts(HOUSE)["reached.yaml"])


@cache
def open_portal() -> PortalTerms:
    """Return how the demo lender lets people in to their own pages."""
    return load_portal(f"{HOUSE}/portal.yaml", policy_texts(HOUSE)["portal.yaml"])


@cache
def open_products() -> dict[str, ProductTerms]:
    """Return the terms of the demo lender's products, by name."""
    return load_products(policy_texts(f"{HOUSE}/products"))


@cache
def open_complaints() -> dict[str, ComplaintReason]:
    """Return what a complaint can be about, by code."""
    return load_complaints("rights/complaints.yaml", policy_texts("rights")["complaints.yaml"])


@cache
def open_helpers() -> dict[str, Helper]:
    """Return who helps people in debt, by code."""
    return load_helpers(policy_texts("help"))


@dataclass(frozen=True)
class Region:
    """One first-level region; ``zones`` are all that it spans."""

    code: str
    country: str
    name_en: str
    name_zh: str
    zones: tuple[str, ...]


@cache
def open_regions() -> dict[str, Region]:
    """Return every first-level region that the shipped files know, by its code."""
    found: dict[str, Region] = {}
    for text in policy_texts("regions").values():
        file = yaml.safe_load(text)
        for code, row in file["regions"].items():
            found[str(code)] = Region(
                str(code), file["country"], row["en"], row["zh"], tuple(row["zones"])
            )
    return found


def _texts(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            found += _texts(entry, f"{name}/")
        elif entry.name.endswith(".yaml"):
            found.append((name, entry.read_text(encoding="utf-8")))
    return found


@cache
def code_hash() -> str:
    """Return one hash of the package's program files, so that results name what made them."""
    digest = hashlib.sha256()
    for name, text in sorted(_program(resources.files("forbear"), "")):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


def _program(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            found += _program(entry, f"{name}/")
        elif entry.name.endswith(".py"):
            found.append((name, entry.read_text(encoding="utf-8")))
    return found

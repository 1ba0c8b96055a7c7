"""Random packs of contact rules, written as files and loaded as any other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import yaml
from hypothesis import strategies as st

from forbear.contexts.rulebook.library import policy_texts
from forbear.policy.kind import Key, Needs
from forbear.policy.own import OwnText
from forbear.policy.pack import Library, Pack, load_library
from forbear.values.code import (
    Channel,
    Code,
    ConsentKind,
    Direction,
    HoldKind,
    Jurisdiction,
    Origin,
    Outcome,
    PointQuality,
    Relation,
)
from forbear.values.decision import Effect
from tests.support.contact import AS_OF

_TIMES = ("00:00", "01:30", "03:00", "08:00", "08:30", "12:15", "20:00", "21:00", "22:00", "24:00")
_WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_CALENDARS = ("us_federal", "cn_public", "uk_england")


def _words(codes: type[Code]) -> st.SearchStrategy[list[str]]:
    words = [code.value for code in codes]
    return st.lists(st.sampled_from(words), min_size=1, max_size=len(words), unique=True)


@st.composite
def _hours(draw: st.DrawFn) -> dict[str, str]:
    opens, closes = sorted(
        draw(st.lists(st.sampled_from(_TIMES), min_size=2, max_size=2, unique=True))
    )
    return {"opens": opens, "closes": closes}


@st.composite
def _window(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = draw(_hours())
    if draw(st.booleans()):
        split = draw(st.integers(1, 6))
        found = {"hours": [{"days": list(_WEEK[:split]), **draw(_hours())}]}
        if draw(st.booleans()):
            found["hours"].append({"days": list(_WEEK[split:]), **draw(_hours())})
    if draw(st.booleans()):
        found["holidays"] = {"calendar": draw(st.sampled_from(_CALENDARS))}
        if draw(st.booleans()):
            found["holidays"].update(draw(_hours()))
    if draw(st.booleans()):
        found["unless_consent"] = draw(st.sampled_from(list(ConsentKind))).value
    return found


@st.composite
def _counted(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "channels": draw(_words(Channel)),
        "directions": draw(_words(Direction)),
        "outcomes": draw(_words(Outcome)),
    }


@st.composite
def _events(draw: st.DrawFn, *, capped: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": draw(st.sampled_from(list(Key))).value,
        "counts": draw(_counted()),
    }
    if not capped or draw(st.integers(0, 5)):
        found["days"] = draw(st.integers(1, 8))
    if capped:
        found["at_most"] = draw(st.integers(1, 4))
    if draw(st.booleans()):
        consent = draw(st.sampled_from(list(ConsentKind))).value
        found["lifted_by"] = {"consent": consent, "days": draw(st.integers(1, 8))}
    return found


@st.composite
def _permission(draw: st.DrawFn) -> dict[str, Any]:
    needs = draw(st.sampled_from(list(Needs)))
    found: dict[str, Any] = {
        "consent": draw(st.sampled_from(list(ConsentKind))).value,
        "needs": needs.value,
    }
    if needs is Needs.GIVEN and draw(st.booleans()):
        found["fresh_days"] = draw(st.integers(1, 9))
    return found


_KINDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "contact_window": _window(),
    "frequency_cap": _events(capped=True),
    "cool_off": _events(capped=False),
    "channel_permission": _permission(),
    "addressee": st.fixed_dictionaries(
        {
            "relations": _words(Relation),
            "qualities": _words(PointQuality),
            "origins": _words(Origin),
        }
    ),
    "hold_scope": st.fixed_dictionaries({"kinds": _words(HoldKind)}),
}


def _dated(effective: date, parameters: dict[str, Any] | None) -> dict[str, Any]:
    """A dated value; without parameters the rule is not in force from that day."""
    return {
        "effective": effective,
        "verified": date(2026, 1, 1),
        "basis": "P",
        "source": {"title": "Invented"},
        **({"in_force": False} if parameters is None else {"parameters": parameters}),
    }


@st.composite
def _rule(draw: st.DrawFn, number: int, jurisdiction: str) -> str:
    kind = draw(st.sampled_from(sorted(_KINDS)))
    rule: dict[str, Any] = {
        "id": f"r.{number}",
        "kind": kind,
        "jurisdiction": jurisdiction,
        "sentence": {"en": "A rule.", "zh": "一条规则。"},
        "effect": draw(st.sampled_from(list(Effect))).value,
        "values": [_dated(date(2020, 1, 1), draw(_KINDS[kind]))],
    }
    if not draw(st.integers(0, 2)):
        changes = AS_OF + timedelta(days=draw(st.integers(-4, 3)))
        rule["values"].append(_dated(changes, draw(st.none() | _KINDS[kind])))
    if draw(st.booleans()):
        rule["channels"] = draw(_words(Channel))
    if not draw(st.integers(0, 2)):
        rule["regions"] = draw(st.sampled_from((["US-MA"], ["44", "US-WA"])))
    if not draw(st.integers(0, 2)):
        rule["products"] = draw(st.sampled_from((["card"], ["card", "loan"])))
    return yaml.safe_dump(rule, allow_unicode=True)


@st.composite
def random_own(draw: st.DrawFn, day: date) -> list[OwnText]:
    """Draw up to four own rules about a day: some closed, some that end, some withdrawn."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        law = draw(st.sampled_from(list(Jurisdiction))).value
        rule = yaml.safe_load(draw(_rule(number, law)))
        rule |= {"id": f"own.{law.lower()}.r{number}", "effect": Effect.BLOCK.value}
        value = _dated(day + timedelta(days=draw(st.integers(-3, 1))), draw(_KINDS[rule["kind"]]))
        if rule["kind"] == "contact_window" and draw(st.booleans()):
            value["parameters"] = {"hours": []}
        if draw(st.booleans()):
            value["ends"] = value["effective"] + timedelta(days=draw(st.integers(1, 5)))
        rule["values"] = [value]
        gone = draw(st.none() | st.integers(-1, 1).map(lambda n: day + timedelta(days=n)))
        text = yaml.safe_dump(rule, allow_unicode=True)
        found.append(OwnText(f"own/{number}.yaml", text, gone))
    return found


@st.composite
def random_libraries(draw: st.DrawFn) -> Library:
    """Draw up to six rules for each jurisdiction."""
    texts: dict[str, str] = {}
    for jurisdiction in Jurisdiction:
        for _ in range(draw(st.integers(1, 6))):
            number = len(texts)
            texts[f"{number}.yaml"] = draw(_rule(number, jurisdiction.value))
    return load_library(
        texts, {}, calendars=policy_texts("calendars"), series=policy_texts("series")
    )


def random_packs() -> st.SearchStrategy[tuple[Pack, ...]]:
    """Draw a pack of up to six rules for each jurisdiction."""
    return random_libraries().map(lambda library: library.packs(as_of=AS_OF))

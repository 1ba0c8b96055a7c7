"""How are the agenda's settings read, and which mistakes in them are found?

The files are read once and checked whole; each mistake is named with its place and its remedy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from forbear.engine.agenda.settings import (
    DAY_MINUTES,
    FACTOR_PPM_MAX,
    OTHER,
    PPM,
    AgendaSettings,
    ChannelTerms,
    Factors,
    Harm,
    Lots,
    Slot,
    Team,
    Trial,
)
from forbear.engine.agenda.words import SafeLoader
from forbear.values.code import (
    Channel,
    Code,
    Dialect,
    Jurisdiction,
    Language,
    PointKind,
    PointQuality,
)
from forbear.values.errors import InvalidInput
from forbear.values.money import Currency

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER_MAX = 2**62
_CodeT = TypeVar("_CodeT", bound=Code)


class AgendaSettingsInvalid(InvalidInput):
    """The agenda's settings do not keep their contract."""

    code = "AGENDA_SETTINGS_INVALID"


def load_settings(texts: Mapping[str, str]) -> AgendaSettings:
    """Read and check ``agenda.yaml`` and ``teams.yaml`` of a house policy.

    Raises:
        AgendaSettingsInvalid: a file is missing, or something in it is; the message names it.
    """
    root = _Node(_parse(texts, "agenda.yaml"), "agenda.yaml")
    slots = tuple(_slot(node) for node in root.items("slots"))
    teams_root = _Node(_parse(texts, "teams.yaml"), "teams.yaml")
    teams = tuple(_team(node, len(slots)) for node in teams_root.items("teams"))
    _unique([slot.name for slot in slots], "agenda.yaml: slots")
    _unique([team.name for team in teams], "teams.yaml: teams")
    candidates, capacity = root.child("candidates"), root.child("capacity")
    reporting = root.child("reporting")
    return AgendaSettings(
        teams=teams,
        slots=slots,
        channels=_channels(root),
        seconds_ppm=root.child("seconds_ppm").numbers(high=FACTOR_PPM_MAX, required=(OTHER,)),
        factors=_factors(root.child("factors"), slots),
        harm=_harm(root.child("harm")),
        lots=_lots(root.child("lots")),
        currency=_currency(reporting),
        rates_ppm=reporting.child("rates_ppm").numbers(
            low=1, high=FACTOR_PPM_MAX, required=tuple(Currency)
        ),
        due_soon_days=candidates.number("due_soon_days", high=366),
        options_max=candidates.number("options_max", low=1, high=64),
        teams_max=candidates.number("teams_max", low=1, high=2),
        capacity_for_candidates=capacity.optional_number("for_candidates", low=1),
        occupancy_ppm=capacity.number("occupancy_ppm", high=PPM),
        trial=_trial(root.child("local_trial")) if "local_trial" in root.value else None,
    )


def _currency(reporting: _Node) -> str:
    word = reporting.text("currency")
    if word not in tuple(Currency):
        raise _wrong(reporting.place, f"{word} is not known", f"Use one of {', '.join(Currency)}.")
    return word


def _slot(node: _Node) -> Slot:
    slot = Slot(
        node.text("name"),
        node.text("name_en"),
        node.text("name_zh"),
        node.number("start_minute", high=DAY_MINUTES),
        node.number("end_minute", high=DAY_MINUTES),
    )
    if slot.start_minute >= slot.end_minute:
        raise _wrong(node.place, "the slot ends before it starts", "Put its start before its end.")
    return slot


def _team(node: _Node, slots: int) -> Team:
    seats = tuple(node.integers("seats"))
    if len(seats) != slots:
        raise _wrong(
            node.place,
            f"seats names {len(seats)} numbers",
            f"Give one number for each of the {slots} slots.",
        )
    return Team(
        name=node.text("name"),
        name_en=node.text("name_en"),
        name_zh=node.text("name_zh"),
        jurisdiction=_member(Jurisdiction, node.text("jurisdiction"), node.place),
        zone=node.text("zone"),
        provinces=tuple(node.texts("provinces")),
        languages=tuple(_member(Language, word, node.place) for word in node.texts("languages")),
        dialects=tuple(_member(Dialect, word, node.place) for word in node.texts("dialects")),
        seats=seats,
        reserve=node.flag("reserve"),
    )


def _channels(root: _Node) -> tuple[ChannelTerms, ...]:
    chances = root.child("chance_ppm")
    terms = []
    for word, node in root.child("channels").children():
        channel = _member(Channel, word, node.place)
        if node.number("seconds") > 0 and node.optional_number("budget") is not None:
            raise _wrong(
                node.place, "both seats and a budget limit it", "Write budget: null, or seconds: 0."
            )
        terms.append(
            ChannelTerms(
                channel=channel,
                cost_minor=node.number("cost_minor", high=PPM),
                seconds=node.number("seconds", high=DAY_MINUTES * 60),
                budget=node.optional_number("budget"),
                harm_minor=node.number("harm_minor", high=PPM),
                chance_ppm=chances.child(word).numbers(high=PPM, required=(OTHER,)),
            )
        )
    return tuple(sorted(terms, key=lambda term: term.channel.number))


def _factors(node: _Node, slots: tuple[Slot, ...]) -> Factors:
    by_slot = node.child("slot_ppm").numbers(required=tuple(slot.name for slot in slots))
    speech, territory = node.child("speech_ppm"), node.child("territory_ppm")
    return Factors(
        reach_ppm=node.child("reach_ppm").numbers(required=tuple(PointQuality.numbers())),
        kind_ppm=node.child("kind_ppm").numbers(required=tuple(PointKind.numbers())),
        slot_ppm=tuple(by_slot[slot.name] for slot in slots),
        dialect_ppm=speech.number("dialect", high=FACTOR_PPM_MAX),
        language_ppm=speech.number("language", high=FACTOR_PPM_MAX),
        local_ppm=territory.number("local", high=FACTOR_PPM_MAX),
        away_ppm=territory.number("away", high=FACTOR_PPM_MAX),
        region_sure_percent=node.number("region_sure_percent", low=1, high=100),
        known_officer_ppm=node.number("known_officer_ppm", high=FACTOR_PPM_MAX),
    )


def _harm(node: _Node) -> Harm:
    return Harm(
        window_days=node.number("window_days", low=1, high=35),
        growth_ppm=node.number("growth_ppm", high=FACTOR_PPM_MAX),
        contacts_max=node.number("contacts_max", high=1_000),
        vulnerable_ppm=node.number("vulnerable_ppm", high=FACTOR_PPM_MAX),
    )


def _lots(node: _Node) -> Lots:
    return Lots(
        seed=node.number("seed", high=2**62),
        hold_out_ppm=node.number("hold_out_ppm", high=PPM),
        hold_out_days=node.number("hold_out_days", low=1, high=3_660),
        exploration_ppm=node.number("exploration_ppm", high=PPM),
    )


def _trial(node: _Node) -> Trial:
    return Trial(
        number=node.number("number", low=1, high=10_000),
        share_ppm=node.number("share_ppm", high=PPM),
        persons_min=node.number("persons_min", low=1),
    )


# --------------------------------------------------------------------------------------------
# Reading with places
# --------------------------------------------------------------------------------------------


def _wrong(place: str, what: str, remedy: str) -> AgendaSettingsInvalid:
    return AgendaSettingsInvalid(f"{place}: {what}", remedy=remedy, place=place)


def _parse(texts: Mapping[str, str], name: str) -> object:
    if name not in texts:
        raise _wrong(name, "the file is missing", f"Add {name} to the house policy.")
    try:
        return yaml.load(texts[name], SafeLoader)  # noqa: S506  # a safe loader
    except yaml.YAMLError as error:
        raise _wrong(name, f"not readable YAML ({error})", "Mend the file.") from error


def _unique(names: list[str], place: str) -> None:
    if not names:
        raise _wrong(place, "the list is empty", "Name at least one.")
    for name in names:
        if names.count(name) > 1:
            raise _wrong(place, f"{name} stands twice", "Give each a name of its own.")


def _member(kind: type[_CodeT], word: str, place: str) -> _CodeT:
    try:
        return kind(word)
    except ValueError as error:
        known = ", ".join(kind.numbers())
        raise _wrong(place, f"{word} is not known", f"Use one of {known}.") from error


class _Node:
    """A mapping inside a settings file that knows its place."""

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, dict):
            raise _wrong(place, "names with values are expected", "Write it as a mapping.")
        self.value: dict[str, Any] = {str(name): part for name, part in value.items()}
        self.place = place

    def get(self, name: str) -> Any:  # YAML holds anything
        """The value of a name that must be there."""
        if name not in self.value:
            raise _wrong(self.place, f"{name} is missing", f"Add {name}.")
        return self.value[name]

    def child(self, name: str) -> _Node:
        return _Node(self.get(name), f"{self.place}: {name}")

    def children(self) -> list[tuple[str, _Node]]:
        return [(name, self.child(name)) for name in self.value]

    def items(self, name: str) -> list[_Node]:
        """The mappings of a list."""
        parts = self._list(name)
        return [_Node(part, f"{self.place}: {name}[{i}]") for i, part in enumerate(parts)]

    def _list(self, name: str) -> list[Any]:
        value = self.get(name)
        if not isinstance(value, list):
            raise _wrong(f"{self.place}: {name}", "a list is expected", "Write it as a list.")
        return value

    def text(self, name: str) -> str:
        value = self.get(name)
        if not isinstance(value, str) or not value:
            raise _wrong(f"{self.place}: {name}", "a text is expected", "Put it in quotes.")
        return value

    def texts(self, name: str) -> list[str]:
        """The texts of a list; numbers such as an unquoted 44 are told apart from text."""
        parts = self._list(name)
        for part in parts:
            if not isinstance(part, str):
                raise _wrong(
                    f"{self.place}: {name}", f"{part!r} is not a text", "Put it in quotes."
                )
        return parts

    def flag(self, name: str) -> bool:
        """Whether a mark is set; a mark left out is not set."""
        value = self.value.get(name, False)
        if not isinstance(value, bool):
            raise _wrong(f"{self.place}: {name}", "true or false is expected", "Write one.")
        return value

    def number(self, name: str, *, low: int = 0, high: int = _NUMBER_MAX) -> int:
        return _checked(self.get(name), f"{self.place}: {name}", low=low, high=high)

    def optional_number(self, name: str, *, low: int = 0, high: int = _NUMBER_MAX) -> int | None:
        """A number, or None where the file says null."""
        return None if self.get(name) is None else self.number(name, low=low, high=high)

    def integers(self, name: str) -> list[int]:
        place = f"{self.place}: {name}"
        return [_checked(part, place, low=0, high=PPM) for part in self._list(name)]

    def numbers(
        self, *, low: int = 0, high: int = FACTOR_PPM_MAX, required: tuple[str, ...] = ()
    ) -> dict[str, int]:
        """All numbers by name, among them the required names."""
        for name in required:
            self.get(name)
        return {name: self.number(name, low=low, high=high) for name in self.value}


def _checked(value: object, place: str, *, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(place, "a whole number is expected", "Write it without a decimal point.")
    if not low <= value <= high:
        raise _wrong(place, f"{value} lies outside {low} to {high}", "Choose a number within.")
    return value

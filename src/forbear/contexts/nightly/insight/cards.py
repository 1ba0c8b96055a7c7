"""What may staff see of the lender's models: their cards, who let them count, and have they moved?

Sums and shares, without persons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from forbear.contexts.nightly.insight.desk import columns_of, concerned_of, moved
from forbear.contexts.nightly.insight.registry import Event, Notice, Registry, open_consents
from forbear.contexts.nightly.workspace import TableFolder, Workspace
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.engine.risk.model import Model, ModelInvalid, checksum_of
from forbear.values.errors import NotFound
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a model. ``broken``: it cannot be read, in English and Chinese; else None."""

    number: int
    counts: bool
    consented: tuple[str, ...]
    """Who has said that it shall count, where a second person is still to come."""
    model: Model | None
    broken: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Line:
    """A model with its versions, the newest first."""

    name: str
    versions: tuple[Version, ...]

    @property
    def counts(self) -> Version | None:
        """The version that counts; None: the house's tables do."""
        return next((each for each in self.versions if each.counts), None)


@dataclass(frozen=True, slots=True)
class Moved:
    """How far a feature lies today from what the model learned from (stability index)."""

    en: str
    zh: str
    index: float


@dataclass(frozen=True)
class Card:
    """A version, the one that counts where that is another, all that was done, and what moved.

    ``moved`` None: no night with models has gathered the features yet.
    """

    line: Line
    version: Version
    champion: Model | None
    checksum: str
    events: tuple[Event, ...]
    moved: tuple[Moved, ...] | None
    night: str | None


def model_lines(
    workspace: Workspace, *, actor: Principal
) -> tuple[tuple[Line, ...], tuple[Notice, ...]]:
    """Return every model with its versions, and what the night passes over.

    Raises:
        NotPermitted: REPORT_SEE is missing.
    """
    may(actor, Permission.REPORT_SEE)
    registry = Registry(workspace)
    trusted = registry.trusted()
    used = {model.name: model.version for model in trusted.models}
    try:
        events: tuple[Event, ...] = registry.events()
    except ModelInvalid:
        events = ()  # the notices say so
    lines = tuple(_line(registry, name, used.get(name), events) for name in registry.names())
    return lines, trusted.notices


def model_card(workspace: Workspace, name: str, version: int, *, actor: Principal) -> Card:
    """Return a version with everything that is known of it.

    Raises:
        NotPermitted: REPORT_SEE is missing.
        NotFound: there is none.
        ModelInvalid: it is not whole.
    """
    lines, _ = model_lines(workspace, actor=actor)
    line = next((each for each in lines if each.name == name), None)
    found = next((v for v in line.versions if v.number == version), None) if line else None
    if line is None or found is None:
        raise NotFound(
            "There is no such model.",
            remedy="Choose one of the list.",
            message_zh="没有该模型。",
            remedy_zh="请从列表中选择。",
        )
    registry = Registry(workspace)
    model = registry.model(name, version)
    counting = line.counts
    champion = counting.model if counting and counting.number != version else None
    night = _latest_with_features(workspace)
    return Card(
        line=line,
        version=found,
        champion=champion,
        checksum=checksum_of(registry.text(name, version)),
        events=tuple(each for each in registry.events() if each.name == name),
        moved=None if night is None else _drift(night.path, model.name, version, workspace.root),
        night=None if night is None else str(night.manifest.get("as_of")),
    )


def _line(registry: Registry, name: str, counts: int | None, events: Sequence[Event]) -> Line:
    found = []
    for number in reversed(registry.versions(name)):
        model, broken, waiting = None, None, ()
        try:
            model = registry.model(name, number)
            checksum = checksum_of(registry.text(name, number))
            waiting = tuple(sorted(open_consents(events, name, number, checksum)))
        except ModelInvalid as error:
            broken = (error.message, error.message_zh)
        found.append(Version(number, number == counts, waiting, model, broken))
    return Line(name, tuple(found))


def _latest_with_features(workspace: Workspace) -> TableFolder | None:
    try:
        night = workspace.latest_night()
    except NotFound:
        return None
    return night if "feature" in night.manifest.get("tables", {}) else None


@lru_cache(maxsize=32)
def _drift(night: Path, name: str, version: int, root: Path) -> tuple[Moved, ...] | None:
    """Hold a finished night's features, which never change, beside what a version learned from."""
    model = Registry(Workspace(root)).model(name, version)
    said = pl.read_parquet(night / "feature" / "*.parquet")
    parts: Mapping[str, Any] = model.card.get("feature_parts", {})
    known = [one for one in model.inputs if one.name in parts and one.name in said.columns]
    if not known:
        return None
    those = concerned_of(said, model.target)
    if not those.height:
        return None
    found = [
        Moved(one.en, one.zh, moved(columns_of(those, [one.name])[0], parts[one.name]))
        for one in known
    ]
    return tuple(sorted(found, key=lambda each: -each.index))

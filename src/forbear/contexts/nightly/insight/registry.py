"""Which models are there, who let which of them count, and which can the night trust?

    <home>/models/<name>/0001.json     models, never written over
    <home>/models/events.jsonl         who did what, each line bound to the line before

A model counts after two persons have said so of exactly its checksum. Whatever cannot be read, was
changed, or was not let count, is passed over for the one before; with none left the night keeps its
tables. Each such step is told.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from forbear.contexts.nightly.workspace import Workspace, only_one, write_text
from forbear.engine.risk.model import Model, ModelInvalid, checksum_of, model_as_text, model_of
from forbear.values.errors import Conflict, InvalidInput, NotFound

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_START = "0" * 64
TRAINED, CONSENTED, ACTIVATED, ROLLED_BACK = "trained", "consented", "activated", "rolled_back"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that somebody did to a model."""

    what: str
    name: str
    version: int
    checksum: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the night, the report and the console say of a model that was passed over."""

    name: str
    en: str
    zh: str

    def as_dict(self) -> dict[str, str]:
        """Return it as plain values."""
        return {"name": self.name, "en": self.en, "zh": self.zh}


@dataclass(frozen=True)
class Trusted:
    """The models that count today, and what was passed over on the way."""

    models: tuple[Model, ...]
    checksums: tuple[str, ...]
    notices: tuple[Notice, ...]


class Registry:
    """The models of one home folder."""

    def __init__(self, workspace: Workspace) -> None:
        self.root = workspace.root / "models"

    # ---- reading ---------------------------------------------------------------------------

    def names(self) -> list[str]:
        """Return the names of all models."""
        if not self.root.exists():
            return []
        return sorted(path.name for path in self.root.iterdir() if path.is_dir())

    def versions(self, name: str) -> list[int]:
        """Return the versions of a model, the oldest first."""
        folder = self.root / name
        return sorted(int(path.stem) for path in folder.glob("[0-9]*.json"))

    def path(self, name: str, version: int) -> Path:
        """Return where a version lies."""
        return self.root / name / f"{version:04d}.json"

    def text(self, name: str, version: int | None = None) -> str:
        """Return a version's text, the newest when none is named.

        Raises:
            NotFound: there is none.
        """
        versions = self.versions(name) if _NAME.fullmatch(name) else []
        wanted = version if version is not None else (versions[-1] if versions else 0)
        if wanted not in versions:
            raise NotFound(
                f"There is no model {name[:40]}, version {wanted}.",
                remedy="See which there are: forbear models list",
                message_zh=f"没有模型 {name[:40]} 第 {wanted} 版。",
                remedy_zh="请查看：forbear models list",
            )
        return self.path(name, wanted).read_text(encoding="utf-8")

    def model(self, name: str, version: int | None = None) -> Model:
        """Return a version, checked.

        Raises:
            NotFound: there is none.
            ModelInvalid: it is not whole.
        """
        text = self.text(name, version)
        return model_of(text, place=f"{name} {version or self.versions(name)[-1]}")

    def events(self) -> tuple[Event, ...]:
        """Return all that was done, the oldest first.

        Raises:
            ModelInvalid: a line was changed, dropped or added by hand.
        """
        path = self.root / "events.jsonl"
        if not path.exists():
            return ()
        before, found = _START, []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                found.append(_event(line, before))
            except (ValueError, KeyError, TypeError) as error:
                raise ModelInvalid(
                    f"Line {number} of models/events.jsonl cannot be trusted: {error}.",
                    remedy="Put the file of a backup back; until then the night keeps its tables.",
                    message_zh=f"models/events.jsonl 第 {number} 行不可信。",
                    remedy_zh="请用备份恢复该文件；在此之前夜间流程沿用表格数值。",
                ) from error
            before = hashlib.sha256(line.encode()).hexdigest()
        return tuple(found)

    def active(self) -> dict[str, list[Event]]:
        """Return by name the activations that count, the latest last."""
        found: dict[str, list[Event]] = {}
        for event in self.events():
            if event.what == ACTIVATED:
                found.setdefault(event.name, []).append(event)
            elif event.what == ROLLED_BACK and found.get(event.name):
                found[event.name].pop()
        return {name: events for name, events in found.items() if events}

    def trusted(self) -> Trusted:
        """Return what the night may use. Never raises: what cannot be trusted is passed over."""
        try:
            active = self.active()
        except ModelInvalid as error:
            return Trusted((), (), (Notice("*", error.message, error.message_zh),))
        models, checksums, notices = [], [], []
        for name, events in sorted(active.items()):
            for event in reversed(events):
                model, why = self._checked(event)
                if model is not None:
                    models.append(model)
                    checksums.append(event.checksum)
                    break
                notices.append(why)
            else:
                notices.append(_tables_instead(name))
        return Trusted(tuple(models), tuple(checksums), tuple(notices))

    def _checked(self, event: Event) -> tuple[Model | None, Notice]:
        place = f"{event.name} {event.version}"
        en = f"The model {place} was passed over: "
        zh = f"已略过模型 {place}："
        try:
            text = self.path(event.name, event.version).read_text(encoding="utf-8")
            model = model_of(text, place=place)
        except OSError:
            return None, Notice(event.name, f"{en}its file cannot be read.", f"{zh}文件无法读取。")
        except ModelInvalid as error:
            return None, Notice(event.name, f"{en}{error.message}", f"{zh}{error.message_zh}")
        if checksum_of(text) != event.checksum:
            why, why_zh = (
                "it is not the one that two persons let count.",
                "它不是经两人同意的那一个。",
            )
            return None, Notice(event.name, en + why, zh + why_zh)
        return model, Notice(event.name, "", "")

    # ---- writing ---------------------------------------------------------------------------

    def next_version(self, name: str) -> int:
        """Return the number that the next version gets."""
        versions = self.versions(name)
        return versions[-1] + 1 if versions else 1

    def keep(self, model: Model, *, by: str, now: datetime) -> Path:
        """Write a new version. It does not count yet.

        Raises:
            InvalidInput: the name is not one.
            Conflict: that version is there already.
        """
        if not _NAME.fullmatch(model.name):
            raise InvalidInput(
                f"{model.name[:40]!r} is no name for a model.",
                remedy="Use small letters, digits and _.",
                message_zh="模型名称无效。",
                remedy_zh="请只用小写字母、数字和下划线。",
            )
        path = self.path(model.name, model.version)
        with only_one(self.root, "models"):
            if path.exists():
                raise Conflict(f"{path.name} of {model.name} is there already.")
            path.parent.mkdir(parents=True, exist_ok=True)
            text = model_as_text(model)
            write_text(path, text)
            self._note(TRAINED, model.name, model.version, checksum_of(text), by=by, now=now)
        return path

    def activate(self, name: str, version: int, *, by: str, now: datetime) -> bool:
        """Say that a version shall count; it does when a second person has said so.

        Returns True when it counts now, False when a second person is still to come.

        Raises:
            NotFound, ModelInvalid: there is none, or it is not whole.
            Conflict: the same person has said so before, or it counts already.
        """
        text = self.text(name, version)
        model_of(text, place=f"{name} {version}")
        checksum = checksum_of(text)
        with only_one(self.root, "models"):
            events = self.events()
            held = self.active().get(name, [])
            if held and held[-1].version == version and held[-1].checksum == checksum:
                raise Conflict(
                    f"{name} {version} counts already.",
                    remedy="Nothing is to be done.",
                    message_zh=f"{name} 第 {version} 版已经生效。",
                    remedy_zh="无需操作。",
                )
            first = open_consents(events, name, version, checksum)
            if by in first:
                raise Conflict(
                    f"{by} has said so already; a second person must.",
                    remedy="Let somebody else read the model's card and activate it.",
                    message_zh=f"{by} 已经同意过；还需要另一人。",
                    remedy_zh="请另一人查看模型卡片后启用。",
                )
            what = ACTIVATED if first else CONSENTED
            self._note(what, name, version, checksum, by=by, now=now)
        return what == ACTIVATED

    def roll_back(self, name: str, *, by: str, now: datetime) -> Event | None:
        """Let the version before count again; one person suffices. None: the tables count.

        Raises:
            NotFound: none counts.
        """
        with only_one(self.root, "models"):
            held = self.active().get(name, [])
            if not held:
                raise NotFound(
                    f"No version of {name[:40]} counts.",
                    remedy="See which do: forbear models list",
                    message_zh=f"{name[:40]} 没有生效的版本。",
                    remedy_zh="请查看：forbear models list",
                )
            ended = held[-1]
            self._note(ROLLED_BACK, name, ended.version, ended.checksum, by=by, now=now)
        return held[-2] if len(held) > 1 else None

    def _note(
        self, what: str, name: str, version: int, checksum: str, *, by: str, now: datetime
    ) -> None:
        path = self.root / "events.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        before = hashlib.sha256(lines[-1].encode()).hexdigest() if lines else _START
        told: dict[str, Any] = {
            "what": what, "name": name, "version": version, "checksum": checksum, "by": by,
            "at": now.isoformat(timespec="seconds"), "before": before,
        }  # fmt: skip
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())


def open_consents(events: Sequence[Event], name: str, version: int, checksum: str) -> set[str]:
    """Return who has said so since the version last began or ceased to count."""
    said: set[str] = set()
    for event in events:
        if (event.name, event.version, event.checksum) != (name, version, checksum):
            continue
        if event.what == CONSENTED:
            said.add(event.by)
        elif event.what in (ACTIVATED, ROLLED_BACK):
            said.clear()
    return said


def _event(line: str, before: str) -> Event:
    told = json.loads(line)
    if told.pop("before") != before:
        raise ValueError("it does not follow the line before")
    return Event(**told)


def _tables_instead(name: str) -> Notice:
    return Notice(
        name,
        f"No version of the model {name} can be used: the house's tables count instead.",
        f"模型 {name} 没有可用版本：改用机构表格中的数值。",
    )

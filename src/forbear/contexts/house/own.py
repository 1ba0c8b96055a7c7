"""What do own rules say together with those of the files?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import yaml

from forbear.contexts.rulebook.library import open_lender, open_library, pack_in_force
from forbear.policy.own import OwnText, with_own
from forbear.policy.pack import Library, Pack
from forbear.policy.reading import parse
from forbear.values.code import Jurisdiction

_WEST = timedelta(hours=12)
"""In the last place on earth a day begins so long after it does in UTC."""
_PACKS_MAX = 256


def own_file(rule_id: str, version: int) -> str:
    """Return the name under which messages and exports know a version of an own rule."""
    return f"own/{rule_id}@{version}.yaml"


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One approved version of an own rule. ``ended_at`` null: it was not withdrawn."""

    id: int
    rule_id: str
    version: int
    text: str
    sha256: str
    approved_at: datetime
    ended_at: datetime | None

    @property
    def file(self) -> str:
        """What messages and exports call it."""
        return own_file(self.rule_id, self.version)

    def as_text(self) -> OwnText:
        """Return it as the rules take it; withdrawn, it is gone wherever people are by then."""
        gone = None if self.ended_at is None else _day_in_the_west(self.ended_at)
        return OwnText(self.file, self.text, gone)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, as a night's manifest holds them."""
        return {
            "id": self.id,
            "rule": self.rule_id,
            "version": self.version,
            "text": self.text,
            "sha256": self.sha256,
            "approved_at": self.approved_at.isoformat(),
            "ended_at": None if self.ended_at is None else self.ended_at.isoformat(),
        }


def row_of(told: Mapping[str, Any]) -> OwnRow:
    """Return what ``as_dict`` made plain."""
    ended = told["ended_at"]
    return OwnRow(
        told["id"],
        told["rule"],
        told["version"],
        told["text"],
        told["sha256"],
        datetime.fromisoformat(told["approved_at"]),
        None if ended is None else datetime.fromisoformat(ended),
    )


def _day_in_the_west(at: datetime) -> date:
    return (at.astimezone(UTC) - _WEST).date()


@dataclass(frozen=True, eq=False)
class OwnRules:
    """Every version that was approved, with what was withdrawn of it."""

    rows: tuple[OwnRow, ...]

    @cached_property
    def library(self) -> Library:
        """The files' rules with these; without any, the files' own library.

        Raises:
            InvalidRule: a text can no longer be read.
        """
        return with_own(open_library(), [row.as_text() for row in self.rows])

    @property
    def sha256(self) -> str:
        """One hash of the texts and of what was withdrawn."""
        told = [(row.file, row.sha256, str(row.as_text().gone)) for row in self.rows]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def pack(self, law: Jurisdiction, day: date) -> Pack:
        """Return the rules of a jurisdiction on a day, for the part that the lender plays."""
        if not self.rows:
            return pack_in_force(law, day)
        found = self._packs.get((law, day))
        if found is None:
            if len(self._packs) >= _PACKS_MAX:
                self._packs.clear()
            found = self.library.pack(law, as_of=day, actor=open_lender().actors.get(law))
            self._packs[law, day] = found
        return found

    @cached_property
    def _packs(self) -> dict[tuple[Jurisdiction, date], Pack]:
        return {}

    def known_at(self, at: datetime) -> OwnRules:
        """Return what had been approved and withdrawn by an instant."""
        return OwnRules(
            tuple(
                row if row.ended_at is None or row.ended_at <= at else replace(row, ended_at=None)
                for row in self.rows
                if row.approved_at <= at
            )
        )


def as_files(rows: Sequence[OwnRow]) -> dict[str, str]:
    """Return what was not withdrawn as rule files, by name: of several versions one file.

    A rule of one version is its text, to the letter.
    """
    versions: dict[str, list[OwnRow]] = {}
    for row in sorted(rows, key=lambda row: (row.rule_id, row.version)):
        if row.ended_at is None:
            versions.setdefault(row.rule_id, []).append(row)
    return {
        f"{name.split('.')[1]}/{name}.yaml": found[0].text if len(found) == 1 else _merged(found)
        for name, found in versions.items()
    }


def _merged(versions: Sequence[OwnRow]) -> str:
    """Return the newest version with the values of all; between two values is no gap."""
    rules = [parse(row.text) for row in versions]
    values = [rule["values"][0] for rule in rules]
    whole: list[dict[str, Any]] = []
    for value, later in zip(values, [*values[1:], None], strict=True):
        ends = value.get("ends")
        if later is not None and ends is not None:
            del value["ends"]
        whole.append(value)
        if later is not None and ends is not None and ends < later["effective"]:
            rest = {name: value[name] for name in ("verified", "basis", "source")}
            whole.append({"effective": ends, "in_force": False, **rest})
    return yaml.safe_dump({**rules[-1], "values": whole}, sort_keys=False, allow_unicode=True)


NONE = OwnRules(())
"""Nothing was ever let count."""


def rules_of(rows: Iterable[OwnRow]) -> OwnRules:
    """Return rows as one set; none of them: the set that is empty."""
    found = tuple(rows)
    return OwnRules(found) if found else NONE

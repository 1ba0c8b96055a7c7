"""Which past contacts of the book would be judged differently, how many, whose, and by which rule?

Part by part of the book, so that memory does not grow with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from forbear.contexts.nightly.replay.changed import ChangedFile, rows_of
from forbear.contexts.nightly.replay.history import Past, Span, blocks, day_range, read_past
from forbear.contexts.nightly.workspace import TableFolder, Workspace
from forbear.contexts.rulebook.library import Shelved, open_lender, open_shelf
from forbear.policy.past.history import Flags
from forbear.policy.past.replay import Judged, judge
from forbear.policy.past.timetable import Timetable, reach_days, timetable
from forbear.values.code import Channel
from forbear.values.day import day_number, from_day_number
from forbear.values.errors import InvalidInput

Progress = Callable[[str, int, int], None]
Row = dict[str, Any]
_STEP = "replay"


@dataclass(frozen=True)
class ReplaySettings:
    """What to replay: the rules that replace others, over which local days, both included.

    A set of rules is named as ``open_shelf`` takes it, or stands under that name in ``shelves``;
    without a day in its name every contact is judged by the rules of its own day. ``shown_max``
    limits the contacts that are told one by one; ``save`` is a CSV or Parquet file for all of them.
    """

    after: str
    before: str = "shipped"
    first: date | None = None
    last: date | None = None
    shown_max: int = 10
    save: Path | None = None
    shelves: Mapping[str, Shelved] = field(default_factory=dict)


@dataclass
class Tally:
    """How many contacts there were, and how many one set refuses and the other allows."""

    contacts: int = 0
    newly_refused: int = 0
    newly_allowed: int = 0

    def as_dict(self) -> Row:
        """Return plain values."""
        return vars(self)


@dataclass
class Replayed:
    """What a replay found. ``shown`` are the first of the changed contacts, as in the file."""

    book_id: str
    before: str
    after: str
    first: date
    last: date
    all: Tally = field(default_factory=Tally)
    refused_before: int = 0
    refused_after: int = 0
    people: int = 0
    by_month: dict[str, Tally] = field(default_factory=dict)
    by_channel: dict[str, Tally] = field(default_factory=dict)
    newly_refused_by: Counter[str] = field(default_factory=Counter)
    newly_allowed_by: Counter[str] = field(default_factory=Counter)
    sentences: dict[str, tuple[str, str]] = field(default_factory=dict)
    shown: list[Row] = field(default_factory=list)
    file: Path | None = None

    def as_dict(self) -> Row:
        """Return plain values for JSON."""

        def rules(counter: Counter[str]) -> list[Row]:
            return [
                {
                    "rule": rule,
                    "contacts": number,
                    "text_en": self.sentences[rule][0],
                    "text_zh": self.sentences[rule][1],
                }
                for rule, number in sorted(counter.items(), key=lambda each: (-each[1], each[0]))
            ]

        return {
            "book_id": self.book_id,
            "before": self.before,
            "after": self.after,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            **self.all.as_dict(),
            "refused_before": self.refused_before,
            "refused_after": self.refused_after,
            "people": self.people,
            "newly_refused_by": rules(self.newly_refused_by),
            "newly_allowed_by": rules(self.newly_allowed_by),
            "by_month": {name: each.as_dict() for name, each in sorted(self.by_month.items())},
            "by_channel": {name: each.as_dict() for name, each in sorted(self.by_channel.items())},
            "shown": self.shown,
            "file": str(self.file) if self.file else None,
        }


def replay(
    *,
    workspace: Workspace,
    settings: ReplaySettings,
    progress: Progress = lambda _step, _done, _all: None,
) -> Replayed:
    """Judge every outbound attempt of the current book under two sets of rules.

    Raises:
        NotFound: nothing was imported yet, or a set of rules is not there.
        InvalidInput: the days or the rules cannot be used.
        Conflict: the file to save exists already.
    """
    shelves = _shelf(settings.before, settings), _shelf(settings.after, settings)
    book = workspace.current_book()
    first, last = _days(book, settings)
    tables = tuple(_timetable(each, first, last) for each in shelves)
    both: tuple[Timetable, Timetable] = (tables[0], tables[1])
    reaches = [reach_days(each) for each in both]
    known = [each for each in reaches if each is not None]
    found = Replayed(book.manifest["book_id"], settings.before, settings.after, first, last)
    for table in both:
        for dated in table:
            found.sentences[dated.rule.id] = (dated.rule.text_en, dated.rule.text_zh)
    span = Span(
        day_number(first),
        day_number(last) + 1,
        max(known) if len(known) == len(reaches) else None,
    )
    with ExitStack() as stack:
        file = stack.enter_context(ChangedFile(settings.save)) if settings.save else None
        for part in range(book.parts):
            progress(_STEP, part, book.parts)
            ids = {table: book.scan(table, part) for table in ("debtor", "contact_point", "loan")}
            for persons in blocks(book, part, span):
                past = read_past(book, part, span=span, persons=persons)
                shown_max = None if file else settings.shown_max
                rows = _add(found, past, both, ids=ids, rows_max=shown_max)
                found.shown += rows.head(settings.shown_max - len(found.shown)).to_dicts()
                if file is not None:
                    file.add(rows)
        if file is not None:
            file.finish()
            found.file = file.path
    progress(_STEP, book.parts, book.parts)
    return found


def _shelf(name: str, settings: ReplaySettings) -> Shelved:
    return settings.shelves[name] if name in settings.shelves else open_shelf(name)


def _days(book: TableFolder, settings: ReplaySettings) -> tuple[date, date]:
    reach = day_range(book)
    closed = date.fromisoformat(book.manifest["book_date"])
    first = settings.first or (from_day_number(reach[0]) if reach else closed)
    last = settings.last or (from_day_number(reach[1]) if reach else closed)
    if first > last:
        raise InvalidInput(
            f"{first} lies after {last}.",
            remedy="Give --from a day that is not after --to.",
            message_zh=f"{first} 晚于 {last}。",
            remedy_zh="--from 不得晚于 --to。",
        )
    return first, last


def _timetable(shelved: Shelved, first: date, last: date) -> Timetable:
    return timetable(
        shelved.library,
        first_day=first,
        end_day=from_day_number(day_number(last) + 1),
        one_day=shelved.as_of,
        actors=open_lender().actors,
    )


def _add(
    found: Replayed,
    past: Past,
    timetables: tuple[Timetable, Timetable],
    *,
    ids: Mapping[str, pl.LazyFrame],
    rows_max: int | None,
) -> pl.DataFrame:
    """Add some persons to what was found; return their changed contacts.

    ``rows_max`` limits the contacts returned, together with those shown already.
    """
    before, after = judge(past.history, timetables)
    newly_refused, newly_allowed = after.refused & ~before.refused, before.refused & ~after.refused
    _count(found.all, newly_refused, newly_allowed)
    found.refused_before += int(before.refused.sum())
    found.refused_after += int(after.refused.sum())
    _by_rule(found.newly_refused_by, after, timetables[1], newly_refused)
    _by_rule(found.newly_allowed_by, before, timetables[0], newly_allowed)
    _by_group(found.by_month, _months(past.rows), newly_refused, newly_allowed)
    _by_group(found.by_channel, _channels(past.rows), newly_refused, newly_allowed)
    changed = np.flatnonzero(newly_refused | newly_allowed)
    found.people += past.rows["debtor_no"][changed].n_unique() if changed.size else 0
    if rows_max is not None:
        changed = changed[: max(0, rows_max - len(found.shown))]
    return rows_of(past.rows, changed, (before, after), timetables, ids=ids)


def _count(tally: Tally, newly_refused: Flags, newly_allowed: Flags) -> None:
    tally.contacts += newly_refused.size
    tally.newly_refused += int(newly_refused.sum())
    tally.newly_allowed += int(newly_allowed.sum())


def _by_rule(counter: Counter[str], judged: Judged, timetable: Timetable, changed: Flags) -> None:
    """Count every rule that refuses a changed contact; two rules may refuse one contact."""
    for dated, refused in zip(timetable, judged.by_rule, strict=True):
        if number := int((refused & changed).sum()):
            counter[dated.rule.id] += number


def _months(rows: pl.DataFrame) -> pl.Series:
    return rows["local_day"].cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m")


def _channels(rows: pl.DataFrame) -> pl.Series:
    words = {number: word for word, number in Channel.numbers().items()}
    return rows["channel"].replace_strict(words, return_dtype=pl.String)


def _by_group(
    tallies: dict[str, Tally], names: pl.Series, newly_refused: Flags, newly_allowed: Flags
) -> None:
    grouped = (
        pl.DataFrame({"name": names, "refused": newly_refused, "allowed": newly_allowed})
        .group_by("name")
        .agg(pl.len(), pl.col("refused").sum(), pl.col("allowed").sum())
    )
    for name, contacts, refused, allowed in grouped.rows():
        tally = tallies.setdefault(name, Tally())
        tally.contacts += contacts
        tally.newly_refused += refused
        tally.newly_allowed += allowed

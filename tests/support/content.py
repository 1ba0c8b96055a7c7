"""How well does the check of content do on labelled utterances?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from forbear.contexts.rulebook.library import open_content
from forbear.policy.content.check import check
from forbear.policy.content.form import ContentPack, nobody
from forbear.values.wording import Act
from tools.content_tally import Entry, Teacher, calibrated, learnt_folds, with_tallies

LAWFUL = ("lawful_firm", "empathetic", "neutral", "hard_negative")


@dataclass
class Measure:
    """Counts of what was asked and what was found."""

    wanted: Counter[tuple[str, Act]] = field(default_factory=Counter)
    hit: Counter[tuple[str, Act]] = field(default_factory=Counter)
    extra: Counter[tuple[str, Act]] = field(default_factory=Counter)
    forbidden: Counter[str] = field(default_factory=Counter)
    noticed: Counter[str] = field(default_factory=Counter)
    lawful: Counter[tuple[str, str]] = field(default_factory=Counter)
    alarmed: Counter[tuple[str, str]] = field(default_factory=Counter)
    vain: Counter[tuple[str, Act]] = field(default_factory=Counter)
    """Lawful utterances in which an act was found."""

    def add(self, entry: Entry, found: frozenset[Act]) -> None:
        """Count one entry."""
        where = entry.locale
        if entry.acts:
            self.forbidden[where] += 1
            self.noticed[where] += bool(found)
        else:
            self.lawful[where, entry.kind] += 1
            self.alarmed[where, entry.kind] += bool(found)
            self.vain.update((where, act) for act in found)
        for act in entry.acts:
            self.wanted[where, act] += 1
            self.hit[where, act] += act in found
        for act in found - entry.acts:
            self.extra[where, act] += 1

    def recall(self, locales: Sequence[str] = ("zh", "en")) -> float:
        """Return the share of forbidden utterances in which anything was found."""
        return _share(
            sum(self.noticed[each] for each in locales),
            sum(self.forbidden[each] for each in locales),
        )

    def act_recall(self, acts: Iterable[Act] = Act, locales: Sequence[str] = ("zh", "en")) -> float:
        """Return the share of labelled acts that were found."""
        pairs = [(where, act) for where in locales for act in acts]
        return _share(sum(self.hit[p] for p in pairs), sum(self.wanted[p] for p in pairs))

    def precision(self, acts: Iterable[Act] = Act, locales: Sequence[str] = ("zh", "en")) -> float:
        """Return the share of acts found that were labelled."""
        pairs = [(where, act) for where in locales for act in acts]
        hits = sum(self.hit[p] for p in pairs)
        return _share(hits, hits + sum(self.extra[p] for p in pairs))

    def alarms(self, kinds: Sequence[str] = LAWFUL, locales: Sequence[str] = ("zh", "en")) -> float:
        """Return the share of lawful utterances in which something was found."""
        pairs = [(where, kind) for where in locales for kind in kinds]
        return _share(sum(self.alarmed[p] for p in pairs), sum(self.lawful[p] for p in pairs))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def measure(given: Iterable[Entry], pack: ContentPack) -> Measure:
    """Measure a pack."""
    found = Measure()
    for entry in given:
        decision = check(entry.text, locale=entry.locale, facts=entry.facts, pack=pack)
        found.add(entry, decision.acts)
    return found


def measured() -> Measure:
    """Measure claims and tally across folds of ``tune``.

    Each fold has weights that never saw what they are tested on; the reader is not asked.
    """
    shipped, teacher, total = replace(open_content(), reader=nobody), Teacher.shipped(), Measure()
    learnt = list(learnt_folds(teacher))
    bounds = calibrated(learnt, teacher)
    for tallies, tested in learnt:
        if not any(entry.file for entry in tested):
            continue
        bounded = {
            language: replace(tally, bounds=bounds[language]) for language, tally in tallies.items()
        }
        part = measure((entry for entry in tested if entry.file), with_tallies(shipped, bounded))
        for name in vars(total):
            getattr(total, name).update(getattr(part, name))
    return total


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's interval, which holds the true share 95 times of 100; (0, 1) of nothing."""
    if not whole:
        return 0.0, 1.0
    z, share = 1.959964, part / whole
    middle = share + z * z / (2 * whole)
    width = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    return max(0.0, (middle - width) / scale), min(1.0, (middle + width) / scale)


def counted(part: int, whole: int) -> str:
    """Return a share with its counts and its interval, such as ``95.0% 19/20 (76-99)``."""
    low, high = interval(part, whole)
    where = f"({low:.0%}-{high:.0%})".replace("%", "")
    return f"{_share(part, whole):.1%} {part}/{whole} {where}"


def shown(found: Measure, locales: Sequence[str] = ("zh", "en")) -> str:
    """Return a measure as text: every act, then the whole; 95 % intervals in brackets.

    ``named``: labelled acts found. ``in vain``: lawful utterances in which the act was found.
    """
    head = f"  {'act':<21}" + "".join(
        f"{f'{each} named':>24}{f'{each} in vain':>21}" for each in locales
    )
    lines = [head + f"{'precision':>11}"]
    lawful = {each: sum(found.lawful[each, kind] for kind in LAWFUL) for each in locales}
    for act in Act:
        row = f"  {act:<21}"
        for each in locales:
            named = counted(found.hit[each, act], found.wanted[each, act])
            row += f"{named:>24}{counted(found.vain[each, act], lawful[each]):>21}"
        lines.append(row + f"{found.precision((act,), locales):>11.1%}")
    for title, chosen in (("all", locales), *((each, (each,)) for each in locales)):
        noticed = sum(found.noticed[each] for each in chosen)
        lines.append(
            f"  {title}: forbidden utterances noticed "
            f"{counted(noticed, sum(found.forbidden[each] for each in chosen))}, "
            f"acts named {found.act_recall(locales=chosen):.1%}, "
            f"precision {found.precision(locales=chosen):.1%}"
        )
        lines.append(f"  {title}: false alarms {_alarms(found, LAWFUL, chosen)}")
        lines += [f"    {kind} {_alarms(found, (kind,), chosen)}" for kind in LAWFUL]
    return "\n".join(lines)


def _alarms(found: Measure, kinds: Sequence[str], locales: Sequence[str]) -> str:
    pairs = [(where, kind) for where in locales for kind in kinds]
    return counted(sum(found.alarmed[p] for p in pairs), sum(found.lawful[p] for p in pairs))

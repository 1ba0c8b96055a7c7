"""How well does the check of content do on labelled utterances?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from forbear.contexts.rulebook.library import open_content
from forbear.policy.content.check import check
from forbear.policy.content.form import ContentPack
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

    def add(self, entry: Entry, found: frozenset[Act]) -> None:
        """Count one entry."""
        where = entry.locale
        if entry.acts:
            self.forbidden[where] += 1
            self.noticed[where] += bool(found)
        else:
            self.lawful[where, entry.kind] += 1
            self.alarmed[where, entry.kind] += bool(found)
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
    """Measure ``tune`` across folds, each with weights that never saw what they are tested on."""
    shipped, teacher, total = open_content(), Teacher.shipped(), Measure()
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


def shown(found: Measure) -> str:
    """Return a measure as text: every act, then the whole."""
    head = f"  {'act':<21}{'labelled':>9}{'found':>7}{'recall':>8}{'precision':>11}{'F1':>7}"
    lines = [head + f"{'zh':>9}{'en':>9}"]
    for act in Act:
        wanted = sum(found.wanted[where, act] for where in ("zh", "en"))
        hit = sum(found.hit[where, act] for where in ("zh", "en"))
        recall, precision = found.act_recall((act,)), found.precision((act,))
        both = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
        parts = [f"{found.hit[where, act]}/{found.wanted[where, act]}" for where in ("zh", "en")]
        lines.append(
            f"  {act:<21}{wanted:>9}{hit:>7}{recall:>8.1%}{precision:>11.1%}{both:>7.2f}"
            f"{parts[0]:>9}{parts[1]:>9}"
        )
    for title, locales in (("all", ("zh", "en")), ("zh", ("zh",)), ("en", ("en",))):
        lines.append(
            f"  {title}: forbidden utterances noticed {found.recall(locales):.1%} "
            f"({sum(found.noticed[e] for e in locales)} of "
            f"{sum(found.forbidden[e] for e in locales)}), "
            f"acts named {found.act_recall(locales=locales):.1%}, "
            f"precision {found.precision(locales=locales):.1%}"
        )
        kinds = ", ".join(
            f"{kind} {found.alarms((kind,), locales):.1%} "
            f"({sum(found.alarmed[e, kind] for e in locales)} of "
            f"{sum(found.lawful[e, kind] for e in locales)})"
            for kind in LAWFUL
        )
        lines.append(f"  {title}: false alarms {found.alarms(locales=locales):.1%}: {kinds}")
    return "\n".join(lines)

"""Train the weights with which the check of content weighs words.

Learns from tests/data/utterances/tune and extra, never from held_out and blind, and writes
src/forbear/policies/content/<language>/tally.yaml. The same entries give the same bytes on one kind
of machine. A logistic regression with one column an act, and one for the tone; features and their
scaling are those of policy/content.

    python tools/content_tally.py              train, and write the files
    python tools/content_tally.py --measure    show what cross-validation by author's time gives
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from forbear.contexts.rulebook.library import policy_texts  # noqa: E402  # path set above
from forbear.policy.content.check import leaning, windows  # noqa: E402
from forbear.policy.content.claims import Cue, claims_of, marked  # noqa: E402
from forbear.policy.content.feature import features  # noqa: E402
from forbear.policy.content.form import ActForm, Claim, ContentPack  # noqa: E402
from forbear.policy.content.lexicon import Lexicon  # noqa: E402
from forbear.policy.content.load import (  # noqa: E402
    TABLE,
    load_acts,
    load_claims,
    load_lexicon,
    load_spelling,
)
from forbear.policy.content.spelling import Spelling  # noqa: E402
from forbear.policy.content.tally import (  # noqa: E402
    Bounds,
    Floats,
    Tally,
    parse_table,
    write_table,
)
from forbear.policy.wording.load import load_wordings  # noqa: E402
from forbear.policy.wording.sample import sample  # noqa: E402
from forbear.values.code import Language  # noqa: E402
from forbear.values.wording import Act, Fact  # noqa: E402

UTTERANCES = ROOT / "tests" / "data" / "utterances"
ACTS = tuple(Act)
COLUMNS = len(ACTS) + 1
# Words said calmly, forbidden only by who says them: they teach the tone nothing.
CALM = frozenset({Act.IMPERSONATE_CREDITOR, Act.IMPERSONATE_LAWYER, Act.PRIVATE_CHANNEL})
COMMON = 3
"""In how many entries a feature must be to be weighed."""
OFTEN = 150
"""From how many entries on a feature is multiplied in bulk."""
HEED = {"c": 0.5, "a": 0.8, "m": 0.8, "z": 2.0}
"""Features that come many to a word count for less, each; a claim counts for more."""
STRENGTH = 20.0
"""How far the data may bend the weights; the inverse of the ridge."""
ROUNDS = 150
LEAST = 0.12
"""Weights nearer to nought are left out of the file."""
NEVER = 99.0
OPEN = Bounds(NEVER, NEVER, NEVER, NEVER, named=(NEVER,) * len(ACTS))
ALARMS = {Language.ZH: 0.045, Language.EN: 0.065}
"""The share of lawful entries that bounds and claims may take for forbidden, across folds.

Most of these entries are made to look forbidden; what is said on an ordinary day raises far fewer
alarms. Fewer still would let one threat in four pass in English.
"""
RUNGS = 24
"""How many bounds of each kind are tried."""
HARSH_ALARMS = 0.0015
RECALL_COUNTS = 2.5
"""How much more a missed act counts than one named in vain, when bounds are chosen."""
FOLDS = ((26, 29), (30, 33))
"""Files of tune that are tested together: whole hands that had seen no other entry."""
HANDS = (("6", "7", "8"), ("9", "10"), ("14", "15"), ("18", "24"))
"""Numbers of extra files whose writers had seen no other; those of a group are tested together.

Each group is left out whole, so that no writer tests what he taught.
"""


@dataclass(frozen=True)
class Entry:
    """One labelled utterance. ``file`` numbers the author's time; 0 for extra entries.

    ``hand`` is the number of an extra file, since each number has one writer a language.
    """

    text: str
    locale: str
    acts: frozenset[Act]
    facts: frozenset[Fact]
    kind: str
    file: int
    hand: str = ""

    @property
    def language(self) -> Language:
        return Language(self.locale.upper())


def entries(folder: str) -> list[Entry]:
    """Return the labelled utterances of a folder, in the order of writing."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [
        _entry(each, path.stem)
        for path in sorted((UTTERANCES / folder).glob("*.yaml"))
        for each in yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506  # safe
    ]


def _entry(each: Mapping[str, Any], stem: str) -> Entry:
    acts = frozenset(Act(act) for act in each["acts"])
    facts = frozenset(Fact(fact) for fact in each["facts"])
    file, hand = (int(stem), "") if stem.isdigit() else (0, stem.rpartition("_")[2])
    return Entry(each["text"], each["locale"], acts, facts, each["kind"], file, hand)


def approved() -> list[Entry]:
    """Return the shipped messages, filled in with their examples, as the check weighs them.

    They were approved as lawful by their facts; no text of theirs is labelled by hand.
    """
    spelling = load_spelling(policy_texts("content"))
    found: dict[tuple[str, Language], Entry] = {}
    for wording in load_wordings(policy_texts("messages")):
        for language in Language:
            filled = sample(wording, language)
            text = f"{filled.subject or ''}\n\n{filled.text}".strip()
            plain = spelling.plain(text).text
            for start, end in windows(plain, language):
                entry = Entry(
                    plain[start:end], language.lower(), frozenset(), wording.facts, "approved", 0
                )
                found.setdefault((entry.text, language), entry)
    return list(found.values())


@dataclass(frozen=True)
class Teacher:
    """Everything but the weights."""

    acts: Mapping[Act, ActForm]
    spelling: Spelling
    lexicon: Mapping[Language, Lexicon]
    claims: Mapping[Language, tuple[Claim, ...]]
    read: dict[tuple[str, Language, frozenset[Fact]], tuple[list[str], list[Cue]]] = field(
        default_factory=dict
    )
    """Features and claims of texts read before, since every fold asks for them again."""

    @classmethod
    def shipped(cls) -> Teacher:
        texts = policy_texts("content")
        lexicon = {language: load_lexicon(texts, language) for language in Language}
        acts = load_acts(texts)
        claims = {
            language: load_claims(texts, language, lexicon[language], acts) for language in Language
        }
        return cls(acts, load_spelling(texts), lexicon, claims)

    def features(self, entry: Entry) -> tuple[list[str], list[Cue]]:
        """Return the features of an entry, and what it claims."""
        key = (entry.text, entry.language, entry.facts)
        if key not in self.read:
            language = entry.language
            plain = self.spelling.plain(entry.text)
            cues = list(claims_of(plain, self.claims[language], language, entry.facts))
            found = features(plain.text, self.lexicon[language])
            self.read[key] = list(marked(found, cues, (0, len(plain.text)))), cues
        return self.read[key]

    def labels(self, given: Sequence[Entry]) -> tuple[Floats, Floats]:
        """Return what is asked of each column, and whether it is asked at all.

        An entry whose words would be an act without its facts teaches nothing about that act.
        """
        cues: dict[str, set[Act]] = defaultdict(set)
        calm: set[str] = set()
        for entry in given:
            cues[entry.text] |= entry.acts
            if not entry.acts:
                calm.add(entry.text)
        asked = np.ones((len(given), COLUMNS), dtype=np.float32)
        wanted = np.zeros((len(given), COLUMNS), dtype=np.float32)
        for row, entry in enumerate(given):
            acts = cues[entry.text]
            twin = bool(acts) and entry.text in calm
            for column, act in enumerate(ACTS):
                wanted[row, column] = act in acts
                cleared = self.acts[act].lawful_when & entry.facts
                if cleared and act not in acts and (twin or not acts):
                    asked[row, column] = 0
            wanted[row, -1] = bool(acts)
            if twin or (acts and acts <= CALM):
                asked[row, -1] = 0
        return wanted, asked


def train(given: Sequence[Entry], teacher: Teacher, language: Language) -> Tally:
    """Return the weights that the entries teach."""
    own = [entry for entry in given if entry.language is language]
    found = [teacher.features(entry)[0] for entry in own]
    counts = Counter(name for names in found for name in names)
    names = sorted(name for name, count in counts.items() if count >= COMMON)
    row = {name: index for index, name in enumerate(names)}
    rarity = np.array(
        [(np.log(len(own) / counts[name]) + 0.3) * HEED.get(name[0], 1.0) for name in names],
        dtype=np.float32,
    )
    design = _design([[row[name] for name in present if name in row] for present in found], rarity)
    weights, offsets = _solved(design, *teacher.labels(own))
    # What is measured is what is shipped: read the weights back as the file will hold them.
    lines = write_table(names, rarity, weights, least=LEAST)
    rows, rarity, weights = parse_table(lines, columns=COLUMNS)
    offsets = np.round(offsets * 100) / np.float32(100)
    return Tally(ACTS, rows, rarity, weights, offsets, OPEN)


@dataclass(frozen=True)
class Design:
    """Which entries hold each feature, and its value there once an entry has length one."""

    entries: int
    holders: list[NDArray[np.int64]]
    values: list[Floats]

    def gram(self) -> Floats:
        """Return how like each entry is to each; rare features are added where they stand."""
        found = np.zeros((self.entries, self.entries), dtype=np.float32)
        dense = []
        for holders, values in zip(self.holders, self.values, strict=True):
            if len(holders) > OFTEN:
                column = np.zeros(self.entries, dtype=np.float32)
                column[holders] = values
                dense.append(column)
            else:
                found[np.ix_(holders, holders)] += np.outer(values, values)
        return found + np.array(dense).T @ np.array(dense) if dense else found

    def weights(self, dual: Floats) -> Floats:
        """Return what the entries' pulls give each feature."""
        pairs = zip(self.holders, self.values, strict=True)
        return np.array([values @ dual[holders] for holders, values in pairs], dtype=np.float32)


def _design(found: Sequence[Sequence[int]], rarity: Floats) -> Design:
    holders: list[list[int]] = [[] for _ in rarity]
    lengths = np.ones(len(found), dtype=np.float32)
    for index, rows in enumerate(found):
        if rows:
            lengths[index] = np.linalg.norm(rarity[list(rows)])
        for each in rows:
            holders[each].append(index)
    placed = [np.array(each, dtype=np.int64) for each in holders]
    values = [rare / lengths[each] for rare, each in zip(rarity, placed, strict=True)]
    return Design(len(found), placed, values)


def _solved(design: Design, wanted: Floats, asked: Floats) -> tuple[Floats, Floats]:
    """Solve ridge logistic regressions, one a column, by Nesterov's method over the entries."""
    gram = design.gram()
    probe = np.ones(len(gram), dtype=np.float32)
    widest = np.float32(1)
    for _ in range(30):
        probe = gram @ probe
        widest = np.linalg.norm(probe)
        probe /= widest
    step = 1 / (0.2625 * widest * STRENGTH + 1)
    offset_step = 1 / (0.25 * len(gram) * STRENGTH)
    dual = np.zeros_like(wanted)
    offsets = np.zeros(COLUMNS, dtype=np.float32)
    ahead, offsets_ahead, pace = dual, offsets, 1.0
    for _ in range(ROUNDS):
        guess = 1 / (1 + np.exp(-np.clip(gram @ ahead + offsets_ahead, -30, 30)))
        pull = asked * (guess - wanted) * np.float32(STRENGTH)
        new = ahead - (pull + ahead) * np.float32(step)
        new_offsets = offsets_ahead - pull.sum(axis=0) * np.float32(offset_step)
        quicker = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        drift = np.float32((pace - 1) / quicker)
        ahead = new + drift * (new - dual)
        offsets_ahead = new_offsets + drift * (new_offsets - offsets)
        dual, offsets, pace = new, new_offsets, quicker
    return design.weights(dual), offsets


def with_tallies(pack: ContentPack, tallies: Mapping[Language, Tally]) -> ContentPack:
    """Return the pack with other weights."""
    tongues = {
        language: replace(tongue, tally=tallies[language])
        for language, tongue in pack.tongues.items()
    }
    return replace(pack, tongues=tongues)


def folds() -> Iterable[tuple[list[Entry], list[Entry]]]:
    """Yield what to learn from and what to test on; no text is ever in both.

    A fold tests all that one writer wrote who had seen no other entry. What was written with others
    in sight tests nothing: bounds chosen on it would be too trusting of a new hand.
    """
    tune, extra, lawful = entries("tune"), entries("extra"), approved()
    parts = [[entry for entry in tune if low <= entry.file <= high] for low, high in FOLDS]
    parts += [[entry for entry in extra if entry.hand in group] for group in HANDS]
    for tested in parts:
        texts = {entry.text for entry in tested}
        yield [entry for entry in tune + extra if entry.text not in texts] + lawful, tested


@dataclass(frozen=True)
class Scored:
    """An entry with the scores of weights that never saw it, facts heeded.

    ``claimed``: it claims something that no known fact makes true, which forbids by itself;
    ``sure``: something that another fact would make true, which no reader of meaning doubts.
    """

    entry: Entry
    scores: Floats
    claimed: bool
    sure: bool


def scored(tally: Tally, tested: Sequence[Entry], teacher: Teacher) -> list[Scored]:
    """Return scores; an act that the facts clear, or do not allow to be meant, is out of reach."""
    found = []
    for entry in tested:
        names, cues = teacher.features(entry)
        plain = tally.scores(dict.fromkeys(names, (0, 0)))
        said = dict(zip(ACTS, plain.tolist(), strict=False))
        untrue = [cue for cue in cues if cue.alone and not cue.lawful_when & entry.facts]
        scores = plain.copy()
        for column, act in enumerate(ACTS):
            form = teacher.acts[act]
            scores[column] = leaning(act, form, said, entry.facts)
            if form.lawful_when & entry.facts or (
                form.only_when and not form.only_when & entry.facts
            ):
                scores[column] = -NEVER
        sure = any(cue.lawful_when for cue in untrue)
        found.append(Scored(entry, scores, bool(untrue), sure))
    return found


def bounds_for(given: Sequence[Scored], alarms: float) -> Bounds:
    """Return the bounds that notice most of what is forbidden within the allowed false alarms."""
    tone = np.array([each.scores[-1] for each in given])
    strongest = np.array([each.scores[:-1].max() for each in given])
    forbidden = np.array([bool(each.entry.acts) for each in given])
    claimed = np.array([each.claimed for each in given])
    views = (strongest, tone, strongest + tone)
    lawful = int((~forbidden).sum())
    quota = int(alarms * lawful)
    # Each bound lies just above the lawful entry that would be the first too many for it.
    ladders = [np.sort(view[~forbidden])[::-1] + 0.005 for view in views]
    rungs = sorted({round(quota * part / RUNGS) for part in range(RUNGS + 1)})
    best, bounds = (-1, 0), (0.0,) * len(views)
    for chosen in product(rungs, repeat=len(views)):
        tried = tuple(float(ladder[rung]) for ladder, rung in zip(ladders, chosen, strict=True))
        passed = [view >= bound for view, bound in zip(views, tried, strict=True)]
        noticed = np.logical_or.reduce([claimed, *passed])
        raised = int((noticed & ~forbidden).sum())
        value = (int((noticed & forbidden).sum()), -raised)
        if raised <= quota and value > best:
            best, bounds = value, tried
    harsh = float(np.sort(tone[~forbidden])[::-1][int(HARSH_ALARMS * lawful)]) + 0.005
    alone, tone_bound, together = (round(each, 2) for each in bounds)
    return Bounds(alone, tone_bound, together, round(harsh, 2), (0.0,) * len(ACTS))


def names_for(given: Sequence[Scored]) -> tuple[float, ...]:
    """Return for each act the bound that best tells it among forbidden entries."""
    bad = [each for each in given if each.entry.acts]
    found = []
    for column, act in enumerate(ACTS):
        scores = np.array([each.scores[column] for each in bad])
        wanted = np.array([act in each.entry.acts for each in bad])
        best = (-1.0, 0.0)
        for bound in np.arange(-4.5, 0.5, 0.05):
            named = scores >= bound
            hits = int((named & wanted).sum())
            square = RECALL_COUNTS**2
            missed, vain = int(wanted.sum()) - hits, int(named.sum()) - hits
            value = (1 + square) * hits / ((1 + square) * hits + square * missed + vain)
            best = max(best, (value, float(bound)))
        found.append(round(best[1], 2))
    return tuple(found)


def learnt_folds(teacher: Teacher) -> Iterable[tuple[dict[Language, Tally], list[Entry]]]:
    """Yield for each fold its weights and what they are to be tested on."""
    for learnt, tested in folds():
        tongues = {entry.language for entry in tested}
        yield {language: train(learnt, teacher, language) for language in sorted(tongues)}, tested


def calibrated(
    learnt: Sequence[tuple[Mapping[Language, Tally], Sequence[Entry]]], teacher: Teacher
) -> dict[Language, Bounds]:
    """Return each language's bounds from weights made without the entries they are tested on."""
    results: dict[Language, list[Scored]] = {language: [] for language in Language}
    for tallies, tested in learnt:
        for language, tally in tallies.items():
            own = [entry for entry in tested if entry.language is language]
            results[language] += scored(tally, own, teacher)
    names = names_for([each for language in Language for each in results[language]])
    return {
        language: replace(bounds_for(found, ALARMS[language]), named=names)
        for language, found in results.items()
    }


def written(tally: Tally, entries_count: int) -> str:
    """Return a tally as the text of its file."""
    bounds: dict[str, object] = {
        name: round(getattr(tally.bounds, name) * 100)
        for name in ("alone", "tone", "together", "harsh")
    }
    bounds["named"] = {
        act.value: round(bound * 100) for act, bound in zip(ACTS, tally.bounds.named, strict=True)
    }
    head = {
        "trained": {"command": "python tools/content_tally.py", "entries": entries_count},
        "columns": [act.value for act in tally.acts],
        "offsets_hundredths": [round(float(each) * 100) for each in tally.offsets],
        "bounds_hundredths": bounds,
    }
    names = list(tally.row)
    lines = write_table(names, tally.rarity, tally.weights, least=0.0001)
    said = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=95).rstrip()
    return "\n".join([said, TABLE, *lines, ""])


def main() -> None:
    """Train, and write or measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--measure", action="store_true", help="cross-validate, write nothing")
    if parser.parse_args().measure:
        sys.path.insert(0, str(ROOT))
        from tests.support.content import measured, shown

        print(shown(measured()))
        return
    given = entries("tune") + entries("extra") + approved()
    teacher = Teacher.shipped()
    bounds = calibrated(list(learnt_folds(teacher)), teacher)
    for language in Language:
        tally = replace(train(given, teacher, language), bounds=bounds[language])
        count = sum(entry.language is language for entry in given)
        path = ROOT / "src/forbear/policies/content" / language.lower() / "tally.yaml"
        path.write_text(written(tally, count), encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(tally.row):,} features from {count:,} entries")


if __name__ == "__main__":
    main()

"""How well and how fast does the check of content read, and how beside a general detector?

Prints for `tune` (which it learnt from), `held_out` (which taught nothing, but whose figures were
seen before the check was last changed) and `blind` (of another hand, measured after everything
else) how much of what is forbidden is found, how often lawful words raise an alarm, act by act and
language by language with 95 % intervals, and the time an utterance takes. Beside it, where their
data are at hand, detectors of offensive language trained on public data. They were made for another
task: offence is one of 26 acts here, and most forbidden wording is polite.

    python tests/bench/content.py [FOLDER]         FOLDER holds cold_zh, hatecheck_en, davidson_en
    python tests/bench/content.py --only blind     one folder of utterances, and nothing beside it
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import os
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from forbear.contexts.rulebook.library import open_content  # noqa: E402  # path set above
from forbear.policy.content.check import check  # noqa: E402
from forbear.policy.content.form import ContentPack, nobody  # noqa: E402
from tests.support.content import LAWFUL, measure, shown  # noqa: E402
from tools.content_tally import Entry, entries  # noqa: E402

FOLDERS = {
    "tune": "the weights learnt from these",
    "held_out": "they taught nothing; their figures were seen",
    "blind": "another hand wrote them, and the check was not changed after it was measured",
}
WORDS = replace(open_content(), reader=nobody)
SAMPLE = 2_000
"""How many texts of each foreign set are read."""


def speed(given: list[Entry], pack: ContentPack) -> str:
    """Return the median and the 99th percentile of the processor time of an utterance."""
    taken = []
    for entry in given:
        started = time.thread_time_ns()
        check(entry.text, locale=entry.locale, facts=entry.facts, pack=pack)
        taken.append((time.thread_time_ns() - started) / 1000)
    taken.sort()
    return (
        f"{statistics.median(taken):,.0f} microseconds of processor an utterance, "
        f"99 of 100 within {taken[len(taken) * 99 // 100]:,.0f}"
    )


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a data set; none where it is absent."""
    path = folder / f"{name}.csv.gz"
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def offensive(folder: Path, name: str) -> list[tuple[str, bool]]:
    """Return text and label of a foreign set: whether it is offensive."""
    found = rows(folder, name)
    if name == "cold_zh":
        text, label = _column(found, "text", "TEXT"), _column(found, "label")
        return [(row[text], row[label].strip() in {"1", "1.0"}) for row in found]
    if name == "davidson_en":
        text, label = _column(found, "tweet", "text"), _column(found, "class", "label")
        return [(row[text], row[label].strip() not in {"2", "neither"}) for row in found]
    text, label = _column(found, "test_case", "text"), _column(found, "label_gold", "label")
    return [(row[text], row[label].strip().lower() in {"hateful", "1"}) for row in found]


def _column(found: list[dict[str, str]], *names: str) -> str:
    for name in names:
        if found and name in found[0]:
            return name
    return names[0] if not found else next(iter(found[0]))


def ours_on(name: str, given: list[tuple[str, bool]]) -> None:
    """Print what our check says of a foreign set."""
    pack, locale = open_content(), name[-2:]
    step = max(1, len(given) // SAMPLE)
    flagged = {True: 0, False: 0}
    total = {True: 0, False: 0}
    for text, bad in given[::step]:
        total[bad] += 1
        flagged[bad] += not check(text, locale=locale, facts=(), pack=pack).allowed
    print(
        f"  our check on {name}: finds something in {flagged[True] / max(1, total[True]):.1%} of "
        f"{total[True]} offensive texts and in {flagged[False] / max(1, total[False]):.1%} of "
        f"{total[False]} others"
    )


def theirs_on_ours(name: str, given: list[tuple[str, bool]], ours: list[Entry]) -> None:
    """Train the usual detector on a foreign set and print what it says of our utterances."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    locale = name[-2:]
    zh = locale == "zh"
    vectors = TfidfVectorizer(
        analyzer="char" if zh else "word", ngram_range=(1, 3) if zh else (1, 2), min_df=2
    )
    design = vectors.fit_transform([text for text, _ in given])
    model = LogisticRegression(max_iter=500).fit(design, [bad for _, bad in given])
    own = [entry for entry in ours if entry.locale == locale]
    said = model.predict(vectors.transform([entry.text for entry in own]))
    bad = [flag for flag, entry in zip(said, own, strict=True) if entry.acts]
    good = [flag for flag, entry in zip(said, own, strict=True) if entry.kind in LAWFUL]
    print(
        f"  TF-IDF and logistic regression trained on {name}: flags {sum(bad) / len(bad):.1%} of "
        f"{len(bad)} forbidden and {sum(good) / len(good):.1%} of {len(good)} lawful utterances"
    )


def main() -> None:
    """Print everything."""
    only = sys.argv[2] if sys.argv[1:2] == ["--only"] else ""
    for folder, seen in FOLDERS.items():
        given = entries(folder)
        if only not in {"", folder}:
            continue
        if not given:
            print(f"  {folder}: empty until another hand has written it\n")
            continue
        print(f"  {folder}: {len(given)} utterances, {seen}")
        for title, pack in (("claims and tally alone", WORDS), ("with the reader", open_content())):
            print(f"  {title}")
            # Before anything is measured: a text read lately is not read again.
            taken = speed(given, pack)
            print(shown(measure(given, pack)))
            print(f"  {taken}\n")
    if only:
        return
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("FORBEAR_DATA", "")
    ours = [entry for folder in FOLDERS for entry in entries(folder)]
    print("  Beside general detectors of offensive language, which is another task:")
    learned = importlib.util.find_spec("sklearn") is not None
    for name in ("cold_zh", "davidson_en", "hatecheck_en"):
        given = offensive(Path(named), name) if named else []
        if not given:
            print(f"  {name}: skipped, its data are not at hand (FORBEAR_DATA)")
            continue
        ours_on(name, given)
        if name == "hatecheck_en":
            continue
        if learned:
            theirs_on_ours(name, given, ours)
        else:
            print(f"  {name}: its detector is left out, scikit-learn is not installed")


if __name__ == "__main__":
    main()

"""How much do the words of a text, taken together, weigh towards each act?

A linear model over words, pairs and kinds of words: every feature has a weight for each act, and
the sum over a text, scaled to its length, is the score. So a score is explained by the features
that gave it most, and nothing else enters. One further column, the tone, tells forbidden wording of
any sort from all that is lawful.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from forbear.policy.content.feature import Span
from forbear.values.wording import Act

STEP: Final = 0.05
"""Weights are written as whole numbers of this step."""
_SHOWN = 4
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Scores from which words are taken for forbidden, and for an act.

    ``alone``: the strongest act, whatever the tone; ``tone``: the tone, whatever the acts;
    ``together``: the sum of both. ``harsh``: the tone from which no fact clears weighed words.
    ``named``: one bound a column, from which an act is named once the words are forbidden.
    """

    alone: float
    tone: float
    together: float
    harsh: float
    named: tuple[float, ...]

    def forbid(self, strongest: float, tone: float) -> bool:
        """Whether words with these scores are taken for forbidden."""
        return strongest >= self.alone or tone >= self.tone or strongest + tone >= self.together


@dataclass(frozen=True, slots=True)
class Tally:
    """The weights of one language. ``acts`` are the columns; the tone is the last one beyond."""

    acts: tuple[Act, ...]
    row: Mapping[str, int]
    rarity: Floats
    weights: Floats
    """Grain: one row per feature, one column per act and the tone."""
    offsets: Floats
    bounds: Bounds

    def scores(self, found: Mapping[str, Span]) -> Floats:
        """Return the score of each act and the tone."""
        rows = self.rows(found)
        if not rows:
            return self.offsets
        values = self.rarity[rows]
        return values @ self.weights[rows] / np.float32(np.sqrt(values @ values)) + self.offsets

    def rows(self, found: Mapping[str, Span]) -> list[int]:
        """Return the rows of the features that have weights."""
        row = self.row
        return [row[name] for name in found if name in row]

    def reasons(self, found: Mapping[str, Span], column: int) -> list[tuple[str, Span]]:
        """Return the features that gave a column most, the heaviest first, one for each place."""
        given = sorted(
            (
                (float(self.rarity[self.row[name]] * self.weights[self.row[name], column]), name)
                for name in found
                if name in self.row
            ),
            key=lambda each: (-each[0], each[1]),
        )
        shown: dict[Span, str] = {}
        for weight, name in given:
            if weight > 0 and len(shown) < _SHOWN:
                shown.setdefault(found[name], name)
        return [(name, place) for place, name in shown.items()]


def parse_table(lines: Sequence[str], *, columns: int) -> tuple[dict[str, int], Floats, Floats]:
    """Read the lines of a table: feature, tab, rarity, tab, weights such as ``a12 c-40``.

    Raises:
        ValueError: a line does not keep its form; the message begins with its number from 0.
    """
    row: dict[str, int] = {}
    rarity = np.zeros(len(lines), dtype=np.float32)
    weights = np.zeros((len(lines), columns), dtype=np.float32)
    letters = {letter: index for index, letter in enumerate(_LETTERS[:columns])}
    for index, line in enumerate(lines):
        try:
            name, rare, given = line.split("\t")
            rarity[index] = float(rare)
            for each in given.split(" ") if given else ():
                weights[index, letters[each[0]]] = int(each[1:]) * STEP
        except (ValueError, KeyError, IndexError):
            raise ValueError(str(index)) from None
        if name in row:
            raise ValueError(str(index))
        row[name] = index
    return row, rarity, weights


def write_table(
    names: Sequence[str], rarity: Floats, weights: Floats, *, least: float
) -> list[str]:
    """Return the lines of a table; weights nearer to nought than ``least`` are left out."""
    lines = []
    for name, rare, given in zip(names, rarity, weights, strict=True):
        kept = [
            f"{_LETTERS[column]}{round(float(weight) / STEP)}"
            for column, weight in enumerate(given)
            if abs(weight) >= least
        ]
        if kept:
            lines.append(f"{name}\t{rare:.2f}\t{' '.join(kept)}")
    return lines

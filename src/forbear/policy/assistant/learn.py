"""How is it learned from examples what a sentence means, and how sure is that?

A linear model in closed form: examples as weighted pieces, regularised least squares towards one
meaning each. The same formula gives what would have been answered to each example had it not been
among them, so how sure an answer is comes from all examples and costs no second training. It is the
same model every time, and it is made from the examples within seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from forbear.policy.assistant.gram import Reader

Floats = NDArray[np.float32]
PENALTY: Final = 1.0
"""How much the model is held back; chosen by what it answers to examples it has not seen."""
_OF_KINDS: Final = {"k": 2.0, "p": 1.0, "c": 0.6}
"""How much more than others pieces of a sort weigh: kinds of words, kinds by twos, letters."""
_SEEN_MIN: Final = 2
_SHARPNESS: Final = tuple(float(each) for each in np.geomspace(2.0, 40.0, 25))


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of one language.

    ``place`` gives a piece its row of ``weights``, which has a column for each of ``meanings``.
    ``sharpness`` turns scores into chances that are right as often as they say.
    """

    reader: Reader
    meanings: tuple[str, ...]
    place: Mapping[str, int]
    weight: Floats
    weights: Floats
    base: Floats
    sharpness: float

    def chances(self, plain: str) -> Floats:
        """Return how likely each meaning is, in the order of ``meanings``; the sum is 1."""
        scores = self.base + self._row(plain) @ self.weights
        chances: Floats = _chances(scores[None, :], self.sharpness)[0]
        return chances

    def known(self, plain: str) -> float:
        """Return which share of a text's pieces was ever seen, from 0 to 1."""
        found = self.reader.pieces(plain)
        return sum(each in self.place for each in found) / max(1, len(found))

    def _row(self, plain: str) -> Floats:
        row = np.zeros(len(self.place), dtype=np.float32)
        for piece, times in self.reader.pieces(plain).items():
            if (at := self.place.get(piece)) is not None:
                row[at] = (1.0 + np.log(times)) * self.weight[at]
        return row / max(float(np.linalg.norm(row)), 1e-6)


def learn(
    reader: Reader, texts: Sequence[str], meant: Sequence[str], *, penalty: float = PENALTY
) -> Learned:
    """Learn from plain texts and what each means. Meanings come out in sorted order."""
    counted = [reader.pieces(text) for text in texts]
    seen = Counter(piece for each in counted for piece in each)
    place = {piece: at for at, piece in enumerate(p for p in sorted(seen) if seen[p] >= _SEEN_MIN)}
    weight = np.array(
        [
            _OF_KINDS.get(piece[0], 1.0) * (np.log((1 + len(texts)) / (1 + seen[piece])) + 1)
            for piece in place
        ],
        dtype=np.float32,
    )
    rows = _rows(counted, place, weight)
    meanings = tuple(sorted(set(meant)))
    wanted = (np.array(meant)[:, None] == np.array(meanings)[None, :]).astype(np.float32)
    base = wanted.mean(axis=0)
    inverse = np.linalg.inv(rows @ rows.T + penalty * np.eye(len(texts), dtype=np.float32))
    pulled = inverse @ (wanted - base)
    unseen = wanted - pulled / np.diagonal(inverse)[:, None]
    return Learned(
        reader,
        meanings,
        place,
        weight,
        rows.T @ pulled,
        base,
        _sharpness(unseen, wanted.argmax(axis=1)),
    )


def _rows(counted: Sequence[Counter[str]], place: Mapping[str, int], weight: Floats) -> Floats:
    rows = np.zeros((len(counted), len(place)), dtype=np.float32)
    for number, each in enumerate(counted):
        at = [place[piece] for piece in each if piece in place]
        times = [each[piece] for piece in each if piece in place]
        rows[number, at] = (1.0 + np.log(times, dtype=np.float32)) * weight[at] if at else 0.0
    sizes: Floats = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return np.asarray(rows / sizes, dtype=np.float32)


def _sharpness(scores: Floats, right: NDArray[np.intp]) -> float:
    """Return the sharpness under which the right meanings were likeliest."""

    def likelihood(sharpness: float) -> float:
        chances = _chances(scores, sharpness)[np.arange(len(right)), right]
        return float(np.log(np.maximum(chances, 1e-9)).mean())

    return max(_SHARPNESS, key=likelihood)


def _chances(scores: Floats, sharpness: float) -> Floats:
    raised = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)

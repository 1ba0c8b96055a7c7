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
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from forbear.policy.assistant.gram import Reader

Floats = NDArray[np.float32]


class _Rows(NamedTuple):
    """What examples consist of: piece, the example that has it, and what it weighs there."""

    piece: NDArray[np.int64]
    example: NDArray[np.int64]
    value: Floats


PENALTY: Final = 1.0
"""How much the model is held back; chosen by what it answers to examples it has not seen."""
_OF_KINDS: Final = {"k": 2.0, "p": 1.0, "c": 0.6}
"""How much more than others pieces of a sort weigh: kinds of words, kinds by twos, letters."""
_SEEN_MIN: Final = 2
_RARE_MAX: Final = 24
_BLOCK: Final = 96
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
        return self.read(plain)[0]

    def known(self, plain: str) -> float:
        """Return which share of a text's pieces was ever seen, from 0 to 1."""
        return self.read(plain)[1]

    def read(self, plain: str) -> tuple[Floats, float]:
        """Return how likely each meaning is, and which share of the pieces was ever seen."""
        found = self.reader.pieces(plain)
        chances: Floats = _chances(self._scores(found)[None, :], self.sharpness)[0]
        return chances, sum(each in self.place for each in found) / max(1, len(found))

    def _scores(self, pieces: Mapping[str, int]) -> Floats:
        known = [piece for piece in pieces if piece in self.place]
        if not known:
            return self.base
        at = np.array([self.place[piece] for piece in known])
        times = np.array([pieces[piece] for piece in known], dtype=np.float32)
        row = (1.0 + np.log(times)) * self.weight[at]
        row /= max(float(np.linalg.norm(row)), 1e-6)
        scores: Floats = self.base + row @ self.weights[at]
        return scores


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
    alike = _alike(rows, len(texts))
    alike[np.diag_indices(len(texts))] += penalty
    # The inverse is root.T @ root, of which its diagonal and its product are all that is wanted.
    root = _lower_inverse(np.linalg.cholesky(alike))
    pulled = root.T @ (root @ (wanted - base))
    unseen = wanted - pulled / np.square(root).sum(axis=0)[:, None]
    return Learned(
        reader,
        meanings,
        place,
        weight,
        _gathered(rows, pulled, len(place)),
        base,
        _sharpness(unseen, wanted.argmax(axis=1)),
    )


def _rows(counted: Sequence[Counter[str]], place: Mapping[str, int], weight: Floats) -> _Rows:
    """Return the examples as weighted pieces, each example of length 1, in order of the pieces."""
    found = [
        (place[piece], number, times)
        for number, each in enumerate(counted)
        for piece, times in each.items()
        if piece in place
    ]
    piece, example, times = np.array(sorted(found), dtype=np.int64).reshape(-1, 3).T
    value = (1.0 + np.log(times.astype(np.float32))) * weight[piece]
    size = np.sqrt(np.bincount(example, value * value, minlength=len(counted)))
    return _Rows(piece, example, (value / np.maximum(size, 1e-6)[example]).astype(np.float32))


def _alike(rows: _Rows, count: int) -> Floats:
    """Return how alike each example is to each: the sum of what their common pieces weigh.

    Pieces of many examples are laid out in full, the rare ones pair by pair: most are rare, and a
    table of all would take hundreds of megabytes.
    """
    times = np.bincount(rows.piece)
    common = times > _RARE_MAX
    column = np.cumsum(common) - 1
    often = common[rows.piece]
    table = np.zeros((count, int(common.sum())), dtype=np.float32)
    table[rows.example[often], column[rows.piece[often]]] = rows.value[often]
    alike = table @ table.T
    piece, example = rows.piece[~often], rows.example[~often]
    value = rows.value[~often]
    for step in range(1, _RARE_MAX):
        near = piece[step:] == piece[:-step]
        one, other = example[:-step][near], example[step:][near]
        both = value[:-step][near] * value[step:][near]
        np.add.at(alike, (one, other), both)
        np.add.at(alike, (other, one), both)
    np.add.at(alike, (example, example), value * value)
    return np.asarray(alike, dtype=np.float32)


def _lower_inverse(lower: Floats) -> Floats:
    """Return the inverse of a lower triangle, by halves."""
    size = len(lower)
    if size <= _BLOCK:
        return np.asarray(np.linalg.inv(lower), dtype=np.float32)
    half = size // 2
    found = np.zeros_like(lower)
    found[:half, :half] = _lower_inverse(lower[:half, :half])
    found[half:, half:] = _lower_inverse(lower[half:, half:])
    found[half:, :half] = -found[half:, half:] @ (lower[half:, :half] @ found[:half, :half])
    return found


def _gathered(rows: _Rows, pulled: Floats, pieces: int) -> Floats:
    """Return for each piece what its examples pull, weighed."""
    found = np.zeros((pieces, pulled.shape[1]), dtype=np.float32)
    if len(rows.piece):
        first = np.flatnonzero(np.diff(rows.piece, prepend=-1))
        pull = rows.value[:, None] * pulled[rows.example]
        found[rows.piece[first]] = np.add.reduceat(pull, first, axis=0)
    return found


def _sharpness(scores: Floats, right: NDArray[np.intp]) -> float:
    """Return the sharpness under which the right meanings were likeliest."""

    def likelihood(sharpness: float) -> float:
        chances = _chances(scores, sharpness)[np.arange(len(right)), right]
        return float(np.log(np.maximum(chances, 1e-9)).mean())

    return max(_SHARPNESS, key=likelihood)


def _chances(scores: Floats, sharpness: float) -> Floats:
    raised = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)

"""What does a forest of decision trees say of many persons, without the program that grew it?

Every question of a tree ("is the value beyond the threshold?") is answered for a block of rows at
once and kept as one bit a row. The number of the leaf that a row ends in is put together bit by bit
from these answers, for 64 rows with each step of the processor. So a tree costs some steps for each
of its nodes, whatever a row's path, and no branch.

Neighbouring leaves have numbers that differ in one bit (Gray code, after F. Gray, US patent
2,632,058, 1953): most choices between two leaves then concern one bit, and the others need none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Bins = NDArray[np.unsignedinteger[Any]]
    Words = NDArray[np.uint64]

LEAVES_MAX = 64
# So many rows at a time keep what is worked on in the processor's cache, and bound the memory.
_BLOCK_ROWS = 131_072
# Where thresholds lie is looked up in so many cells; with more in a cell than this, by a search.
_CELLS, _IN_CELL_MAX = 4_096, 4
_NO_CELLS = np.zeros(0, np.int64)
_SHIFTS = range(30, 53)


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree. Node 0 is the root; a child below 0 is the leaf ``-child - 1``.

    A row goes left when its value is at most the threshold; where the value is missing, when
    ``missing_left``. A tree without nodes has one leaf.
    """

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    missing_left: tuple[bool, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    leaf: tuple[float, ...]
    rows: tuple[float, ...]
    """How many rows of the training each leaf held; what a node says is their weighted mean."""

    def __post_init__(self) -> None:
        nodes = len(self.feature)
        sizes = {len(self.threshold), len(self.missing_left), len(self.left), len(self.right)}
        if sizes != {nodes} or not nodes + 1 == len(self.leaf) == len(self.rows) <= LEAVES_MAX:
            raise ValueError("a tree's lists do not belong together")
        met = sorted([*self.left, *self.right])
        if met != [*range(-nodes - 1, 0), *range(1, nodes)] and nodes:
            raise ValueError("a tree's nodes are not each reached once")
        if any(0 <= child <= node for node in range(nodes) for child in self.children(node)):
            raise ValueError("a tree's node stands before its parent")

    def children(self, node: int) -> tuple[int, int]:
        """Return the left and the right child of a node."""
        return self.left[node], self.right[node]

    def exit_leaf(self, row: Sequence[float]) -> int:
        """Return the leaf of one row, step by step."""
        if not self.feature:
            return 0
        place = 0
        while place >= 0:
            place = self.children(place)[not self._goes_left(place, row)]
        return -place - 1

    def _goes_left(self, node: int, row: Sequence[float]) -> bool:
        value = row[self.feature[node]]
        return self.missing_left[node] if value != value else value <= self.threshold[node]  # noqa: PLR0124  # not a number


@dataclass(frozen=True)
class Forest:
    """Trees whose leaves add up to a score, most often a logit."""

    trees: tuple[Tree, ...]
    features: int
    base: float = 0.0

    @cached_property
    def _plan(self) -> _Plan:
        return _planned(self)

    def score(self, columns: Sequence[Reals], *, workers: int = 1) -> Reals:
        """Return the score of every row; ``columns`` hold the features in order, NaN missing.

        The memory beside the answer does not grow with the rows.
        """
        rows = len(columns[0]) if columns else 0
        scores = np.full(rows, self.base)
        plan = self._plan

        def some(first: int) -> None:
            sheet = plan.sheet(min(rows, _BLOCK_ROWS))
            for start in range(first * _BLOCK_ROWS, rows, workers * _BLOCK_ROWS):
                end = min(start + _BLOCK_ROWS, rows)
                plan.add([column[start:end] for column in columns], scores[start:end], sheet)

        if workers == 1:
            some(0)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(some, range(workers)))
        return scores


# --------------------------------------------------------------------------------------------
# Bins
# --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cuts:
    """A feature's thresholds, and where among them a value lies.

    Values are told apart by how far they lie beyond the lowest threshold. The bits of such a
    distance, read as a whole number, rise as it does; their leading ones are the number of a cell,
    and each cell knows the first threshold in it. Rounding never turns two values round, so a
    threshold in another cell is surely below or surely not; those in the same one are asked.
    """

    cuts: Reals
    first: NDArray[np.int64]
    """By cell. Empty: the thresholds lie too close together, and are searched."""
    base: int
    shift: int
    steps: int

    def bins(self, values: Reals) -> Bins:
        """Return how many thresholds lie below each value; a missing one counts as below all."""
        kind = np.uint8 if len(self.cuts) <= np.iinfo(np.uint8).max else np.uint16
        if not len(self.first):
            found = np.searchsorted(self.cuts[:-1], values, side="left")
            found[np.isnan(values)] = 0
            return found.astype(kind)
        place = _key(values, self.cuts[0])
        place >>= self.shift
        place -= self.base
        found = self.first.take(place, mode="clip")
        for _ in range(self.steps):
            found += values > self.cuts.take(found, mode="clip")
        return found.astype(kind)


def _key(values: Reals, low: float) -> NDArray[np.int64]:
    """Return whole numbers that rise with the values; of a missing one the lowest."""
    with np.errstate(over="ignore"):
        beyond = values - low
    found: NDArray[np.int64] = np.fmax(beyond, 0.0, out=beyond).view(np.int64)
    return found


def _cuts(thresholds: set[float]) -> _Cuts:
    """Choose the cells that hold the fewest thresholds each."""
    cuts = np.array([*sorted(thresholds), np.inf])
    keys = _key(cuts[:-1], cuts[0])
    # The highest may lie beyond every value: whatever is known goes left there.
    top = int(keys[-2:][0])
    found = _Cuts(cuts, _NO_CELLS, 0, 0, len(cuts))
    for shift in _SHIFTS:
        base = (top >> shift) - _CELLS + 2
        held = np.bincount(np.clip((keys >> shift) - base, 0, _CELLS - 1), minlength=_CELLS)
        if held.max() < min(found.steps, _IN_CELL_MAX + 1):
            found = _Cuts(cuts, np.cumsum(held) - held, base, shift, int(held.max()))
    return found


# --------------------------------------------------------------------------------------------
# Bits
# --------------------------------------------------------------------------------------------

_NONE, _ALL = 0, 1
"""Rows of the sheet that every tree finds: no bit set, and every bit."""


@dataclass(frozen=True, slots=True)
class _Question:
    """Does a row go right: do more than ``cut`` thresholds of the feature lie below its value?"""

    feature: int
    missing_left: bool
    cut: int


@dataclass(frozen=True, slots=True)
class _Steps:
    """How a tree's leaf is found on a sheet of bits, one row of it a question or a result."""

    questions: tuple[_Question, ...]
    """Their answers stand behind the two rows that every tree finds."""
    steps: tuple[tuple[np.ufunc, int, int, int], ...]
    """What to do with which two rows, and where the result goes."""
    bits: tuple[int, ...]
    """The rows that hold the bits of the leaf's number, the lowest first."""
    leaf: Reals
    """By number."""


@dataclass(frozen=True, slots=True)
class _Plan:
    cuts: Mapping[int, _Cuts]
    trees: tuple[_Steps, ...]
    constant: float
    height: int

    def sheet(self, rows: int) -> list[Words]:
        """Return the rows of a sheet for so many persons, the first two of them filled."""
        words = -(-rows // 64)
        sheet = [*np.zeros((self.height, words), np.uint64)]
        sheet[_ALL][:] = np.iinfo(np.uint64).max
        return sheet

    def add(self, columns: Sequence[Reals], scores: Reals, sheet: list[Words]) -> None:
        """Add every tree's leaf to the scores of a block."""
        scores += self.constant
        asked = {}
        for feature, cuts in self.cuts.items():
            missing = np.isnan(columns[feature])
            asked[feature, True] = bins = cuts.bins(columns[feature])
            asked[feature, False] = np.where(missing, bins.dtype.type(len(cuts.cuts) - 1), bins)
        yes = np.zeros(64 * len(sheet[_ALL]), dtype=bool)
        for tree in self.trees:
            for place, one in enumerate(tree.questions, 2):
                bins = asked[one.feature, one.missing_left]
                np.greater(bins, one.cut, yes[: len(scores)])
                sheet[place] = np.packbits(yes, bitorder="little").view(np.uint64)
            for do, left, right, out in tree.steps:
                do(sheet[left], sheet[right], sheet[out])
            numbers = _numbers([sheet[row] for row in tree.bits])
            scores += tree.leaf.take(numbers[: len(scores)])


def _numbers(bits: Sequence[Words]) -> NDArray[np.intp]:
    """Put the bits of each row together."""
    total = np.zeros(8 * len(bits[0]), np.uint64)
    for place, words in enumerate(bits):
        # Eight rows at once: each has a byte of its own, and no bit leaves it.
        spread = np.unpackbits(words.view(np.uint8), bitorder="little").view(np.uint64)
        spread <<= np.uint64(place)
        total |= spread
    return total.view(np.uint8).astype(np.intp)


def _planned(forest: Forest) -> _Plan:
    found: dict[int, set[float]] = {}
    for tree in forest.trees:
        for feature, threshold in zip(tree.feature, tree.threshold, strict=True):
            found.setdefault(feature, set()).add(threshold)
    cuts = {feature: _cuts(thresholds) for feature, thresholds in sorted(found.items())}
    constant = sum(tree.leaf[0] for tree in forest.trees if not tree.feature)
    trees = tuple(_steps(tree, cuts) for tree in forest.trees if tree.feature)
    height = max((out for tree in trees for *_, out in tree.steps), default=_ALL) + 1
    height = max(height, max((len(tree.questions) for tree in trees), default=0) + 2)
    return _Plan(cuts, trees, constant, height)


def _steps(tree: Tree, cuts: Mapping[int, _Cuts]) -> _Steps:
    """Say step by step how the leaf's number is found, from the lowest nodes up, bit by bit."""
    nodes = len(tree.feature)
    order: list[int] = []
    _in_order(tree, 0, order)
    number = {leaf: place ^ (place >> 1) for place, leaf in enumerate(order)}
    values = np.zeros(1 << nodes.bit_length())
    for leaf, code in number.items():
        values[code] = tree.leaf[leaf]
    steps: list[tuple[np.ufunc, int, int, int]] = []
    bits = []
    for bit in range(nodes.bit_length()):
        at: dict[int, int] = {-leaf - 1: code >> bit & 1 for leaf, code in number.items()}
        for node in reversed(range(nodes)):
            left, right = (at[child] for child in tree.children(node))
            # Only what the root says of a bit outlives the work on the next.
            out = 2 + nodes + (node or nodes + bit)
            at[node] = _choose(2 + node, left, right, out, steps)
        bits.append(at[0])
    questions = tuple(
        _Question(feature, missing_left, int(np.searchsorted(cuts[feature].cuts, threshold)))
        for feature, threshold, missing_left in zip(
            tree.feature, tree.threshold, tree.missing_left, strict=True
        )
    )
    return _Steps(questions, tuple(steps), tuple(bits), values)


def _choose(
    answer: int, left: int, right: int, out: int, steps: list[tuple[np.ufunc, int, int, int]]
) -> int:
    """Add the steps that choose between two rows by an answer; return the row that results."""
    if left == right:
        return left
    if (left, right) == (_NONE, _ALL):
        return answer
    if left == _NONE:
        steps.append((np.bitwise_and, answer, right, out))
    elif right == _ALL:
        steps.append((np.bitwise_or, answer, left, out))
    else:
        steps.append((np.bitwise_xor, left, right, out))
        steps.append((np.bitwise_and, answer, out, out))
        steps.append((np.bitwise_xor, left, out, out))
    return out


def _in_order(tree: Tree, place: int, order: list[int]) -> None:
    """List the leaves from left to right."""
    if place < 0:
        order.append(-place - 1)
        return
    for child in tree.children(place):
        _in_order(tree, child, order)


# --------------------------------------------------------------------------------------------
# As data
# --------------------------------------------------------------------------------------------


def forest_as_data(forest: Forest) -> dict[str, Any]:
    """Return a forest as plain lists."""
    names = ("feature", "threshold", "missing_left", "left", "right", "leaf", "rows")
    trees = [{name: list(getattr(tree, name)) for name in names} for tree in forest.trees]
    return {"features": forest.features, "base": forest.base, "trees": trees}


def forest_of(data: Mapping[str, Any]) -> Forest:
    """Read a forest from plain lists.

    Raises:
        ValueError, KeyError, TypeError: it is no forest, or a tree of it is none.
    """
    features = int(data["features"])
    trees = []
    for one in data["trees"]:
        tree = Tree(
            tuple(int(number) for number in one["feature"]),
            tuple(float(number) for number in one["threshold"]),
            tuple(bool(flag) for flag in one["missing_left"]),
            tuple(int(number) for number in one["left"]),
            tuple(int(number) for number in one["right"]),
            tuple(float(number) for number in one["leaf"]),
            tuple(float(number) for number in one["rows"]),
        )
        if any(not 0 <= number < features for number in tree.feature):
            raise ValueError("a tree asks for a feature that is not there")
        trees.append(tree)
    return Forest(tuple(trees), features, float(data["base"]))

"""What does a forest of decision trees say of many persons, without the program that grew it?

Every tree of at most 64 leaves keeps its leaves as bits, from left to right. What a value of a
feature rules out in a tree is one word, looked up by the value's bin; the words of all features of
the tree together leave the exit as the lowest bit. So a tree costs a look-up and an "and" for each
feature that it asks, whatever its depth, and no branch.

Source: the bit words are those of QuickScorer (Lucchese et al., SIGIR 2015), laid out by column.
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
    Words = NDArray[np.uint64]

LEAVES_MAX = 64
# So many rows at a time keep bins and words in the processor's cache; it also bounds the memory.
_BLOCK_ROWS = 8_192
# A row of so many bytes is looked up at once: eight trees of 32 leaves, or four of 64.
_GROUP_BYTES = 32
# Whole numbers in so small a range are binned by a table instead of a search.
_SPAN_MAX = 65_536
_NO_BINS = np.zeros(0, np.int64)


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
        tables = [_lookup(cuts, column) for cuts, column in zip(plan.cuts, columns, strict=True)]

        def one(start: int) -> None:
            end = min(start + _BLOCK_ROWS, rows)
            plan.add([table(start, end) for table in tables], scores[start:end])

        starts = range(0, rows, _BLOCK_ROWS)
        if workers == 1:
            for start in starts:
                one(start)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(one, starts))
        return scores


# --------------------------------------------------------------------------------------------
# Bins
# --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Binned:
    """A column beside its thresholds: which bins do the rows of a block lie in?"""

    cuts: Reals
    column: Reals
    table: NDArray[np.int64] | None
    low: float

    def __call__(self, start: int, end: int) -> NDArray[np.int64]:
        if not len(self.cuts):
            return _NO_BINS
        values = self.column[start:end]
        missing = np.isnan(values)
        if self.table is None:
            bins = np.searchsorted(self.cuts, values, side="left")
        else:
            place = np.where(missing, 0.0, values - self.low).astype(np.int64)
            bins = self.table.take(place, mode="clip")
        bins[missing] = len(self.cuts) + 1
        return bins


def _lookup(cuts: Reals, column: Reals) -> _Binned:
    """Choose a table where the values are whole numbers close together, else a search."""
    if not len(cuts):
        return _Binned(cuts, column, None, 0.0)
    known = column[~np.isnan(column)]
    if not len(known) or not np.isfinite(known).all():
        return _Binned(cuts, column, None, 0.0)
    low, high = float(known.min()), float(known.max())
    if high - low < _SPAN_MAX and (known == np.floor(known)).all():
        steps = np.arange(low, high + 1)
        return _Binned(cuts, column, np.searchsorted(cuts, steps, side="left"), low)
    return _Binned(cuts, column, None, 0.0)


# --------------------------------------------------------------------------------------------
# Words
# --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Group:
    """Some trees whose words lie side by side, looked up together: one per feature they ask."""

    tables: tuple[tuple[int, Words], ...]
    """By feature: bin by tree, the leaves that remain."""
    leaf: Reals
    """Every tree's leaves from left to right, one tree after another."""
    first: NDArray[np.int64]
    """Where each tree's leaves begin."""


@dataclass(frozen=True, slots=True)
class _Plan:
    cuts: tuple[Reals, ...]
    groups: tuple[_Group, ...]
    constant: float

    def add(self, bins: Sequence[NDArray[np.int64]], scores: Reals) -> None:
        """Add every tree's leaf to the scores of a block."""
        scores += self.constant
        for group in self.groups:
            (feature, table), *others = group.tables
            shape = (len(scores), table.shape[1])
            remain, more = np.empty(shape, table.dtype), np.empty(shape, table.dtype)
            np.take(table, bins[feature], axis=0, out=remain, mode="clip")
            for feature, table in others:  # the same two, of the next feature
                np.take(table, bins[feature], axis=0, out=more, mode="clip")
                np.bitwise_and(remain, more, out=remain)
            # The bits below the lowest one that remains are as many as the leaf's number.
            np.subtract(remain, table.dtype.type(1), out=more)
            np.invert(remain, out=remain)
            np.bitwise_and(remain, more, out=remain)
            place = np.bitwise_count(remain) + group.first
            scores += np.take(group.leaf, place, mode="clip").sum(axis=1)


def _planned(forest: Forest) -> _Plan:
    found: dict[int, set[float]] = {}
    for tree in forest.trees:
        for feature, threshold in zip(tree.feature, tree.threshold, strict=True):
            found.setdefault(feature, set()).add(threshold)
    cuts = tuple(np.array(sorted(found.get(f, ())), dtype=float) for f in range(forest.features))
    constant = sum(tree.leaf[0] for tree in forest.trees if not tree.feature)
    groups: list[_Group] = []
    for word in (np.uint32, np.uint64):
        bits = np.dtype(word).itemsize * 8
        fit = [t for t in forest.trees if t.feature and bits // 2 < max(len(t.leaf), 17) <= bits]
        size = _GROUP_BYTES * 8 // bits
        groups += [
            _group(fit[at : at + size], cuts, np.dtype(word)) for at in range(0, len(fit), size)
        ]
    return _Plan(cuts, tuple(groups), constant)


def _group(trees: Sequence[Tree], cuts: tuple[Reals, ...], word: np.dtype[Any]) -> _Group:
    """Lay trees side by side. A place without a tree has one leaf of nothing."""
    side = _GROUP_BYTES // word.itemsize
    tables: dict[int, Words] = {}
    leaves: list[float] = []
    first = np.zeros(side, dtype=np.int64)
    for place, tree in enumerate(trees):
        order: list[int] = []
        spans: dict[int, tuple[int, int]] = {}
        _walk(tree, 0, order, spans)
        first[place] = len(leaves)
        leaves += [tree.leaf[number] for number in order]
        for node, span in spans.items():
            feature = tree.feature[node]
            rows = len(cuts[feature]) + 2
            if feature not in tables:
                tables[feature] = np.full((rows, side), np.iinfo(word).max, word)
            right = np.arange(rows) > np.searchsorted(cuts[feature], tree.threshold[node])
            right[-1] = not tree.missing_left[node]
            tables[feature][right, place] &= _without(span, word)
    first[len(trees) :] = len(leaves)
    return _Group(
        tuple(sorted(tables.items(), key=lambda item: item[0])), np.array([*leaves, 0.0]), first
    )


def _without(span: tuple[int, int], word: np.dtype[Any]) -> np.uint64:
    """Return the word that rules some leaves out: whoever goes right ends in none on the left."""
    low, high = span
    every = int(np.iinfo(word).max)
    ruled_out: np.uint64 = word.type(every ^ (((1 << (high - low)) - 1) << low))
    return ruled_out


def _walk(tree: Tree, place: int, order: list[int], spans: dict[int, tuple[int, int]]) -> None:
    """Number the leaves from left to right, and note which of them lie on a node's left."""
    if place < 0:
        order.append(-place - 1)
        return
    low = len(order)
    _walk(tree, tree.left[place], order, spans)
    spans[place] = (low, len(order))
    _walk(tree, tree.right[place], order, spans)


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

"""Which features say most of what a model says of a person?

What a feature adds is measured from what it adds on average, so that a reason tells what sets the
person apart. A scorecard's points say it directly; a forest's is followed along each tree's path.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forbear.engine.risk.forest import Forest, Tree
from forbear.engine.risk.scorecard import Scorecard

Reals = NDArray[np.float64]

REASONS_MAX = 3
_LEAST_SHARE = 0.15
"""What adds less than this share of all that speaks the same way is no reason."""


def contributions(scorer: Scorecard | Forest, columns: Sequence[Reals]) -> Reals:
    """Return what each feature adds to each row's score, rows by features, in logits.

    For a forest each row sums to its score less what the trees say of nobody in particular. Meant
    for some thousands of persons, not for a book.
    """
    if isinstance(scorer, Scorecard):
        found: Reals = scorer.points(columns) / scorer.points_per_unit
        return found
    total = np.zeros((len(columns[0]) if columns else 0, scorer.features))
    for tree in scorer.trees:
        _add(total, tree, columns)
    return total


def _add(total: Reals, tree: Tree, columns: Sequence[Reals]) -> None:
    value, _ = _means(tree)
    inside: list[tuple[int, NDArray[np.int64]]] = [(0, np.arange(len(total)))]
    while inside and tree.feature:
        node, rows = inside.pop()
        feature = tree.feature[node]
        own = columns[feature][rows]
        left = np.where(np.isnan(own), tree.missing_left[node], own <= tree.threshold[node])
        for child, there in zip(tree.children(node), (rows[left], rows[~left]), strict=True):
            said = value[child] if child >= 0 else tree.leaf[-child - 1]
            total[there, feature] += said - value[node]
            if child >= 0 and len(there):
                inside.append((child, there))


def _means(tree: Tree) -> tuple[list[float], list[float]]:
    """Return what each node says and how many rows it held; children stand behind parents."""
    nodes = len(tree.feature)
    value, rows = [0.0] * nodes, [0.0] * nodes
    for node in reversed(range(nodes)):
        total = 0.0
        for child in tree.children(node):
            at = -child - 1
            held = rows[child] if child >= 0 else max(tree.rows[at], 1e-9)
            total += held * (value[child] if child >= 0 else tree.leaf[at])
            rows[node] += held
        value[node] = total / rows[node]
    return value, rows


def chosen(added: Reals, usual: Reals) -> list[tuple[int, ...]]:
    """Return for each row the few features that push its score furthest up, the strongest first.

    ``usual`` is what each feature adds on average. Equal features stand in their order, so the
    same person has the same reasons. A row that nothing pushes up has none.
    """
    beyond = np.maximum(added - usual[None, :], 0.0)
    order = np.argsort(-beyond, axis=1, kind="stable")[:, :REASONS_MAX]
    total = beyond.sum(axis=1)
    return [
        tuple(int(f) for f in row if total[n] > 0 and beyond[n, f] >= _LEAST_SHARE * total[n])
        for n, row in enumerate(order)
    ]

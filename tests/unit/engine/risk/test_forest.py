"""Does the forest say what walking each tree step by step says, with missing values and ties?"""

from __future__ import annotations

import numpy as np
import pytest

from forbear.engine.risk.because import chosen, contributions
from forbear.engine.risk.forest import Forest, Tree, forest_as_data, forest_of

FEATURES = 5


def grown(rng: np.random.Generator, leaves: int) -> Tree:
    """A tree that splits some leaf again and again, with thresholds that values really meet."""
    feature: list[int] = []
    threshold, missing, children = [], [], [[-1, None]]
    open_ends: list[tuple[int, int] | None] = [None]
    children = []
    for _ in range(leaves - 1):
        end = open_ends.pop(int(rng.integers(len(open_ends))))
        node = len(feature)
        if end is not None:
            children[end[0]][end[1]] = node
        feature.append(int(rng.integers(FEATURES)))
        threshold.append(float(rng.integers(-3, 4)))
        missing.append(bool(rng.integers(2)))
        children.append([0, 0])
        open_ends += [(node, 0), (node, 1)]
    ends = [end for end in open_ends if end is not None]
    for number, (node, side) in enumerate(ends):
        children[node][side] = -number - 1
    leaf = tuple(float(x) for x in rng.normal(size=leaves))
    rows = tuple(float(x) for x in rng.integers(1, 50, leaves))
    left, right = (tuple(pair[side] for pair in children) for side in (0, 1))
    return Tree(tuple(feature), tuple(threshold), tuple(missing), left, right, leaf, rows)


def made(seed: int) -> tuple[Forest, list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    trees = [grown(rng, int(leaves)) for leaves in rng.choice([1, 2, 9, 16, 31, 32, 33, 64], 25)]
    columns = [
        rng.integers(-4, 5, 600).astype(float) if f % 2 else rng.normal(0, 2, 600)
        for f in range(FEATURES)
    ]
    for column in columns:
        column[rng.random(600) < 0.1] = np.nan
    columns[0][:3] = [np.inf, -np.inf, 1e300]
    return Forest(tuple(trees), FEATURES, 0.25), columns


class TestScore:
    @pytest.mark.parametrize("seed", range(4))
    def test_is_the_sum_of_the_leaves_that_a_walk_ends_in(self, seed, monkeypatch):
        monkeypatch.setattr("forbear.engine.risk.forest._BLOCK_ROWS", 128)
        forest, columns = made(seed)

        said = forest.score(columns, workers=1 + seed % 2)

        rows = np.column_stack(columns)
        walked = [0.25 + sum(t.leaf[t.exit_leaf(row)] for t in forest.trees) for row in rows]
        assert np.abs(said - walked).max() < 1e-9

    @pytest.mark.parametrize("spread", [0.0, 1.0, 40.0, 150.0])
    def test_tells_neighbouring_numbers_apart_at_any_scale(self, spread):
        rng = np.random.default_rng(5)
        cuts = np.append(rng.normal(size=400) * np.exp(rng.normal(0, spread, 400)), [1e300, 1e-35])
        stumps = [
            Tree((0,), (float(cut),), (bool(n % 2),), (-1,), (-2,), (0.0, 1.0), (1.0, 1.0))
            for n, cut in enumerate(cuts)
        ]
        asked = np.concatenate([[np.nan, np.inf, -np.inf], cuts, *(
            np.nextafter(cuts, way) for way in (np.inf, -np.inf)
        )])  # fmt: skip

        said = Forest(tuple(stumps), 1).score([asked])

        expected = (asked[:, None] > cuts[None, :]).sum(axis=1)
        expected[0] = sum(n % 2 == 0 for n in range(len(cuts)))
        assert (said == expected).all()

    def test_of_nobody_is_nothing(self):
        assert not len(Forest((), FEATURES).score([np.zeros(0)] * FEATURES))


class TestData:
    def test_comes_back_as_it_was(self):
        forest, _ = made(9)

        assert forest_of(forest_as_data(forest)) == forest

    @pytest.mark.parametrize(
        ("name", "broken"),
        [
            ("left", [1, -1]),
            ("left", [0]),
            ("feature", [7]),
            ("threshold", []),
            ("leaf", [0.5]),
            ("rows", [1.0]),
        ],
    )
    def test_is_refused_when_it_is_no_tree(self, name, broken):
        tree = {"feature": [0], "threshold": [1.0], "missing_left": [True], "left": [-1],
                "right": [-2], "leaf": [0.1, 0.2], "rows": [3.0, 4.0]}  # fmt: skip
        data = {"features": 2, "base": 0.0, "trees": [{**tree, name: broken}]}

        with pytest.raises(ValueError, match="tree"):
            forest_of(data)


class TestContributions:
    def test_of_a_forest_add_up_to_what_sets_the_row_apart(self):
        forest, columns = made(3)
        added = contributions(forest, columns)

        apart = forest.score(columns) - 0.25
        usual = sum(np.average(t.leaf, weights=t.rows) for t in forest.trees)
        assert np.abs(added.sum(axis=1) - (apart - usual)).max() < 1e-9

    def test_are_chosen_by_strength_and_not_below_a_share(self):
        added = np.array([[3.0, 1.0, 0.1, 2.0], [-1.0, -2.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]])

        found = chosen(added, np.zeros(4))

        assert found == [(0, 3, 1), (), (0, 1, 2)]

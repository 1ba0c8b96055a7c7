"""Who grows the trees? LightGBM, where it is installed; what it grew is then our own forest."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forbear.engine.risk.forest import LEAVES_MAX, Forest, Tree
from forbear.values.errors import InvalidInput

Reals = NDArray[np.float64]
_PATIENCE_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees are grown; the same rows and growth give the same trees."""

    leaves: int = 15
    rounds: int = 600
    learning_rate: float = 0.03
    rows_in_leaf_min: int = 60
    features_share: float = 0.5
    rows_share: float = 0.7
    ridge: float = 10.0
    seed: int = 0
    threads: int = 1
    bags: int = 1
    """Forests grown from different seeds and averaged."""


@dataclass(frozen=True)
class Rows:
    """What is learned from: the features by column, what came, and how much each row counts."""

    columns: Sequence[Reals]
    hit: Reals
    weight: Reals | None = None


def grow(
    rows: Rows, *, worse: Sequence[int], growth: Growth, check: Rows | None = None,
    probability: bool = True,
) -> Forest:  # fmt: skip
    """Grow a forest whose score is a logit, or the outcome itself where it is no probability.

    With ``check`` growing stops when more trees no longer help on those rows.

    Raises:
        InvalidInput: LightGBM is not installed.
    """
    lightgbm = _needed()
    forests = [
        _one(lightgbm, rows, worse=worse, growth=growth, check=check, probability=probability,
             seed=growth.seed + bag)
        for bag in range(growth.bags)
    ]  # fmt: skip
    return _averaged(forests)


def _one(
    lightgbm: Any, rows: Rows, *, worse: Sequence[int], growth: Growth, check: Rows | None,
    probability: bool, seed: int,
) -> Forest:  # fmt: skip
    settings = {
        "objective": "binary" if probability else "regression",
        "num_leaves": min(growth.leaves, LEAVES_MAX),
        "learning_rate": growth.learning_rate,
        "min_data_in_leaf": growth.rows_in_leaf_min,
        "feature_fraction": growth.features_share,
        "bagging_fraction": growth.rows_share,
        "bagging_freq": 1,
        "lambda_l2": growth.ridge,
        "monotone_constraints": list(worse),
        "seed": seed,
        "num_threads": growth.threads,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    table = np.column_stack(list(rows.columns))
    data = lightgbm.Dataset(table, rows.hit, weight=rows.weight, free_raw_data=True)
    valid, callbacks = [], []
    if check is not None:
        valid = [lightgbm.Dataset(np.column_stack(list(check.columns)), check.hit, reference=data)]
        callbacks = [lightgbm.early_stopping(_PATIENCE_ROUNDS, verbose=False)]
    grown = lightgbm.train(
        settings, data, num_boost_round=growth.rounds, valid_sets=valid, callbacks=callbacks
    )
    told = grown.dump_model(num_iteration=grown.best_iteration or None)
    trees = tuple(_tree(one["tree_structure"]) for one in told["tree_info"])
    return Forest(trees, len(rows.columns))


def _needed() -> Any:
    try:
        return importlib.import_module("lightgbm")
    except (ImportError, OSError):
        raise InvalidInput(
            "Training needs the package lightgbm, which is not installed.",
            remedy='Install it: pip install "forbear[models]". '
            "Scoring with trained models does not need it.",
            message_zh="训练需要软件包 lightgbm，但尚未安装。",
            remedy_zh='请安装：pip install "forbear[models]"。使用已训练的模型评分不需要它。',
        ) from None


def _tree(root: Mapping[str, Any]) -> Tree:
    feature: list[int] = []
    threshold: list[float] = []
    missing: list[bool] = []
    children: list[list[int]] = []
    leaf: list[float] = []
    rows: list[float] = []

    def add(node: Mapping[str, Any]) -> int:
        if "split_feature" not in node:
            leaf.append(float(node["leaf_value"]))
            rows.append(float(node.get("leaf_count", 1)))
            return -len(leaf)
        if node["decision_type"] != "<=":
            raise ValueError("only numbers are split")
        place = len(feature)
        feature.append(int(node["split_feature"]))
        threshold.append(float(node["threshold"]))
        # Where no value was missing in training, LightGBM takes a missing one for 0.
        asked = node["missing_type"] == "NaN"
        missing.append(bool(node["default_left"]) if asked else float(node["threshold"]) >= 0)
        children.append([0, 0])
        children[place] = [add(node["left_child"]), add(node["right_child"])]
        return place

    add(root)
    left, right = (tuple(pair[side] for pair in children) for side in (0, 1))
    return Tree(
        tuple(feature), tuple(threshold), tuple(missing), left, right, tuple(leaf), tuple(rows)
    )


def _averaged(forests: Sequence[Forest]) -> Forest:
    if len(forests) == 1:
        return forests[0]
    share = 1.0 / len(forests)
    trees = tuple(
        Tree(t.feature, t.threshold, t.missing_left, t.left, t.right,
             tuple(value * share for value in t.leaf), t.rows)
        for forest in forests
        for t in forest.trees
    )  # fmt: skip
    return Forest(trees, forests[0].features)

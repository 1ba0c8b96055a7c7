"""How good are measured models on real public sets, beside plain LightGBM on the same rows?

The sets are not part of the project; FORBEAR_DATA names a folder that holds them. Each set has a
file under ``sets`` that names its features, how it is split, and what is asked of it. What is
measured is what a lender gets: the readable scorecard, the forest, and whichever of both is chosen
without looking at the rows that judge.

    FORBEAR_DATA=<folder> python tests/bench/models.py [set …]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from forbear.contexts.nightly.insight.grow import Growth, Rows, grow
from forbear.contexts.nightly.insight.lesson import Dealt, Lesson
from forbear.contexts.nightly.insight.train import learn
from forbear.engine.risk.logistic import probability
from forbear.engine.risk.measure import auc, calibration_error
from forbear.engine.risk.uplift import qini

HERE = Path(__file__).parent
CALIBRATING = 0.15
MAY_LOSE = 0.002
SMOOTH = 200


@dataclass
class Set:
    """A set's rows: features by name, what came, whose row it is, whether treated."""

    columns: dict[str, np.ndarray]
    hit: np.ndarray
    group: np.ndarray
    treated: np.ndarray | None
    categories: dict[str, np.ndarray]


def read(config: dict[str, Any], folder: Path) -> Set:
    frame = pl.read_csv(folder / f"{config['file']}.csv.gz", infer_schema_length=200_000)
    frame = frame.drop([name for name in config.get("drop", []) if name in frame.columns])
    told = config.get("uplift")
    if told:
        frame = frame.filter(pl.sql_expr(told["only"]))
    if config.get("rows") == "panel":
        frame = panel(frame, pl.read_csv(folder / f"{config['with']}.csv.gz"))
        features = {name: name for name in frame.columns if name not in ("ID", "hit")}
    else:
        features = config["features"]
    with pl.SQLContext(t=frame) as context:
        words = ", ".join(f'{sql if sql != name else chr(34) + name + chr(34)} AS "{name}"'
                          for name, sql in features.items())  # fmt: skip
        found = context.execute(f"SELECT {words} FROM t", eager=True)
        sql = config["target"]
        sql = f'"{sql}"' if sql in frame.columns else sql
        hit = context.execute(f"SELECT CAST(({sql}) AS INT) AS hit FROM t", eager=True)["hit"]
    by = config["split"].get("by")
    return Set(
        {n: found[n].cast(pl.Float64).fill_null(float("nan")).to_numpy() for n in features},
        hit.to_numpy().astype(float),
        frame[by].to_numpy() if by else np.arange(len(frame)),
        frame.select(pl.sql_expr(told["treated"])).to_series().to_numpy().astype(float)
        if told
        else None,
        {name: frame[name].to_numpy() for name in config.get("categories", [])},
    )


def panel(months: pl.DataFrame, applied: pl.DataFrame) -> pl.DataFrame:
    """One row per person and month with at most 29 days late and half a year to follow."""
    months = months.with_columns(
        late=pl.col("STATUS").replace_strict(
            {"X": -2, "C": -1, "0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5},
            return_dtype=pl.Int32,
        )
    ).sort("ID", "MONTHS_BALANCE")

    def ago(expression: pl.Expr, span: int) -> pl.Expr:
        return expression.rolling_sum(span, min_samples=1).over("ID")

    late = pl.col("late")
    coming = pl.max_horizontal(*(late.shift(-n).over("ID") for n in range(1, 7)))
    flags = {"due": late >= 0, "bad": late >= 1, "paid": late == -1, "none": late == -2}
    rows = months.with_columns(
        hit=(coming >= 2).cast(pl.Int64),
        known=late.shift(-6).over("ID").is_not_null(),
        months=pl.col("MONTHS_BALANCE").cum_count().over("ID"),
        before=pl.col("MONTHS_BALANCE"),
        now=late,
        last1=late.shift(1).over("ID"),
        last2=late.shift(2).over("ID"),
        last3=late.shift(3).over("ID"),
        last6=late.shift(6).over("ID"),
        worst=late.cum_max().over("ID"),
        worst6=late.rolling_max(6, min_samples=1).over("ID"),
        worst12=late.rolling_max(12, min_samples=1).over("ID"),
        **{f"{n}{span}": ago(e.cast(pl.Int32), span)
           for n, e in flags.items() for span in (3, 6, 12)},
        **{f"{n}_all": e.cast(pl.Int32).cum_sum().over("ID") for n, e in flags.items()},
        since=pl.col("MONTHS_BALANCE")
        - pl.when(late >= 1).then(pl.col("MONTHS_BALANCE")).forward_fill().over("ID"),
        since_due=pl.col("MONTHS_BALANCE")
        - pl.when(late >= 0).then(pl.col("MONTHS_BALANCE")).forward_fill().over("ID"),
    )  # fmt: skip
    # One month of three: neighbouring months of a person say nearly the same.
    third = pl.col("before") % 3 == 0
    rows = rows.filter((late <= 0) & pl.col("known") & third)
    about = applied.select(
        "ID",
        income=pl.col("AMT_INCOME_TOTAL"),
        age=-pl.col("DAYS_BIRTH"),
        employed=pl.when(pl.col("DAYS_EMPLOYED") < 0).then(-pl.col("DAYS_EMPLOYED")),
        family=pl.col("CNT_FAM_MEMBERS"),
        children=pl.col("CNT_CHILDREN"),
        realty=(pl.col("FLAG_OWN_REALTY") == "Y").cast(pl.Int32),
        car=(pl.col("FLAG_OWN_CAR") == "Y").cast(pl.Int32),
        phone=pl.col("FLAG_WORK_PHONE"),
    )  # fmt: skip
    rows = rows.drop("STATUS", "MONTHS_BALANCE", "late", "known")
    return rows.join(about, on="ID", how="left")


def hands(config: dict[str, Any], rows: Set) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield who is learned from, who calibrates, and who judges: positions of rows."""
    told, rng = config["split"], np.random.default_rng(0)
    places = np.arange(len(rows.hit))
    if told["kind"] == "time":
        end = int(len(places) * told["learning"])
        middle = int(end * (1 - CALIBRATING))
        yield places[:middle], places[middle:end], places[end:]
        return
    fold = np.empty(len(places), dtype=int)
    if told["kind"] == "groups":
        names, inverse = np.unique(rows.group, return_inverse=True)
        fold = rng.permutation(len(names))[inverse] % told["count"]
    else:
        arm = rows.hit if rows.treated is None else rows.hit + 2 * rows.treated
        for kind in np.unique(arm):
            those = rng.permutation(np.flatnonzero(arm == kind))
            fold[those] = np.arange(len(those)) % told["count"]
    for number in range(told["count"]):
        others = places[fold != number]
        if told["kind"] == "groups":
            some = np.random.default_rng(number).permutation(len(names))[inverse]
            apart = some[others] < CALIBRATING * len(names)
        else:
            apart = rng.random(len(others)) < CALIBRATING
        yield others[~apart], others[apart], places[fold == number]


def coded(rows: Set, learning: np.ndarray) -> dict[str, np.ndarray]:
    """Return the features, with categories as their mean outcome among those learned from."""
    found = dict(rows.columns)
    for name, values in rows.categories.items():
        names, inverse = np.unique(values, return_inverse=True)
        mine, mean = inverse[learning], rows.hit[learning].mean()
        hits = np.bincount(mine, weights=rows.hit[learning], minlength=len(names))
        count = np.bincount(mine, minlength=len(names))
        found[name] = ((hits + mean * SMOOTH) / (count + SMOOTH))[inverse]
    return found


def lesson(rows: Set, columns: dict[str, np.ndarray], places: np.ndarray) -> Lesson:
    level = np.zeros(len(places), np.int64)
    return Lesson(tuple(columns), tuple(c[places] for c in columns.values()), rows.hit[places],
                  level, level, {})  # fmt: skip


def plain(learning: Lesson, judging: Lesson) -> np.ndarray:
    """Return what LightGBM says as it comes, by its own predict."""
    import lightgbm

    table = lightgbm.Dataset(np.column_stack(learning.columns), learning.hit)
    settings = {"objective": "binary", "verbose": -1, "num_threads": 1, "seed": 0}
    grown = lightgbm.train(settings, table, 100)
    found: np.ndarray = grown.predict(np.column_stack(judging.columns))
    return found


def classified(config: dict[str, Any], rows: Set) -> dict[str, list[float]]:
    growth = Growth(**config["growth"])
    found: dict[str, list[float]] = {}
    for places in hands(config, rows):
        columns = coded(rows, np.concatenate(places[:2]))
        dealt = Dealt(*(lesson(rows, columns, each) for each in places))
        worse = [config.get("worse", {}).get(name, 0) for name in columns]
        learned = learn(dealt, worse=worse, growth=growth, may_lose=MAY_LOSE)
        judging = dealt.judging
        said = learned.part.share(judging.columns)
        whole = lesson(rows, columns, np.concatenate(places[:2]))
        theirs = plain(whole, judging)
        for name, value in {
            "chosen": auc(said, judging.hit),
            "scorecard": learned.figures["scorecard"]["auc"],
            "forest": learned.figures["forest"]["auc"],
            "plain": auc(theirs, judging.hit),
            "error": calibration_error(said, judging.hit),
            "plain error": calibration_error(theirs, judging.hit),
            "took forest": float(learned.chosen == "forest"),
        }.items():
            found.setdefault(name, []).append(value)
    return found


def uplifted(config: dict[str, Any], rows: Set) -> dict[str, list[float]]:
    assert rows.treated is not None
    growth = Growth(**config["growth"])
    found: dict[str, list[float]] = {}
    for learning, calibrating, judging in hands(config, rows):
        said = {}
        for name, own in (("chosen", growth), ("plain", None)):
            arms = []
            for arm in (1, 0):
                mine = np.concatenate([learning, calibrating])
                mine = mine[rows.treated[mine] == arm]
                if own is None:
                    one = lesson(rows, rows.columns, mine)
                    arms.append(plain(one, lesson(rows, rows.columns, judging)))
                    continue
                columns = [c[mine] for c in rows.columns.values()]
                forest = grow(Rows(columns, rows.hit[mine]), worse=[0] * len(columns), growth=own)
                asked = [c[judging] for c in rows.columns.values()]
                arms.append(probability(forest.score(asked)))
            said[name] = arms[0] - arms[1]
        hit, treated = rows.hit[judging], rows.treated[judging]
        rng = np.random.default_rng(0)
        chance = [qini(rng.random(len(hit)), hit, treated) for _ in range(20)]
        top = said["chosen"] >= np.median(said["chosen"])
        came = [
            hit[part & (treated == 1)].mean() - hit[part & (treated == 0)].mean()
            for part in (top, ~top)
        ]
        told = [said["chosen"][part].mean() for part in (top, ~top)]
        for name, value in {
            "chosen": qini(said["chosen"], hit, treated),
            "plain": qini(said["plain"], hit, treated),
            "random sd": float(np.std(chance)),
            "error": float(np.mean([abs(a - b) for a, b in zip(told, came, strict=True)])),
        }.items():
            found.setdefault(name, []).append(value)
    return found


def main() -> None:
    """Print every set whose file is there."""
    folder = Path(os.environ.get("FORBEAR_DATA", ""))
    names = sys.argv[1:] or sorted(path.stem for path in (HERE / "sets").glob("*.yaml"))
    for name in names:
        config = yaml.safe_load((HERE / "sets" / f"{name}.yaml").read_text(encoding="utf-8"))
        if not os.environ.get("FORBEAR_DATA") or not (folder / f"{config['file']}.csv.gz").exists():
            print(f"  {name}: skipped, FORBEAR_DATA does not hold it")
            continue
        rows = read(config, folder)
        found = uplifted(config, rows) if config.get("uplift") else classified(config, rows)
        figures = {key: float(np.mean(values)) for key, values in found.items()}
        kind = "qini" if config.get("uplift") else "AUC"
        met = "met" if figures["chosen"] >= config["aim"] else "MISSED"
        print(f"  {name}: {len(rows.hit):,} rows, {kind} {figures['chosen']:.4f}"
              f" ± {np.std(found['chosen']):.4f}, aim {config['aim']}: {met}")  # fmt: skip
        rest = "  ".join(f"{key} {value:.4f}" for key, value in figures.items() if key != "chosen")
        print(f"    {rest}", flush=True)


if __name__ == "__main__":
    main()

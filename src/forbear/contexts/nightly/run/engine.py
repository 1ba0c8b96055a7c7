"""Which engine computes the night's expressions?

The expressions are the same for all. Polars works partition by partition in this process; DuckDB
and Spark take the whole book at once. A step's result comes back as one Polars frame, is written,
and is read again by the next step, so no engine computes anything twice.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import narwhals as nw
import polars as pl

from forbear.values.errors import InvalidInput, Transient

ENGINES = ("polars", "duckdb", "spark")


class Engine(Protocol):
    """What the runner asks of an engine."""

    name: str
    version: str
    by_partition: bool

    def scan(self, files: Sequence[Path]) -> nw.LazyFrame:
        """Return the rows of some Parquet files."""
        ...

    def collect(self, frame: nw.LazyFrame) -> pl.DataFrame:
        """Compute a frame."""
        ...

    def close(self) -> None:
        """Let go of what the engine holds."""
        ...


class PolarsEngine:
    """The embedded engine: streaming, one partition at a time."""

    name = "polars"
    by_partition = True

    def __init__(self) -> None:
        self.version = pl.__version__

    def scan(self, files: Sequence[Path]) -> nw.LazyFrame:
        """Return the rows of some Parquet files."""
        return nw.from_native(pl.scan_parquet(list(files)))

    def collect(self, frame: nw.LazyFrame) -> pl.DataFrame:
        """Compute a frame with the streaming engine."""
        native: pl.LazyFrame = frame.to_native()
        return native.collect(engine="streaming")

    def close(self) -> None:
        """Nothing to let go of."""


class DuckDBEngine:
    """DuckDB in this process, the whole book at once."""

    name = "duckdb"
    by_partition = False

    def __init__(self) -> None:
        duckdb = _needed("duckdb")
        self.version = importlib.metadata.version("duckdb")
        self._connection = duckdb.connect()

    def scan(self, files: Sequence[Path]) -> nw.LazyFrame:
        """Return the rows of some Parquet files."""
        return nw.from_native(self._connection.read_parquet([str(file) for file in files]))

    def collect(self, frame: nw.LazyFrame) -> pl.DataFrame:
        """Compute a frame and take it over as Arrow."""
        return _from_arrow(frame)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class SparkEngine:
    """A server that speaks the Spark protocol: Apache Spark or Sail, the whole book at once."""

    name = "spark"
    by_partition = False

    def __init__(self, remote: str) -> None:
        _needed("pyspark")
        from pyspark.sql.connect.session import SparkSession

        try:
            self._session: Any = SparkSession.builder.remote(remote).getOrCreate()
            # Apache Spark infers constraints from every alias of a plan, which takes for ever on
            # plans as wide as these; no step gains from it.
            self._session.conf.set("spark.sql.constraintPropagation.enabled", "false")
            self.version = str(self._session.version)
        except Exception as error:
            raise Transient(
                f"No Spark server answers at {remote}.",
                remedy="Start one that speaks Spark Connect, and name it as sc://host:15002.",
                message_zh=f"{remote} 没有 Spark 服务器应答。",
                remedy_zh="请启动支持 Spark Connect 的服务器，地址写作 sc://host:15002。",
                cause=type(error).__name__,
            ) from error

    def scan(self, files: Sequence[Path]) -> nw.LazyFrame:
        """Return the rows of some Parquet files, which the server must see at the same path."""
        return nw.from_native(self._session.read.parquet(*[str(f.resolve()) for f in files]))

    def collect(self, frame: nw.LazyFrame) -> pl.DataFrame:
        """Compute a frame on the server and take it over as Arrow."""
        return _from_arrow(frame)

    def close(self) -> None:
        """End the session."""
        self._session.stop()


def open_engine(name: str, *, remote: str | None) -> Engine:
    """Open an engine by name.

    Raises:
        InvalidInput: no such engine, its package is not installed, or Spark lacks an address.
        Transient: the Spark server does not answer.
    """
    match name:
        case "polars":
            return PolarsEngine()
        case "duckdb":
            return DuckDBEngine()
        case "spark" if remote:
            return SparkEngine(remote)
        case "spark":
            raise InvalidInput(
                "The engine spark needs an address.",
                remedy="Add --remote sc://host:15002.",
                message_zh="使用 spark 引擎需要服务器地址。",
                remedy_zh="请加上 --remote sc://host:15002。",
            )
    raise InvalidInput(
        f"There is no engine {name}.",
        remedy=f"Use one of: {', '.join(ENGINES)}.",
        message_zh=f"没有名为 {name} 的引擎。",
        remedy_zh=f"可用：{'、'.join(ENGINES)}。",
    )


def _needed(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise InvalidInput(
            f"The engine needs the package {module}, which is not installed.",
            remedy='Install it: pip install "forbear[engines]"',
            message_zh=f"该引擎需要软件包 {module}，但尚未安装。",
            remedy_zh='请安装：pip install "forbear[engines]"',
        ) from None


def _from_arrow(frame: nw.LazyFrame) -> pl.DataFrame:
    table = frame.collect("pyarrow").to_native()
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)  # a table never becomes a series
    return found

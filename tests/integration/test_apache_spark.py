"""The night on Apache Spark itself; long, because Spark is installed beside the project."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from forbear.contexts.nightly.run import NightSettings, run_night
from tests.integration.test_conformance import assert_same_rows, let_models_count
from tests.support.home import home_with_book

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv-spark"
START_S = 300


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"Apache Spark ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    pytest.fail("Apache Spark did not start in time")


@pytest.fixture(scope="module")
def apache_spark(tmp_path_factory):
    if shutil.which("java") is None:
        pytest.skip("Apache Spark needs Java 17: apt-get install openjdk-17-jre-headless")
    python = VENV / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    lock = Path(__file__).with_name("spark-requirements.txt")
    subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)],
        check=True,
    )
    home = Path(
        subprocess.run(
            [str(python), "-c", "import pyspark, os; print(os.path.dirname(pyspark.__file__))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    port, work = _free_port(), tmp_path_factory.mktemp("spark")
    process = subprocess.Popen(
        [
            str(home / "bin" / "spark-submit"),
            "--class",
            "org.apache.spark.sql.connect.service.SparkConnectServer",
            "--master",
            "local[2]",
            "--conf",
            f"spark.connect.grpc.binding.port={port}",
            "--conf",
            "spark.driver.bindAddress=127.0.0.1",
            "--conf",
            "spark.driver.memory=4g",
            "--conf",
            "spark.sql.shuffle.partitions=8",
            "--conf",
            "spark.sql.session.timeZone=UTC",
            "spark-internal",
        ],
        cwd=work,
        stdout=(work / "log").open("wb"),
        stderr=subprocess.STDOUT,
        env={
            **os.environ,
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": str(python),
        },
    )
    try:
        _wait(port, process)
        yield f"sc://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.nightly
class TestApacheSpark:
    def test_gives_the_same_rows(self, apache_spark, tmp_path):
        workspace = home_with_book(tmp_path, loans=20_000, partition_loans=6_000)
        let_models_count(workspace)
        reference = run_night(workspace=workspace, settings=NightSettings()).night
        settings = NightSettings(engine="spark", remote=apache_spark)

        night = run_night(workspace=workspace, settings=settings).night

        assert_same_rows(reference, night)

"""A rotation killed twenty times ends as one never killed, and nobody is lost meanwhile."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from forbear.contexts.protection import rotation
from forbear.contexts.protection.keyring import KeyState, KeyUse, new_ring
from forbear.contexts.protection.ringfile import RingFile
from forbear.contexts.protection.stock import sealed_tables
from tests.support import rotation as support
from tests.support.protection import NOW

ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{Path('src').resolve()}{os.pathsep}."}
PERSONS = 280
# The first ones hit the changes of the ring, the later ones ever other places of the batches.
STEPS = [*range(3, 23, 2), *range(24, 104, 8)]


@pytest.fixture
def url(cluster):
    template = cluster.template("rotation", prepare=support.prepare)
    support.register()
    with cluster.database(template=template) as database:
        yield database.urls["owner"]
    support.unregister()


@pytest.fixture
def file(tmp_path):
    made = RingFile(tmp_path / "ring.json")
    made.create(new_ring(now=NOW))
    return made


def _run(file, url, use, step):
    command = [sys.executable, "-m", "tests.support.rotation", file.path, url, use, str(step)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)


def _nobody_is_lost(file, url):
    ring = file.load()
    assert support.numbers(url, ring) == {f"D{n}": support.phone_of(n) for n in range(PERSONS)}
    for n in (0, PERSONS // 2, PERSONS - 1):
        assert support.found(url, ring, n) == [f"D{n}"]


# No row stands under a key that signs, so its rotation is one change of the ring.
@pytest.mark.parametrize(
    "use", [pytest.param(use, marks=pytest.mark.nightly) for use in (KeyUse.WRAP, KeyUse.INDEX)]
)
def test_killed_twenty_times_and_nobody_is_lost(file, url, use):
    support.fill(url, file.load(), PERSONS)
    former = file.load()
    old = former.active(use)

    for step in STEPS:
        done = _run(file, url, use, step)
        assert done.returncode == -9, done.stderr
        _nobody_is_lost(file, url)
        if use is KeyUse.INDEX:
            # Who has only the former ring still finds everybody.
            assert support.found(url, former, 7) == ["D7"]
    done = _run(file, url, use, 0)

    assert len(STEPS) == 20
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[1] == "0"
    _nobody_is_lost(file, url)
    keys = [key for key in file.load().keys if key.use is use]
    assert [key.state for key in keys] == [KeyState.DECRYPT_ONLY, KeyState.ACTIVE]
    with sealed_tables(url) as stock:
        rotation.retire(file, stock, old.id, now=NOW)
    _nobody_is_lost(file, url)
    with psycopg.connect(url) as connection:
        for column in ("phone_index", "phone_index_former", "row_print"):
            if use is KeyUse.INDEX:
                count = f"SELECT count(*) FROM {support.TABLE} WHERE substring({column}, 1, 8) = %s"
                assert connection.execute(count, [old.tag]).fetchone() == (0,)
        count = "SELECT count(*) FROM protection_personkey WHERE ring_key = %s"
        assert connection.execute(count, [old.id]).fetchone() == (0,)

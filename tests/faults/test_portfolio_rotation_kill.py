"""The keys of a real portfolio change under kills, and every person stays readable and found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.actions.erase import erase_person
from forbear.contexts.portfolio.models import ContactPoint, Debtor
from forbear.contexts.portfolio.queries.find import find_by_address, find_by_national_id
from forbear.contexts.portfolio.sealing import seal_persons, seal_points
from forbear.contexts.protection.keyring import KeyState, KeyUse
from forbear.contexts.protection.store import forget_vault, keys, open_values, tools
from tests.support.portfolio import NOW, SETUP, new_person, new_point, portfolio, ring

__all__ = ["portfolio", "ring"]
PERSONS = 24
KILLS = 20
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{Path('src').resolve()}{os.pathsep}."}
# The first ones hit the changes of the ring, the later ones ever other places of the batches.
STEPS = [*range(3, 23, 2), *range(24, 44, 2)]


def name_of(number: int) -> str:
    return f"虚构第{number}人"


def phone_of(number: int) -> str:
    return f"1990000{number:04d}"


def id_of(number: int) -> str:
    return f"1101051949123{number:04d}X"


def fill() -> None:
    """Record persons; every other one as if an extract had told of them, with a print."""
    for number in range(PERSONS):
        ref = f"P-{number}"
        new_person(ref=ref, name=name_of(number), national_id=id_of(number))
        new_point(ref, ref=f"C-{number}", address=phone_of(number))
    with acting(SETUP):
        for number in range(0, PERSONS, 2):
            prints = {
                Debtor: (f"P-{number}", name_of(number), id_of(number)),
                ContactPoint: (f"C-{number}", phone_of(number)),
            }
            for model, said in prints.items():
                model.objects.filter(ref=said[0]).update(
                    personal_print=tools(now=NOW).row_print(*said)
                )


def nobody_is_lost(gone: int) -> None:
    """See that everybody but the erased one opens, and is found by each number."""
    forget_vault()
    with reading(SETUP):
        persons = list(Debtor.objects.filter(erased_at__isnull=True).order_by("id"))
        held = keys(now=NOW, of=[person.key_id for person in persons])
        names = {p.ref: open_values(p, "name", now=NOW, held=held)["name"] for p in persons}
    assert names == {f"P-{n}": name_of(n) for n in range(PERSONS) if n != gone}
    for number in (0, PERSONS // 2, PERSONS - 1):
        (by_phone,) = find_by_address(phone_of(number), actor=SETUP, now=NOW)
        (by_id,) = find_by_national_id(id_of(number), actor=SETUP, now=NOW)
        assert by_phone.ref == by_id.ref == f"P-{number}"


def rotate(ring, url: str, use: KeyUse, step: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.support.rotation", ring.path, url, use, str(step)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)


@pytest.mark.parametrize(
    "use", [KeyUse.INDEX, pytest.param(KeyUse.WRAP, marks=pytest.mark.nightly)]
)
def test_killed_twenty_times_and_gone_on_with(portfolio, ring, use):
    fill()
    gone = PERSONS - 2
    erase_person(f"P-{gone}", actor=SETUP, now=NOW)
    url, old = portfolio.urls["owner"], ring.load().active(use)
    assert len(STEPS) == KILLS

    for step in STEPS:
        done = rotate(ring, url, use, step)
        assert done.returncode == -9, done.stderr
        nobody_is_lost(gone)
    done = rotate(ring, url, use, 0)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[1] == "0"
    nobody_is_lost(gone)
    states = [key.state for key in ring.load().keys if key.use is use]
    assert states == [KeyState.DECRYPT_ONLY, KeyState.ACTIVE]
    assert left_under(portfolio.urls["superuser"], old.id, old.tag) == 0


def left_under(url: str, key_id: str, tag: bytes) -> int:
    """Count what still lies under a key, in every column that one could lie in."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT (SELECT count(*) FROM protection_personkey WHERE ring_key = %(id)s "
            "AND wrapped IS NOT NULL) + "
            "(SELECT count(*) FROM portfolio_debtor WHERE substring(national_id_index, 1, 8) = "
            "%(tag)s OR substring(personal_print, 1, 8) = %(tag)s) + "
            "(SELECT count(*) FROM portfolio_contactpoint WHERE substring(address_index, 1, 8) = "
            "%(tag)s OR substring(personal_print, 1, 8) = %(tag)s)",
            {"id": key_id, "tag": tag},
        ).fetchone()
    return int(found[0])


def test_after_a_rotation_a_load_finds_every_row_unchanged(portfolio, ring):
    fill()

    done = rotate(ring, portfolio.urls["owner"], KeyUse.INDEX, 0)
    forget_vault()

    assert done.returncode == 0, done.stderr
    with acting(SETUP):
        persons = seal_persons(
            [(f"P-{n}", name_of(n), id_of(n), "CN") for n in range(0, PERSONS, 2)], now=NOW
        )
        points = seal_points(
            [(f"C-{n}", f"P-{n}", "MOBILE", phone_of(n)) for n in range(0, PERSONS, 2)], now=NOW
        )
    assert not any(each.resealed for each in (*persons, *points))
    assert all(each.name is None for each in persons)

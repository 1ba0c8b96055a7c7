"""A database of persons with sealed numbers, and a rotation that dies at a chosen step.

``python -m tests.support.rotation RING URL USE STEP`` rotates, and is killed at a step: before or
after a statement of SQL, or before a file of the ring is made safe or put in place.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from uuid import UUID

import psycopg

from forbear.contexts.protection import rotation, stock
from forbear.contexts.protection.cell import Place, Sealed
from forbear.contexts.protection.index import BlindIndex, IndexPurpose
from forbear.contexts.protection.keyring import KeyUse, keyring_mark
from forbear.contexts.protection.person import Vault
from forbear.contexts.protection.ringfile import RingFile, RingKeeper
from forbear.contexts.protection.rows import IndexColumn, IndexRows, PersonKeyRows, RingMarks
from forbear.contexts.protection.stock import register_index, sealed_tables
from tests.support.protection import NOW

TABLE = "rotation_person"
SIZE = 7
_PERSONS = f"""
CREATE TABLE {TABLE} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ref text UNIQUE, key_id uuid,
  phone bytea, phone_index bytea, phone_index_former bytea, row_print bytea)
"""


def prepare(database):
    """Make the tables of the context, and one of persons."""
    from tests.support.sealed_model import made

    with made(database.urls["owner"]):
        pass
    with psycopg.connect(database.urls["owner"]) as connection:
        connection.execute(_PERSONS)


def phone_of(n):
    return f"138{n:08d}"


def fill(url, ring, persons):
    """Store persons with their keys, sealed numbers, index values and prints."""
    vault = Vault(RingKeeper(ring))
    index = BlindIndex(vault.keeper)
    with psycopg.connect(url, autocommit=True) as connection, connection.transaction():
        store = PersonKeyRows(connection)
        keys = vault.keys(store, now=NOW)
        RingMarks(connection).add(keyring_mark(ring), now=NOW)
        for n in range(persons):
            key_id, ref = UUID(int=n + 1), f"D{n}"
            wrapped = vault.new_key(key_id)
            connection.execute(
                "INSERT INTO protection_personkey (id, ring_key, wrapped, made_at) "
                "VALUES (%s, %s, %s, %s)",
                [key_id, ring.active(KeyUse.WRAP).id, wrapped, NOW],
            )
            place = Place(TABLE, "phone", ref, key_id)
            connection.execute(
                f"INSERT INTO {TABLE} (ref, key_id, phone, phone_index, row_print) "
                "VALUES (%s, %s, %s, %s, %s)",
                [
                    ref,
                    key_id,
                    Sealed.text(phone_of(n), place=place, keys=keys).cell,
                    index.values(IndexPurpose.PHONE, phone_of(n))[0],
                    index.row_prints(ref, phone_of(n))[0],
                ],
            )


def _values(row, index, keys):
    _id, ref, key_id, phone = row
    text = Sealed(phone, TABLE, "phone", ref, key_id).open(keys)
    return [index.values(IndexPurpose.PHONE, text), index.row_prints(ref, text)]


def register():
    """Tell how the index columns of the persons are made anew."""
    register_index(
        TABLE,
        lambda connection: IndexRows(
            connection,
            table=TABLE,
            reading=f"t.ref, t.key_id, t.phone FROM {TABLE} t",
            columns=[IndexColumn("phone_index", "phone_index_former"), IndexColumn("row_print")],
            person_key=lambda row: row[2],
            values=_values,
        ),
    )


def unregister():
    stock._MADE.pop(TABLE, None)


def numbers(url, ring):
    """Return every person's number by ref, opened with a ring."""
    vault = Vault(RingKeeper(ring))
    with psycopg.connect(url, autocommit=True) as connection:
        keys = vault.keys(PersonKeyRows(connection), now=NOW)
        rows = connection.execute(f"SELECT ref, key_id, phone FROM {TABLE}").fetchall()
        keys.prepare({key_id for _ref, key_id, _phone in rows})
        return {
            ref: Sealed(phone, TABLE, "phone", ref, key_id).open(keys)
            for ref, key_id, phone in rows
        }


def found(url, ring, n):
    """Return the refs found by a number, searching as an application with this ring would."""
    values = list(BlindIndex(RingKeeper(ring)).values(IndexPurpose.PHONE, phone_of(n)))
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            f"SELECT ref FROM {TABLE} WHERE phone_index = ANY(%s) OR phone_index_former = ANY(%s)",
            [values, values],
        ).fetchall()
    return [ref for (ref,) in rows]


def _dying_at(step):
    left = [step]

    def reached():
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(owner, name, *, after):
        done = getattr(owner, name)

        def counted(*given, **named):
            reached()
            result = done(*given, **named)
            if after:
                reached()
            return result

        setattr(owner, name, counted)

    around(psycopg.Connection, "execute", after=True)
    around(os, "fsync", after=False)
    around(os, "replace", after=True)


def main(ring, url, use, step):
    register()
    if int(step):
        _dying_at(int(step))
    with sealed_tables(url) as tables:
        done = rotation.rotate(RingFile(Path(ring)), tables, KeyUse(use), now=NOW, size=SIZE)
    print(done.rows, len(done.unreadable))


if __name__ == "__main__":
    main(*sys.argv[1:])

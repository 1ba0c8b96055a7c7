"""Every committed entry gets one place and keeps it, in whatever order transactions end."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, connections

from forbear.contexts.audit.check import check_record
from forbear.contexts.audit.checkpoint import sign_if_due
from forbear.contexts.audit.leaf import COLUMNS
from forbear.contexts.audit.models import Checkpoint, Leaf
from forbear.contexts.audit.queries import record_standing
from forbear.contexts.audit.sequencer import RecordBroken, Sequencer
from forbear.contexts.database.transaction import reading
from tests.support.database import Database
from tests.support.record import DOER, NOW, ORIGIN, SIGNER, insert_entry, led, write_entries

MINUTE = timedelta(seconds=60)


def places() -> list[int]:
    """The entries' ids in the order of their places, which have no gap."""
    found = list(Leaf.objects.order_by("id").values_list("id", "entry_id"))
    assert [index for index, _ in found] == list(range(len(found)))
    return [entry_id for _, entry_id in found]


def examined():
    return check_record((), lambda _: [(ORIGIN, SIGNER.public_key)], actor=DOER)


def sign(sequencer: Sequencer, now=NOW):
    return sign_if_due(SIGNER, settled=sequencer.settled, now=now)


def until_signed(sequencer):
    """Look and sign until something is signed: a writer who has just died may still be there."""
    for _ in range(200):
        led(sequencer)
        if sign(sequencer) is not None:
            return
        time.sleep(0.05)
    raise AssertionError("nothing is ever settled")


class TestPlaces:
    def test_are_given_in_the_order_of_commits_and_never_change(self, application: Database):
        sequencer = Sequencer()
        with (
            psycopg.connect(application.urls["app"]) as slow,
            psycopg.connect(application.urls["app"]) as quick,
        ):
            first = insert_entry(slow, "attempt:1")
            second = insert_entry(quick, "attempt:2")
            quick.commit()

            assert sequencer.round().added == 1
            assert places() == [second]

            slow.commit()
        for _ in range(3):
            led(sequencer)

        assert places() == [second, first]
        assert examined().findings == []

    def test_wait_for_whoever_holds_a_smaller_id(self, application: Database):
        sequencer = Sequencer()
        with psycopg.connect(application.urls["app"]) as slow:
            first = insert_entry(slow, "attempt:1")
            write_entries(5)
            for _ in range(5):
                led(sequencer)
                assert sequencer.settled < first

            slow.rollback()
            led(sequencer)
            led(sequencer)

        assert sequencer.settled == first + 5
        assert len(places()) == 5

    def test_are_not_looked_for_below_the_settled_id(self, application: Database):
        sequencer = Sequencer()
        write_entries(3)
        for _ in range(3):
            led(sequencer)
        assert sign(sequencer).size == 3
        settled = sequencer.settled
        with psycopg.connect(application.urls["superuser"]) as superuser:
            insert_entry(superuser, "attempt:9", entry_id=settled - 100)

        again = Sequencer()
        assert again.round().added == 0
        assert again.settled == settled
        report = examined()
        assert [(each.code, each.entry) for each in report.findings] == [
            ("INSERTED", settled - 100)
        ]

    def test_are_given_batch_by_batch(self, application: Database):
        write_entries(23)
        sequencer = Sequencer(batch=5)

        assert sequencer.round().added == 23
        assert places() == sorted(places())
        assert sequencer.round().added == 0

    def test_cover_every_column_of_an_entry(self, application: Database):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'audit_entry'::regclass "
                "AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
            )
            assert tuple(name for (name,) in cursor.fetchall()) == COLUMNS

    def test_are_given_by_one_at_a_time(self, application: Database):
        write_entries(4)
        with psycopg.connect(application.urls["app"]) as other:
            from forbear.contexts.audit import sequencer as module

            other.execute("SELECT pg_advisory_xact_lock(%s)", [module._LOCK])
            waiting = Sequencer()
            assert not waiting.round().leading
            assert sign(waiting) is None
            assert places() == []
            other.rollback()

        assert waiting.round().added == 4


class TestManyAtOnce:
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_writers_that_end_in_any_order_lose_nothing(self, application: Database, seed):
        """Ids are committed, rolled back and held back at random, while two sequencers work."""
        dice, ended = random.Random(seed), threading.Event()
        sequencers = [Sequencer(batch=7), Sequencer(batch=11)]
        faults: list[BaseException] = []

        def sequence(one: Sequencer) -> None:
            try:
                while not ended.is_set():
                    one.round()
            except BaseException as error:  # noqa: BLE001  # told below
                faults.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=sequence, args=(one,)) for one in sequencers]
        for thread in threads:
            thread.start()
        committed = interleave(application.urls["app"], dice, writers=8, steps=250)
        ended.set()
        for thread in threads:
            thread.join(30)
        assert faults == []
        last = Sequencer()
        for _ in range(3):
            last.round()

        found = places()
        assert sorted(found) == sorted(committed)
        assert found != sorted(found)
        sign(last)
        assert examined().findings == []
        # A sequencer that ran all the time knows no more than is true.
        assert all(one.settled <= last.settled for one in sequencers)


def interleave(url: str, dice: random.Random, *, writers: int, steps: int) -> set[int]:
    """Insert from several connections in turn; return the ids that were committed."""
    held: dict[int, list[int]] = {number: [] for number in range(writers)}
    committed: set[int] = set()
    connected = [psycopg.connect(url) for _ in range(writers)]
    try:
        for step in range(steps):
            number = dice.randrange(writers)
            one = connected[number]
            what = dice.random()
            if what < 0.6:
                held[number].append(insert_entry(one, f"attempt:{step}"))
            elif what < 0.9:
                one.commit()
                committed.update(held[number])
                held[number] = []
            else:
                one.rollback()
                held[number] = []
        for number, one in enumerate(connected):
            one.commit()
            committed.update(held[number])
    finally:
        for one in connected:
            one.close()
    return committed


class TestCheckpoints:
    def test_are_made_once_a_minute_and_when_something_came(self, application: Database):
        sequencer = Sequencer()
        assert sign(sequencer) is None

        write_entries(2)
        led(sequencer)
        assert sign(sequencer).size == 2
        assert sign(sequencer, NOW + 2 * MINUTE) is None

        write_entries(1, start=3)
        led(sequencer)
        assert sign(sequencer, NOW + MINUTE / 2) is None
        assert sign(sequencer, NOW + MINUTE).size == 3
        assert examined().findings == []

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE audit_leaf SET leaf_hash = sha256('x') WHERE id = 2",
            "UPDATE audit_leaf SET subtree_hashes = sha256('x') WHERE id = 1",
            "DELETE FROM audit_leaf WHERE id >= 2",
            "DELETE FROM audit_leaf WHERE id = 1",
        ],
    )
    def test_are_refused_where_the_tree_does_not_continue_the_last(
        self, application: Database, damage
    ):
        sequencer = Sequencer()
        write_entries(3)
        for _ in range(2):
            led(sequencer)
        sign(sequencer)
        with psycopg.connect(application.urls["superuser"]) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute(damage)
        write_entries(2, start=4)

        def goes_on():
            led(sequencer)
            sign(sequencer, NOW + MINUTE)

        with pytest.raises(RecordBroken) as told:
            goes_on()

        assert {"message_zh", "remedy_zh"} <= set(told.value.data)
        assert Checkpoint.objects.count() == 1

    def test_are_never_changed_or_removed(self, application: Database):
        write_entries(1)
        sequencer = Sequencer()
        until_signed(sequencer)
        with psycopg.connect(application.urls["superuser"], autocommit=True) as superuser:
            for table in ("audit_leaf", "audit_checkpoint"):
                for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = 77"):
                    with pytest.raises(psycopg.errors.IntegrityError):
                        superuser.execute(statement)
        with psycopg.connect(application.urls["app"], autocommit=True) as app:
            for table in ("audit_leaf", "audit_checkpoint"):
                for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = 77"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        app.execute(statement)

    def test_sign_every_column(self, application: Database):
        write_entries(1)
        sequencer = Sequencer()
        led(sequencer)
        sign(sequencer)
        signed = {"root": "'\\x00'", "at": "at + interval '1 microsecond'", "tree_size": "2"}
        signed |= {"settled_entry_id": "99", "origin": "'another'", "signature": "'\\x00'"}
        every = {field.name for field in Checkpoint._meta.concrete_fields}
        assert every - set(signed) == {"id", "key_id", "public_key"}
        for column, value in signed.items():
            with psycopg.connect(application.urls["superuser"]) as superuser:
                superuser.execute("SET session_replication_role = replica")
                superuser.execute("CREATE TEMP TABLE kept AS SELECT * FROM audit_checkpoint")
                superuser.execute(f"UPDATE audit_checkpoint SET {column} = {value}")
                superuser.commit()
                codes = {each.code for each in examined().findings}
                superuser.execute("DELETE FROM audit_checkpoint")
                superuser.execute("INSERT INTO audit_checkpoint SELECT * FROM kept")

            other = column == "origin"
            assert codes == {"KEY_UNKNOWN" if other else "CHECKPOINT_FORGED"}, column
        assert examined().findings == []


class TestStanding:
    def test_tells_the_oldest_entry_that_waits(self, application: Database):
        def standing():
            with reading(DOER):
                return record_standing()

        assert standing().unsequenced_at is None
        write_entries(2)
        assert standing().unsequenced_at == NOW + timedelta(seconds=1)
        sequencer = Sequencer()
        for _ in range(2):
            led(sequencer)
        assert standing().unsequenced_at is None
        assert standing().unsigned_at == NOW + timedelta(seconds=1)
        sign(sequencer)
        assert standing().unsigned_at is None
        write_entries(1, start=3)
        assert standing().unsequenced_at == NOW + timedelta(seconds=3)

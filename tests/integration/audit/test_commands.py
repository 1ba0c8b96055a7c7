"""forbear audit, and the worker's part of it, on a real database."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from forbear.contexts.audit.folder import Folder
from forbear.contexts.audit.models import Checkpoint, Leaf
from forbear.contexts.audit.sequencer import Sequencer
from forbear.contexts.audit.verify_log import parse_note
from forbear.contexts.protection.keyring import KeyRing, KeyState, KeyUse, new_ring
from forbear.contexts.protection.ringfile import RingFile
from forbear.contexts.protection.signing import (
    RingSigner,
    SigningKeyMissing,
    believed_keys,
    origin_of,
)
from forbear.contexts.protection.store import forget_vault
from forbear.interfaces.web import health, metric
from forbear.interfaces.workers.record import LOOK_EVERY_S, RecordKeeper
from tests.support.home import forbear
from tests.support.portfolio import ring
from tests.support.record import NOW, insert_entry, led, offline, write_entries

__all__ = ["ring"]
WAIT_S = 20.0


@pytest.fixture
def home(application, ring, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", application.urls["app"])
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "forbear.settings.test")
    monkeypatch.setenv("FORBEAR_KEYRING_FILE", str(ring.path))
    monkeypatch.setenv("FORBEAR_CHECKPOINTS", str(tmp_path / "copies"))
    monkeypatch.setattr(settings, "FORBEAR_CHECKPOINTS", [tmp_path / "copies"])
    return tmp_path / "home"


@pytest.fixture
def keeper(application, ring, tmp_path):
    made = RecordKeeper([Folder(tmp_path / "copies")])
    made.start()
    yield made
    made.end(WAIT_S)
    assert not made.is_alive()


def until(holds) -> float:
    """Wait until something holds; return how long it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < WAIT_S
        time.sleep(0.02)
    return time.monotonic() - began


class TestWorker:
    def test_gives_every_entry_its_place_within_a_second(self, keeper):
        waits = []
        for number in range(1, 6):
            write_entries(1, start=number)
            waits.append(until(lambda n=number: Leaf.objects.count() == n))

        assert LOOK_EVERY_S <= 0.5
        assert sorted(waits)[2] < 1.0

    def test_signs_and_leaves_copies_outside(self, keeper, tmp_path, ring):
        write_entries(3)
        until(lambda: (tmp_path / "copies").is_dir() and list((tmp_path / "copies").glob("*.txt")))

        (file,) = (tmp_path / "copies").glob("*.txt")
        made = parse_note(file.read_text())
        row = Checkpoint.objects.get()
        assert (made.size, made.root) == (row.tree_size, bytes(row.root))
        assert made.origin == f"forbear.record/{ring.load().id}"
        assert [each for each in (tmp_path / "copies").iterdir() if each != file] == []

    def test_goes_on_after_the_database_was_away(self, keeper, application, cluster):
        write_entries(1)
        until(lambda: Leaf.objects.count() == 1)
        cluster.as_superuser(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{application.name}' AND pid <> pg_backend_pid()"
        )
        connections.close_all()
        write_entries(1, start=2)

        until(lambda: Leaf.objects.count() == 2)

    def test_without_a_signing_key_sequences_signs_nothing_and_says_so(
        self, application, ring, tmp_path, caplog
    ):
        without_signing_key(ring)
        with caplog.at_level(logging.ERROR, "forbear.record"):
            keeper = RecordKeeper([Folder(tmp_path / "copies")])
            keeper.start()
            try:
                write_entries(2)
                until(lambda: Leaf.objects.count() == 2)
                until(lambda: "could not be signed; forbear doctor" in caplog.text)
            finally:
                keeper.end(WAIT_S)

        assert not Checkpoint.objects.exists()
        assert "SigningKeyMissing" in caplog.text

    def test_a_place_that_is_away_keeps_nothing_from_being_signed(
        self, application, ring, tmp_path, caplog
    ):
        (tmp_path / "away").write_text("a file where a folder should be")
        keeper = RecordKeeper([Folder(tmp_path / "away" / "x"), Folder(tmp_path / "copies")])
        keeper.start()
        try:
            write_entries(2)
            until(lambda: list((tmp_path / "copies").glob("*.txt")))
        finally:
            keeper.end(WAIT_S)

        assert Checkpoint.objects.count() == 1
        assert "checkpoints could not be copied out" in caplog.text


def without_signing_key(ring: RingFile) -> None:
    """Turn a ring into one from before checkpoints were signed."""
    held = ring.load()
    kept = tuple(key for key in held.keys if key.use is not KeyUse.SIGN)
    ring.update(lambda _: KeyRing(held.id, held.revision + 1, kept))
    forget_vault()


class TestSigningKey:
    def test_is_added_to_a_ring_that_has_none(self, home, ring):
        without_signing_key(ring)
        with pytest.raises(SigningKeyMissing) as told:
            RingSigner(ring.load())
        assert {"remedy_zh", "message_zh"} <= set(told.value.data)
        assert "rotate --use sign" in told.value.remedy

        done = forbear("keys", "rotate", "--use", "sign", "--home", home, "--json")

        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["key"] == RingSigner(ring.load()).key_id

    def test_is_changed_and_former_checkpoints_stay_good(self, home, ring):
        written_and_signed(2)
        former = RingSigner(ring.load()).key_id
        done = forbear("keys", "rotate", "--use", "sign", "--home", home, "--json")
        assert done.returncode == 0, done.stderr
        forget_vault()
        written_and_signed(2, start=3)
        assert {row.key_id for row in Checkpoint.objects.all()} == {
            former,
            RingSigner(ring.load()).key_id,
        }
        assert forbear("audit", "verify", "--home", home).returncode == 0

        gone = forbear("keys", "retire", former, "--home", home, "--json")

        assert gone.returncode == 0, gone.stderr
        assert ring.load().key(former).state is KeyState.RETIRED
        assert forbear("audit", "verify", "--home", home).returncode == 0

    def test_of_somebody_elses_is_not_believed(self):
        held, other = new_ring(now=NOW), new_ring(now=NOW)
        own, foreign = RingSigner(held), RingSigner(other)

        seen = [
            (own.key_id, own.origin, own.public_key),
            (own.key_id, own.origin, foreign.public_key),
            (foreign.key_id, origin_of(held), foreign.public_key),
            (foreign.key_id, foreign.origin, foreign.public_key),
        ]
        assert believed_keys(held, seen) == [(own.origin, own.public_key)]
        grown = held.add(KeyUse.SIGN, now=NOW)
        grown = grown.activate(grown.pending(KeyUse.SIGN).id, now=NOW)
        retired = grown.retire(own.key_id, now=NOW)
        assert believed_keys(retired, seen) == [(own.origin, own.public_key)]


def written_and_signed(count: int, *, start: int = 1) -> None:
    """Write entries, sequence and sign them, and leave copies, as the worker does."""
    from datetime import timedelta

    from forbear.contexts.audit.checkpoint import copy_out, sign_if_due
    from forbear.contexts.protection.signing import signer_now

    write_entries(count, start=start)
    sequencer = Sequencer()
    for _ in range(2):
        led(sequencer)
    moment = NOW + timedelta(minutes=start)
    assert sign_if_due(signer_now(), settled=sequencer.settled, now=moment) is not None
    copy_out([Folder(each) for each in settings.FORBEAR_CHECKPOINTS])


class TestCommands:
    def test_a_whole_record_is_found_whole(self, home):
        written_and_signed(5)

        done = forbear("audit", "verify", "--home", home, "--lang", "en")
        zh = forbear("audit", "verify", "--home", home, "--lang", "zh")
        told = json.loads(forbear("audit", "verify", "--home", home, "--json").stdout)

        assert (done.returncode, zh.returncode) == (0, 0), done.stderr
        assert "Entries in the tree: 5; not yet: 0; checkpoints: 1." in done.stdout
        assert "每一条都与写入和签署时一致" in zh.stdout
        assert (told["ok"], told["leaves"], told["findings"]) == (True, 5, [])

    def test_a_changed_entry_is_named_in_both_languages(self, home, application):
        written_and_signed(5)
        entry = Leaf.objects.get(pk=2).entry_id
        with psycopg.connect(application.urls["superuser"]) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute("UPDATE audit_entry SET subject = 'x' WHERE id = %s", [entry])

        done = forbear("audit", "verify", "--home", home, "--lang", "en")
        told = json.loads(forbear("audit", "verify", "--home", home, "--json").stdout)

        assert done.returncode == 1
        assert f"Entry {entry} (place 2) was changed." in done.stdout
        assert told["findings"][0]["zh"] == f"条目 {entry}（位置 2）被改动。"

    def test_a_hash_kept_for_proofs_is_held_against_the_checkpoints(self, home, application):
        written_and_signed(5)
        written_and_signed(4, start=6)
        with psycopg.connect(application.urls["superuser"]) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute(
                "UPDATE audit_leaf SET subtree_hashes = sha256('') || substring(subtree_hashes, 33)"
                " WHERE id = 7"
            )

        told = json.loads(forbear("audit", "verify", "--home", home, "--json").stdout)

        assert [(each["code"], each["index"], each["belongs"]) for each in told["findings"]] == [
            ("NODE_CHANGED", 5, 9)
        ]

    def test_a_leaf_that_was_taken_away_is_all_that_is_named(self, home, application):
        written_and_signed(5)
        written_and_signed(4, start=6)
        entry = Leaf.objects.get(pk=2).entry_id
        with psycopg.connect(application.urls["superuser"]) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute("DELETE FROM audit_leaf WHERE id = 2")

        told = json.loads(forbear("audit", "verify", "--home", home, "--json").stdout)

        assert [(each["code"], each["index"], each["entry"]) for each in told["findings"]] == [
            ("LEAF_DROPPED", 2, entry)
        ]

    def test_an_export_is_checked_by_what_it_brings_along(self, home, tmp_path):
        written_and_signed(5)
        out = tmp_path / "out"
        done = forbear("audit", "export", out, "--home", home, "--json")
        again = forbear("audit", "export", out, "--home", home, "--lang", "zh")

        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["entries"] == 5
        assert (again.returncode, "已存在" in again.stderr) == (4, True)
        copies = settings.FORBEAR_CHECKPOINTS[0]
        assert offline(out, "--copies", str(copies)).stdout.endswith("OK\n")
        assert {each.name for each in out.iterdir()} == {
            "README.txt",
            "checkpoints.jsonl",
            "entries.jsonl",
            "keys.txt",
            "leaves.txt",
            "verify_log.py",
        }

    def test_a_proof_is_given_once_a_checkpoint_covers_the_entry(self, home):
        written_and_signed(3)
        write_entries(1, start=4)

        done = forbear("audit", "prove", "--subject", "attempt:2", "--home", home)
        early = forbear("audit", "prove", "--subject", "attempt:4", "--home", home, "--json")
        nobody = forbear("audit", "prove", "999999", "--home", home, "--json")
        neither = forbear("audit", "prove", "--home", home, "--json")

        assert json.loads(done.stdout)["entries"][0]["index"] == 1
        codes = [json.loads(each.stdout)["error"]["code"] for each in (early, nobody, neither)]
        assert codes == ["NOT_YET_SIGNED", "NOT_FOUND", "INVALID_INPUT"]
        assert [each.returncode for each in (early, nobody, neither)] == [6, 3, 2]

    def test_wrong_words_are_answered_with_a_remedy(self, home, tmp_path):
        written_and_signed(1)
        missing = forbear("audit", "verify", "--copies", tmp_path / "no", "--home", home)
        key = forbear("audit", "verify", "--key", "abc", "--home", home)
        (tmp_path / "bad").mkdir()
        (tmp_path / "bad" / "checkpoint-1.txt").write_text("nothing")
        bad = forbear("audit", "verify", "--copies", tmp_path / "bad", "--home", home)

        for done, word in (
            (missing, "There is no folder"),
            (key, "is not a public key"),
            (bad, "is not a checkpoint"),
        ):
            assert (done.returncode, word in done.stderr) == (2, True), done.stderr
            assert "Traceback" not in done.stderr


class TestWatching:
    def test_tells_how_long_the_oldest_entry_waits(self, application, ring):
        insert_now(application)
        now = datetime.now(UTC)
        told = metric.exposition(now=now).decode()
        waiting = next(
            float(line.split()[1])
            for line in told.splitlines()
            if line.startswith("forbear_record_waiting_seconds ")
        )

        assert waiting == pytest.approx((now - NOW).total_seconds())
        assert health.readiness(now=now)["record"] == (True, "BEHIND")
        sequencer = Sequencer()
        for _ in range(2):
            led(sequencer)
        assert health.readiness(now=now)["record"] == (True, "UNSIGNED")
        assert "forbear_record_waiting_seconds 0.0" in metric.exposition(now=now).decode()


def insert_now(application) -> None:
    with psycopg.connect(application.urls["app"]) as app:
        insert_entry(app, "attempt:1")

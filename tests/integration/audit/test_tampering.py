"""Whoever has the most rights changes one row: an export's own verifier names it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from forbear.contexts.audit.checkpoint import copy_out, sign_if_due
from forbear.contexts.audit.export import export_record
from forbear.contexts.audit.folder import Folder
from forbear.contexts.audit.leaf import COLUMNS, entry_line
from forbear.contexts.audit.models import Leaf
from forbear.contexts.audit.prove import prove_entries
from forbear.contexts.audit.sequencer import Sequencer
from forbear.contexts.audit.verify_log import leaf_hash
from forbear.contexts.portfolio.actions.erase import erase_person
from tests.integration.portfolio.test_erasure import (
    KEEPER,
    LATER,
    NAME,
    NUMBER,
    PHONE,
    settled_person,
)
from tests.support.database import Database
from tests.support.portfolio import portfolio, ring
from tests.support.record import DOER, NOW, SIGNER, insert_entry, led, offline, row, write_entries

__all__ = ["portfolio", "ring"]
ENTRIES, PART = 30, 10
# Entry 7 stands at place 6.
CHANGES = {
    "at": "at + interval '1 microsecond'",
    "event": "'attempt.recordee'",
    "actor_kind": "'STAFF'",
    "actor_id": "actor_id || '1'",
    "subject": "subject || '1'",
    "debtor_id": "1",
    "body": "body || ' '::bytea",
    "body_sha256": "'\\x00'",
}


@pytest.fixture
def signed(application: Database) -> Iterator[Database]:
    """Thirty entries with ids from 1 on, a checkpoint after each ten."""
    with psycopg.connect(application.urls["owner"]) as owner:
        owner.execute("ALTER TABLE audit_entry ALTER COLUMN id RESTART WITH 1")
    sequencer = Sequencer()
    for number in range(3):
        write_entries(PART, start=number * PART + 1)
        for _ in range(2):
            led(sequencer)
        moment = NOW + timedelta(minutes=number)
        assert sign_if_due(SIGNER, settled=sequencer.settled, now=moment) is not None
    return application


def tampered(database: Database, *statements: str) -> None:
    with psycopg.connect(database.urls["superuser"]) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for statement in statements:
            assert superuser.execute(statement).rowcount, statement


def found(folder, *more: str) -> list[tuple]:
    """What the export's verifier says, run as a stranger would."""
    export_record(folder, actor=DOER)
    done = offline(folder, "--json", *more)
    told = json.loads(done.stdout)
    assert done.returncode == (1 if told["findings"] else 0), done.stderr
    return [(each["code"], each["index"], each["entry"]) for each in told["findings"]]


class TestOneRow:
    def test_nothing_is_found_where_nothing_was_done(self, signed, tmp_path):
        write_entries(3, start=ENTRIES + 1)

        assert found(tmp_path / "out") == []
        said = offline(tmp_path / "out")
        assert (said.returncode, said.stdout.splitlines()[-1]) == (0, "OK")
        assert "30 / 3 / 3" in offline(tmp_path / "out", "--lang", "zh").stdout

    def test_every_column_has_its_change(self):
        assert set(CHANGES) == set(COLUMNS) - {"id"}

    @pytest.mark.parametrize("column", CHANGES)
    def test_changed(self, signed, tmp_path, column):
        tampered(signed, f"UPDATE audit_entry SET {column} = {CHANGES[column]} WHERE id = 7")

        assert found(tmp_path / "out") == [("CHANGED", 6, 7)]
        assert "Entry 7 (place 6) was changed." in offline(tmp_path / "out").stdout
        assert "条目 7" in offline(tmp_path / "out", "--lang", "zh").stdout

    def test_dropped(self, signed, tmp_path):
        tampered(signed, "DELETE FROM audit_entry WHERE id = 7")

        assert found(tmp_path / "out") == [("DROPPED", 6, 7)]

    def test_dropped_with_its_leaf(self, signed, tmp_path):
        tampered(
            signed,
            "DELETE FROM audit_entry WHERE id = 7",
            "DELETE FROM audit_leaf WHERE entry_id = 7",
        )

        assert found(tmp_path / "out") == [("DROPPED", 6, None)]

    def test_dropped_with_its_leaf_and_the_rest_moved_up(self, signed, tmp_path):
        tampered(
            signed,
            "DELETE FROM audit_entry WHERE id = 7",
            "DELETE FROM audit_leaf WHERE entry_id = 7",
            *(f"UPDATE audit_leaf SET id = {n - 1} WHERE id = {n}" for n in range(7, ENTRIES)),
        )

        assert found(tmp_path / "out") == [("DROPPED", 6, None)]

    def test_inserted(self, signed, tmp_path):
        with psycopg.connect(signed.urls["superuser"]) as superuser:
            insert_entry(superuser, "attempt:0", entry_id=0)

        assert found(tmp_path / "out") == [("INSERTED", None, 0)]

    def test_inserted_with_a_leaf_and_the_rest_moved_down(self, signed, tmp_path):
        with psycopg.connect(signed.urls["superuser"]) as superuser:
            insert_entry(superuser, "attempt:0", entry_id=0)
        leaf = leaf_hash(entry_line(6, stored(0))).hex()
        moves = range(ENTRIES - 1, 5, -1)
        tampered(
            signed,
            *(f"UPDATE audit_leaf SET id = {n + 1} WHERE id = {n}" for n in moves),
            "INSERT INTO audit_leaf (id, entry_id, leaf_hash, subtree_hashes) "
            f"VALUES (6, 0, '\\x{leaf}', '')",
        )

        assert found(tmp_path / "out") == [("INSERTED", 6, 0)]

    def test_moved_to_anothers_place(self, signed, tmp_path):
        tampered(
            signed,
            "UPDATE audit_leaf SET id = 1000 WHERE id = 6",
            "UPDATE audit_leaf SET id = 6 WHERE id = 23",
            "UPDATE audit_leaf SET id = 23 WHERE id = 1000",
        )

        assert found(tmp_path / "out") == [("REORDERED", 6, 24), ("REORDERED", 23, 7)]

    def test_two_that_have_changed_their_ids(self, signed, tmp_path):
        tampered(
            signed,
            "UPDATE audit_entry SET id = 1000 WHERE id = 7",
            "UPDATE audit_entry SET id = 7 WHERE id = 24",
            "UPDATE audit_entry SET id = 24 WHERE id = 1000",
        )

        assert found(tmp_path / "out") == [("CHANGED", 6, 7), ("CHANGED", 23, 24)]

    def test_cut_off_with_its_checkpoint_and_only_a_copy_is_left(self, signed, tmp_path):
        copies = tmp_path / "copies"
        assert copy_out([Folder(copies)]) == 3
        tampered(
            signed,
            "DELETE FROM audit_entry WHERE id > 20",
            "DELETE FROM audit_leaf WHERE entry_id > 20",
            "DELETE FROM audit_checkpoint WHERE tree_size > 20",
        )

        # Nobody can see it in the database alone; that is what the copies are for.
        assert found(tmp_path / "out") == []
        told = found(tmp_path / "again", "--copies", str(copies))
        assert told == [("CUT_OFF", 20, None), ("CHECKPOINT_DROPPED", 30, None)]

    def test_signed_with_a_key_that_is_not_the_one_given(self, signed, tmp_path):
        from forbear.contexts.audit.verify_log import key_text
        from tests.support.record import ORIGIN, TestSigner

        other = key_text(ORIGIN, TestSigner().public_key)
        told = found(tmp_path / "out", "--key", other)
        assert {code for code, _, _ in told} == {"KEY_UNKNOWN"}


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(12))
def test_random_damage_is_found_and_what_is_whole_is_not(signed, tmp_path, seed):
    dice = random.Random(seed)
    at = dice.randrange(1, ENTRIES + 1)
    assert found(tmp_path / "before") == []
    column = dice.choice(list(CHANGES))
    statement, code = dice.choice(
        [
            (f"UPDATE audit_entry SET {column} = {CHANGES[column]} WHERE id = {at}", "CHANGED"),
            (f"DELETE FROM audit_entry WHERE id = {at}", "DROPPED"),
            (f"DELETE FROM audit_leaf WHERE entry_id = {at}", "LEAF_DROPPED"),
            (f"UPDATE audit_leaf SET leaf_hash = '\\x00' WHERE entry_id = {at}", "LEAF_CHANGED"),
        ]
    )
    tampered(signed, statement)

    told = found(tmp_path / "after")
    assert told == [(code, at - 1, at)]


def stored(entry_id: int) -> list:
    """The row that insert_entry writes."""
    import hashlib

    return row(
        entry_id,
        at=NOW,
        subject=f"attempt:{entry_id}",
        debtor_id=None,
        body=b"{}",
        body_sha256=hashlib.sha256(b"{}").digest(),
    )


class TestErasedPerson:
    def test_leaves_the_tree_as_it_was_and_nothing_to_read(self, portfolio, tmp_path):
        settled_person("gone")
        sequencer = Sequencer()
        for _ in range(2):
            led(sequencer)
        sign_if_due(SIGNER, settled=sequencer.settled, now=NOW)
        before = {leaf.pk: bytes(leaf.leaf_hash) for leaf in Leaf.objects.all()}

        erase_person("gone", actor=KEEPER, now=LATER)
        for _ in range(2):
            led(sequencer)
        sign_if_due(SIGNER, settled=sequencer.settled, now=LATER)

        assert found(tmp_path / "out") == []
        after = {leaf.pk: bytes(leaf.leaf_hash) for leaf in Leaf.objects.all()}
        assert before.items() <= after.items()
        assert len(after) > len(before)
        text = (tmp_path / "out" / "entries.jsonl").read_text("ascii")
        bodies = "".join(json.loads(line)["body"] for line in text.splitlines())
        for personal in (NAME, NUMBER, PHONE, PHONE[-4:]):
            assert personal not in bodies
            assert personal not in text


class TestProof:
    def test_of_an_entry_is_accepted_by_the_verifier_and_no_other_is(self, signed, tmp_path):
        export_record(tmp_path / "out", actor=DOER)
        proof = tmp_path / "proof.json"
        for number in (1, 7, ENTRIES):
            told = prove_entries(entry_id=number, actor=DOER)
            proof.write_text(json.dumps(told))
            code, said = checked(tmp_path, proof)
            assert (code, said.splitlines()[-1]) == (0, "OK")
            assert told["key"] in said

            told["entries"][0]["entry"] = told["entries"][0]["entry"].replace("attempt", "attempz")
            proof.write_text(json.dumps(told))
            code, said = checked(tmp_path, proof)
            assert code == 1
            assert f"The entry at place {number - 1} is not in the tree" in said

    def test_of_everything_about_a_subject(self, signed):
        told = prove_entries(subject="attempt:9", actor=DOER)

        assert [each["index"] for each in told["entries"]] == [8]
        assert told["size"] == ENTRIES

    def test_takes_few_rows_of_a_long_record(self, signed):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            prove_entries(entry_id=7, actor=DOER)

        wanted = [each["sql"] for each in asked if "subtree_hashes" in each["sql"]]
        assert len(wanted) == 1


def checked(tmp_path, proof):
    import subprocess
    import sys

    verifier = str(tmp_path / "out" / "verify_log.py")
    done = subprocess.run(
        [sys.executable, "-I", "-S", verifier, str(proof)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_an_export_is_whole_or_not_there(signed, tmp_path, monkeypatch):
    from forbear.contexts.audit import export
    from forbear.values.errors import Conflict

    def broken():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "leaf_rows", broken)
    with pytest.raises(OSError, match="space"):
        export_record(tmp_path / "out", actor=DOER)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()

    done = export_record(tmp_path / "out", actor=DOER)
    assert (done.entries, done.leaves, done.checkpoints) == (ENTRIES, ENTRIES, 3)
    with pytest.raises(Conflict, match="exists"):
        export_record(tmp_path / "out", actor=DOER)

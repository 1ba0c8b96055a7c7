"""A ring holds its keys in states, shows none, and knows its own database."""

import copy
import json
import pickle
from dataclasses import asdict
from datetime import timedelta

import pytest

from forbear.contexts.protection.keyring import (
    KeyState,
    KeyUse,
    RingMismatch,
    RingUnusable,
    Secret,
    UnknownKey,
    keyring_mark,
    new_ring,
    parse_ring,
    ring_text,
    validate_mark,
)
from forbear.values.errors import Conflict
from tests.support.protection import NOW, chain

LATER = NOW + timedelta(days=90)


class TestStates:
    def test_a_new_ring_has_one_active_key_for_each_use_and_none_in_common(self):
        ring = new_ring(now=NOW)

        assert [k.use for k in ring.keys] == list(KeyUse)
        assert all(k.state is KeyState.ACTIVE for k in ring.keys)
        assert ring.keys[0].secret != ring.keys[1].secret

    @pytest.mark.parametrize("use", list(KeyUse))
    def test_an_added_key_reads_before_it_writes(self, use):
        ring = new_ring(now=NOW).add(use, now=LATER)
        pending = ring.pending(use)

        assert pending.state is KeyState.DECRYPT_ONLY
        assert ring.active(use).created_at == NOW
        assert ring.live(use) == (ring.active(use), pending)

    @pytest.mark.parametrize("use", list(KeyUse))
    def test_activating_leaves_the_former_key_reading(self, use):
        before = new_ring(now=NOW).add(use, now=LATER)
        after = before.activate(before.pending(use).id, now=LATER)

        assert after.active(use).id == before.pending(use).id
        assert after.key(before.active(use).id).state is KeyState.DECRYPT_ONLY
        assert after.pending(use) is None
        assert after.revision == before.revision + 1
        other = next(each for each in KeyUse if each is not use)
        assert after.active(other) == before.active(other)

    def test_retiring_destroys_the_secret_and_keeps_the_record(self):
        ring = new_ring(now=NOW)
        old = ring.active(KeyUse.WRAP).id
        ring = ring.add(KeyUse.WRAP, now=LATER)
        ring = ring.activate(ring.pending(KeyUse.WRAP).id, now=LATER).retire(old, now=LATER)

        assert ring.key(old).secret is None
        assert ring.key(old).aead is None
        assert ring.key(old).retired_at == LATER
        assert parse_ring(ring_text(ring)) == ring

    def test_the_active_key_is_never_retired_and_a_retired_one_never_active(self):
        ring = new_ring(now=NOW)
        old = ring.active(KeyUse.WRAP).id
        with pytest.raises(Conflict):
            ring.retire(old, now=LATER)
        ring = ring.add(KeyUse.WRAP, now=LATER)
        ring = ring.activate(ring.pending(KeyUse.WRAP).id, now=LATER).retire(old, now=LATER)
        with pytest.raises(Conflict):
            ring.activate(old, now=LATER)

    def test_no_third_generation_of_an_index_key(self):
        with pytest.raises(Conflict):
            new_ring(now=NOW).add(KeyUse.INDEX, now=LATER).add(KeyUse.INDEX, now=LATER)

    def test_an_unknown_key_is_named(self):
        with pytest.raises(UnknownKey, match="0000000000000000"):
            new_ring(now=NOW).key("0000000000000000")


class TestText:
    def test_what_is_written_is_read(self):
        ring = new_ring(now=NOW).add(KeyUse.INDEX, now=LATER)

        assert parse_ring(ring_text(ring)) == ring

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda r: r.update(format="other"),
            lambda r: r.update(version=2),
            lambda r: r.pop("keys"),
            lambda r: r.update(keys=[]),
            lambda r: r["keys"].append(r["keys"][0]),
            lambda r: r["keys"][0].update(state="DECRYPT_ONLY"),
            lambda r: r["keys"][0].update(state="RETIRED"),
            lambda r: r["keys"][0].update(secret=None),
            lambda r: r["keys"][0].update({"secret": "c2hvcnQ="}),
            lambda r: r["keys"][0].update({"secret": "no base64!"}),
            lambda r: r["keys"][0].update(secret=r["keys"][1]["secret"]),
            lambda r: r["keys"][0].update(id="zz"),
            lambda r: r["keys"][0].update(id="00"),
            lambda r: r["keys"][0].update(created_at="2026-01-01"),
            lambda r: r["keys"][0].update(use="OTHER"),
            lambda r: r.update(id="other"),
        ],
    )
    def test_a_damaged_ring_is_refused_without_quoting_it(self, spoil):
        ring = new_ring(now=NOW)
        read = json.loads(ring_text(ring))
        secrets = [key["secret"] for key in read["keys"]]
        spoil(read)

        with pytest.raises(RingUnusable) as caught:
            parse_ring(json.dumps(read))

        assert caught.value.remedy
        assert caught.value.data["message_zh"]
        assert not any(secret in chain(caught.value) for secret in secrets)

    @pytest.mark.parametrize("text", ["", "[]", "null", "{", "1", '{"format": 1}'])
    def test_no_ring_at_all_is_refused(self, text):
        with pytest.raises(RingUnusable):
            parse_ring(text)

    def test_half_a_ring_is_refused_at_every_length_without_quoting_it(self):
        text = ring_text(new_ring(now=NOW))
        secret = json.loads(text)["keys"][0]["secret"]

        for length in range(len(text) - 2):
            with pytest.raises(RingUnusable) as caught:
                parse_ring(text[:length])
            assert secret not in chain(caught.value)


class TestHiding:
    def test_no_secret_is_shown_copied_or_pickled(self):
        ring = new_ring(now=NOW)
        secret = ring.keys[0].secret
        shown = f"{ring!r} {ring} {ring.keys[0]!r} {secret!r} {secret}"

        assert secret.reveal().hex() not in shown
        assert repr(secret.reveal())[2:-1] not in shown
        assert "<Secret>" in shown
        for leak in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError):
                leak(secret)
        with pytest.raises(TypeError):
            asdict(ring)
        with pytest.raises(TypeError):
            vars(secret)

    def test_a_secret_has_one_length(self):
        with pytest.raises(ValueError, match="32 bytes"):
            Secret(b"short")


class TestMark:
    def test_a_ring_knows_its_own_marks_and_they_tell_no_secret(self):
        ring = new_ring(now=NOW)
        marks = keyring_mark(ring)

        assert set(marks) == {k.id for k in ring.keys}
        assert validate_mark(ring, marks, anything_sealed=True) == {}
        assert all(k.secret.reveal() not in b"".join(marks.values()) for k in ring.keys)

    def test_a_new_key_has_a_mark_to_add(self):
        ring = new_ring(now=NOW)
        grown = ring.add(KeyUse.WRAP, now=LATER)
        added = validate_mark(grown, keyring_mark(ring), anything_sealed=True)

        assert set(added) == {grown.pending(KeyUse.WRAP).id}

    def test_an_older_copy_of_the_ring_is_refused_and_the_missing_key_named(self):
        ring = new_ring(now=NOW)
        grown = ring.add(KeyUse.WRAP, now=LATER)

        with pytest.raises(RingMismatch, match=grown.pending(KeyUse.WRAP).id):
            validate_mark(ring, keyring_mark(grown), anything_sealed=False)

    def test_another_ring_is_refused(self):
        with pytest.raises(RingMismatch):
            validate_mark(new_ring(now=NOW), keyring_mark(new_ring(now=NOW)), anything_sealed=True)

    def test_a_ring_that_only_borrows_the_ids_is_refused(self):
        ring = new_ring(now=NOW)
        forged = {**keyring_mark(ring), ring.keys[0].id: bytes(16)}

        with pytest.raises(RingMismatch, match=ring.keys[0].id):
            validate_mark(ring, forged, anything_sealed=True)

    def test_a_mark_outlives_the_retirement_of_a_key(self):
        ring = new_ring(now=NOW)
        marks, old = keyring_mark(ring), ring.active(KeyUse.WRAP).id
        ring = ring.add(KeyUse.WRAP, now=LATER)
        ring = ring.activate(ring.pending(KeyUse.WRAP).id, now=LATER).retire(old, now=LATER)

        assert old not in validate_mark(ring, marks, anything_sealed=True)

    def test_a_full_database_without_a_mark_is_refused_and_an_empty_one_gets_its_marks(self):
        ring = new_ring(now=NOW)

        assert validate_mark(ring, {}, anything_sealed=False) == keyring_mark(ring)
        with pytest.raises(RingMismatch):
            validate_mark(ring, {}, anything_sealed=True)

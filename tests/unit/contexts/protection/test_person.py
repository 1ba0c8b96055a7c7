"""Each person has a key of their own; destroying it erases the person."""

from datetime import timedelta
from uuid import UUID

import pytest

from forbear.contexts.protection.cell import Place, Sealed
from forbear.contexts.protection.keyring import KeyUse, UnknownKey, new_ring
from forbear.contexts.protection.person import (
    WRAPPED_BYTES,
    ErasedPerson,
    KeyCache,
    MissingPersonKey,
    UnreadableKey,
    rewrap,
    unwrap,
    wrap_fresh,
    wrapping_key_id,
)
from tests.support.protection import NOW, OTHER_PERSON, PERSON, ROW, chain, vault_with

PLACE = Place("person", "name", ROW, PERSON)
LATER = NOW + timedelta(days=1)


def _rotated(ring):
    ring = ring.add(KeyUse.WRAP, now=LATER)
    return ring.activate(ring.pending(KeyUse.WRAP).id, now=LATER)


class TestWrapping:
    def test_a_wrapped_key_opens_what_it_sealed(self):
        ring = new_ring(now=NOW)
        wrapped = wrap_fresh(ring, PERSON)
        cell = unwrap(ring, PERSON, wrapped).seal_text(PLACE, "张三")

        assert unwrap(ring, PERSON, wrapped).open_text(PLACE, cell) == "张三"
        assert len(wrapped) == WRAPPED_BYTES
        assert wrapping_key_id(wrapped) == ring.active(KeyUse.WRAP).id

    def test_every_single_flipped_bit_and_every_cut_raises(self):
        ring = new_ring(now=NOW)
        wrapped = wrap_fresh(ring, PERSON)

        for position in range(len(wrapped) * 8):
            flipped = bytearray(wrapped)
            flipped[position // 8] ^= 1 << position % 8
            with pytest.raises((UnreadableKey, UnknownKey)):
                unwrap(ring, PERSON, bytes(flipped))
        for length in range(len(wrapped)):
            with pytest.raises(UnreadableKey):
                unwrap(ring, PERSON, wrapped[:length])
        with pytest.raises(UnreadableKey):
            unwrap(ring, PERSON, wrapped + b"\0")

    def test_a_key_moved_to_another_person_raises(self):
        ring = new_ring(now=NOW)

        with pytest.raises(UnreadableKey):
            unwrap(ring, OTHER_PERSON, wrap_fresh(ring, PERSON))

    def test_a_key_under_a_ring_key_that_is_not_held_raises(self):
        with pytest.raises(UnknownKey):
            unwrap(new_ring(now=NOW), PERSON, wrap_fresh(new_ring(now=NOW), PERSON))


class TestRotation:
    def test_rewrapping_keeps_the_data_key_and_changes_what_it_is_under(self):
        ring = new_ring(now=NOW)
        wrapped = wrap_fresh(ring, PERSON)
        cell = unwrap(ring, PERSON, wrapped).seal_text(PLACE, "张三")
        ring = _rotated(ring)
        fresh = rewrap(ring, PERSON, wrapped)

        assert wrapping_key_id(fresh) == ring.active(KeyUse.WRAP).id
        assert unwrap(ring, PERSON, fresh).open_text(PLACE, cell) == "张三"
        assert rewrap(ring, PERSON, fresh) == fresh

    def test_a_retired_key_opens_nothing_and_says_so(self):
        ring = new_ring(now=NOW)
        wrapped, old = wrap_fresh(ring, PERSON), ring.active(KeyUse.WRAP).id
        ring = _rotated(ring).retire(old, now=LATER)

        with pytest.raises(UnreadableKey, match="retired"):
            unwrap(ring, PERSON, wrapped)

    def test_an_unreadable_key_does_not_pass_for_a_rotated_one(self):
        ring = new_ring(now=NOW)
        wrapped = wrap_fresh(ring, PERSON)

        with pytest.raises(UnreadableKey):
            rewrap(ring, PERSON, wrapped[:-1] + bytes([wrapped[-1] ^ 1]))


class TestErasure:
    def test_a_shredded_person_can_be_read_no_more(self):
        vault, store = vault_with(PERSON, OTHER_PERSON)
        keys = vault.keys(store, now=NOW)
        sealed = Sealed.text("张三", place=PLACE, keys=keys)

        assert vault.shred(store, PERSON, now=NOW) is True
        with pytest.raises(ErasedPerson) as caught:
            sealed.open(keys)
        assert "张三" not in chain(caught.value)
        assert vault.shred(store, PERSON, now=NOW) is False
        assert keys.of(OTHER_PERSON)

    def test_a_person_who_never_was_is_told_apart_from_an_erased_one(self):
        vault, store = vault_with()

        with pytest.raises(MissingPersonKey):
            vault.keys(store, now=NOW).of(PERSON)


class TestCache:
    def test_one_question_serves_a_list(self):
        people = [UUID(int=n) for n in range(50)]
        vault, store = vault_with(*people)
        vault.shred(store, people[7], now=NOW)
        keys = vault.keys(store, now=NOW)
        keys.prepare(people)
        for each in people[:7]:
            keys.of(each)

        assert store.asked == 1
        with pytest.raises(ErasedPerson):
            keys.of(people[7])

    def test_a_key_is_held_for_a_time_and_no_longer(self):
        vault, store = vault_with(PERSON, age_max=timedelta(seconds=60))
        for seconds, asked in ((0, 1), (59, 1), (60, 2), (90, 2)):
            vault.keys(store, now=NOW + timedelta(seconds=seconds)).of(PERSON)
            assert store.asked == asked

    def test_a_clock_set_back_holds_no_key_longer(self):
        vault, store = vault_with(PERSON)
        vault.keys(store, now=NOW).of(PERSON)
        vault.keys(store, now=NOW - timedelta(hours=1)).of(PERSON)

        assert store.asked == 2

    def test_the_longest_unused_leaves_first(self):
        cache = KeyCache(size_max=2)
        for name in "ab":
            cache.put(name, name, now=NOW)
        cache.get("a", now=NOW)
        cache.put("c", "c", now=NOW)

        assert [cache.get(name, now=NOW) for name in "abc"] == ["a", None, "c"]
        cache.clear()
        assert cache.get("a", now=NOW) is None

    def test_another_process_sees_an_erasure_when_its_time_is_over(self):
        vault, store = vault_with(PERSON, age_max=timedelta(seconds=60))
        other = type(vault)(vault.keeper, cache=KeyCache(age_max=timedelta(seconds=60)))
        other.keys(store, now=NOW).of(PERSON)
        vault.shred(store, PERSON, now=NOW)

        with pytest.raises(ErasedPerson):
            other.keys(store, now=NOW + timedelta(seconds=60)).of(PERSON)

"""A cell opens only where it was put, whole, with its person's key; else it raises."""

import copy
import logging
import pickle
import threading
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from forbear.contexts.protection.cell import (
    CELL_LENGTHS,
    MASK,
    VALUE_BYTES_MAX,
    DataKey,
    Place,
    Sealed,
    UnreadableCell,
    UnsealableValue,
    bucket_bytes,
)
from tests.support.protection import (
    NOW,
    OTHER_PERSON,
    OTHER_ROW,
    PERSON,
    ROW,
    chain,
    vault_with,
)

PLACE = Place("person", "name", ROW, PERSON)
CANARY = "金丝雀19800101"


@pytest.fixture
def key():
    return DataKey(AESGCM.generate_key(256))


class TestRoundTrip:
    @pytest.mark.parametrize(
        "text", ["", " ", "\0", "张三", "𬱖𠮷", "e\u0301", "a" * 59, "a" * 60, "界" * 21_843]
    )
    def test_every_text_comes_back_as_it_was(self, key, text):
        assert key.open_text(PLACE, key.seal_text(PLACE, text)) == text

    @pytest.mark.parametrize("value", [None, "", [], {}, 0, 1.5, {"路": ["a", None, {"b": True}]}])
    def test_every_json_value_comes_back_as_it_was(self, key, value):
        assert key.open_json(PLACE, key.seal_json(PLACE, value)) == value

    def test_an_empty_text_is_a_cell_and_no_text_is_an_error(self, key):
        assert len(key.seal_text(PLACE, "")) == CELL_LENGTHS[0]
        with pytest.raises(TypeError):
            key.seal_text(PLACE, None)

    def test_the_same_text_never_gives_the_same_cell(self, key):
        assert len({key.seal_text(PLACE, "张三") for _ in range(1_000)}) == 1_000


class TestLength:
    def test_a_short_and_a_long_name_have_cells_of_one_length(self, key):
        names = ["", "王", "张三", "阿卜杜热合曼·买买提艾力", "Wolfeschlegelsteinhausenbergerdorff"]

        assert {len(key.seal_text(PLACE, name)) for name in names} == {CELL_LENGTHS[0]}

    def test_buckets_double(self):
        assert [bucket_bytes(n) for n in (0, 59, 60, 123, 124, VALUE_BYTES_MAX)] == [
            64,
            64,
            128,
            128,
            256,
            65_536,
        ]

    def test_the_longest_value_fits_and_one_byte_more_does_not(self, key):
        longest = "a" * VALUE_BYTES_MAX

        assert len(key.seal_text(PLACE, longest)) == CELL_LENGTHS[-1]
        with pytest.raises(UnsealableValue, match="65,532 bytes"):
            key.seal_text(PLACE, longest + "a")


class TestTampering:
    def test_every_single_flipped_bit_raises(self, key):
        cell = key.seal_text(PLACE, "张三")

        for position in range(len(cell) * 8):
            flipped = bytearray(cell)
            flipped[position // 8] ^= 1 << position % 8
            with pytest.raises(UnreadableCell):
                key.open_text(PLACE, bytes(flipped))

    def test_every_shorter_and_longer_cell_raises(self, key):
        cell = key.seal_text(PLACE, "张三")

        for length in range(len(cell)):
            with pytest.raises(UnreadableCell):
                key.open_text(PLACE, cell[:length])
        for more in (b"\0", b"\0" * 64, cell):
            with pytest.raises(UnreadableCell):
                key.open_text(PLACE, cell + more)

    @pytest.mark.parametrize(
        "elsewhere",
        [
            replace(PLACE, table="contact_point"),
            replace(PLACE, column="address"),
            replace(PLACE, row=OTHER_ROW),
            replace(PLACE, person_key_id=OTHER_PERSON),
            replace(PLACE, row=PERSON, person_key_id=ROW),
            Place("personn", "ame", ROW, PERSON),
            Place("perso", "nname", ROW, PERSON),
        ],
    )
    def test_a_cell_moved_to_another_place_raises(self, key, elsewhere):
        cell = key.seal_text(PLACE, "张三")

        with pytest.raises(UnreadableCell):
            key.open_text(elsewhere, cell)

    def test_another_persons_key_raises(self, key):
        with pytest.raises(UnreadableCell):
            DataKey(AESGCM.generate_key(256)).open_text(PLACE, key.seal_text(PLACE, "张三"))

    @pytest.mark.parametrize(
        "stranger", [b"", "张三".encode(), "张三", None, b"\1" * 93, b"a" * 93]
    )
    def test_what_was_never_sealed_raises(self, key, stranger):
        with pytest.raises(UnreadableCell):
            key.open_text(PLACE, stranger)

    def test_text_is_not_read_as_json_nor_json_as_text(self, key):
        with pytest.raises(UnreadableCell):
            key.open_json(PLACE, key.seal_text(PLACE, "1"))
        with pytest.raises(UnreadableCell):
            key.open_text(PLACE, key.seal_json(PLACE, "1"))

    def test_a_frame_that_lies_about_its_length_raises(self):
        raw = AESGCM.generate_key(256)
        for frame in (b"\1\0\0\0\x7f".ljust(64, b"a"), b"\1\xff\xff\xff\xff".ljust(64, b"a")):
            cell = b"\1" + b"n" * 12 + AESGCM(raw).encrypt(b"n" * 12, frame, PLACE.bound)
            with pytest.raises(UnreadableCell):
                DataKey(raw).open_text(PLACE, cell)


class TestPlace:
    @pytest.mark.parametrize("row", [None, "", True, b"0" * 16])
    def test_a_row_without_an_id_of_its_own_is_no_place(self, row):
        with pytest.raises(TypeError):
            Place("person", "name", row, PERSON)
        with pytest.raises(TypeError):
            Place("person", "name", ROW, row)

    def test_rows_are_named_by_text_number_or_uuid_and_never_mixed_up(self):
        rows = ("7", 7, ROW, str(ROW))

        assert len({Place("person", "name", row, PERSON).bound for row in rows}) == 4

    def test_table_and_column_have_names(self):
        with pytest.raises(TypeError):
            Place("", "name", ROW, PERSON)


class TestHiding:
    def test_no_error_tells_the_value(self, key, caplog):
        caplog.set_level(logging.DEBUG)
        told = []
        for make in (
            lambda: key.seal_text(PLACE, CANARY + "\ud800"),
            lambda: key.seal_text(PLACE, CANARY * 9_000),
            lambda: key.seal_json(PLACE, {CANARY: object()}),
            lambda: key.seal_json(PLACE, {CANARY: float("nan")}),
            lambda: key.open_text(replace(PLACE, row=OTHER_ROW), key.seal_text(PLACE, CANARY)),
            lambda: key.open_json(PLACE, key.seal_text(PLACE, CANARY)),
        ):
            with pytest.raises((UnsealableValue, UnreadableCell)) as caught:
                make()
            told.append(chain(caught.value))

        assert len(told) == 6
        assert CANARY[:3] not in "".join(told) + caplog.text

    def test_a_key_is_neither_shown_copied_nor_pickled(self, key):
        assert f"{key}{key!r}" == "<DataKey><DataKey>"
        for leak in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError):
                leak(key)


class TestSealed:
    def test_it_opens_with_keys_and_shows_a_mask_without(self):
        vault, store = vault_with(PERSON)
        keys = vault.keys(store, now=NOW)
        sealed = Sealed.text(CANARY, place=PLACE, keys=keys)

        assert sealed.open(keys) == CANARY
        assert str(sealed) == MASK
        assert f"{sealed:<5}" == f"{MASK}  "
        assert CANARY[:3] not in f"{sealed!r} {sealed:>9} {[sealed]}"
        assert sealed.cell.hex() not in repr(sealed)

    def test_json_too(self):
        vault, store = vault_with(PERSON)
        keys = vault.keys(store, now=NOW)

        assert Sealed.json({"a": 1}, place=PLACE, keys=keys).open_json(keys) == {"a": 1}

    def test_without_a_place_it_does_not_open(self):
        vault, store = vault_with(PERSON)
        keys = vault.keys(store, now=NOW)
        sealed = Sealed.text("张三", place=PLACE, keys=keys)
        unplaced = Sealed(sealed.cell, "person", "name")

        with pytest.raises(TypeError):
            unplaced.open(keys)
        assert unplaced.at(row=ROW, person_key_id=PERSON).open(keys) == "张三"
        with pytest.raises(UnreadableCell):
            unplaced.at(row=OTHER_ROW, person_key_id=PERSON).open(keys)

    def test_it_joins_no_text(self):
        sealed = Sealed(b"", "person", "name")

        with pytest.raises(TypeError):
            _ = "name: " + sealed
        with pytest.raises(TypeError):
            _ = sealed + "!"


class TestThreads:
    def test_sixteen_threads_share_a_key(self):
        people = [UUID(int=n) for n in range(8)]
        vault, store = vault_with(*people, size_max=3)
        keys, wrong = vault.keys(store, now=NOW), []

        def work(seed):
            for turn in range(200):
                person = people[(seed + turn) % len(people)]
                place = Place("person", "name", UUID(int=turn), person)
                text = f"{seed}-{turn}"
                if Sealed.text(text, place=place, keys=keys).open(keys) != text:
                    wrong.append((seed, turn))

        threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert wrong == []
        assert len(vault.cache._held) <= 3

"""Tree and proofs agree with their definition; a record is found whole or its damage is named."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.contexts.audit.leaf import entry_line
from forbear.contexts.audit.tree import (
    consistency_ranges,
    full_nodes,
    inclusion_ranges,
    range_hash,
)
from forbear.contexts.audit.verify_log import Tree, consistent, leaf_hash, root_by_inclusion
from tests.property.reference import record as twin
from tests.support.record import Memory, memory, row, signed_at


def grown(leaves: list[bytes]) -> tuple[Tree, dict]:
    tree, kept = Tree(), {}
    for index, data in enumerate(leaves):
        leaf = leaf_hash(data)
        for height, made in enumerate([leaf, *tree.append(leaf)]):
            kept[height, ((index + 1) >> height) - 1] = made
    return tree, kept


class TestTree:
    @given(st.lists(st.binary(max_size=4), max_size=70))
    @settings(max_examples=150, deadline=None)
    def test_root_and_every_part_are_as_defined(self, leaves):
        tree, kept = grown(leaves)

        assert tree.root() == twin.root(leaves)
        for (height, position), made in kept.items():
            assert made == twin.root(leaves[position << height : (position + 1) << height])

    @given(st.integers(1, 90), st.data())
    @settings(max_examples=200, deadline=None)
    def test_proofs_are_as_defined_and_are_accepted(self, size, data):
        leaves = [bytes([number]) for number in range(size)]
        index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
        tree, kept = grown(leaves)

        path = [range_hash(each, kept) for each in inclusion_ranges(index, size)]
        proof = [range_hash(each, kept) for each in consistency_ranges(old, size)]

        assert path == twin.inclusion(index, leaves)
        assert proof == twin.consistency(old, leaves)
        assert root_by_inclusion(index, size, leaf_hash(leaves[index]), path) == tree.root()
        assert consistent(old, twin.root(leaves[:old]), size, tree.root(), proof)

    @given(st.integers(2, 60), st.data())
    @settings(max_examples=200, deadline=None)
    def test_a_proof_with_one_bit_changed_is_refused(self, size, data):
        leaves = [bytes([number]) for number in range(size)]
        tree, kept = grown(leaves)
        index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
        for ranges in (inclusion_ranges(index, size), consistency_ranges(old, size)):
            path = [range_hash(each, kept) for each in ranges]
            step = data.draw(st.integers(0, len(path) - 1))
            bit = data.draw(st.integers(0, 255))
            broken = (int.from_bytes(path[step], "big") ^ 1 << bit).to_bytes(32, "big")
            path[step] = broken
            if ranges == inclusion_ranges(index, size):
                found = root_by_inclusion(index, size, leaf_hash(leaves[index]), path)
                assert found != tree.root()
            else:
                assert not consistent(old, twin.root(leaves[:old]), size, tree.root(), path)

    @given(st.integers(0, 5000), st.integers(0, 300))
    def test_a_range_of_the_tree_is_cut_into_few_full_parts(self, start, length):
        start <<= length.bit_length()
        nodes = full_nodes(start, start + length)

        covered = [(p << h, (p + 1) << h) for h, p in nodes]
        assert [a for a, _ in covered] == [start, *(b for _, b in covered[:-1])][: len(covered)]
        assert sum(b - a for a, b in covered) == length
        assert len(nodes) <= max(1, length.bit_length())


@st.composite
def records(draw) -> Memory:
    """A record as a sequencer leaves it: ids with gaps, and some that were committed late."""
    ids = sorted(draw(st.sets(st.integers(1, 400), min_size=1, max_size=120)))
    order = sorted(ids, key=lambda each: each + draw(st.integers(0, 12)))
    cuts = sorted(draw(st.sets(st.integers(1, len(order)), max_size=6)))
    batches = [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    waiting = draw(st.integers(0, 5))
    *signed, last = batches
    kept = [*signed, last] if draw(st.booleans()) else signed
    late = [each for each in last[:waiting] if kept is signed]
    made = memory(kept, waiting=late)
    made.copies = list(made.stored)
    return made


class TestRecords:
    @given(records())
    @settings(max_examples=100, deadline=None)
    def test_that_are_whole_raise_no_alarm(self, made):
        report = made.examined()

        assert report.findings == []
        assert report.leaves == len(made.leaves)
        assert report.entries == len(made.rows)
        assert report.waiting == len(made.rows) - len(made.leaves)

    @given(records(), st.randoms(use_true_random=False))
    @settings(max_examples=150, deadline=None)
    def test_one_changed_entry_is_named(self, made, dice):
        if not made.leaves:
            return
        index, entry_id, _ = dice.choice(made.leaves)
        column = dice.randrange(1, 9)
        made.rows[entry_id][column] = changed(made.rows[entry_id][column], column)

        assert made.named() == {("CHANGED", index, entry_id)}

    @given(records(), st.randoms(use_true_random=False))
    @settings(max_examples=150, deadline=None)
    def test_one_dropped_entry_is_named(self, made, dice):
        if not made.leaves:
            return
        index, entry_id, _ = dice.choice(made.leaves)
        del made.rows[entry_id]

        assert made.named() == {("DROPPED", index, entry_id)}

    @given(records(), st.randoms(use_true_random=False))
    @settings(max_examples=100, deadline=None)
    def test_two_entries_in_each_others_place_are_named(self, made, dice):
        if len(made.leaves) < 2:
            return
        first, second = sorted(dice.sample(made.leaves, 2))
        made.leaves.remove(first)
        made.leaves.remove(second)
        made.leaves += [(first[0], *second[1:]), (second[0], *first[1:])]

        assert made.named() == {
            ("REORDERED", first[0], second[1]),
            ("REORDERED", second[0], first[1]),
        }

    @given(records(), st.randoms(use_true_random=False))
    @settings(max_examples=100, deadline=None)
    def test_an_entry_slipped_in_between_is_named(self, made, dice):
        """Every later place is counted up, as somebody would who wants no gap."""
        signed = made.stored[-1].size if made.stored else 0
        if not signed:
            return
        at = dice.randrange(signed)
        made.rows[900] = row(900)
        leaf = leaf_hash(entry_line(at, made.rows[900]))
        made.leaves = [(i + (i >= at), e, h) for i, e, h in made.leaves] + [(at, 900, leaf)]

        assert made.named() == {("INSERTED", at, 900)}

    @given(records(), st.randoms(use_true_random=False))
    @settings(max_examples=100, deadline=None)
    def test_an_entry_taken_out_with_its_leaf_is_named_by_its_place(self, made, dice):
        """Every later place is counted down, as somebody would who wants no gap."""
        signed = made.stored[-1].size if made.stored else 0
        if not signed:
            return
        at, entry_id, _ = dice.choice([each for each in made.leaves if each[0] < signed])
        last = at == len(made.leaves) - 1
        del made.rows[entry_id]
        made.leaves = [(i - (i > at), e, h) for i, e, h in made.leaves if i != at]

        code = "CUT_OFF" if last else "DROPPED"
        assert made.named() == {(code, at, None)}

    @given(records(), st.randoms(use_true_random=False))
    @settings(max_examples=100, deadline=None)
    def test_a_changed_leaf_is_told_from_a_changed_entry(self, made, dice):
        signed = made.stored[-1].size if made.stored else 0
        if not signed:
            return
        one = dice.choice([each for each in made.leaves if each[0] < signed])
        made.leaves.remove(one)
        made.leaves.append((one[0], one[1], bytes(32)))

        assert made.named() == {("LEAF_CHANGED", one[0], one[1])}

    @given(records(), st.randoms(use_true_random=False))
    @settings(max_examples=100, deadline=None)
    def test_entry_and_leaf_changed_together_are_found_between_two_checkpoints(self, made, dice):
        signed = made.stored[-1].size if made.stored else 0
        if not signed:
            return
        index, entry_id, _ = dice.choice([each for each in made.leaves if each[0] < signed])
        made.rows[entry_id][5] = "attempt:0"
        leaf = leaf_hash(entry_line(index, made.rows[entry_id]))
        made.leaves = [(i, e, leaf if i == index else h) for i, e, h in made.leaves]
        start = max((one.size for one in made.stored if one.size <= index), default=0)
        end = min(one.size for one in made.stored if one.size > index) - 1

        found = made.examined().findings

        assert [(each.code, each.index, each.belongs) for each in found] == [
            ("REWRITTEN", start, end)
        ]


def changed(value, column):
    """Another value of the same kind."""
    if column == 1:
        return value.replace(microsecond=(value.microsecond + 1) % 1_000_000)
    if column == 6:
        return 99 if value is None else None
    return value + (b" " if isinstance(value, bytes) else "x")


class TestSingleCases:
    def test_an_entry_without_a_leaf_below_the_settled_id_was_inserted(self):
        made = memory([[1, 2, 3], [5, 6]])
        made.rows[4] = row(4)

        assert made.named() == {("INSERTED", None, 4)}

    def test_an_entry_given_a_place_after_it_could_no_longer_come_was_inserted(self):
        made = memory([[1, 2, 3], [5, 6]])
        made.rows[4] = row(4)
        made.leaves.append((5, 4, leaf_hash(entry_line(5, made.rows[4]))))

        assert made.named() == {("INSERTED", 5, 4)}

    def test_a_leaf_taken_away_is_told_from_its_entry(self):
        made = memory([[1, 2, 3], [5, 6]])
        made.leaves = [each for each in made.leaves if each[1] != 2]

        assert made.named() == {("LEAF_DROPPED", 1, 2)}

    def test_the_last_leaves_taken_away_are_told_from_their_entries(self):
        made = memory([[1, 2, 3], [5, 6]])
        made.leaves = made.leaves[:3]

        assert made.named() == {("LEAF_DROPPED", 3, 5), ("LEAF_DROPPED", 4, 6)}

    def test_an_end_that_was_cut_off_is_found(self):
        made = memory([[1, 2, 3], [5, 6]])
        made.leaves = made.leaves[:4]
        del made.rows[6]

        assert made.named() == {("CUT_OFF", 4, None)}

    def test_a_checkpoint_that_was_changed_or_signed_by_another_is_named(self):
        from dataclasses import replace

        from tests.support.record import TestSigner

        made = memory([[1, 2, 3], [5, 6]])
        made.stored[0] = replace(made.stored[0], settled=400)
        assert made.named() == {("CHECKPOINT_FORGED", 3, None)}

        tree = Tree()
        for _, _, leaf in made.leaves:
            tree.append(leaf)
        made = memory([[1, 2, 3], [5, 6]])
        made.stored[1] = signed_at(tree, 6, TestSigner())
        assert made.named() == {("KEY_UNKNOWN", 5, None)}

    def test_a_checkpoint_that_a_copy_alone_still_knows_was_dropped(self):
        made = memory([[1, 2, 3], [5, 6]])
        made.copies = list(made.stored)
        del made.stored[0]

        assert made.named() == {("CHECKPOINT_DROPPED", 3, None)}

    def test_a_record_rewritten_and_signed_anew_is_found_by_the_copies(self):
        made, other = memory([[1, 2, 3], [5, 6]]), memory([[1, 2, 3], [7, 6]])
        other.copies = made.stored

        codes = {each.code for each in other.examined().findings}
        assert {"CHECKPOINT_DROPPED", "FORKED"} <= codes

    def test_two_dropped_in_a_row_and_the_rest_moved_up(self):
        made = memory([list(range(1, 200))])
        gone = {50, 51}
        made.rows = {each: it for each, it in made.rows.items() if each not in gone}
        kept = [each for each in made.leaves if each[1] not in gone]
        made.leaves = [(i, e, h) for i, (_, e, h) in enumerate(kept)]

        assert made.named() == {("DROPPED", 49, None), ("DROPPED", 50, None)}

    def test_a_line_that_is_no_entry_is_named(self):
        made = memory([[1, 2, 3]])
        lines = made.lines()
        made.lines = lambda: [*lines, b"{}"]

        assert made.named() == {("UNREADABLE", 4, None)}


def test_no_two_entries_share_a_form():
    one, other = row(1, body=b"\xff", body_sha256=b""), row(1, body=b"\xc3\xbf", body_sha256=b"")

    assert entry_line(0, one) != entry_line(0, other)
    assert entry_line(0, row(1, body=b'"\n')).count(b"\n") == 0
    assert entry_line(None, row(1)).startswith(b'{"v":1,"index":null,"id":1,')


@pytest.mark.nightly
def test_a_hundred_long_records_raise_no_alarm():
    for seed in range(100):
        dice = random.Random(seed)
        ids = sorted(dice.sample(range(1, 24_000), 8_000))
        order = sorted(ids, key=lambda each: each + dice.randrange(40))
        cuts = sorted(dice.sample(range(len(order)), 20))
        batches = [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]

        assert memory(batches).examined().findings == []

"""Hashes, proofs, signatures and notes are those that others publish."""

from __future__ import annotations

import ast
import base64
import os
import sys

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from forbear.contexts.audit.tree import (
    consistency_ranges,
    full_nodes,
    inclusion_ranges,
    nodes_of,
    range_hash,
    row_of,
)
from forbear.contexts.audit.verify_log import (
    Checkpoint,
    Tree,
    all_signed,
    consistent,
    key_hash,
    key_text,
    leaf_hash,
    parse_key,
    parse_note,
    root_by_inclusion,
    signed,
    together,
)
from tests.support.record import SIGNER, VERIFIER, signed_at

# The tree that implementations of certificate transparency are held against.
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
B = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
CD = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
E = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
EF = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
GH = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
EFGH = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
INCLUSION = {
    (0, 1): [],
    (0, 8): [B, CD, EFGH],
    (5, 8): [E, GH, ROOTS[4]],
    (2, 3): [ROOTS[2]],
    (1, 5): [A, CD, E],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [B, CD, EFGH],
    (6, 8): [EF, GH, ROOTS[4]],
    (2, 5): [CD, E],
}
# RFC 8032, section 7.1: public key, message, signature.
SIGNATURES = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


def hashes() -> tuple[Tree, dict]:
    """Return the tree over LEAVES, and every node as it would be kept."""
    tree, kept = Tree(), {}
    for index, data in enumerate(LEAVES):
        leaf = leaf_hash(data)
        for height, made in enumerate([leaf, *tree.append(leaf)]):
            node = (height, ((index + 1) >> height) - 1)
            assert row_of(node) == index
            kept[node] = made
    return tree, kept


class TestTree:
    def test_has_the_published_roots(self):
        tree, roots = Tree(), []
        for data in [None, *LEAVES]:
            if data is not None:
                tree.append(leaf_hash(data))
            roots.append(tree.root().hex())

        assert roots == ROOTS

    @pytest.mark.parametrize(("place", "path"), INCLUSION.items())
    def test_gives_and_accepts_the_published_proofs_of_inclusion(self, place, path):
        _, kept = hashes()
        ranges = inclusion_ranges(*place)

        assert set(nodes_of(ranges)) <= set(kept)
        assert [range_hash(each, kept).hex() for each in ranges] == path
        raw = [bytes.fromhex(each) for each in path]
        root = root_by_inclusion(*place, leaf_hash(LEAVES[place[0]]), raw)
        assert root.hex() == ROOTS[place[1]]

    @pytest.mark.parametrize(("sizes", "path"), CONSISTENCY.items())
    def test_gives_and_accepts_the_published_proofs_of_consistency(self, sizes, path):
        _, kept = hashes()
        old, new = sizes

        assert [range_hash(each, kept).hex() for each in consistency_ranges(old, new)] == path
        roots = [bytes.fromhex(ROOTS[size]) for size in sizes]
        raw = [bytes.fromhex(each) for each in path]
        assert consistent(old, roots[0], new, roots[1], raw)

    def test_refuses_proofs_for_another_place_size_or_with_another_hash(self):
        raw = [bytes.fromhex(each) for each in INCLUSION[5, 8]]
        leaf, root = leaf_hash(LEAVES[5]), bytes.fromhex(ROOTS[8])
        wrong = [
            (4, 8, leaf, raw),
            (5, 9, leaf, raw),
            (5, 5, leaf, raw),
            (-1, 8, leaf, raw),
            (5, 8, leaf_hash(b"other"), raw),
            (5, 8, leaf, raw[:-1]),
            (5, 8, leaf, [*raw, raw[0]]),
            (5, 8, leaf, raw[::-1]),
        ]

        assert root_by_inclusion(5, 8, leaf, raw) == root
        assert [case for case in wrong if root_by_inclusion(*case) == root] == []

    def test_the_end_of_a_tree_can_be_taken_up_again(self):
        tree, kept = hashes()
        for size in range(len(LEAVES) + 1):
            again = Tree(size, [kept[node] for node in full_nodes(0, size)])
            for data in LEAVES[size:]:
                again.append(leaf_hash(data))
            assert again.root() == tree.root()


class TestSignatures:
    @pytest.mark.parametrize("case", SIGNATURES)
    def test_are_those_of_the_standard(self, case):
        key, message, signature = map(bytes.fromhex, case)

        assert signed(key, message, signature)
        assert together([(key, message, signature)])
        assert not signed(key, message + b"x", signature)
        assert not together([(key, message + b"x", signature)])

    def test_are_judged_as_cryptography_judges_them(self):
        for number in range(40):
            secret = Ed25519PrivateKey.generate()
            public = secret.public_key().public_bytes_raw()
            message = os.urandom(number)
            good = secret.sign(message)
            place, bit = number % 64, 1 << number % 8
            bad = good[:place] + bytes([good[place] ^ bit]) + good[place + 1 :]
            for signature in (good, bad):
                try:
                    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
                    fine = True
                except InvalidSignature:
                    fine = False
                assert signed(public, message, signature) is fine
                assert together([(public, message, signature)]) is fine

    def test_what_is_no_key_or_signature_is_no_good(self):
        key, message, signature = map(bytes.fromhex, SIGNATURES[0])
        order = 2**252 + 27742317777372353535851937790883648493
        added = int.from_bytes(signature[32:], "little") + order
        stretched = signature[:32] + added.to_bytes(32, "little")
        for case in (
            (key[:-1], message, signature),
            (b"\xff" * 32, message, signature),
            (key, message, signature[:-1]),
            (key, message, b"\xff" * 64),
            (key, message, stretched),
        ):
            assert not signed(*case)
            assert not together([case])

    def test_one_bad_among_many_is_told_apart(self):
        many = [(SIGNER.public_key, b"%d" % n, SIGNER.sign(b"%d" % n)) for n in range(12)]
        many[7] = (SIGNER.public_key, b"another", many[7][2])

        assert all_signed(many) == [number != 7 for number in range(12)]


class TestNotes:
    def test_keys_and_signatures_are_those_of_signed_notes(self):
        # The key and the note that Go's implementation is tested with.
        told = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        text = (
            "If you think cryptography is the answer to your problem,\n"
            "then you don't know what your problem is.\n"
        )
        mark = base64.b64decode(
            "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
        )

        name, key = parse_key(told)

        assert (name, key_text(name, key)) == ("PeterNeumann", told)
        assert key_hash(name, key) == mark[:4]
        assert signed(key, text.encode(), mark[4:])

    def test_a_checkpoint_reads_back_as_it_was_written(self):
        tree = Tree()
        tree.append(leaf_hash(b""))
        made = signed_at(tree, 41)

        assert parse_note(made.note()) == made
        assert made.note().split("\n")[:3] == [
            "forbear.record/test",
            "1",
            base64.b64encode(tree.root()).decode(),
        ]
        assert made.note().split("\n")[5] == ""

    def test_anything_else_is_no_checkpoint(self):
        made = signed_at(Tree(1, [leaf_hash(b"")]), 41)
        note = made.note()
        for other in (
            "",
            note[:-1],
            note + "\n",
            note.replace("\n1\n", "\n01\n"),
            note.replace("settled 41", "settled  41"),
            note.replace("time ", "when "),
            note.replace("\u2014", "-"),
        ):
            assert parse_note(other) is None, other
        for other in ("", "a", "a+b+c", key_text("name", SIGNER.public_key)[:-1]):
            assert parse_key(other) is None
        assert isinstance(made, Checkpoint)


def test_the_verifier_needs_nothing_but_python():
    tree = ast.parse(VERIFIER.read_text("utf-8"))
    needed = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert needed <= set(sys.stdlib_module_names)

"""Which hashes prove that an entry is in the tree, or that one tree only added to another?

Ranges and nodes are those of RFC 6962. A node ``(height, position)`` is the full subtree over
``2**height`` leaves; it is kept with the last leaf that it covers, so one row gives any node.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from forbear.contexts.audit.verify_log import Tree

Range = tuple[int, int]
Node = tuple[int, int]
HASH_BYTES = 32


def full_nodes(start: int, end: int) -> list[Node]:
    """Return the full subtrees that a range of leaves consists of, from left to right."""
    found = []
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        found.append((height, start >> height))
        start += 1 << height
    return found


def row_of(node: Node) -> int:
    """Return the index of the leaf with which a node's hash is kept."""
    height, position = node
    return ((position + 1) << height) - 1


def _split(start: int, end: int) -> int:
    return start + (1 << ((end - start - 1).bit_length() - 1))


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the ranges whose hashes prove a leaf's place, from the leaf to the root."""
    start, end, found = 0, size, []
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the ranges whose hashes prove that a tree only added to an older one."""
    start, end, found = 0, new, []
    while old != end:
        middle = _split(start, end)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return ([(start, end)] if start else []) + found[::-1]


def nodes_of(ranges: Iterable[Range]) -> list[Node]:
    """Return every node that must be fetched for some ranges."""
    return [node for start, end in ranges for node in full_nodes(start, end)]


def range_hash(wanted: Range, known: Mapping[Node, bytes]) -> bytes:
    """Return the hash over a range of leaves, from the nodes it consists of."""
    return Tree(0, [known[node] for node in full_nodes(*wanted)]).root()

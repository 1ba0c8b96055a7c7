"""Unit tests of numbering: order, partitions, lots."""

from __future__ import annotations

import polars as pl

from forbear.contexts.nightly.intake.number import number_debtors, person_hash


def numbered(owners: list[str], *, partition_loans: int):
    debtors = pl.DataFrame({"debtor_id": ["D3", "D1", "D2", "D4"]})
    return number_debtors(
        debtors, pl.Series("debtor_id", owners, dtype=pl.String), partition_loans=partition_loans
    )


class TestNumberDebtors:
    def test_follows_the_order_of_ids_and_leaves_no_gap(self):
        keys, _ = numbered(["D1"], partition_loans=10)

        assert keys.select("debtor_id", "debtor_no").rows() == [
            ("D1", 0),
            ("D2", 1),
            ("D3", 2),
            ("D4", 3),
        ]

    def test_keeps_a_person_whole_and_partitions_in_a_row(self):
        keys, bounds = numbered(["D1"] * 5 + ["D2", "D3", "D4"], partition_loans=2)

        assert keys["part"].to_list() == [0, 1, 2, 2]
        assert [(b["debtor_from"], b["debtor_to"], b["loan_from"]) for b in bounds] == [
            (0, 1, 0),
            (1, 2, 5),
            (2, 4, 6),
        ]

    def test_makes_one_partition_of_people_without_loans(self):
        _, bounds = numbered([], partition_loans=1)

        assert [(b["debtor_from"], b["debtor_to"], b["loans"]) for b in bounds] == [(0, 4, 0)]


class TestPersonHash:
    def test_is_the_same_in_every_book_and_fits_63_bits(self):
        assert person_hash("D1") == 6_848_434_800_916_309_496
        assert all(0 <= person_hash(f"D{n}") < 1 << 63 for n in range(1_000))
        assert len({person_hash(f"D{n}") for n in range(1_000)}) == 1_000

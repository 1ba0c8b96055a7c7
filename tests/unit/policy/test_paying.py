"""How people pay is read from a file whose faults are named."""

from __future__ import annotations

import pytest

from forbear.contexts.rulebook.library import HOUSE, open_paying, policy_texts
from forbear.policy.paying import load_paying
from forbear.policy.reading import InvalidRule
from forbear.values.money import Currency

TEXT = policy_texts(HOUSE)["payments.yaml"]


def test_the_shipped_file_is_read():
    paying = open_paying()
    assert set(paying.transfer) == set(Currency)
    assert paying.page is not None
    assert paying.page.address is None


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("provider: simulated", "provider: Not_A_Name", "is no name"),
        ("address: null", "address: http://pay.example/{intent}", "is no address"),
        ("address: null", "address: https://pay.example/start", "is no address"),
        ("address: null", "address: https://pay.example/{intent}/{amount}", "is no address"),
        ("minutes: 60", "minutes: 0", "is below 1"),
        ("qr: null", "qr: 'pay {whom}'", "is not known"),
    ],
)
def test_a_fault_is_named(was, becomes, told):
    with pytest.raises(InvalidRule, match=told):
        load_paying("payments.yaml", TEXT.replace(was, becomes, 1))


def test_a_lender_may_have_no_page():
    start, _, rest = TEXT.partition("page:\n")
    without = start + rest[rest.index("least_minor") :]
    assert load_paying("payments.yaml", without).page is None

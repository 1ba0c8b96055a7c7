"""Persons are found by their numbers before, while and after the index key changes."""

from __future__ import annotations

import pytest

from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.find import find_by_address, find_by_national_id
from forbear.contexts.protection import rotation
from forbear.contexts.protection.keyring import KeyUse
from forbear.contexts.protection.stock import sealed_tables
from forbear.values.code import Jurisdiction, PointKind
from tests.support.portfolio import NOW, clerk, new_person, new_point

SEES = clerk(Permission.PERSON_SEE)
PERSONS = (
    (Jurisdiction.CN, "11010519491231002X", "19912345678", PointKind.MOBILE),
    (Jurisdiction.US, "123-45-6789", "(202) 555-0123", PointKind.LANDLINE),
    (Jurisdiction.UK, "QQ123456C", "anna@example.test", PointKind.EMAIL),
)


@pytest.fixture
def persons(portfolio):
    refs = []
    for law, number, address, kind in PERSONS:
        refs.append(new_person(name="张三", national_id=number, jurisdiction=law))
        new_point(refs[-1], address=address, kind=kind)
    return refs


def _everybody_is_found(refs):
    for ref, (_law, number, address, _kind) in zip(refs, PERSONS, strict=True):
        for found in (
            find_by_national_id(number, actor=SEES, now=NOW),
            find_by_address(address, actor=SEES, now=NOW),
        ):
            assert [person.ref for person in found] == [ref]


@pytest.mark.parametrize("use", list(KeyUse))
def test_everybody_is_found_while_and_after_a_key_changes(portfolio, ring, persons, use):
    old = ring.load().active(use)
    with sealed_tables(portfolio.urls["app"]) as stock:
        _everybody_is_found(persons)
        rotation.prepare(ring, stock, use, now=NOW)
        _everybody_is_found(persons)
        done = rotation.rotate(ring, stock, use, now=NOW)
        _everybody_is_found(persons)
        rotation.retire(ring, stock, old.id, now=NOW)

    assert done.unreadable == ()
    tables = {KeyUse.WRAP: 1, KeyUse.INDEX: 2, KeyUse.SIGN: 0}
    assert done.rows == tables[use] * len(persons)
    _everybody_is_found(persons)


def test_every_index_column_of_the_application_can_be_made_anew(portfolio, ring):
    with sealed_tables(portfolio.urls["app"]) as stock:
        assert stock.uncovered == ()

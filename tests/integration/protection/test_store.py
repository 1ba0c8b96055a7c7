"""Values open only with the ring they were sealed with, for whoever may see the person."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings

from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.models import Debtor
from forbear.contexts.protection.cell import UnreadableCell
from forbear.contexts.protection.keyring import KeyUse, RingMismatch, new_ring
from forbear.contexts.protection.models import PersonKey, RingMark
from forbear.contexts.protection.person import ErasedPerson, MissingPersonKey
from forbear.contexts.protection.ringcheck import check_ring
from forbear.contexts.protection.ringfile import RingExposed, RingFile, RingMissing
from forbear.contexts.protection.store import (
    confirmed_vault,
    destroy_key,
    forget_vault,
    make_key,
    open_values,
    seal_values,
)
from forbear.values.errors import BrokenInvariant
from tests.support.portfolio import NOW, SETUP, clerk, new_person

NAME = "欧阳虚构"


def name_of(ref: str, actor=SETUP) -> str | None:
    with reading(actor):
        return open_values(Debtor.objects.get(ref=ref), "name", now=NOW)["name"]


def other_ring(folder) -> None:
    """Let the process read another ring, as after a mistaken restore."""
    file = RingFile(folder / "other.json")
    file.create(new_ring(now=NOW))
    settings.FORBEAR_KEYRING = file.path
    forget_vault()


class TestValues:
    def test_open_as_they_were_sealed(self, portfolio):
        assert name_of(new_person(name=NAME)) == NAME

    def test_do_not_open_in_another_row(self, portfolio):
        thief, victim = new_person(name="甲某"), new_person(name=NAME)
        with acting(SETUP):
            stolen = Debtor.objects.values_list("name", flat=True).get(ref=victim)
            Debtor.objects.filter(ref=thief).update(name=stolen)

        with pytest.raises(UnreadableCell):
            name_of(thief)

    def test_plain_text_is_refused_by_the_database_itself(self, portfolio):
        from django.db import IntegrityError, connection

        ref = new_person(name=NAME)

        def write() -> None:
            with acting(SETUP), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE portfolio_debtor SET name = %s WHERE ref = %s", [NAME.encode(), ref]
                )

        with pytest.raises(IntegrityError, match="sealed"):
            write()

    def test_need_the_key_that_the_doer_may_see(self, portfolio):
        ref = new_person(name=NAME)
        with reading(SETUP):
            person = Debtor.objects.get(ref=ref)
        forget_vault()

        with pytest.raises(MissingPersonKey), reading(clerk(teams=(424242,))):
            open_values(person, "name", now=NOW)

    def test_are_gone_with_the_key(self, portfolio):
        ref = new_person(name=NAME)
        with acting(SETUP):
            person = Debtor.objects.get(ref=ref)
            first, second = (destroy_key(person.key_id, now=NOW) for _ in range(2))

        assert (first, second) == (True, False)
        with pytest.raises(ErasedPerson):
            name_of(ref)

    def test_are_sealed_inside_a_transaction_alone(self, portfolio):
        with pytest.raises(BrokenInvariant):
            seal_values(Debtor(ref="x", key_id=uuid4()), {"name": NAME}, now=NOW)


class TestRing:
    def test_leaves_its_marks_at_first_use(self, portfolio, ring):
        new_person(name=NAME)

        held = {key.id for key in ring.load().keys}
        assert set(RingMark.objects.values_list("ring_key", flat=True)) == held

    def test_of_another_database_opens_and_seals_nothing(self, portfolio, tmp_path):
        ref = new_person(name=NAME)
        other_ring(tmp_path)

        with pytest.raises(RingMismatch) as refused:
            name_of(ref)
        with pytest.raises(RingMismatch):
            new_person(name=NAME)

        assert refused.value.remedy
        assert refused.value.data["remedy_zh"]
        (found,) = check_ring()
        assert found.level >= 40
        assert found.hint

    def test_is_not_confirmed_by_a_transaction_that_was_undone(self, portfolio, tmp_path):
        def undone() -> None:
            with acting(SETUP):
                confirmed_vault(now=NOW)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            undone()
        other_ring(tmp_path)
        new_person(name=NAME)

        assert check_ring() == []

    def test_with_sealed_values_and_no_marks_is_refused(self, portfolio):
        new_person(name=NAME)
        RingMark.objects.all().delete()
        forget_vault()

        with pytest.raises(RingMismatch):
            new_person(name=NAME)

    def test_refuses_also_when_the_doer_sees_nobody(self, portfolio, tmp_path):
        new_person(name=NAME)
        RingMark.objects.all().delete()
        other_ring(tmp_path)

        with pytest.raises(RingMismatch), reading(clerk(teams=(424242,))):
            confirmed_vault(now=NOW)

    def test_missing_where_it_is_needed_fails_the_check(self, portfolio, ring):
        ref = new_person(name=NAME)
        ring.path.unlink()
        forget_vault()

        (found,) = check_ring()
        with pytest.raises(RingMissing):
            name_of(ref)

        assert found.level >= 40

    def test_missing_where_nothing_is_sealed_is_a_warning(self, portfolio, ring):
        ring.path.unlink()
        forget_vault()

        (found,) = check_ring()

        assert found.id == "forbear.W1"

    def test_that_others_may_read_is_refused(self, portfolio, ring):
        ring.path.chmod(0o644)
        forget_vault()

        with pytest.raises(RingExposed):
            new_person(name=NAME)

    def test_gains_the_mark_of_a_key_that_a_rotation_adds(self, portfolio, ring):
        ref = new_person(name=NAME)
        ring.update(lambda held: held.add(KeyUse.WRAP, now=NOW))

        assert name_of(ref) == NAME
        assert RingMark.objects.count() == len(KeyUse) + 1


def test_a_key_is_made_once_for_each_person(portfolio):
    from django.db import IntegrityError

    ref = new_person()
    with acting(SETUP):
        person = Debtor.objects.get(ref=ref)

    with pytest.raises(IntegrityError), acting(SETUP):
        make_key(uuid4(), debtor_id=person.pk, now=NOW)

    with reading(SETUP):
        assert PersonKey.objects.filter(debtor_id=person.pk).count() == 1

"""A sealed column never opens by itself, never takes plain text, and never computes."""

import copy
import json
import pickle
import threading
from uuid import UUID

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django.db.models import F, Value
from django.forms import modelform_factory
from django.template import Context, Engine

from forbear.contexts.protection.cell import MASK, Sealed, UnreadableCell
from forbear.contexts.protection.field import MisplacedValue, SealedText, place_of
from tests.support.protection import NOW, OTHER_PERSON, OTHER_ROW, PERSON, ROW, vault_with
from tests.support.sealed_model import ALIAS, Holder, Point, holders

CANARY = "金丝雀"


@pytest.fixture
def keys():
    vault, store = vault_with(PERSON, OTHER_PERSON)
    return vault.keys(store, now=NOW)


@pytest.fixture
def table():
    with holders() as manager:
        yield manager


def _holder(keys, *, row=ROW, person=PERSON, name=CANARY):
    made = Holder(id=row, key_id=person)
    made.name = Sealed.text(name, place=place_of(made, "name"), keys=keys)
    return made


@pytest.fixture
def saved(keys, table):
    made = _holder(keys)
    made.save(using=ALIAS)
    return made


class TestReading:
    def test_a_row_that_was_read_opens_with_keys(self, table, saved, keys):
        read = table.get(pk=saved.pk)

        assert read.name.open(keys) == CANARY
        assert read.note is None

    def test_an_empty_text_is_told_apart_from_none(self, table, keys):
        made = _holder(keys, name="")
        made.save(using=ALIAS)

        assert table.get().name.open(keys) == ""
        assert table.filter(note__isnull=True).count() == 1
        assert table.filter(name__isnull=True).count() == 0

    @pytest.mark.parametrize("narrow", [lambda t: t.defer("name"), lambda t: t.only("id")])
    def test_deferred_columns_are_sealed_too(self, table, saved, keys, narrow):
        read = narrow(table).get(pk=saved.pk)

        assert isinstance(read.name, Sealed)
        assert read.name.open(keys) == CANARY

    def test_values_are_sealed_and_wait_for_their_place(self, table, saved, keys):
        (found,) = table.values("name", "note")
        ((listed, _note),) = table.values_list("name", "note")

        assert str(found["name"]) == str(listed) == MASK
        with pytest.raises(TypeError):
            listed.open(keys)
        assert listed.at(row=ROW, person_key_id=PERSON).open(keys) == CANARY

    def test_no_way_of_showing_a_row_shows_the_value(self, table, saved, keys):
        read = table.get()
        page = Engine().from_string("{{ h.name }} {{ h.name|upper }} {{ h.name|default:'x' }}")
        shown = [
            page.render(Context({"h": read})),
            f"{read.name} {read.name!r} {vars(read)}",
            serializers.serialize("json", [read]),
            str(list(table.values())),
            str(pickle.loads(pickle.dumps(read.name))),  # noqa: S301  # our own bytes
            str(copy.deepcopy(read.name)),
        ]

        assert page.render(Context({"h": read})).startswith(MASK)
        assert CANARY not in "".join(shown)
        assert json.dumps(CANARY)[1:-1] not in "".join(shown)
        with pytest.raises(TypeError):
            json.dumps({"name": read.name}, cls=DjangoJSONEncoder)

    def test_a_cell_swapped_in_the_database_raises_for_both_rows(self, table, saved, keys):
        _holder(keys, row=OTHER_ROW, person=PERSON, name="李四").save(using=ALIAS)
        cells = dict(table.values_list("id", "name"))
        with connections[ALIAS].cursor() as cursor:
            for row, other in ((ROW, OTHER_ROW), (OTHER_ROW, ROW)):
                cursor.execute(
                    "UPDATE sealed_holder SET name = %s WHERE id = %s", [cells[other].cell, row.hex]
                )

        for read in table.all():
            with pytest.raises(UnreadableCell):
                read.name.open(keys)

    def test_a_plain_text_put_into_the_database_raises(self, table, saved, keys):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("UPDATE sealed_holder SET name = %s", [CANARY.encode() * 30])

        with pytest.raises(UnreadableCell):
            table.get().name.open(keys)


class TestWriting:
    @pytest.mark.parametrize("plain", [CANARY, "", CANARY.encode(), 7, F("note"), Value("x")])
    def test_nothing_but_a_sealed_value_is_taken_and_the_error_does_not_quote(self, keys, plain):
        with pytest.raises(TypeError) as caught:
            Holder(id=ROW, key_id=PERSON, name=plain)
        assert CANARY not in str(caught.value)

        made = _holder(keys)
        with pytest.raises(TypeError):
            made.name = plain

    @pytest.mark.parametrize("plain", [CANARY, CANARY.encode()])
    def test_nor_by_an_update(self, table, saved, plain):
        with pytest.raises(TypeError):
            table.update(name=plain)

    def test_a_value_of_another_row_person_or_column_is_refused(self, table, saved, keys):
        other = Holder(id=OTHER_ROW, key_id=PERSON, name=saved.name)
        with pytest.raises(MisplacedValue):
            other.save(using=ALIAS)
        with pytest.raises(MisplacedValue):
            table.bulk_create([other])
        with pytest.raises(MisplacedValue):
            other.note = saved.name
        moved = Holder(id=ROW, key_id=OTHER_PERSON, name=saved.name)
        with pytest.raises(MisplacedValue):
            moved.save(using=ALIAS)
        assert table.count() == 1

    def test_a_copy_of_a_row_is_not_saved_with_its_values(self, table, saved):
        twin = table.get()
        _ = twin.name
        twin.pk = OTHER_ROW
        twin.name = saved.name

        with pytest.raises(MisplacedValue):
            twin.save(using=ALIAS, force_insert=True)

    def test_bulk_writing_works(self, table, keys):
        people = [_holder(keys, row=UUID(int=n), name=str(n)) for n in range(1, 6)]
        table.bulk_create(people)
        for each in people:
            each.note = Sealed.json({"n": 1}, place=place_of(each, "note"), keys=keys)
        table.bulk_update(people, ["note"])

        read = list(table.order_by("id"))
        assert [each.name.open(keys) for each in read] == list("12345")
        assert all(each.note.open_json(keys) == {"n": 1} for each in read)

    def test_a_row_that_was_read_is_saved_again_as_it_was(self, table, saved, keys):
        table.get().save(using=ALIAS)
        read = table.get()
        read.refresh_from_db()

        assert read.name.open(keys) == CANARY

    def test_a_row_may_be_known_by_its_reference_and_its_key_through_a_relation(self, saved, keys):
        point = Point(ref="P1", holder=saved)
        point.address = Sealed.text(
            "anna@example.test", place=place_of(point, "address"), keys=keys
        )
        point.save(using=ALIAS)
        read = Point.objects.using(ALIAS).get(ref="P1")

        assert read.address.open(keys) == "anna@example.test"
        read.ref = "P2"
        with pytest.raises(UnreadableCell):
            read.address.open(keys)
        for unfinished in (Point(ref="P3"), Point(holder=saved)):
            with pytest.raises(TypeError):
                place_of(unfinished, "address")

    def test_a_place_needs_a_row_and_a_sealed_field(self):
        with pytest.raises(TypeError):
            place_of(Holder(key_id=PERSON), "name")
        with pytest.raises(TypeError):
            place_of(Holder(id=ROW, key_id=PERSON), "key_id")

    def test_a_dump_is_read_back_and_a_plain_dump_is_refused(self, saved, keys):
        field = Holder._meta.get_field("name")
        read = field.to_python(field.value_to_string(saved))

        assert read.at(row=ROW, person_key_id=PERSON).open(keys) == CANARY
        for plain in (CANARY, "", "sealed:1:no base64!"):
            with pytest.raises(TypeError):
                field.to_python(plain)


class TestAsking:
    @pytest.mark.parametrize(
        "lookup",
        ["name", "name__exact", "name__in", "name__contains", "name__gt", "name__regex", "name__x"],
    )
    def test_only_isnull_can_be_asked(self, table, saved, lookup):
        value = [saved.name] if lookup.endswith("in") else saved.name

        with pytest.raises(FieldError):
            list(table.filter(**{lookup: value}))

    def test_a_form_does_not_offer_the_column(self):
        assert list(modelform_factory(Holder, fields="__all__").base_fields) == ["id", "key_id"]

    @pytest.mark.parametrize("wrong", [{"unique": True}, {"db_index": True}, {"default": None}])
    def test_a_column_that_would_need_the_plain_value_fails_its_check(self, wrong):
        field = SealedText(person_key="key_id", **wrong)
        field.set_attributes_from_name("name")
        field.model = Holder

        assert [each.id for each in field.check() if each.id.startswith("forbear")]

    def test_a_migration_can_name_the_field(self):
        field = Holder._meta.get_field("note")
        _name, path, args, kwargs = field.deconstruct()

        assert path.endswith("field.SealedText")
        assert SealedText(*args, **kwargs).deconstruct()[1:] == (path, args, kwargs)


class TestState:
    def test_the_field_object_keeps_nothing_between_calls(self, table, saved, keys):
        field = Holder._meta.get_field("name")
        # Django notes the column's own expression on the first use of each kind.
        field.clean(table.get().name, saved)
        before = dict(vars(field))
        with pytest.raises(TypeError):
            Holder(id=ROW, key_id=PERSON, name="plain")
        with pytest.raises(TypeError):
            field.clean("plain", saved)

        assert table.get().name.open(keys) == CANARY
        assert dict(vars(field)) == before

    def test_sixteen_threads_read_their_own_rows_while_others_fail(self, keys):
        people = [_holder(keys, row=UUID(int=n + 1), name=str(n)) for n in range(16)]
        wrong = []

        def work(n):
            for _ in range(200):
                with pytest.raises(TypeError):
                    people[n].note = "plain"
                if people[n].name.open(keys) != str(n):
                    wrong.append(n)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert wrong == []

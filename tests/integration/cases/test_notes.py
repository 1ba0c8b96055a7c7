"""A note is sealed, read by those alone who may see the person, and added once."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection

from forbear.contexts.audit.models import Entry
from forbear.contexts.cases.actions.add_note import NOTE_LENGTH_MAX, OtherNote, add_note
from forbear.contexts.cases.models import Note
from forbear.contexts.cases.move import NoSuchCase
from forbear.contexts.cases.note import notes_for_case
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import NotPermitted
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.check import InvalidField
from forbear.contexts.protection.store import destroy_key
from forbear.values.errors import NotFound
from tests.support.people import new_principal, new_team
from tests.support.portfolio import NOW, SETUP

TEXT = "本人表示下周一还款 canary-note"


def note(late, text=TEXT, **given):
    given = {"ref": uuid4(), "actor": late.collector, "now": NOW, **given}
    return add_note(late.case_id, text, **given)


def texts(late, actor=None) -> list[str | None]:
    shown = notes_for_case(late.case_id, actor=actor or late.collector, now=NOW)
    return [each.text for each in shown]


class TestAddNote:
    def test_is_read_by_the_team_that_cares_and_by_compliance(self, late):
        note(late, "first")
        note(late)

        assert texts(late) == [TEXT, "first"]
        assert texts(late, new_principal(Role.COMPLIANCE)) == [TEXT, "first"]

    def test_tells_who_wrote_it(self, late):
        note(late)

        [shown] = notes_for_case(late.case_id, actor=late.supervisor, now=NOW)

        assert f"{shown.author_kind.lower()}:{shown.author_id}" == str(late.collector)
        assert "canary" not in repr(shown)

    def test_is_sealed_in_the_table_and_not_in_the_record(self, late):
        note(late)

        with reading(SETUP), connection.cursor() as cursor:
            cursor.execute("SELECT n::text, encode(n.text, 'escape') FROM cases_note n")
            stored = " ".join(cursor.fetchone())
            entry = Entry.objects.get(event="note.added")
        body = bytes(entry.body).decode()
        assert "canary" not in stored
        assert b"canary".hex() not in stored
        assert "canary" not in body
        assert f'"characters":{len(TEXT)}' in body
        assert (entry.debtor_id, entry.subject) == (late.debtor_id, f"case:{late.case_id}")

    def test_is_added_once_however_often_it_is_asked(self, late):
        ref = uuid4()

        ids = {note(late, ref=ref) for _ in range(2)}

        assert len(ids) == 1
        assert texts(late) == [TEXT]

    @pytest.mark.parametrize("other", ["another text", "another author"])
    def test_of_a_ref_that_stands_for_another_note_is_refused(self, late, other):
        ref = uuid4()
        note(late, ref=ref)
        again = {"text": "another"} if other == "another text" else {"actor": late.supervisor}

        with pytest.raises(OtherNote) as refused:
            note(late, ref=ref, **again)

        assert refused.value.remedy
        assert texts(late) == [TEXT]

    @pytest.mark.parametrize("text", ["", "  ", "x" * (NOTE_LENGTH_MAX + 1), "a\x00b", None])
    def test_refuses_what_is_no_text(self, late, text):
        with pytest.raises(InvalidField) as refused:
            note(late, text)

        assert refused.value.data["field"] == "text"
        assert texts(late) == []

    def test_takes_the_longest_text(self, late):
        longest = "债" * NOTE_LENGTH_MAX

        note(late, longest)

        assert texts(late) == [longest]

    def test_needs_the_permission(self, late):
        with pytest.raises(NotPermitted):
            note(late, actor=new_principal(Role.COMPLIANCE))

    def test_of_a_person_in_other_care_finds_no_case(self, late):
        stranger = new_principal(Role.COLLECTOR, teams=(new_team(),))

        with pytest.raises(NoSuchCase):
            note(late, actor=stranger)
        with pytest.raises(NoSuchCase):
            texts(late, stranger)

    def test_cannot_be_read_or_added_once_the_person_is_erased(self, late):
        note(late)
        with acting(SETUP):
            destroy_key(Note.objects.get().case.debtor.key_id, now=NOW)

        assert texts(late) == [None]
        with pytest.raises(NotFound) as refused:
            note(late, "another")
        assert refused.value.code == "PERSON_ERASED"
        assert texts(late) == [None]

"""Who gets in: whoever has the code and the four signs, within bounds, and nobody by trying."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forbear.contexts.access.actions.link import make_link, revoke_link
from forbear.contexts.access.actions.not_me import not_me_by_link
from forbear.contexts.access.enter import ask_by_link, ask_by_number, send_code, try_to_enter
from forbear.contexts.access.forget import forget_tries
from forbear.contexts.access.limit import TooManyTries, source_of
from forbear.contexts.access.models import Entry, Guess, Link, Visit
from forbear.contexts.access.principal import DOOR
from forbear.contexts.access.visit import Inside, find_visit, leave
from forbear.contexts.access.word import Left, Tried
from forbear.contexts.audit.models import Entry as AuditEntry
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.portfolio.queries.door import TAIL_SIGNS
from forbear.contexts.rulebook.library import open_portal
from forbear.values.code import Jurisdiction, Relation
from tests.support.portal import id_of, inbox, last_entry
from tests.support.portfolio import NOW, SETUP, new_person, new_point, portfolio, ring  # noqa: F401

HERE = source_of("192.0.2.7")
ID, TAIL = "11010519491231002X", "002x"


@pytest.fixture
def codes(portfolio):  # noqa: F811
    with inbox() as found:
        yield found


def _somebody(**given):
    ref = new_person(name="欧阳虚构", **{"national_id": ID, **given})
    number = f"1990001{id_of(ref):04d}"
    new_point(ref, address=number)
    return ref, number


def _asked(number, now=NOW, source=HERE):
    asked = ask_by_number(number, source=source, now=now)
    send_code(asked.entry_id, actor=DOOR, now=now)
    return asked


def _try(asked, code, tail=TAIL, now=NOW, source=HERE):
    return try_to_enter(asked.token, code=code, tail=tail, source=source, now=now)


def _wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


class TestTheRightPerson:
    def test_gets_in_by_number_code_and_four_signs(self, codes):
        ref, number = _somebody()

        answer = _try(_asked(number), codes[0].code)

        assert answer.tried is Tried.IN
        found = find_visit(answer.token, now=NOW)
        assert isinstance(found, Inside)
        assert (found.debtor_id, found.representative) == (id_of(ref), None)
        assert str(found.principal) == f"debtor:{id_of(ref)}"
        assert found.principal.person == id_of(ref)

    def test_gets_in_by_a_link(self, codes):
        ref, _ = _somebody()
        made = make_link(ref, actor=SETUP, now=NOW)
        asked = ask_by_link(made.token, source=HERE, now=NOW)
        assert send_code(asked.entry_id, actor=DOOR, now=NOW)

        assert _try(asked, codes[0].code).tried is Tried.IN

    @pytest.mark.parametrize("tail", ["002X", " 002x ", "００２Ｘ"])
    def test_may_type_the_four_signs_in_any_width_and_case(self, codes, tail):
        _, number = _somebody()

        assert _try(_asked(number), codes[0].code, tail).tried is Tried.IN

    def test_enters_once_with_one_code(self, codes):
        _, number = _somebody()
        asked = _asked(number)
        assert _try(asked, codes[0].code).tried is Tried.IN

        assert _try(asked, codes[0].code).tried is Tried.NO_FIT

    def test_without_an_identity_number_is_told_so_only_after_the_code(self, codes):
        _, number = _somebody(national_id=None)
        asked = _asked(number)

        assert _try(asked, _wrong(codes[0].code)).tried is Tried.NO_FIT
        assert _try(asked, codes[0].code).tried is Tried.NOTHING_HELD


class TestNobodyElse:
    def test_gets_in_with_one_of_the_two(self, codes):
        _, number = _somebody()
        asked = _asked(number)

        assert _try(asked, codes[0].code, "1234").token is None
        assert _try(asked, _wrong(codes[0].code)).token is None

    def test_gets_more_than_so_many_tries_even_with_the_right_code_at_last(self, codes):
        _, number = _somebody()
        asked = _asked(number)
        for _ in range(open_portal().code_tries):
            assert _try(asked, _wrong(codes[0].code)).tried is Tried.NO_FIT

        assert _try(asked, codes[0].code).tried is Tried.NO_FIT

    def test_gets_in_after_the_code_has_run_out(self, codes):
        _, number = _somebody()
        asked = _asked(number)
        late = NOW + timedelta(minutes=open_portal().code_minutes)

        assert _try(asked, codes[0].code, now=late).tried is Tried.NO_FIT

    def test_gets_in_with_the_code_of_another_try(self, codes):
        _, number = _somebody()
        first, _second = _asked(number), _asked(number)

        assert _try(first, codes[1].code).tried is Tried.NO_FIT

    def test_gets_in_where_a_number_is_of_two_persons(self, codes):
        _, number = _somebody()
        new_point(new_person(national_id=ID), address=number)

        _asked(number)

        assert codes == []

    def test_gets_in_by_a_contact_persons_number(self, codes):
        ref, _ = _somebody()
        new_point(ref, address="19900029999", relation=Relation.CONTACT_PERSON)

        _asked("19900029999")

        assert codes == []

    def test_who_holds_a_number_that_changed_hands_gets_on_by_guessing_the_four_signs(self, codes):
        _, number = _somebody()
        now, tries = NOW, 0
        for day in range(6):
            now = NOW + timedelta(days=day)
            asked = _asked(number, now)
            for guess in range(3):
                _try(asked, codes[-1].code, f"{guess:04d}", now)
                tries += 1
        assert tries > open_portal().limits.code_alone

        asked = _asked(number, now + timedelta(days=1))

        # Even the right signs open nothing now: somebody has to look at it.
        assert _try(asked, codes[-1].code, TAIL, now + timedelta(days=1)).tried is Tried.NO_FIT


class TestBounds:
    def test_a_million_guesses_are_out_of_reach(self):
        terms = open_portal()
        most = terms.limits
        # Of a code alone, for one person in a whole year of the most tries that there may be, with
        # everything that those who work here may open again.
        opened = most.reopened_of_one_person_a_day * most.tries_after_reopening
        assert (most.tries_of_one_person_a_day + opened) * 365 / 10**terms.code_digits < 0.01
        # Of the identity number's four signs, for somebody who holds the telephone, for ever.
        assert (most.code_alone + most.code_alone_after_reopening) / 10**4 < 0.001
        assert terms.code_tries <= 5
        # Of both, for a million guesses at whomever by somebody who holds nothing.
        assert 10**6 / 10**terms.code_digits / 10**TAIL_SIGNS <= 0.001
        # A million guesses take longer than their codes are good for, whoever guesses.
        assert 10**6 / most.tries_of_all_a_minute > terms.code_minutes

    def test_one_number_is_asked_for_so_often(self, codes):
        _, number = _somebody()
        most = open_portal().limits.codes_of_one_person_an_hour
        for number_asked in (number, "19999999999"):
            for _ in range(most):
                _asked(number_asked)
            with pytest.raises(TooManyTries):
                _asked(number_asked)
        assert len(codes) == most

        _asked(number, NOW + timedelta(hours=1, seconds=1))

        assert len(codes) == most + 1

    def test_one_person_is_sent_so_many_codes_by_whatever_way_and_nobody_is_told(self, codes):
        ref, number = _somebody()
        most = open_portal().limits.codes_of_one_person_an_hour
        for _ in range(most):
            _asked(number)
        made = make_link(ref, actor=SETUP, now=NOW)

        asked = ask_by_link(made.token, source=HERE, now=NOW)

        assert not send_code(asked.entry_id, actor=DOOR, now=NOW)
        assert len(codes) == most

    def test_one_address_asks_and_tries_so_often(self, codes, monkeypatch):
        _, number = _somebody()
        limits = open_portal().limits
        for row in range(limits.codes_of_one_address_an_hour):
            ask_by_number(f"1370000{row:04d}", source=HERE, now=NOW)
        with pytest.raises(TooManyTries):
            ask_by_number(number, source=HERE, now=NOW)
        asked = _asked(number, source=source_of("192.0.2.8"))
        with reading(DOOR):
            most = limits.tries_of_one_address_an_hour
        for _ in range(most):
            _try(asked, "000000")

        with pytest.raises(TooManyTries):
            _try(asked, codes[0].code)

    def test_one_person_is_tried_so_often_a_day(self, codes):
        _, number = _somebody()
        most = open_portal().limits.tries_of_one_person_a_day
        now, tried = NOW, 0
        while tried < most:
            asked = _asked(number, now, source_of(str(tried)))
            for _ in range(min(5, most - tried)):
                _try(asked, "x", now=now, source=source_of(str(tried)))
                tried += 1
            now += timedelta(minutes=61)
        asked = _asked(number, now, source_of("z"))

        assert _try(asked, codes[-1].code, now=now).tried is Tried.NO_FIT
        tomorrow = now + timedelta(days=1)
        asked = _asked(number, tomorrow)
        assert _try(asked, codes[-1].code, now=tomorrow).tried is Tried.IN


class TestKnownAndUnknown:
    def test_ask_the_database_the_same_and_get_the_same(self, codes):
        _, number = _somebody()
        ref, _ = _somebody()
        link = make_link(ref, actor=SETUP, now=NOW).token
        pairs = [
            (lambda given: ask_by_number(given, source=HERE, now=NOW), number, "19988887777"),
            (lambda given: ask_by_link(given, source=HERE, now=NOW), link, "no-such-token"),
        ]
        for ask, known, unknown in pairs:
            seen = []
            for given in (known, unknown):
                with CaptureQueriesContext(connection) as asked:
                    ask(given)
                seen.append([_shape(each["sql"]) for each in asked.captured_queries])
            assert seen[0] == seen[1]

    def test_see_the_same_pages(self, codes):
        ref, _ = _somebody()
        link = make_link(ref, actor=SETUP, now=NOW).token
        seen = []
        for given in (link, "no-such-token"):
            client = Client()
            page = client.get(f"/p/l/{given}/")
            after = client.post(f"/p/l/{given}/")
            told = client.get("/p/code/")
            wrong = client.post("/p/code/", {"code": "000000", "tail": "0000"})
            stop = client.post(f"/p/l/{given}/not-me/")
            seen.append([_plain(each, given) for each in (page, after, told, wrong, stop)])
        assert seen[0] == seen[1]

    def test_by_number_see_the_same_pages_also_where_a_way_is_shut(self, codes):
        _, known = _somebody()
        ref, shut = _somebody()
        limits = open_portal().limits
        with acting(DOOR):
            Guess.objects.bulk_create(
                Guess(at=timezone.now(), source=b"", debtor_id=id_of(ref), tried="NO_FIT")
                for _ in range(limits.tries_of_one_person_a_day)
            )
        seen = []
        for given in (known, "19988887777", shut):
            client = Client()
            after = client.post("/p/enter/", {"number": given})
            told = client.get("/p/code/")
            wrong = client.post("/p/code/", {"code": "000000", "tail": "0000"})
            seen.append([_plain(each, given) for each in (after, told, wrong)])
        assert seen[0] == seen[1] == seen[2]


class TestALink:
    def test_taken_back_opens_nothing_and_ends_who_is_in_by_it(self, codes):
        ref, _ = _somebody()
        made = make_link(ref, actor=SETUP, now=NOW)
        asked = ask_by_link(made.token, source=HERE, now=NOW)
        send_code(asked.entry_id, actor=DOOR, now=NOW)
        token = _try(asked, codes[0].code).token
        again = ask_by_link(made.token, source=HERE, now=NOW)
        send_code(again.entry_id, actor=DOOR, now=NOW)

        assert revoke_link(made.ref, actor=SETUP, now=NOW)

        assert find_visit(token, now=NOW) is None
        assert _try(again, codes[1].code).tried is Tried.NO_FIT
        later = ask_by_link(made.token, source=HERE, now=NOW)
        assert not send_code(later.entry_id, actor=DOOR, now=NOW)

    def test_runs_out(self, codes):
        ref, _ = _somebody()
        made = make_link(ref, actor=SETUP, now=NOW)

        asked = ask_by_link(made.token, source=HERE, now=made.expires_at)

        assert not send_code(asked.entry_id, actor=DOOR, now=made.expires_at)

    def test_is_kept_as_a_hash_alone(self, codes):
        ref, number = _somebody()
        made = make_link(ref, actor=SETUP, now=NOW)
        asked = _asked(number)
        answer = _try(asked, codes[0].code)

        with reading(DOOR), connection.cursor() as cursor:
            for table in ("access_link", "access_entry", "access_visit", "access_guess"):
                cursor.execute(f"SELECT t::text FROM {table} t")
                rows = "".join(row for (row,) in cursor.fetchall())
                for secret in (made.token, asked.token, answer.token, codes[0].code, number):
                    assert secret not in rows
            cursor.execute("SELECT e::text FROM audit_entry e")
            rows = "".join(row for (row,) in cursor.fetchall())
        for secret in (made.token, asked.token, answer.token, codes[0].code, number, ID[-4:]):
            assert f'"{secret}"' not in rows

    def test_not_for_me_stops_that_number_and_the_way_in(self, codes):
        ref, number = _somebody()
        made = make_link(ref, actor=SETUP, now=NOW)

        not_me_by_link(made.token, source=HERE, actor=DOOR, now=NOW)

        with reading(DOOR):
            assert ContactPoint.objects.get(debtor_id=id_of(ref)).quality == "WRONG_PERSON"
            assert Link.objects.get().revoked_at is not None
        _asked(number)
        assert codes == []


class TestAVisit:
    def _in(self, codes):
        _, number = _somebody()
        return _try(_asked(number), codes[0].code).token

    def test_ends_when_nothing_happens_for_a_while(self, codes):
        token = self._in(codes)
        idle = timedelta(minutes=open_portal().visit_idle_minutes)
        middle = NOW + idle - timedelta(seconds=1)
        assert isinstance(find_visit(token, now=middle), Inside)

        assert find_visit(token, now=middle + idle) is Left.IDLE
        assert find_visit(token, now=middle + idle) is None

    def test_ends_after_its_whole_time_whatever_happens(self, codes):
        token, now = self._in(codes), NOW
        whole = timedelta(minutes=open_portal().visit_whole_minutes)
        while now + timedelta(minutes=10) < NOW + whole:
            now += timedelta(minutes=10)
            assert isinstance(find_visit(token, now=now), Inside)

        assert find_visit(token, now=NOW + whole) is Left.TOO_LONG

    def test_ends_when_it_is_left_and_is_written_down(self, codes):
        token = self._in(codes)

        leave(token, now=NOW)

        assert find_visit(token, now=NOW) is None
        with reading(DOOR):
            assert Visit.objects.get().ended_as == "ASKED"
            events = AuditEntry.objects.filter(event__startswith="access.").order_by("id")
            assert list(events.values_list("event", "actor_kind")) == [
                ("access.code_sent", "SYSTEM"),
                ("access.began", "DEBTOR"),
                ("access.ended", "DEBTOR"),
            ]


def test_what_was_tried_is_forgotten_after_a_while(codes):
    _, number = _somebody()
    asked = _asked(number)
    _try(asked, codes[0].code, "0000")
    _try(asked, "000001")

    assert forget_tries(actor=SETUP, now=NOW + timedelta(days=1)) == 0
    assert forget_tries(actor=SETUP, now=NOW + timedelta(days=3)) == 2
    with reading(DOOR):
        assert list(Guess.objects.values_list("tried", flat=True)) == ["CODE_ALONE"]
        assert not Entry.objects.exists()


def test_persons_of_other_laws_are_sent_codes_too(codes):
    ref = new_person(jurisdiction=Jurisdiction.UK, national_id="QQ123456C")
    new_point(ref, address="07700 900123")

    answer = _try(_asked("07700900123"), codes[0].code, "456c")

    assert answer.tried is Tried.IN
    assert last_entry()


def _shape(sql):
    """Return a statement without its values."""
    import re

    return re.sub(r"'[^']*'(::\w+)?|\b\d+\b|NULL|IN \([^)]*\)", "?", sql)


def _plain(answer, given):
    import re

    text = answer.content.decode().replace(given, "TOKEN")
    text = re.sub(r'value="\w{64}"', "", text)
    return answer.status_code, answer.headers.get("Location"), sorted(answer.cookies), text

"""What is asked ahead is true under the lock and serves once; what waits is written whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import DatabaseError, connection

from forbear.contexts.audit.models import Entry
from forbear.contexts.contact.models import Stop
from forbear.contexts.database.prepared import ask, looking_ahead, write
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.contract import about_holding, hold_person
from tests.support.gate import people
from tests.support.portfolio import NOW, SETUP, portfolio, ring

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")
STOPS = ("SELECT count(*) FROM contact_stop", ())
PLACE = (
    "INSERT INTO contact_stop (scope, subject, reason, placed_at, placed_by, released_by) "
    "VALUES ('CHANNEL', %s, 'drill', %s, 'test', '')"
)


def place(*channels: str | None) -> None:
    with acting(SETUP, STOPS):
        for channel in channels:
            write(PLACE, [channel, NOW])


def stops() -> int:
    with reading(SETUP):
        return Stop.objects.count()


def test_an_answer_serves_once():
    with acting(SETUP, STOPS):
        with connection.cursor() as cursor:
            cursor.execute(PLACE, ["SMS", NOW])

        assert ask(*STOPS) == [(0,)]
        assert ask(*STOPS) == [(1,)]


def test_an_answer_is_forgotten_with_its_block():
    with acting(SETUP):
        with looking_ahead(STOPS):
            pass
        with connection.cursor() as cursor:
            cursor.execute(PLACE, ["SMS", NOW])

        assert ask(*STOPS) == [(1,)]


def test_what_is_asked_behind_a_lock_sees_what_its_holder_committed():
    (who,) = people(1)
    held = Event()

    def look() -> int:
        held.wait(30)
        with acting(SETUP, about_holding(who.debtor_id), STOPS):
            found = ask(*STOPS)[0][0]
        connection.close()
        return found

    with ThreadPoolExecutor(1) as pool:
        with acting(SETUP):
            hold_person(who.debtor_id)
            looked = pool.submit(look)
            held.set()
            while not ask("SELECT count(*) FROM pg_locks WHERE NOT granted")[0][0]:
                pass
            write(PLACE, ["SMS", NOW])

        assert looked.result(30) == 1


def test_what_waits_is_written_before_anything_else_is_asked():
    with acting(SETUP, STOPS):
        write(PLACE, ["SMS", NOW])
        by_django = Stop.objects.count()
        write(PLACE, ["VOICE", NOW])
        ask(*STOPS)

        assert (by_django, ask(*STOPS)) == (1, [(2,)])
    assert stops() == 2


def test_what_cannot_be_written_undoes_the_whole_and_leaves_the_connection_of_use():
    before = Entry.objects.count()

    for _ in range(8):  # also once the statements are prepared
        with pytest.raises(DatabaseError):
            place("SMS", None)

        assert stops() == 0
        assert not connection.in_atomic_block
    assert Entry.objects.count() == before


def test_a_question_that_fails_fails_the_action():
    for _ in range(8):
        with pytest.raises(DatabaseError), acting(SETUP, STOPS, ("SELECT 1 / %s::int", [0])):
            pytest.fail("the action began")  # pragma: no cover
    assert stops() == 0


def test_an_action_that_raises_writes_nothing_of_what_waited():
    def fail() -> None:
        with acting(SETUP, STOPS):
            write(PLACE, ["SMS", NOW])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    place()
    assert stops() == 0

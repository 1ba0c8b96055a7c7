"""Was it really us? A code is confirmed once; nobody learns of anybody by asking."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client
from django.utils import timezone

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.models import Entry
from forbear.contexts.contact.caller import limit
from forbear.contexts.contact.caller.check import check_code, check_contact, check_number
from forbear.contexts.contact.caller.code import attempts_of, code_of
from forbear.contexts.contact.caller.limit import TooManyChecks, forget_questions, source_of
from forbear.contexts.contact.caller.word import Checked
from forbear.contexts.contact.models import CallerCheck, ImpostorReport
from forbear.contexts.database.transaction import reading
from forbear.contexts.exchange.scope import Scope
from forbear.contexts.people.role import Permission
from forbear.contexts.protection.keyring import KeyUse
from forbear.contexts.protection.store import forget_vault
from forbear.contexts.rulebook.library import open_caller
from forbear.values.code import Channel
from forbear.values.principal import NotPermitted
from tests.support.api import PREFIX, api, caller
from tests.support.gate import NOON, Desk, person
from tests.support.people import new_team
from tests.support.portfolio import NOW, SETUP, clerk, new_point, ring_in

__all__ = ["api"]
HERE = source_of("192.0.2.7")
THERE = source_of("192.0.2.8")


def called(channel: Channel = Channel.VOICE) -> tuple[Desk, int]:
    """Carry one contact through the gate; return the desk and the attempt."""
    desk = Desk()
    answer = desk.ask(person(), channel)
    desk.sender().carry()
    assert answer.attempt_id is not None
    return desk, answer.attempt_id


def asked(path: str, body: dict, address: str = "192.0.2.7"):
    return Client(REMOTE_ADDR=address).post(
        f"{PREFIX}{path}", json.dumps(body), content_type="application/json"
    )


class TestACode:
    def test_stands_for_one_contact_and_leads_back_to_it(self, ring):
        numbers = [0, 1, 2, 999_999, 10**6, 10**9, 10**12 - 1]
        codes = [code_of(each) for each in numbers]

        assert len(set(codes)) == len(codes)
        for number, code in zip(numbers, codes, strict=True):
            assert attempts_of(code) == (number,)
            assert attempts_of(code.replace(" ", "-")) == (number,)
            assert attempts_of(f" {code.replace(' ', '')} ") == (number,)

    def test_of_neighbours_shows_nothing_of_their_order(self, ring):
        digits = [code_of(number).replace(" ", "") for number in range(3_000)]
        first, last = (Counter(code[at] for code in digits) for at in (0, 11))

        # Each digit is expected 300 times with a deviation of 16; six of them are 99.
        for counts in (first, last):
            assert set(counts) == set("0123456789")
            assert all(abs(count - 300) < 99 for count in counts.values())
        steps = {int(b) - int(a) for a, b in pairwise(digits)}
        assert len(steps) > 2_990

    def test_is_another_under_another_ring(self, ring, tmp_path):
        ours = code_of(42)
        (tmp_path / "other").mkdir()
        with ring_in(tmp_path / "other"):
            assert code_of(42) != ours
            assert attempts_of(ours) != (42,)

    def test_is_still_known_while_the_key_is_rotated(self, ring):
        ours = code_of(42)
        fresh = ring.update(lambda held: held.add(KeyUse.INDEX, now=NOW))
        added = fresh.pending(KeyUse.INDEX)
        assert added is not None
        ring.update(lambda held: held.activate(added.id, now=NOW))
        forget_vault()

        assert code_of(42) != ours
        assert 42 in attempts_of(ours)

    @pytest.mark.parametrize("text", ["", "1234", "12345678901234", "abc", "四" * 12, "1" * 400])
    def test_that_is_none_leads_nowhere(self, ring, text):
        assert attempts_of(text) == ()


class TestChecking:
    def test_confirms_a_contact_once(self, portfolio):
        _, attempt = called()

        first = check_code(code_of(attempt), source=HERE, now=NOON)
        again = check_code(code_of(attempt), source=THERE, now=NOON + timedelta(minutes=3))

        assert (first.answer, first.channel) == (Checked.GENUINE, Channel.VOICE)
        assert "12" not in first.en.split("begun")[0]
        assert first.at == NOON
        assert "电话" in first.zh
        assert again.answer is Checked.USED
        assert again.channel is None

    def test_tells_nobody_apart_where_there_is_nothing(self, portfolio):
        """Not begun, too long ago, never there, and no code at all: one answer."""
        desk, attempt = called()
        hours = open_caller().valid_hours[Channel.VOICE]
        waiting = desk.ask(person()).attempt_id
        assert waiting is not None
        later = NOON + timedelta(hours=hours, seconds=1)
        answers = [
            check_code(code_of(waiting), source=HERE, now=NOON),
            check_code(code_of(attempt), source=HERE, now=later),
            check_code(code_of(10**9), source=HERE, now=NOON),
            check_code("0000 0000 0000", source=HERE, now=NOON),
            check_code("nonsense", source=HERE, now=NOON),
        ]

        assert {replace(each) for each in answers} == {answers[0]}
        assert answers[0].answer is Checked.NOT_OURS

    def test_lasts_longer_for_a_message_than_for_a_call(self, portfolio):
        _, attempt = called(Channel.SMS)
        later = NOON + timedelta(days=3)

        assert check_code(code_of(attempt), source=HERE, now=later).answer is Checked.GENUINE

    def test_by_guessing_finds_nothing_and_is_stopped(self, portfolio):
        called()
        dice, found = random.Random(7), []
        most = open_caller().of_one_address
        for _ in range(most):
            code = f"{dice.randrange(10**12):012d}"
            found.append(check_code(code, source=HERE, now=NOON).answer)

        assert set(found) == {Checked.NOT_OURS}
        with pytest.raises(TooManyChecks) as refused:
            check_code("0000 0000 0000", source=HERE, now=NOON)
        assert refused.value.data["retry_after_s"] == 600
        assert check_code("0" * 12, source=THERE, now=NOON).answer is Checked.NOT_OURS
        after = NOON + timedelta(minutes=11)
        assert check_code("0" * 12, source=HERE, now=after).answer is Checked.NOT_OURS

    def test_by_many_at_once_is_stopped_for_all(self, portfolio, monkeypatch):
        monkeypatch.setattr(limit, "open_caller", lambda: replace(open_caller(), of_all=3))
        for number in range(3):
            check_number("110", source=source_of(str(number)), now=NOON)

        with pytest.raises(TooManyChecks) as refused:
            check_number("110", source=source_of("another"), now=NOON)
        assert refused.value.data["retry_after_s"] == 60

    def test_leaves_no_address_and_is_forgotten(self, portfolio):
        _, attempt = called(Channel.SMS)
        check_code(code_of(attempt), source=HERE, now=NOON)
        check_number("110", source=HERE, now=NOON)

        gone = forget_questions(actor=SETUP, now=NOON + timedelta(days=3))

        assert gone == 1
        rows = list(CallerCheck.objects.values_list("attempt_id", "source"))
        assert [(number, bytes(source)) for number, source in rows] == [(attempt, HERE)]
        assert forget_questions(actor=SETUP, now=NOON + timedelta(days=400)) == 1


class TestANumber:
    def test_is_known_however_it_is_typed(self, portfolio):
        for text in ("400-000-0000", "4000000000", "021-0000-0001", "+86 21 0000 0001"):
            assert check_number(text, source=HERE, now=NOON).answer is Checked.REGISTERED, text
        told = check_number("110", source=HERE, now=NOON)
        assert told.answer is Checked.NOT_REGISTERED
        assert "400-000-0000" in told.zh

    def test_of_an_agency_is_registered_and_retired(self, api):
        new_team("an-agency", agency=True)
        line = {"number": "+86 10 1234 5678", "agency": "an-agency"}
        line |= {"name_en": "Agency (invented)", "name_zh": "某机构（虚构）"}

        made = api.post("/caller-lines", line)

        assert (made.status_code, made.json()["new"]) == (201, True)
        assert api.post("/caller-lines", line).json()["new"] is False
        assert asked("/caller/number", {"number": "010-1234 5678"}).json()["answer"] == "REGISTERED"
        listed = Client().get(f"{PREFIX}/caller/lines").json()
        assert [row["agency"] for row in listed] == [None, None, "an-agency"]
        table = Client().get(f"{PREFIX}/caller/lines.csv")
        assert table["Content-Type"].startswith("text/csv")
        rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
        assert [row[0] for row in rows[1:]] == ["400-000-0000", "021-0000-0001", "'+861012345678"]
        other = {**line, "name_en": "Somebody else"}
        assert api.post("/caller-lines", other).json()["code"] == "OTHER_LINE"
        assert api.post("/caller-lines", {**line, "agency": "none"}).status_code == 422
        path = f"/caller-lines/{made.json()['id']}/retirement"
        assert [api.post(path).json()["ended"] for _ in range(2)] == [True, False]
        assert asked("/caller/number", {"number": "01012345678"}).json()["answer"] == (
            "NOT_REGISTERED"
        )


class TestATime:
    def test_answers_the_same_for_every_number(self, portfolio):
        who = person()
        new_point(who.ref, address="19912345678")
        desk = Desk()
        desk.ask(who)
        desk.sender().carry()
        at = NOON.isoformat()

        told = [
            asked("/caller/time", {"number": number, "at": at})
            for number in ("19912345678", "19900000000", "02100000001")
        ]

        assert {each.status_code for each in told} == {200}
        assert len({each.content for each in told}) == 1
        assert told[0].json()["answer"] == "BY_CODE"

    def test_is_told_to_whoever_has_shown_the_number(self, portfolio):
        who = person()
        desk = Desk()
        desk.ask(who)
        desk.sender().carry()
        number = address_of(who)
        may = clerk(Permission.CALLER_CONFIRM)

        near = check_contact(number, NOON + timedelta(minutes=10), actor=may, now=NOON)
        far = check_contact(number, NOON - timedelta(hours=2), actor=may, now=NOON)
        nobody = check_contact("19900000000", NOON, actor=may, now=NOON)
        lately = check_contact(number, None, actor=may, now=NOON + timedelta(minutes=5))

        assert (near.answer, near.channel) == (Checked.CONTACTED, Channel.VOICE)
        assert lately.answer is Checked.CONTACTED
        assert far == nobody
        assert far.answer is Checked.NOT_CONTACTED
        with pytest.raises(NotPermitted):
            check_contact(number, NOON, actor=clerk(), now=NOON)

    def test_over_the_api_takes_the_scope(self, api):
        refused = caller(Scope.PERSONS_READ).post("/caller-contacts", {"number": "110"})

        assert refused.status_code == 403
        assert api.post("/caller-contacts", {"number": "110"}).json()["answer"] == "NOT_CONTACTED"


def address_of(who) -> str:
    from forbear.contexts.portfolio.models import ContactPoint
    from forbear.contexts.protection.store import open_values

    with reading(SETUP):
        row = ContactPoint.objects.select_related("debtor").get(pk=who.point_id)
        return open_values(row, "address", now=NOW)["address"]


class TestAnybody:
    def test_asks_without_a_key_and_gets_one_form(self, portfolio):
        answers = [
            asked("/caller/code", {"code": "1234 5678 9012"}),
            asked("/caller/number", {"number": "110"}),
            asked("/caller/time", {"number": "19900000000"}),
        ]

        assert {each.status_code for each in answers} == {200}
        assert {tuple(each.json()) for each in answers} == {("answer", "en", "zh", "channel", "at")}
        assert all(each["Cache-Control"] == "no-store" for each in answers)

    def test_is_stopped_with_a_time_to_wait(self, portfolio):
        most = open_caller().of_one_address
        told = [asked("/caller/number", {"number": "110"}) for _ in range(most + 1)]

        assert [each.status_code for each in told] == [200] * most + [429]
        assert told[-1]["Retry-After"] == "600"
        assert told[-1].json()["detail_zh"]
        assert asked("/caller/number", {"number": "110"}, "192.0.2.99").status_code == 200


class TestAnImpostor:
    def test_is_reported_by_anybody_and_listed_for_compliance(self, api):
        said = {
            "pretence": "ASKED_FOR_PAYMENT",
            "channel": "VOICE",
            "number": "400-000-0000",
            "happened_at": timezone.now().isoformat(),
        }

        done = asked("/caller/impostors", said)

        assert done.status_code == 201, done.content
        (row,) = api.get("/caller-impostors").json()["items"]
        assert (row["pretence"], row["registered"]) == ("ASKED_FOR_PAYMENT", True)
        assert row["ref"] in done.json()["zh"]
        with reading(SETUP):
            entry = Entry.objects.get(event=AuditEvent.IMPOSTOR_REPORTED.value)
        assert entry.actor_kind == "ANYBODY"
        assert "400" not in bytes(entry.body).decode()
        assert caller(Scope.CALLER_CONFIRM).get("/caller-impostors").status_code == 403

    def test_is_reported_a_few_times_at_most(self, portfolio):
        said = {"pretence": "THREATENED", "channel": "SMS"}
        said["happened_at"] = timezone.now().isoformat()
        most = open_caller().reports_of_one_address

        codes = [asked("/caller/impostors", said).status_code for _ in range(most + 1)]

        assert codes == [201] * most + [429]
        assert ImpostorReport.objects.count() == most

    @pytest.mark.parametrize("at", ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"])
    def test_cannot_have_been_at_an_impossible_time(self, portfolio, at):
        said = {"pretence": "THREATENED", "channel": "SMS", "happened_at": at}

        refused = asked("/caller/impostors", said)

        assert (refused.status_code, refused.json()["field"]) == (422, "happened_at")

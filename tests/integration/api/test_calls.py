"""A lender's system tells of persons, contracts and payments, and is told what stands."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tests.support.portfolio import CREDITOR

NAME, NUMBER = "林虚构", "19900001234"
DEBTOR = {"ref": "P-1", "jurisdiction": "CN", "name": NAME, "time_zones": ["Asia/Shanghai"]}
POINT = {
    "ref": "C-1",
    "debtor_ref": "P-1",
    "kind": "MOBILE",
    "relation": "OWN",
    "origin": "CONTRACT",
    "address": NUMBER,
}
LOAN = {
    "ref": "L-1",
    "debtor_ref": "P-1",
    "creditor": CREDITOR,
    "product": "instalment_loan",
    "currency": "CNY",
    "contract_date": "2026-01-05",
    "disbursed_date": "2026-01-06",
    "principal_minor": 120_000,
    "annual_rate_bp": 1_200,
    "schedule": [
        {"number": 1, "due_date": "2026-02-06", "principal_minor": 60_000, "interest_minor": 1_200},
        {"number": 2, "due_date": "2026-03-06", "principal_minor": 60_000, "interest_minor": 600},
    ],
}


def book(api) -> None:
    for path, body in (("/debtors", DEBTOR), ("/contact-points", POINT), ("/loans", LOAN)):
        done = api.post(path, body)
        assert done.status_code == 201, done.content


class TestPersons:
    def test_are_recorded_once_and_shown_masked(self, api):
        book(api)

        again = api.post("/debtors", DEBTOR)
        shown = api.get("/debtors/P-1")

        assert (again.status_code, again.json()["new"]) == (200, False)
        assert shown.json()["points"][0]["masked"]
        assert NAME not in shown.content.decode()
        assert NUMBER not in shown.content.decode()

    def test_the_surest_word_of_where_they_live_counts_and_a_number_stands_apart(self, api):
        book(api)
        path, told = "/debtors/P-1/regions", {"source": "ID_PREFIX", "region": "51"}

        done = api.post(path, {**told, "confidence_percent": 60})
        again = api.post(path, {**told, "confidence_percent": 60})
        api.post(path, {"source": "ADDRESS", "region": "44", "confidence_percent": 90})
        refused = api.post(path, {**told, "confidence_percent": 0})

        assert (done.status_code, again.json()["new"]) == (201, False)
        assert refused.status_code == 422
        shown = api.get("/debtors/P-1").json()
        assert (shown["region"], shown["region_source"]) == ("44", "ADDRESS")
        assert shown["believed_region"] is None

    def test_of_the_same_ref_and_other_content_conflict(self, api):
        book(api)

        refused = api.post("/debtors", {**DEBTOR, "jurisdiction": "UK"})

        assert (refused.status_code, refused.json()["code"]) == (409, "OTHER_CONTENT")
        assert refused.json()["detail_zh"] != refused.json()["detail"]

    def test_change_by_named_fields_alone(self, api):
        book(api)

        done = api.send("patch", "/debtors/P-1", {"language": "ZH"})

        assert done.json() == {"changed": ["language"]}
        assert api.get("/debtors/P-1").json()["time_zones"] == ["Asia/Shanghai"]


class TestContactPoints:
    def test_are_listed_however_many_there_are(self, api):
        assert api.post("/debtors", DEBTOR).status_code == 201
        for number in range(4):
            listed = api.get("/debtors/P-1/contact-points")
            assert [each["ref"] for each in listed.json()] == [f"C-{n}" for n in range(number)]
            api.post("/contact-points", {**POINT, "ref": f"C-{number}"})


class TestLoans:
    def test_are_recorded_with_their_schedule(self, api):
        book(api)

        shown = api.get("/loans/L-1").json()

        assert [each["principal_minor"] for each in shown["schedule"]] == [60_000, 60_000]
        assert shown["standing"] is None

    def test_with_a_schedule_that_does_not_fit_leave_nothing_behind(self, api):
        api.post("/debtors", DEBTOR)

        refused = api.post("/loans", {**LOAN, "schedule": LOAN["schedule"][:1]})

        assert (refused.status_code, refused.json()["field"]) == (422, "instalments")
        assert api.get("/loans").json()["items"] == []


class TestPayments:
    def test_change_what_the_loan_stands_at(self, api):
        book(api)
        paid = {"ref": "Y-1", "loan_ref": "L-1", "value_date": "2026-02-06", "amount_minor": 61_200}

        done = api.post("/payments", paid)

        assert done.status_code == 201, done.content
        assert api.get("/loans/L-1").json()["standing"]["overdue_minor"] >= 60_600
        assert api.get("/payments").json()["items"][0]["loan_ref"] == "L-1"

    def test_are_reversed_by_a_payment_of_their_own(self, api):
        book(api)
        paid = {"ref": "Y-1", "loan_ref": "L-1", "value_date": "2026-02-06", "amount_minor": 61_200}
        api.post("/payments", paid)

        done = api.post("/payments", {**paid, "ref": "Y-2", "reverses": "Y-1"})

        assert done.status_code == 201
        assert [row["reverses"] for row in api.get("/payments").json()["items"]] == [None, "Y-1"]


class TestChoices:
    def test_bind_and_are_released_on_evidence(self, api):
        book(api)
        hold = {"ref": "H-1", "debtor_ref": "P-1", "kind": "DISPUTE", "start_date": "2026-11-01"}

        assert api.post("/holds", hold).status_code == 201
        assert [each["ref"] for each in api.get("/debtors/P-1").json()["holds"]] == ["H-1"]
        released = api.post("/holds/H-1/release", {"evidence": "doc-7"})

        assert released.status_code == 200
        consent = {"ref": "S-1", "debtor_ref": "P-1", "kind": "CHANNEL", "state": "WITHDRAWN"}
        assert api.post("/consents", consent).status_code == 201


class TestErrors:
    def test_name_the_field_and_quote_nothing(self, api):
        refused = api.post("/debtors", {"ref": "P-1", "jurisdiction": "CN", "name": ["林虚构"]})

        told = refused.json()
        assert refused.status_code == 422
        assert refused["Content-Type"] == "application/problem+json"
        assert told["field"] == "name"
        assert NAME not in refused.content.decode()
        assert told["request_id"] == refused["X-Request-Id"]

    def test_refuse_unknown_fields_and_parameters(self, api):
        assert api.post("/debtors", {**DEBTOR, "colour": "red"}).json()["field"] == "colour"
        assert api.get("/debtors", colour="red").status_code == 422

    def test_refuse_a_parameter_that_is_there_twice(self, api):
        refused = api.get("/debtors", ref=["P-1", "P-2"])

        assert (refused.status_code, refused.json()["field"]) == (422, "ref")

    def test_have_one_form_also_where_no_call_is(self, api):
        absent, wrong = api.get("/nothing"), api.send("delete", "/debtors")

        assert (absent.status_code, absent.json()["code"]) == (404, "NO_SUCH_ADDRESS")
        assert (wrong.status_code, wrong.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
        assert "POST" in wrong["Allow"]

    def test_take_no_number_for_a_day_and_no_text_for_a_number(self, api):
        for wrong in ({"contract_date": 20260105}, {"principal_minor": "120000"}):
            assert api.post("/loans", {**LOAN, **wrong}).status_code == 422


class TestAgendaAndNights:
    def test_are_empty_before_the_first_night(self, api):
        day = (timezone.now() + timedelta(days=1)).date()

        assert api.get(f"/agenda/{day}").json() == {"items": [], "next": None}
        assert api.get("/nights").json() == {"items": [], "next": None}
        assert api.get("/nights/none").status_code == 404
        assert api.get("/cases").json()["items"] == []


ATTEMPT = {
    "ref": "A-1",
    "debtor_ref": "P-1",
    "contact_point_ref": "C-1",
    "loan_ref": "L-1",
    "channel": "VOICE",
    "direction": "OUTBOUND",
    "started_at": "2026-02-10T10:00:00+08:00",
    "outcome": "RANG",
}


class TestContacts:
    def test_of_other_systems_are_recorded_once_and_told_again(self, api):
        book(api)

        first = api.post("/attempts", {"attempts": [ATTEMPT]}).json()
        again = api.post("/attempts", {"attempts": [ATTEMPT]}).json()
        ended = api.post("/attempts", {"attempts": [{**ATTEMPT, "outcome": "ANSWERED"}]}).json()

        assert [each["added"] for each in (first, again, ended)] == [1, 0, 0]
        assert (again["known"], ended["changed"]) == (1, 1)

    def test_of_a_batch_are_recorded_all_or_none(self, api):
        book(api)
        good, bad = {**ATTEMPT, "ref": "A-2"}, {**ATTEMPT, "ref": "A-3", "loan_ref": "L-9"}

        refused = api.post("/attempts", {"attempts": [good, bad]})

        assert (refused.status_code, refused.json()["field"]) == (404, "loan_ref")
        assert api.post("/attempts", {"attempts": [good]}).json()["added"] == 1

    def test_are_asked_about_with_every_rules_answer(self, api):
        book(api)
        asked = {"debtor_ref": "P-1", "contact_point_ref": "C-1", "channel": "SMS"}

        told = api.post("/decisions", {**asked, "loan_ref": "L-1"}).json()
        hold = {"ref": "H-1", "debtor_ref": "P-1", "kind": "CEASE", "start_date": "2026-01-01"}
        api.post("/holds", hold)
        refused = api.post("/decisions", {**asked, "loan_ref": "L-1"}).json()

        assert len(told["findings"]) > 5
        assert all(each["text_en"] and each["text_zh"] for each in told["findings"])
        assert refused["allowed"] is False
        assert api.post("/decisions", {**asked, "loan_ref": "L-9"}).status_code == 404

    def test_reported_count_against_the_limits(self, api):
        book(api)
        now = timezone.now()
        calls = [
            {
                **ATTEMPT,
                "ref": f"A-{n}",
                "outcome": "CONVERSATION",
                "started_at": (now - timedelta(minutes=n + 1)).isoformat(timespec="seconds"),
            }
            for n in range(6)
        ]
        asked = {"debtor_ref": "P-1", "contact_point_ref": "C-1", "channel": "VOICE"}
        before = api.post("/decisions", asked).json()["findings"]

        api.post("/attempts", {"attempts": calls})
        after = api.post("/decisions", asked).json()["findings"]

        refusing = [
            {each["rule_id"] for each in found if not each["allows"]} for found in (before, after)
        ]
        assert refusing[1] > refusing[0]

"""What cannot be is refused in both languages with what mends it, and nothing is kept of it."""

from __future__ import annotations

import pytest

from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import reading
from forbear.contexts.rights.models import Attachment, AttachmentPiece, Filing
from tests.support.filing import (
    days_ago,
    days_on,
    filed,
    filing,
    holds,
    known_person,
    refused,
    step,
    version,
)
from tests.support.portfolio import SETUP
from tests.support.sniffing import FILES

DISPUTE = {"reason": "PAID"}
FILINGS = [
    ("/disputes", {"reason": "BECAUSE"}, 422, "INVALID_REQUEST"),
    ("/disputes", {**DISPUTE, "intake": "PIGEON"}, 422, "INVALID_REQUEST"),
    ("/disputes", {**DISPUTE, "received_date": "2026-02-30"}, 422, "INVALID_REQUEST"),
    ("/disputes", {**DISPUTE, "received_date": days_on(3)}, 422, "INVALID_FIELD"),
    ("/disputes", {**DISPUTE, "received_date": days_ago(400)}, 422, "INVALID_FIELD"),
    ("/disputes", {**DISPUTE, "received_date": "1969-12-31"}, 422, "INVALID_FIELD"),
    ("/disputes", {**DISPUTE, "debtor_ref": "nobody"}, 404, "UNKNOWN_REF"),
    ("/disputes", {**DISPUTE, "loan_ref": "nothing"}, 404, "UNKNOWN_REF"),
    ("/disputes", {**DISPUTE, "text": ""}, 422, "INVALID_REQUEST"),
    ("/disputes", {**DISPUTE, "text": " \n "}, 422, "INVALID_FIELD"),
    ("/disputes", {**DISPUTE, "text": "a\u0000b"}, 422, "INVALID_FIELD"),
    ("/disputes", {**DISPUTE, "text": "x" * 8_001}, 422, "INVALID_REQUEST"),
    ("/disputes", {"reason": "WRONG_PERSON"}, 422, "INVALID_FIELD"),
    ("/disputes", {**DISPUTE, "validation_sent_date": days_on(9)}, 422, "INVALID_FIELD"),
    ("/complaints", {"reason": "NOBODY_KNOWS"}, 422, "UNKNOWN_COMPLAINT_REASON"),
    ("/hardships", {"category": "BORED", "severity": 1}, 422, "INVALID_REQUEST"),
    ("/hardships", {"category": "OTHER", "severity": 6}, 422, "INVALID_REQUEST"),
    ("/hardships", {"category": "OTHER", "severity": "3"}, 422, "INVALID_REQUEST"),
    ("/data-requests", {"right": "FORGET_ME"}, 422, "INVALID_REQUEST"),
]


@pytest.mark.parametrize(("path", "body", "status", "code"), FILINGS, ids=range(len(FILINGS)))
def test_a_filing_that_cannot_be_is_refused(api, path, body, status, code):
    person = known_person(api)

    refused(api, path, filing(person, **body), status, code)

    assert holds(person) == set()
    with reading(SETUP):
        assert not Filing.objects.exists()
        assert not Entry.objects.filter(event__startswith="filing.").exists()


def test_a_loan_of_another_person_is_refused(api):
    mine, other = known_person(api), known_person(api)

    said = filing(mine, reason="PAID", loan_ref=f"{other}-loan")
    refused(api, "/disputes", said, 422, "OTHER_PERSON")


class TestARefThatIsUsedTwice:
    def test_is_the_same_filing_with_the_same_content(self, api):
        said = filing(known_person(api), reason="PAID", text="已还清")

        assert api.post("/disputes", said).status_code == 201
        again = api.post("/disputes", said)
        assert (again.status_code, again.json()["new"]) == (200, False)

    @pytest.mark.parametrize("other", [{"reason": "OTHER"}, {"text": "别的"}, {"intake": "BRANCH"}])
    def test_is_refused_with_other_content(self, api, other):
        said = filing(known_person(api), reason="PAID", text="已还清")
        assert api.post("/disputes", said).status_code == 201

        refused(api, "/disputes", {**said, **other}, 409, "OTHER_FILING")


class TestSteps:
    def test_of_an_old_version_are_refused(self, api):
        ref = filed(api, "/disputes", known_person(api), reason="PAID")["ref"]
        step(api, f"/filings/{ref}/work", ref)

        refused(api, f"/filings/{ref}/withdrawal", {"version": 1}, 409, "FILING_CHANGED")

    def test_that_do_not_follow_are_refused(self, api):
        ref = filed(api, "/disputes", known_person(api), reason="PAID")["ref"]
        step(api, f"/filings/{ref}/work", ref)

        body = {"version": version(api, ref)}
        refused(api, f"/filings/{ref}/work", body, 409, "FILING_MAY_NOT_FOLLOW")
        again = {**body, "text": "x"}
        refused(api, f"/filings/{ref}/reopening", again, 409, "NOT_SETTLED_YET")

    def test_of_another_kind_are_not_found(self, api):
        ref = filed(api, "/disputes", known_person(api), reason="PAID")["ref"]

        body = {"version": 1}
        refused(api, f"/complaints/{ref}/acknowledgement", body, 404, "UNKNOWN_FILING")

    @pytest.mark.parametrize(
        ("finding", "correction", "status", "code"),
        [
            ("REJECTED", {"kind": "BUREAU_LINE"}, 422, "INVALID_FIELD"),
            ("UPHELD", {"kind": "CREDIT", "since_date": days_ago(9)}, 422, "INVALID_FIELD"),
            ("UPHELD", {"kind": "CREDIT", "amount_minor": 5}, 422, "INVALID_FIELD"),
            ("UPHELD", {"kind": "SETTLED", "since_date": days_on(9)}, 422, "INVALID_FIELD"),
            ("UPHELD", {"kind": "SETTLED", "amount_minor": 5}, 422, "INVALID_FIELD"),
            ("UPHELD", {"kind": "BUREAU_LINE", "loan_ref": "else"}, 409, "LOAN_OF_ANOTHER"),
            (
                "UPHELD",
                {"kind": "BUREAU_LINE", "codes": {"2026-09": "N"}},
                404,
                "NOTHING_REPORTED",
            ),
        ],
    )
    def test_that_put_the_impossible_right_change_nothing(
        self, api, finding, correction, status, code
    ):
        person = known_person(api)
        ref = filed(api, "/disputes", person, reason="PAID")["ref"]
        body = {
            "version": version(api, ref),
            "finding": finding,
            "reasons": "理由。",
            "corrections": [{"loan_ref": f"{person}-loan", **correction}],
        }

        refused(api, f"/disputes/{ref}/decision", body, status, code)

        assert holds(person) == {("DISPUTE", True)}
        assert api.get("/payments").json()["items"] == []
        assert api.get(f"/filings/{ref}").json()["filing"]["state"] == "FILED"

    @pytest.mark.parametrize(
        "said",
        [
            {"solution": "PAUSE"},
            {"solution": "PAUSE", "until_date": days_ago(0)},
            {"solution": "FREEZE", "until_date": days_ago(3)},
            {"solution": "NONE", "until_date": days_on(9)},
            {"solution": "WRITE_OFF"},
            {"solution": "PLAN", "until_date": days_on(9)},
            {"solution": "PAUSE", "until_date": days_on(9), "arrangement_ref": "A-1"},
        ],
        ids=lambda each: "-".join(each.values()),
    )
    def test_that_grant_the_impossible_change_nothing(self, api, said):
        person = known_person(api)
        ref = filed(api, "/hardships", person, category="JOB_LOSS", severity=2)["ref"]

        body = {"version": version(api, ref), "reasons": "理由。", **said}
        refused(api, f"/hardships/{ref}/solution", body, 422, "INVALID_FIELD")
        assert holds(person) == {("HARDSHIP", True)}

    @pytest.mark.parametrize(
        "said",
        [
            {"finding": "UPHELD"},
            {"finding": "REJECTED", "substantiated": "ABUSE"},
            {"finding": "REJECTED", "redress": "MONEY"},
            {"finding": "REJECTED", "redress_minor": 5, "currency": "CNY"},
            {"finding": "REJECTED", "redress": "MONEY", "redress_minor": 5},
        ],
        ids=range(5),
    )
    def test_that_answer_a_complaint_against_themselves_change_nothing(self, api, said):
        person = known_person(api)
        ref = filed(api, "/complaints", person, reason="ABUSE")["ref"]

        body = {"version": version(api, ref), "reasons": "理由。", **said}
        refused(api, f"/complaints/{ref}/decision", body, 422, "INVALID_FIELD")
        assert holds(person) == {("COMPLAINT", True)}


def handed_in(api, ref: str, name: str, content: bytes):
    return api.client.post(
        f"/api/v1/filings/{ref}/attachments?name={name}",
        content,
        content_type="application/octet-stream",
        headers={"Authorization": f"Bearer {api.token}"},
    )


def test_files_that_are_not_taken_leave_nothing_behind(api):
    ref = filed(api, "/disputes", known_person(api), reason="PAID")["ref"]
    bad = [each for each in FILES if each.why is not None]
    assert len(bad) >= 20

    for each in bad:
        answer = handed_in(api, ref, each.name, each.content)
        told = answer.json()
        assert (answer.status_code, told["code"]) == (422, "FILE_REFUSED"), each.what
        assert told["detail_zh"] != told["detail"], each.what

    with reading(SETUP):
        assert not Attachment.objects.exists()
        assert not AttachmentPiece.objects.exists()
        assert not Entry.objects.filter(event="attachment.added").exists()


def test_files_that_are_taken_come_back_as_they_were(api):
    from datetime import UTC, datetime

    from forbear.contexts.rights.actions.attachment import open_attachment
    from tests.support.portfolio import clerk

    ref = filed(api, "/disputes", known_person(api), reason="PAID")["ref"]
    for each in [each for each in FILES if each.why is None]:
        done = handed_in(api, ref, each.name, each.content)
        assert done.status_code == 201, (each.what, done.content)
        again = handed_in(api, ref, each.name, each.content)
        assert (again.status_code, again.json()["new"]) == (200, False)

        from uuid import UUID

        opened = open_attachment(
            UUID(done.json()["ref"]), actor=clerk("VALUE_REVEAL"), now=datetime.now(UTC)
        )
        assert (opened.name, opened.content) == (each.name, each.content)

"""What was said and handed in is sealed, seen by those who may, and gone with the person's key."""

from __future__ import annotations

import base64
import subprocess
from datetime import UTC, datetime
from uuid import UUID

import pytest

from forbear.contexts.database.embedded.programs import wheel_folder
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.models import Debtor
from forbear.contexts.protection.person import ErasedPerson
from forbear.contexts.rights.actions.attachment import UnknownAttachment, open_attachment
from forbear.contexts.rights.actions.work import take_up
from forbear.contexts.rights.filing import UnknownFiling
from forbear.contexts.rights.listing import get_filing, list_filings
from forbear.contexts.rights.models import Attachment, AttachmentPiece, Filing, Statement
from forbear.values.principal import NotPermitted
from tests.support.filing import filed, holds, known_person, refused, shown, step, today
from tests.support.people import new_principal, new_team
from tests.support.portfolio import SETUP, clerk

CANARY = "慕容金丝雀欠款凭证7713"


def handed_in(api, ref: str) -> str:
    done = api.client.post(
        f"/api/v1/filings/{ref}/attachments?name=慕容金丝雀欠款凭证7713.txt",
        (CANARY * 6_000).encode(),
        content_type="application/octet-stream",
        headers={"Authorization": f"Bearer {api.token}"},
    )
    assert done.status_code == 201, done.content
    return done.json()["ref"]


def traces() -> list[bytes]:
    text = CANARY.encode()
    shifted = [base64.b64encode(b"x" * n + text)[4:-4] for n in range(3)]
    return [text, text.hex().encode(), CANARY.encode("gb18030"), *shifted]


def test_no_table_holds_a_word_or_a_file_in_the_open(api, portfolio):
    person = known_person(api)
    ref = filed(api, "/disputes", person, reason="PAID", text=CANARY)["ref"]
    handed_in(api, ref)
    step(api, f"/filings/{ref}/questions", ref, text=CANARY)
    api.post(f"/filings/{ref}/statements", {"text": CANARY})
    step(api, f"/disputes/{ref}/decision", ref, finding="REJECTED", reasons=CANARY)

    folder = wheel_folder()
    assert folder
    dump = subprocess.run(
        [folder / "pg_dump", "--inserts", portfolio.urls["superuser"]],
        check=True,
        capture_output=True,
    ).stdout
    assert b"rights_attachmentpiece" in dump
    with reading(SETUP):
        assert AttachmentPiece.objects.count() > 3
    assert not [trace for trace in traces() if trace in dump]


def test_no_answer_or_log_holds_them(api, caplog):
    caplog.set_level("DEBUG")
    person = known_person(api)
    ref = filed(api, "/complaints", person, reason="ABUSE", text=CANARY)["ref"]
    handed_in(api, ref)

    answers = [
        api.get(f"/filings/{ref}"),
        api.get("/filings"),
        api.post(f"/complaints/{ref}/export"),
        api.get(f"/debtors/{person}/data"),
        api.post("/complaints", {"ref": CANARY, "text": CANARY, "colour": CANARY}),
    ]

    assert all(CANARY not in answer.content.decode() for answer in answers)
    assert CANARY not in caplog.text


class TestAnotherTeam:
    def test_sees_no_filing_and_changes_none(self, api):
        ours, theirs = new_team("ours"), new_team("theirs")
        person = known_person(api, team="ours")
        ref = filed(api, "/disputes", person, reason="PAID", text=CANARY)["ref"]
        file = UUID(handed_in(api, ref))
        mine = new_principal(Role.SUPERVISOR, teams=(ours,))
        other = new_principal(Role.SUPERVISOR, teams=(theirs,))
        now = datetime.now(UTC)
        asked = {"after": 0, "rows": 9, "today": today()}

        assert [row.ref for row in list_filings(**asked, actor=mine)] == [ref]
        assert list_filings(**asked, actor=other) == ()
        with pytest.raises(UnknownFiling):
            get_filing(ref, today=today(), actor=other, now=now)
        with pytest.raises(UnknownFiling):
            take_up(ref, version=1, actor=other, now=now)
        with pytest.raises(UnknownAttachment):
            open_attachment(file, actor=other, now=now)
        assert open_attachment(file, actor=mine, now=now).content.decode().startswith(CANARY)

    def test_without_saying_who_asks_there_is_nothing(self, api):
        filed(api, "/disputes", known_person(api), reason="PAID", text=CANARY)

        assert (Filing.objects.count(), Statement.objects.count()) == (0, 0)
        with reading(clerk(sight=_nobody())):
            assert (Filing.objects.count(), Attachment.objects.count()) == (0, 0)


def _nobody():
    from forbear.values.principal import Sight

    return Sight.NOBODY


def test_who_may_open_a_file_and_who_may_not(api):
    ref = filed(api, "/disputes", known_person(api), reason="PAID")["ref"]
    file = UUID(handed_in(api, ref))

    with pytest.raises(NotPermitted):
        open_attachment(file, actor=clerk("PERSON_SEE"), now=datetime.now(UTC))


def test_the_hold_of_what_is_open_ends_with_its_answer_alone(api):
    person = known_person(api)
    done = filed(api, "/disputes", person, reason="PAID")

    told = refused(
        api,
        f"/holds/{done['hold_ref']}/release",
        {"evidence": "somebody-said-so"},
        409,
        "HOLD_OF_FILING",
    )
    assert done["ref"] in told["detail"]
    assert holds(person) == {("DISPUTE", True)}


def test_whoever_is_not_the_person_is_not_called_there_again(api):
    person = known_person(api)
    point = f"{person}-point"

    filed(api, "/disputes", person, reason="WRONG_PERSON", contact_point_ref=point)

    shown_point = api.get(f"/debtors/{person}").json()["points"][0]
    assert shown_point["quality"] == "WRONG_PERSON"
    asked = {"debtor_ref": person, "contact_point_ref": point, "channel": "VOICE"}
    assert api.post("/decisions", asked).json()["allowed"] is False


def test_a_debt_that_is_found_not_to_be_theirs_stays_out_of_reach(api):
    person = known_person(api)
    ref = filed(api, "/disputes", person, reason="NOT_MINE")["ref"]

    step(api, f"/disputes/{ref}/decision", ref, finding="UPHELD", reasons="身份不符。")

    assert holds(person) == {("DISPUTE", False), ("WRONG_PERSON", True)}


def test_with_the_persons_key_their_words_are_gone(api):
    ref = "P-gone"
    said = {"ref": ref, "jurisdiction": "CN"}
    assert api.post("/debtors", said).status_code == 201
    request = filed(api, "/data-requests", ref, right="DELETE", text=CANARY)["ref"]
    file = UUID(handed_in(api, request))
    answer = {"finding": "UPHELD", "reasons": "已删除。"}
    assert step(api, f"/data-requests/{request}/answer", request, **answer)["erased"]

    with pytest.raises(ErasedPerson):
        open_attachment(file, actor=clerk("VALUE_REVEAL"), now=datetime.now(UTC))
    with reading(SETUP):
        assert Debtor.objects.get(ref=ref).erased_at is not None
    may = clerk("VALUE_REVEAL", "PERSON_SEE")
    told = get_filing(request, opened=True, today=today(), actor=may, now=datetime.now(UTC))
    assert [each.text for each in told.statements] == [None, None]
    assert shown(api, request)["filing"]["state"] == "DECIDED"

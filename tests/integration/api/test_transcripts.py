"""A lender's own recogniser hands in what was said: once, bounded, and never told back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from forbear.contexts.exchange.scope import Scope
from tests.support.api import caller
from tests.support.gate import person
from tests.support.recorded import recorded
from tests.support.spoken import CALM, DANGER, THREAT


@pytest.fixture
def call(api, tmp_path):
    at = datetime.now(UTC) - timedelta(minutes=5)
    return recorded(person().debtor_id, tmp_path, at=at)


def body(*texts: str, side: str = "US", **more: object) -> dict[str, object]:
    rows = [
        {"side": side, "from_ms": number * 4000, "to_ms": number * 4000 + 3000, "text": text}
        for number, text in enumerate(texts)
    ]
    return {"made_by": "acme-asr 3.1", "language": "ZH", "sentences": rows, **more}


def test_is_taken_once_and_its_words_are_never_told_back(api, call):
    path = f"/contacts/{call}/transcript"
    first = api.post(path, body(CALM, THREAT))
    again = api.post(path, body(CALM, THREAT))
    other = api.post(path, body(CALM))

    assert first.status_code == 201
    assert first.json() == {"new": True, "sentences": 2, "moments": 1, "held": False}
    assert (again.status_code, again.json()["new"]) == (200, False)
    assert other.status_code == 409
    for answer in (first, again, other):
        assert THREAT[:4] not in answer.content.decode()


def test_words_of_danger_hold_and_the_system_is_told_so(api, call):
    answer = api.post(f"/contacts/{call}/transcript", body(DANGER, side="PERSON"))

    assert answer.json()["held"] is True


@pytest.mark.parametrize(
    "wrong",
    [
        body("字" * 1001),
        body(CALM, side="SOMEBODY"),
        body(CALM, language="FR"),
        body(CALM, made_by=""),
        body(CALM, more="x"),
        body(*["好"] * 5001),
    ],
    ids=["too long", "side", "language", "nobody made it", "unknown field", "too many"],
)
def test_what_is_wrong_is_refused_and_not_repeated(api, call, wrong):
    answer = api.post(f"/contacts/{call}/transcript", wrong)

    assert answer.status_code == 422
    assert CALM[:6] not in answer.content.decode()


def test_takes_its_own_scope_and_a_call_that_is_there(api, call):
    path = f"/contacts/{call}/transcript"
    assert caller(Scope.ATTEMPTS_WRITE).post(path, body(CALM)).status_code == 403
    assert caller(Scope.TRANSCRIPTS_WRITE).post(path, body(CALM)).status_code == 201
    assert api.post(f"/contacts/{uuid4()}/transcript", body(CALM)).status_code == 404

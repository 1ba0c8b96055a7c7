"""A key opens what its scopes say, for as long as it is in force, and so often a minute."""

from __future__ import annotations

import logging
from datetime import timedelta
from itertools import cycle, islice

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from forbear.contexts.exchange.actions.token import UnfitToken, make_token, revoke_token
from forbear.contexts.exchange.models import Token
from forbear.contexts.exchange.scope import SCOPES, Scope
from forbear.contexts.people.role import Permission
from forbear.interfaces.api.api import api as _declared
from forbear.interfaces.api.call import CALLS
from forbear.values.principal import NotPermitted
from tests.integration.api.test_calls import DEBTOR, NAME, NUMBER, POINT
from tests.support.api import Caller, caller
from tests.support.portfolio import SETUP, clerk

PLACES = {
    "intent": "5f0c3a86-6a2e-4b0e-9f0e-2f1f6f2f7c11",
    "ref": "P-404",
    "case_id": "1",
    "day": "2026-11-25",
    "night_id": "none",
    "endpoint_id": "9",
    "permit_id": "00000000-0000-4000-8000-000000000009",
    "source_id": "9",
    "line_id": "9",
    "bureau": "CN_CREDIT",
    "month": "2026-10",
    "number": "9",
    "notice_id": "9",
    "link_id": "5f0c3a86-6a2e-4b0e-9f0e-2f1f6f2f7c12",
}


class TestKeys:
    def test_are_kept_as_a_hash_alone(self, api):
        row = Token.objects.get()

        assert api.token.startswith(row.prefix)
        assert api.token.encode() not in bytes(row.sha256)
        assert len(row.sha256) == 32

    @pytest.mark.parametrize("how", ["none", "malformed", "unknown", "revoked", "expired"])
    def test_that_are_not_in_force_open_nothing(self, api, how):
        old = caller(days=1, now=timezone.now() - timedelta(days=2)).token
        if how == "revoked":
            assert revoke_token(Token.objects.first().prefix, actor=SETUP, now=timezone.now())
        last = "A" if api.token[-1] != "A" else "B"
        text = {
            "none": None,
            "malformed": "fb_1",
            "unknown": api.token[:-1] + last,
            "revoked": api.token,
            "expired": old,
        }[how]

        refused = Caller(text, Client()).get("/debtors")

        assert (refused.status_code, refused.json()["code"]) == (401, "NOT_AUTHENTICATED")
        assert refused["WWW-Authenticate"].startswith("Bearer")

    def test_are_made_by_those_who_may(self, portfolio):
        now = timezone.now()
        with pytest.raises(NotPermitted):
            make_token("x", [Scope.CASES_READ], days=1, actor=clerk("CASE_WORK"), now=now)
        for name, scopes, days in (("", [Scope.CASES_READ], 1), ("x", [], 1), ("x", Scope, 400)):
            with pytest.raises(UnfitToken):
                make_token(name, list(scopes), days=days, actor=SETUP, now=now)

    def test_that_call_too_often_wait(self, api):
        settings.FORBEAR_API_CALLS_PER_MINUTE_MAX = 3

        answers = [api.get("/nights") for _ in range(9)]

        refused = [each for each in answers if each.status_code == 429]
        # A minute may end in between.
        assert len(refused) >= 3
        assert 1 <= int(refused[0]["Retry-After"]) <= 60
        assert refused[0].json()["code"] == "TOO_MANY_CALLS"
        assert answers[0]["RateLimit-Remaining"] == "2"


class TestScopes:
    def test_grant_known_permissions_and_never_the_value_itself(self):
        known = {each.value for each in Permission}

        assert set(SCOPES) == set(Scope)
        assert all(each.permissions <= known for each in SCOPES.values())
        assert not any(Permission.VALUE_REVEAL in each.permissions for each in SCOPES.values())

    def test_let_each_call_through_under_its_own_alone(self, api):
        """Every operation under its own scope and three others, each in its turn."""
        assert _declared.get_openapi_schema()["paths"]
        assert len(CALLS) > 25
        keys = {scope: caller(scope) for scope in Scope}
        turn = cycle(keys)
        for named in [each for each in CALLS.values() if each.scope is not None]:
            for scope in {named.scope, *islice(turn, 3)}:
                key = keys[scope]
                path = named.path.format(**PLACES)
                method = named.method.lower()
                answer = key.get(path) if method == "get" else key.send(method, path, {})

                if scope is named.scope:
                    assert answer.status_code not in {401, 403, 405, 500}, (named, answer.content)
                else:
                    assert answer.status_code == 403, (named, scope)

    def test_are_all_used(self):
        public = {name for name, named in CALLS.items() if named.open}
        signed = {name for name, named in CALLS.items() if named.scope is None} - public
        assert {named.scope for named in CALLS.values()} - {None} == set(Scope)
        assert signed == {"take_in_payment", "take_in_receipt"}
        assert all("caller" in name for name in public)

    @pytest.mark.parametrize(
        ("scope", "agency"),
        [
            (Scope.AGENCY_CONTACT, None),
            (Scope.PERSONS_WRITE, "an-agency"),
            (Scope.WEBHOOKS_MANAGE, "an-agency"),
            (Scope.AGENCY_CONTACT, "nobody"),
        ],
    )
    def test_of_agencies_and_lenders_are_kept_apart(self, api, scope, agency):
        caller(Scope.AGENCY_CONTACT)
        with pytest.raises(UnfitToken):
            make_token("x", [scope], days=1, agency=agency, actor=SETUP, now=timezone.now())


class TestPersonalValues:
    def test_stand_in_no_answer_and_no_log(self, api, caplog):
        caplog.set_level(logging.DEBUG)
        answers = [
            api.post("/debtors", DEBTOR, key="a"),
            api.post("/contact-points", POINT, key="b"),
            api.post("/contact-points", {**POINT, "ref": "C-2", "kind": "EMAIL"}),
            api.post("/debtors", {**DEBTOR, "language": NAME}),
            api.post("/contact-points", {**POINT, "relation": NUMBER}),
            api.post("/contact-points", {**POINT, "address": NUMBER + "0" * 500}),
            api.get("/debtors/P-1"),
            api.get("/debtors"),
            api.get("/debtors/P-1/contact-points"),
            api.send("patch", "/debtors/P-1", {"name": NAME + "甲"}),
        ]

        said = b"".join(each.content for each in answers).decode() + caplog.text
        assert NAME not in said
        assert NUMBER not in said
        codes = [answer.status_code for answer in answers]
        assert codes == [201, 201, 422, 422, 422, 422, 200, 200, 200, 200]

"""A person is shown who helps, handed over with consent, and represented by whom was checked."""

from __future__ import annotations

import pytest

from tests.support.filing import holds, known_person, refused


class TestReferral:
    def test_is_shown_and_then_handed_over_with_consent(self, api):
        person = known_person(api, "UK")
        said = {"ref": "R-1", "debtor_ref": person, "helper": "UK_STEPCHANGE"}
        assert api.post("/referrals", said).status_code == 201
        assert api.post("/referrals", said).status_code == 200

        refused(api, "/referrals/R-1/moves", {"to": "HANDED_OVER"}, 403, "CONSENT_MISSING")
        done = api.post("/referrals/R-1/moves", {"to": "HANDED_OVER", "consented": True})

        assert (done.status_code, done.json()["state"]) == (200, "HANDED_OVER")
        assert done.json()["consented_at"]
        refused(api, "/referrals/R-1/moves", {"to": "DECLINED"}, 409, "REFERRAL_MAY_NOT_FOLLOW")
        assert api.post("/referrals/R-1/moves", {"to": "ENDED"}).status_code == 200
        listed = api.get("/referrals", debtor_ref=person).json()["items"]
        assert [(row["ref"], row["state"]) for row in listed] == [("R-1", "ENDED")]

    def test_leads_nowhere_abroad(self, api):
        said = {"ref": "R-2", "debtor_ref": known_person(api), "helper": "UK_STEPCHANGE"}

        refused(api, "/referrals", said, 422, "UNKNOWN_HELPER")


class TestDirectory:
    @pytest.mark.parametrize("law", ["CN", "UK", "US"])
    def test_knows_a_crisis_line_legal_aid_and_an_authority_with_source_and_day(self, api, law):
        rows = api.get("/help", jurisdiction=law).json()

        kinds = {row["kind"] for row in rows}
        assert {"CRISIS", "EMERGENCY", "LEGAL_AID", "REGULATOR"} <= kinds
        assert all(row["source"] and row["checked"] and row["sure"] in {"S", "G"} for row in rows)
        assert all(row["phone"] or row["web"] for row in rows)


class TestRepresentation:
    def test_keeps_contact_away_once_the_authority_is_checked(self, api):
        person = known_person(api)
        said = {
            "ref": "L-9",
            "debtor_ref": person,
            "kind": "LAWYER",
            "from_date": "2026-11-01",
            "name": "某律师（虚构）",
        }
        assert api.post("/representatives", said).status_code == 201
        assert holds(person) == set()

        done = api.post("/representatives/L-9/check", {"evidence": "power-of-attorney-3"})

        assert done.status_code == 200, done.content
        assert holds(person) == {("REPRESENTATION", True)}
        assert api.post("/representatives/L-9/check", {"evidence": "x"}).json()["new"] is False
        assert api.post("/representatives/L-9/end").status_code == 200
        assert holds(person) == {("REPRESENTATION", False)}

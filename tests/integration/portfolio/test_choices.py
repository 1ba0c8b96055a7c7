"""Consents, limits, holds, vulnerabilities and representatives bind, once, with a trace."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import NotPermitted
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.consent import NotTheirsToGive, record_consent
from forbear.contexts.portfolio.actions.hold import AlreadyReleased, place_hold, release_hold
from forbear.contexts.portfolio.actions.limit import record_stated_limit, withdraw_stated_limit
from forbear.contexts.portfolio.actions.representative import (
    AuthorityEnded,
    check_authority,
    end_representative,
    record_representative,
)
from forbear.contexts.portfolio.actions.vulnerability import (
    NoteNeedsConsent,
    end_vulnerability,
    record_vulnerability,
)
from forbear.contexts.portfolio.check import InvalidField
from forbear.contexts.portfolio.queries.person import (
    get_person,
    holds_in_force,
    latest_consents,
)
from forbear.contexts.portfolio.queries.policy import facts_for_policy
from forbear.contexts.portfolio.queries.shown import stands_apart
from forbear.contexts.portfolio.row import OtherContent, OtherPerson, UnknownRef
from forbear.contexts.portfolio.said import (
    ConsentSaid,
    HoldSaid,
    LimitSaid,
    RepresentativeSaid,
    VulnerabilitySaid,
)
from forbear.contexts.portfolio.word import RepresentativeKind, Source, VulnerabilityKind
from forbear.contexts.rulebook.library import open_library
from forbear.policy.ask.contact import decide
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    HoldKind,
    Jurisdiction,
    Relation,
)
from tests.support.portfolio import NOW, SETUP, clerk, new_loan, new_person, new_point

CLERK = clerk(Permission.PERSON_CHANGE)
BY_CLERK = {"source": Source.STAFF, "actor": CLERK, "now": NOW}
TODAY = NOW.date()


def consent(person: str, **given: object) -> ConsentSaid:
    facts = {
        "ref": "S-1",
        "debtor_ref": person,
        "kind": ConsentKind.CHANNEL,
        "state": ConsentState.GIVEN,
        **given,
    }
    return ConsentSaid(**facts)


def hold(person: str, **given: object) -> HoldSaid:
    facts = {
        "ref": "H-1",
        "debtor_ref": person,
        "kind": HoldKind.DISPUTE,
        "start_date": TODAY,
        **given,
    }
    return HoldSaid(**facts)


def audited(event: str) -> int:
    with reading(SETUP):
        return Entry.objects.filter(event=event).count()


def shown(person: str):
    return get_person(person, as_of=TODAY, actor=SETUP, now=NOW)


class TestConsents:
    def test_are_written_once(self, portfolio):
        person = new_person()

        made = [record_consent(consent(person), **BY_CLERK).new for _ in range(2)]

        assert made == [True, False]
        assert audited("consent.recorded") == 1

    def test_of_the_same_ref_with_another_meaning_conflict(self, portfolio):
        person = new_person()
        record_consent(consent(person), **BY_CLERK)

        with pytest.raises(OtherContent) as refused:
            record_consent(consent(person, state=ConsentState.WITHDRAWN), **BY_CLERK)

        assert refused.value.data["field"] == "state"

    def test_the_latest_counts_and_of_two_at_once_the_withdrawal(self, portfolio):
        person = new_person()
        for number, (state, minutes) in enumerate(
            [(ConsentState.WITHDRAWN, 5), (ConsentState.GIVEN, 5), (ConsentState.GIVEN, 1)]
        ):
            record_consent(
                consent(person, ref=f"S-{number}", state=state),
                source=Source.STAFF,
                actor=CLERK,
                now=NOW + timedelta(minutes=minutes),
            )

        (counts,) = latest_consents(person, actor=SETUP)

        assert counts.state is ConsentState.WITHDRAWN

    @pytest.mark.parametrize("kind", [k for k in ConsentKind if k is not ConsentKind.APPROACH])
    def test_to_debt_messages_cannot_be_given_by_a_contact_persons_point(self, portfolio, kind):
        person = new_person()
        point = new_point(person, relation=Relation.CONTACT_PERSON)

        with pytest.raises(NotTheirsToGive):
            record_consent(consent(person, kind=kind, contact_point_ref=point), **BY_CLERK)

        withdrawn = consent(
            person, kind=kind, contact_point_ref=point, state=ConsentState.WITHDRAWN
        )
        assert record_consent(withdrawn, **BY_CLERK).new

    def test_a_contact_person_may_allow_to_be_asked(self, portfolio):
        person = new_person()
        point = new_point(person, relation=Relation.CONTACT_PERSON)
        said = consent(person, kind=ConsentKind.APPROACH, contact_point_ref=point)

        assert record_consent(said, **BY_CLERK).new

    def test_to_be_weighed_by_models_speak_of_the_whole_person(self, portfolio):
        person = new_person()
        narrow = {"kind": ConsentKind.WEIGHING, "channel": Channel.SMS}

        with pytest.raises(InvalidField):
            record_consent(consent(person, **narrow), **BY_CLERK)
        assert record_consent(
            consent(person, state=ConsentState.WITHDRAWN, **narrow), **BY_CLERK
        ).new
        assert stands_apart(latest_consents(person, actor=SETUP))

    def test_about_somebody_elses_point_are_refused(self, portfolio):
        person, other = new_person(), new_person()

        with pytest.raises(OtherPerson):
            record_consent(consent(person, contact_point_ref=new_point(other)), **BY_CLERK)


class TestLimits:
    def limit(self, person: str, **given: object) -> LimitSaid:
        facts = {
            "ref": "L-1",
            "debtor_ref": person,
            "weekdays": (6, 5, 5),
            "opens_minute": 540,
            "closes_minute": 720,
            **given,
        }
        return LimitSaid(**facts)

    def test_bind_until_they_are_withdrawn(self, portfolio):
        person = new_person()
        record_stated_limit(self.limit(person), **BY_CLERK)
        bound = facts_for_policy(person, actor=SETUP).limits

        took = [withdraw_stated_limit("L-1", actor=CLERK, now=NOW).new for _ in range(2)]

        assert [sorted(each.weekdays) for each in bound] == [[5, 6]]
        assert facts_for_policy(person, actor=SETUP).limits == ()
        assert took == [True, False]
        assert audited("preference.withdrawn") == 1

    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("weekdays", {"weekdays": ()}),
            ("weekdays", {"weekdays": (7,)}),
            ("opens_minute", {"opens_minute": -1}),
            ("closes_minute", {"closes_minute": 540}),
            ("closes_minute", {"closes_minute": 1441}),
            ("channel", {"channel": "PIGEON"}),
        ],
    )
    def test_that_are_no_times_are_refused(self, portfolio, field, given):
        person = new_person()

        with pytest.raises(InvalidField) as refused:
            record_stated_limit(self.limit(person, **given), **BY_CLERK)

        assert refused.value.data["field"] == field


class TestHolds:
    def test_bind_on_their_days(self, portfolio):
        person = new_person()
        place_hold(hold(person, end_date=TODAY + timedelta(days=3)), **BY_CLERK)

        days = {
            offset: len(holds_in_force(person, on=TODAY + timedelta(days=offset), actor=SETUP))
            for offset in (-1, 0, 2, 3)
        }

        assert days == {-1: 0, 0: 1, 2: 1, 3: 0}

    def test_released_ones_bind_no_longer_from_the_same_day(self, portfolio):
        person = new_person()
        place_hold(hold(person), **BY_CLERK)
        supervisor = clerk(Permission.HOLD_RELEASE)

        released = [
            release_hold("H-1", evidence="DOC-2026/17", actor=supervisor, now=NOW).new
            for _ in range(2)
        ]

        assert released == [True, False]
        assert holds_in_force(person, on=TODAY, actor=SETUP) == ()
        assert audited("hold.released") == 1
        assert not place_hold(hold(person), **BY_CLERK).new

    def test_release_needs_its_own_permission(self, portfolio):
        place_hold(hold(new_person()), **BY_CLERK)

        with pytest.raises(NotPermitted):
            release_hold("H-1", evidence="DOC-1", actor=CLERK, now=NOW)

    @pytest.mark.parametrize("evidence", ["", "she said so on the telephone"])
    def test_release_needs_the_reference_of_evidence(self, portfolio, evidence):
        place_hold(hold(new_person()), **BY_CLERK)

        with pytest.raises(InvalidField):
            release_hold("H-1", evidence=evidence, actor=SETUP, now=NOW)

    def test_are_not_released_twice_on_other_evidence(self, portfolio):
        place_hold(hold(new_person()), **BY_CLERK)
        release_hold("H-1", evidence="DOC-1", actor=SETUP, now=NOW)

        with pytest.raises(AlreadyReleased):
            release_hold("H-1", evidence="DOC-2", actor=SETUP, now=NOW)

    def test_that_end_before_they_start_are_refused(self, portfolio):
        person = new_person()

        with pytest.raises(InvalidField):
            place_hold(hold(person, end_date=TODAY - timedelta(days=1)), **BY_CLERK)

    def test_on_somebody_elses_loan_are_refused(self, portfolio):
        person, other = new_person(), new_person()

        with pytest.raises(OtherPerson):
            place_hold(hold(person, loan_ref=new_loan(other)), **BY_CLERK)

    def test_stop_contact_by_the_rules(self, portfolio):
        person = new_person(time_zones=("Asia/Shanghai",))
        new_point(person)
        new_loan(person)

        assert self.allowed(person)
        place_hold(hold(person), **BY_CLERK)
        assert not self.allowed(person)
        release_hold("H-1", evidence="DOC-1", actor=SETUP, now=NOW)
        assert self.allowed(person)

    def allowed(self, person: str) -> bool:
        facts = facts_for_policy(person, actor=SETUP)
        asked = facts.contact(Channel.VOICE, facts.points[0], loan=facts.loans[0])
        pack = open_library().pack(Jurisdiction.CN, as_of=TODAY)
        return decide(pack, asked, now=NOW + timedelta(hours=2)).allowed


class TestVulnerabilities:
    def said(self, person: str, **given: object) -> VulnerabilitySaid:
        facts = {
            "ref": "V-1",
            "debtor_ref": person,
            "kind": VulnerabilityKind.HEALTH,
            "severity": 3,
            "consented": True,
            "review_date": date(2027, 2, 1),
            **given,
        }
        return VulnerabilitySaid(**facts)

    def test_mark_the_person_until_the_last_one_ends(self, portfolio):
        person = new_person()
        record_vulnerability(self.said(person, note="术后恢复"), **BY_CLERK)
        record_vulnerability(self.said(person, ref="V-2"), **BY_CLERK)
        page = shown(person)

        end_vulnerability("V-1", actor=CLERK, now=NOW)
        between = shown(person).vulnerable
        end_vulnerability("V-2", actor=CLERK, now=NOW)

        assert [each.noted for each in page.vulnerabilities] == [True, False]
        assert (page.vulnerable, between, shown(person).vulnerable) == (True, True, False)

    def test_a_note_without_consent_is_refused_where_the_law_asks_for_it(self, portfolio):
        person = new_person()

        with pytest.raises(NoteNeedsConsent) as refused:
            record_vulnerability(self.said(person, note="术后恢复", consented=False), **BY_CLERK)

        assert refused.value.data["rule"] == "cn.pi.sensitive"
        assert record_vulnerability(self.said(person, consented=False), **BY_CLERK).new

    def test_of_no_known_severity_are_refused(self, portfolio):
        person = new_person()

        with pytest.raises(InvalidField):
            record_vulnerability(self.said(person, severity=6), **BY_CLERK)


class TestRepresentatives:
    def said(self, person: str) -> RepresentativeSaid:
        return RepresentativeSaid(
            "R-1", person, RepresentativeKind.LAWYER, TODAY, "虚构律师", "19900001234"
        )

    def test_are_shown_masked_and_checked_on_evidence(self, portfolio):
        person = new_person()
        made = [record_representative(self.said(person), **BY_CLERK).new for _ in range(2)]

        check_authority("R-1", evidence="POA-7", actor=CLERK, now=NOW)

        (acting,) = shown(person).representatives
        assert made == [True, False]
        assert (acting.name_masked, acting.authority_checked_at) == ("虚***", NOW)

    def test_that_have_ended_are_no_longer_checked(self, portfolio):
        person = new_person()
        record_representative(self.said(person), **BY_CLERK)
        end_representative("R-1", actor=CLERK, now=NOW)

        with pytest.raises(AuthorityEnded):
            check_authority("R-1", evidence="POA-7", actor=CLERK, now=NOW)

        assert shown(person).representatives == ()


def test_every_choice_needs_the_permission_and_a_person(portfolio):
    person = new_person()
    nobody = {"source": Source.STAFF, "actor": clerk(Permission.PERSON_SEE), "now": NOW}

    for act, said in (
        (record_consent, consent),
        (place_hold, hold),
        (record_stated_limit, TestLimits().limit),
        (record_vulnerability, TestVulnerabilities().said),
        (record_representative, TestRepresentatives().said),
    ):
        with pytest.raises(NotPermitted):
            act(said(person), **nobody)
        with pytest.raises(UnknownRef):
            act(said("nobody"), **BY_CLERK)

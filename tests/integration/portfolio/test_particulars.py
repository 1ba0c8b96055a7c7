"""What the lender says of itself: written down by one, granted by another, true from its day on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from forbear.contexts.contact.caller.check import check_number, told
from forbear.contexts.contact.caller.limit import source_of
from forbear.contexts.contact.caller.word import Checked
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.evidence.gather import _issuer
from forbear.contexts.people.actions import grant
from forbear.contexts.people.actions.approval import ApprovalMissing, SecondPersonNeeded
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.particular import (
    ParticularTooLate,
    UnfitParticular,
    UnknownParticular,
    adopt_particular,
    propose_particular,
)
from forbear.contexts.portfolio.keeping import keeping_of, keeping_pack
from forbear.contexts.portfolio.models import Debtor, Particular
from forbear.contexts.portfolio.particular import (
    forget_particulars,
    fresh_particulars,
    particulars,
    written_of,
)
from forbear.contexts.portfolio.retention import verdicts
from forbear.contexts.portfolio.word import ParticularKind
from forbear.contexts.rulebook.library import open_lender, open_reached, open_sending
from forbear.policy.kind import RecordKeeping
from forbear.policy.wording.form import Both
from forbear.values.code import Jurisdiction, RecordKind
from forbear.values.principal import NotPermitted
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.particular import put_in_force
from tests.support.people import audited, new_principal
from tests.support.portfolio import SETUP, new_person

pytestmark = pytest.mark.usefixtures("portfolio")
_K = ParticularKind
NUMBER = "400-111-2222"
SAME = Both(NUMBER, NUMBER)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _unread():
    forget_particulars()
    yield
    forget_particulars()


def _now() -> datetime:
    """Return today at noon of the lender's, far from the ends of its day."""
    zone = settings.FORBEAR_MORNING.zone
    return timezone.now().astimezone(zone).replace(hour=12, minute=0, second=0, microsecond=0)


class TestAChange:
    def test_counts_from_its_day_once_a_second_person_granted_it(self):
        asker, second, now = new_principal(Role.ADMIN), new_principal(Role.SUPERVISOR), _now()
        since = settings.FORBEAR_MORNING.day(now) + DAY

        row = propose_particular(_K.COMPLAINT_PHONE, "", SAME, since=since, actor=asker, now=now)
        with pytest.raises(ApprovalMissing):
            adopt_particular(row, actor=asker, now=now)
        (written,) = written_of(_K.COMPLAINT_PHONE, "", actor=asker)
        with pytest.raises(SecondPersonNeeded):
            grant(written.approval_id, actor=asker, now=now)
        grant(written.approval_id, actor=second, now=now)
        adopt_particular(row, actor=asker, now=now)

        assert particulars(now).reached == open_reached()
        assert particulars(now + DAY).reached.phone == NUMBER
        assert particulars(now + DAY).reached.email == open_reached().email
        name = (f"staff:{asker.id}", f"particular:{row}")
        assert audited("particular.asked") == audited("particular.adopted") == [name]
        with pytest.raises(ParticularTooLate):
            adopt_particular(row, actor=asker, now=now)

    def test_is_never_written_over_nor_taken_out(self):
        row = put_in_force(_K.LICENCE, Both("许可证二", "Licence two"), at=_now())

        for change in (
            lambda: Particular.objects.filter(pk=row).update(en="Licence three"),
            lambda: Particular.objects.filter(pk=row).delete(),
        ):
            with pytest.raises(DatabaseError), acting(SETUP):
                change()

    def test_of_one_thing_leaves_what_comes_earlier_of_another(self):
        now = _now()
        put_in_force(_K.ADDRESS, Both("甲路一号", "1 First Road"), at=now + DAY)
        put_in_force(_K.COMPLAINT_PHONE, SAME, at=now)

        later = fresh_particulars(settings.FORBEAR_MORNING.day(now) + 2 * DAY).reached
        assert (later.phone, later.address.en) == (NUMBER, "1 First Road")

    @pytest.mark.parametrize(
        ("kind", "of", "says"),
        [
            (_K.COMPLAINT_PHONE, "", Both("hello", "hello")),
            (_K.COMPLAINT_EMAIL, "", Both("no mail", "no mail")),
            (_K.SITE, "", Both("http://plain.example", "http://plain.example")),
            (_K.SITE, "", Both("https://a:b@lender.example", "https://a:b@lender.example")),
            (_K.LENDER_NAME, "", Both("", "Only English")),
            (_K.LENDER_NAME, "", Both("名{称}", "Name")),
            (_K.LENDER_NAME, "", Both("两\n行", "two\nlines")),
        ],
    )
    def test_that_cannot_be_said_is_refused_in_both_languages(self, kind, of, says):
        now, asker = _now(), new_principal(Role.ADMIN)
        with pytest.raises(UnfitParticular) as refused:
            propose_particular(kind, of, says, since=now.date() + 2 * DAY, actor=asker, now=now)
        assert refused.value.message_zh

    def test_is_not_for_today_nor_for_nothing_nor_for_anybody(self):
        now, asker = _now(), new_principal(Role.ADMIN)
        today = settings.FORBEAR_MORNING.day(now)
        by = {"actor": asker, "now": now}
        with pytest.raises(UnfitParticular):
            propose_particular(_K.COMPLAINT_PHONE, "", SAME, since=today, **by)
        for kind, of in (
            (_K.PRODUCT_NAME, "no such"),
            (_K.CREDITOR_NAME, "no such"),
            (_K.BUCKET_NAME, "M99"),
            (_K.SERVICE_PHONE, "FR"),
            (_K.LICENCE, "of something"),
        ):
            with pytest.raises(UnknownParticular):
                propose_particular(kind, of, Both("字", "word"), since=today + DAY, **by)
        for role in (Role.COLLECTOR, Role.SUPERVISOR, Role.ANALYST):
            with pytest.raises(NotPermitted):
                propose_particular(
                    _K.COMPLAINT_PHONE,
                    "",
                    SAME,
                    since=today + DAY,
                    actor=new_principal(role),
                    now=now,
                )


class TestWhoReadsIt:
    def test_the_portal_shows_it_from_its_day_on(self):
        put_in_force(_K.COMPLAINT_PHONE, SAME, at=_now() - DAY)
        put_in_force(
            _K.LENDER_NAME, Both("新名金融（虚构）", "New Name (invented)"), at=_now() - DAY
        )

        page = Client().get("/p/rights/", headers={"accept-language": "en"}).content.decode()

        assert NUMBER in page
        assert open_reached().phone not in page
        assert "New Name (invented)" in page

    def test_documents_and_the_answer_to_a_caller_say_it(self):
        now = _now()
        put_in_force(_K.COMPLAINT_PHONE, SAME, at=now - DAY)

        with reading(SETUP):
            assert _issuer(now)["phone"] == NUMBER
        answer = told(Checked.NOT_REGISTERED, now=now)
        assert NUMBER in answer.en
        assert NUMBER in answer.zh

    def test_messages_give_the_new_number_and_whoever_checks_it_is_told_it_is_ours(self):
        now, source = _now(), source_of("192.0.2.7")
        assert check_number(NUMBER, source=source, now=now).answer is Checked.NOT_REGISTERED
        put_in_force(_K.SERVICE_PHONE, SAME, of="CN", at=now - DAY)
        forget_particulars()

        speaker = particulars(now).speaker(Jurisdiction.CN)
        assert speaker is not None
        assert speaker.says["callback"] == SAME
        assert particulars(now).speaker(Jurisdiction.UK) is open_sending().senders[Jurisdiction.UK]
        assert check_number(NUMBER, source=source, now=now).answer is Checked.REGISTERED

    def test_a_number_without_a_name_is_ours_no_more(self):
        now, own = _now(), particulars(_now()).own_lines[0].number
        put_in_force(_K.OWN_NUMBER, Both("", ""), of=own, at=now - DAY)
        forget_particulars()

        assert own not in {line.number for line in particulars(now).own_lines}

    def test_where_nobody_said_anything_the_files_speak(self):
        said = particulars(_now())

        assert said.lender == open_lender()
        assert said.creditor("x", en="X", zh="叉") == Both("叉", "X")
        assert said.product("unheard of") == Both("unheard of", "unheard of")


class TestKeeping:
    SUBJECT = "CN/CALL_RECORDING"

    def test_is_bounded_by_the_rules_and_refused_with_both_values(self):
        now, officer = _now(), new_principal(Role.COMPLIANCE)
        since = settings.FORBEAR_MORNING.day(now) + DAY
        bounds = keeping_of(self.SUBJECT, since)
        assert bounds is not None

        for years in (bounds.years_min - 1, bounds.years_max + 1):
            with pytest.raises(UnfitParticular) as refused:
                propose_particular(
                    _K.KEEPING,
                    self.SUBJECT,
                    Both(str(years), str(years)),
                    since=since,
                    actor=officer,
                    now=now,
                )
            bound = bounds.years_min if years < bounds.years_min else bounds.years_max
            assert f"{years} years" in refused.value.message
            assert str(bound) in refused.value.message
            assert f"{years} 年" in refused.value.message_zh
        with pytest.raises(NotPermitted):
            propose_particular(
                _K.KEEPING,
                self.SUBJECT,
                Both("6", "6"),
                since=since,
                actor=new_principal(Role.ADMIN),
                now=now,
            )

    def test_what_the_lender_adds_keeps_longer_beside_the_rules(self):
        now = _now()
        today = settings.FORBEAR_MORNING.day(now)
        law = Jurisdiction.CN
        before = keeping_pack(law, today, fresh_particulars(today))
        put_in_force(_K.KEEPING, Both("8", "8"), of=self.SUBJECT, at=now - DAY)
        after = keeping_pack(law, today, fresh_particulars(today))

        (own,) = (rule for rule in after.rules if rule not in before.rules)
        kept = own.parameters
        assert isinstance(kept, RecordKeeping)
        assert (kept.record, kept.span.amount, own.house) == (RecordKind.CALL_RECORDING, 8, True)
        assert set(before.rules) < set(after.rules)
        ref = new_person()
        with reading(SETUP):
            person = Debtor.objects.get(ref=ref)
            assert verdicts([person], on=today)[person.pk].debtor_id == person.pk


class TestThePages:
    def test_carry_a_change_from_the_form_to_its_day(self):
        staff = {
            role: at_work(new_colleague(role, secret=new_secret(role), language="en"))
            for role in (Role.ADMIN, Role.COMPLIANCE, Role.ANALYST)
        }
        admin, officer = staff[Role.ADMIN], staff[Role.COMPLIANCE]
        address = "/staff/lender/change/?kind=COMPLAINT_PHONE&of="
        since = str(settings.FORBEAR_MORNING.day(timezone.now()) + 2 * DAY)

        wrong = admin.post(address, {"deed": "ask", "en": "hello", "since": since})
        assert wrong.status_code == 422
        assert 'value="hello"' in wrong.content.decode()
        sent = admin.post(address, {"deed": "ask", "en": NUMBER, "since": since})
        assert sent.status_code == 302
        waiting = officer.get("/approvals/").content.decode()
        assert NUMBER in waiting
        assert "Number for questions and complaints" in waiting
        with reading(SETUP):
            row = Particular.objects.get()
        officer.post(f"/approvals/{row.approval_id}/", {"deed": "grant"})
        assert "Put in force" in admin.get(address).content.decode()
        assert "Put in force" not in staff[Role.ANALYST].get(address).content.decode()
        admin.post(address, {"deed": "adopt", "particular": row.pk})

        page = admin.get("/staff/lender/").content.decode()
        assert f"changes on {since}" in page
        assert open_reached().phone in page
        assert admin.get("/staff/lender/change/?kind=NOTHING").status_code == 404

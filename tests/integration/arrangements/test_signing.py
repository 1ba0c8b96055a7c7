"""Who has no code, or not the name, signs nothing, however often they try."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from forbear.contexts.arrangements.actions import sign as signing
from forbear.contexts.arrangements.models import SigningCode
from forbear.contexts.arrangements.port import register_code_sender
from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.rulebook.library import open_arrangements
from forbear.values.code import Language
from forbear.values.principal import system
from tests.support.arrangement import NAME, answered, later, new_late, refused, today
from tests.support.people import audited
from tests.support.portfolio import SETUP

CODE = open_arrangements().code


@pytest.fixture
def offered(api, inbox):
    """An arrangement that was shown, with a code on its way; and the text's hash."""
    late = new_late(api)
    answered(late.propose("A-1"), 201)
    sha256 = answered(api.post("/arrangements/A-1/agreement"))["sha256"]
    answered(api.post("/arrangements/A-1/code"))
    return late, sha256


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**CODE.digits:0{CODE.digits}d}"


class TestGuessing:
    def test_ends_after_a_few_attempts_even_with_the_right_code(self, offered, inbox):
        late, sha256 = offered
        for _ in range(CODE.attempts):
            assert refused(late.put_name("A-1", wrong(inbox.latest), sha256), 403) == "CODE_REFUSED"

        assert refused(late.put_name("A-1", inbox.latest, sha256), 409) == "CODE_GONE"
        assert late.shown("A-1")["state"] == "OFFERED"
        assert late.holds == []
        assert len(audited("arrangement.code_refused")) == CODE.attempts + 1

    def test_is_bounded_in_codes_too(self, offered, inbox):
        late, _ = offered
        for _ in range(CODE.a_day - 1):
            answered(late.api.post("/arrangements/A-1/code"))

        assert refused(late.api.post("/arrangements/A-1/code"), 409) == "TOO_MANY_CODES"
        assert len(inbox.codes) == CODE.a_day

    def test_costs_an_attempt_also_when_another_transaction_fails(self, offered, inbox):
        _, sha256 = offered
        said = signing.SignatureSaid(NAME, wrong(inbox.latest), sha256, Language.ZH)
        with pytest.raises(signing.CodeRefused):
            signing.sign("A-1", said, actor=system("test"), **later(0))

        with reading(SETUP):
            assert SigningCode.objects.get().attempts_left == CODE.attempts - 1


class TestACode:
    def test_is_used_once(self, offered, inbox):
        late, sha256 = offered
        answered(late.put_name("A-1", inbox.latest, sha256))

        assert refused(late.put_name("A-1", inbox.latest, sha256), 409) == "ARRANGEMENT_STATE"

    def test_is_void_once_another_was_sent(self, offered, inbox):
        late, sha256 = offered
        first = inbox.latest
        answered(late.api.post("/arrangements/A-1/code"))
        if first != inbox.latest:
            assert refused(late.put_name("A-1", first, sha256), 403) == "CODE_REFUSED"
        answered(late.put_name("A-1", inbox.latest, sha256))

    def test_lapses(self, offered, inbox):
        _, sha256 = offered
        said = signing.SignatureSaid(NAME, inbox.latest, sha256, Language.ZH)
        at = timezone.now() + timedelta(minutes=CODE.minutes, seconds=1)

        with pytest.raises(signing.CodeGone):
            signing.sign("A-1", said, actor=system("test"), today=today(), now=at)

    def test_of_one_arrangement_opens_no_other(self, offered, inbox, api):
        late, _ = offered
        answered(late.propose("A-2"), 201)
        other = answered(api.post("/arrangements/A-2/agreement"))["sha256"]

        assert refused(late.put_name("A-2", inbox.latest, other), 409) == "CODE_GONE"

    def test_is_kept_and_told_nowhere(self, offered, inbox):
        code = inbox.latest
        assert code not in repr(inbox.codes)
        with acting(SETUP):
            kept = SigningCode.objects.get()
            assert code.encode() not in bytes(kept.digest)
            bodies = " ".join(bytes(entry.body).decode() for entry in Entry.objects.all())
            assert code not in bodies
            with connection.cursor() as cursor:
                cursor.execute("SELECT row_to_json(t)::text FROM arrangements_signingcode t")
                assert code not in cursor.fetchone()[0].replace(kept.digest.hex(), "")

    def test_goes_nowhere_without_a_way(self, offered):
        late, _ = offered
        register_code_sender(None)

        assert refused(late.api.post("/arrangements/A-1/code"), 409) == "NO_CODE_SENDER"
        with reading(SETUP):
            assert SigningCode.objects.count() == 1


class TestTheName:
    def test_may_differ_in_spaces(self, offered, inbox):
        late, sha256 = offered

        answered(late.put_name("A-1", inbox.latest, sha256, "林 虚 构"))

    def test_of_somebody_else_is_refused_as_a_wrong_code_is(self, offered, inbox):
        late, sha256 = offered

        by_name = late.put_name("A-1", inbox.latest, sha256, "王虚构")
        by_code = late.put_name("A-1", wrong(inbox.latest), sha256)

        assert refused(by_name, 403) == refused(by_code, 403) == "CODE_REFUSED"


class TestTheText:
    def test_that_was_not_shown_is_not_signed(self, offered, inbox):
        late, _ = offered

        assert refused(late.put_name("A-1", inbox.latest, "0" * 64), 409) == "OTHER_TEXT"

    def test_must_have_been_shown(self, api, inbox):
        late = new_late(api)
        answered(late.propose("A-1"), 201)

        assert refused(api.post("/arrangements/A-1/code"), 409) == "ARRANGEMENT_STATE"


class TestAnOffer:
    def test_is_stale_once_something_was_paid(self, offered, inbox):
        late, sha256 = offered
        answered(late.pay("Y-1", 5_000), 201)

        assert refused(late.put_name("A-1", inbox.latest, sha256), 409) == "OFFER_STALE"
        assert late.shown("A-1")["state"] == "OFFERED"

    def test_is_over_after_its_days(self, offered, inbox):
        _, sha256 = offered
        said = signing.SignatureSaid(NAME, inbox.latest, sha256, Language.ZH)

        with pytest.raises(signing.ForbearError, match="stood open"):
            signing.sign("A-1", said, actor=system("test"), **later(15))

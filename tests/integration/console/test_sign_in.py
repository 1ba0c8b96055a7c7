"""Signing in and out: what is let in, what is refused, what is kept, and what it is said to be."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import psycopg
import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings

from forbear.contexts.people.actions import deactivate_staff, load_teams
from forbear.contexts.people.demo import (
    ACCOUNTS,
    DEMO_PASSWORD,
    DEMO_SECRET,
    NoDemonstration,
    seed_demo,
    seed_demo_staff,
)
from forbear.contexts.people.models import Staff
from forbear.contexts.people.role import Role
from forbear.interfaces.console.sign_in.adapter import UnreadableSecret
from tests.support.console import (
    PASSWORD,
    at_work,
    code_of,
    new_colleague,
    new_secret,
    send_code,
    sign_in,
)
from tests.support.people import NOW, SETUP, audited, new_staff

WRONG = "The user name or the password is not right."
CLOSED = "Too many failed attempts."
ANOTHER = new_secret("another key")
pytestmark = pytest.mark.usefixtures("application")


HASHED: list[int] = []


class CountedHasher(PBKDF2PasswordHasher):
    """Hashes as in service, and notes how many rounds each hash took."""

    iterations = 1_000

    def encode(self, password, salt, iterations=None):
        HASHED.append(iterations or self.iterations)
        return super().encode(password, salt, iterations)


@pytest.fixture
def secret(request):
    return new_secret(request.node.name)


@pytest.fixture
def colleague(secret):
    return new_colleague(Role.COLLECTOR, secret=secret, language="en")


@pytest.fixture
def browser():
    return Client(headers={"accept-language": "en"})


def _is_in(client):
    return client.get("/me/sessions/").status_code == 200


class TestSigningIn:
    def test_takes_password_and_code(self, colleague, secret, browser):
        assert sign_in(browser, colleague.username).headers["Location"] == "/sign-in/code/"
        assert not _is_in(browser)

        assert send_code(browser, code_of(secret)).headers["Location"] == "/"

        assert _is_in(browser)
        assert audited("staff.signed_in") == [(f"staff:{colleague.pk}", f"staff:{colleague.pk}")]

    def test_goes_on_to_where_one_wanted_to_but_never_elsewhere(self, colleague, secret, browser):
        for wanted, reached in (("/me/sessions/", "/me/sessions/"), ("//evil.example/", "/")):
            cache.clear()
            data = {"login": colleague.username, "password": PASSWORD, "next": wanted}
            browser.post("/sign-in/", data)
            assert send_code(browser, code_of(secret)).headers["Location"] == reached
            browser.post("/sign-out/")

    def test_a_code_works_once(self, colleague, secret, browser):
        code = code_of(secret)
        for client in (browser, Client()):
            sign_in(client, colleague.username)
            send_code(client, code)

        assert _is_in(browser)
        assert not _is_in(client)

    @pytest.mark.parametrize("who", ["nobody-here", "closed", "wrong", "lapsed"])
    def test_gives_one_answer_to_every_wrong_pair(self, colleague, browser, who):
        new_colleague(Role.ADMIN)
        name, password = colleague.username, PASSWORD
        if who == "nobody-here":
            name = who
        elif who == "closed":
            deactivate_staff(colleague.pk, actor=SETUP, now=NOW)
        elif who == "lapsed":
            # Given long ago, and never changed since.
            Staff.objects.filter(pk=colleague.pk).update(password_given_at=NOW.replace(year=2025))
        else:
            password = "not the password"  # noqa: S105  # a test's own

        answer = sign_in(browser, name, password)

        assert answer.status_code == 200
        text = re.sub(r'value="[^"]*"', "", answer.content.decode())
        assert text.count(WRONG) == 1
        assert name not in text
        known = "unknown" if who == "nobody-here" else str(colleague.pk)
        assert audited("staff.sign_in_refused") == [("anybody:anybody", f"staff:{known}")]

    def test_takes_the_same_work_for_a_name_that_nobody_has(self, colleague, browser):
        with override_settings(PASSWORD_HASHERS=[f"{__name__}.CountedHasher"]):
            colleague.set_password(PASSWORD)
            colleague.save()
            work = {}
            for name in (colleague.username, "nobody-here"):
                HASHED.clear()
                sign_in(browser, name, "not the password")
                work[name] = list(HASHED)

        assert work["nobody-here"] == work[colleague.username] == [CountedHasher.iterations]

    def test_leaves_nobody_in_when_the_entry_cannot_be_written(self, secret, own_application):
        colleague = new_colleague(Role.COLLECTOR, secret=secret)
        with psycopg.connect(own_application.urls["owner"]) as owner:
            owner.execute("ALTER TABLE audit_entry ADD CHECK (event <> 'staff.signed_in')")
        browser = Client(raise_request_exception=False)
        sign_in(browser, colleague.username)

        answer = send_code(browser, code_of(secret))

        assert answer.status_code == 500
        assert not _is_in(browser)
        assert not UserSession.objects.exists()

    def test_offers_no_account_and_no_mail(self, browser):
        page = browser.get("/sign-in/").content.decode()

        for route in ("signup", "password/reset", "email"):
            assert route not in page
            assert browser.get(f"/{route}/").status_code == 404
            assert browser.get(f"/accounts/{route}/").status_code == 404


class TestLock:
    def test_closes_an_account_after_five_failures_also_to_the_right_password(
        self, colleague, browser
    ):
        for number in range(5):
            client = Client(REMOTE_ADDR=f"192.0.2.{number}", headers={"accept-language": "en"})
            assert WRONG in sign_in(client, colleague.username, "guess").content.decode()

        answer = sign_in(browser, colleague.username)

        assert CLOSED in answer.content.decode()
        assert len(audited("staff.sign_in_refused")) == 6

    def test_closes_a_name_that_nobody_has_just_so(self, browser):
        for number in range(5):
            sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), "nobody-here", "guess")

        assert CLOSED in sign_in(browser, "nobody-here", "guess").content.decode()

    def test_closes_an_address_after_five_failures_for_whatever_account(self, colleague, browser):
        for number in range(5):
            sign_in(browser, f"nobody-{number}", "guess")

        assert CLOSED in sign_in(browser, colleague.username).content.decode()
        other = Client(REMOTE_ADDR="192.0.2.9")
        assert sign_in(other, colleague.username).headers["Location"] == "/sign-in/code/"

    def test_closes_the_second_step_too(self, colleague, secret, browser):
        sign_in(browser, colleague.username)
        for _ in range(5):
            send_code(browser, "000000")

        answer = send_code(browser, code_of(secret))

        assert CLOSED in answer.content.decode()
        assert not _is_in(browser)
        assert len(audited("staff.sign_in_refused")) == 6

    def test_lasts_fifteen_minutes(self, colleague, browser):
        for _ in range(5):
            sign_in(browser, colleague.username, "guess")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), max(expires) - now() FROM forbear_cache")
            rows, longest = cursor.fetchone()

        assert rows >= 2
        assert 14 * 60 < longest.total_seconds() <= 15 * 60
        assert sign_in(browser, colleague.username).status_code == 200

    def test_a_right_password_gives_no_fresh_guesses(self, colleague, browser):
        for _ in range(4):
            sign_in(browser, colleague.username, "guess")
        assert sign_in(browser, colleague.username).status_code == 302
        browser.post("/sign-out/")

        assert WRONG in sign_in(browser, colleague.username, "guess").content.decode()
        assert CLOSED in sign_in(browser, colleague.username).content.decode()


class TestFirstSteps:
    def test_password_then_factor_then_codes_then_work(self, browser):
        now = datetime.now(UTC)
        added = new_staff(Role.COLLECTOR, username="newcomer", language="en", now=now)
        browser.post("/sign-in/", {"login": "newcomer", "password": added.password})
        assert browser.get("/").headers["Location"] == "/me/password/"
        chosen = {"current": added.password, "chosen": PASSWORD, "again": PASSWORD}
        assert browser.post("/me/password/", chosen).status_code == 302
        assert browser.get("/").headers["Location"] == "/me/factors/"
        page = browser.get("/me/factors/app/").content.decode()
        secret = re.search(r'class="secret">(\w+)<', page).group(1)

        done = browser.post("/me/factors/app/", {"code": code_of(secret)})

        assert done.headers["Location"] == "/me/factors/codes/"
        codes = re.findall(
            r"<li><code>(\d+)</code>", browser.get(done.headers["Location"]).content.decode()
        )
        assert len(codes) == 10
        assert _is_in(browser)
        assert len(audited("staff.second_factor_added")) == 2
        again = Client()
        sign_in(again, "newcomer")
        send_code(again, codes[0])
        assert _is_in(again)

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({"again": "nine other lanterns"}, "The two new passwords differ."),
            ({"chosen": "short", "again": "short"}, "too short"),
            ({"current": "guess"}, "The current password is not right."),
        ],
    )
    def test_a_poor_choice_of_password_is_told(self, colleague, given, told):
        client = at_work(colleague)
        form = {"current": PASSWORD, "chosen": "nine new lanterns", "again": "nine new lanterns"}

        answer = client.post("/me/password/", {**form, **given})

        assert answer.status_code == 422
        assert told in answer.content.decode()

    def test_a_changed_password_keeps_this_session_and_ends_the_others(self, colleague):
        here, elsewhere = at_work(colleague), at_work(colleague)
        form = {"current": PASSWORD, "chosen": "nine new lanterns", "again": "nine new lanterns"}

        here.post("/me/password/", form)

        assert _is_in(here)
        assert not _is_in(elsewhere)
        assert len(re.findall("panel-row", here.get("/me/sessions/").content.decode())) == 1

    def test_the_last_factor_cannot_be_removed(self, colleague, secret, browser):
        sign_in(browser, colleague.username)
        send_code(browser, code_of(secret))

        asked = browser.post("/me/factors/app/remove/").headers["Location"]
        assert asked.startswith("/me/confirm/")
        answer = browser.post(asked, {"password": PASSWORD})

        assert answer.status_code == 200
        assert "Add another second factor" in answer.content.decode()
        assert Authenticator.objects.filter(user=colleague, type="totp").exists()
        assert audited("staff.second_factor_removed") == []

    def test_a_factor_is_not_added_when_the_entry_cannot_be_written(self, own_application):
        colleague = new_colleague(Role.COLLECTOR)
        client = Client(raise_request_exception=False)
        sign_in(client, colleague.username)
        page = client.get("/me/factors/app/").content.decode()
        secret = re.search(r'class="secret">(\w+)<', page).group(1)
        with psycopg.connect(own_application.urls["owner"]) as owner:
            owner.execute(
                "ALTER TABLE audit_entry ADD CHECK (event <> 'staff.second_factor_added')"
            )

        answer = client.post("/me/factors/app/", {"code": code_of(secret)})

        assert answer.status_code == 500
        assert not Authenticator.objects.exists()
        assert not _is_in(client)


class TestSessions:
    def test_end_after_fifteen_idle_minutes(self, colleague):
        client = at_work(colleague)
        _shift(client, "seen_at_s", 15 * 60 - 5)
        assert _is_in(client)
        _shift(client, "seen_at_s", 15 * 60)

        answer = client.get("/me/sessions/")

        assert answer.headers["Location"] == "/sign-in/?next=/me/sessions/"
        assert "15" in client.get("/sign-in/").content.decode()
        assert len(audited("staff.signed_out")) == 1

    def test_end_after_twelve_hours_however_busy(self, colleague):
        client = at_work(colleague)
        _shift(client, "since_at_s", 12 * 60 * 60)

        assert not _is_in(client)

    def test_a_part_of_a_page_sends_the_whole_page_to_the_door(self, colleague):
        client = at_work(colleague)
        _shift(client, "seen_at_s", 15 * 60)

        answer = client.get("/plan/", headers={"hx-request": "true"})

        assert answer.status_code == 204
        assert answer.headers["HX-Redirect"].startswith("/sign-in/")

    def test_one_is_ended_from_another(self, colleague):
        here, elsewhere, third = (at_work(colleague) for _ in range(3))
        wanted = UserSession.objects.get(session_key=elsewhere.session.session_key)

        here.post("/me/sessions/", {"session": wanted.pk})

        assert not _is_in(elsewhere)
        assert _is_in(third)
        here.post("/me/sessions/")
        assert not _is_in(third)
        assert _is_in(here)

    def test_of_others_are_never_ended(self, colleague):
        stranger = at_work(new_colleague(Role.ADMIN, secret=new_secret("stranger")))
        mine = at_work(colleague)
        wanted = UserSession.objects.get(session_key=stranger.session.session_key)

        assert mine.post("/me/sessions/", {"session": wanted.pk}).status_code == 404

        assert _is_in(stranger)

    def test_signing_out_is_written_down(self, colleague):
        client = at_work(colleague)

        client.post("/sign-out/")

        assert not _is_in(client)
        assert audited("staff.signed_out") == [(f"staff:{colleague.pk}", f"staff:{colleague.pk}")]


class TestLanguage:
    def test_follows_the_browser_at_the_door(self):
        for wanted, word in (("en-GB", "Sign in"), ("zh-CN,zh;q=0.9", "登录"), ("fr", "登录")):
            page = Client(headers={"accept-language": wanted}).get("/sign-in/")
            assert f"<h1>{word}</h1>" in page.content.decode()

    def test_a_switch_holds_for_the_browser_and_for_the_account(self, colleague):
        stranger = Client(headers={"accept-language": "zh-CN"})
        stranger.post("/language/", {"language": "en", "next": "/sign-in/"})
        assert "<h1>Sign in</h1>" in stranger.get("/sign-in/").content.decode()

        answer = at_work(colleague).post("/language/", {"language": "en", "next": "//evil.example"})

        assert answer.headers["Location"] == "/"
        assert Staff.objects.get(pk=colleague.pk).language == "en"
        elsewhere = at_work(colleague, factor=True)
        page = elsewhere.get("/me/sessions/", headers={"accept-language": "zh-CN"})
        assert page.headers["Content-Language"] == "en"

    def test_there_are_two(self):
        assert Client().post("/language/", {"language": "xx"}).status_code == 422


class TestSecrets:
    def test_lie_sealed_in_the_database(self, colleague, secret):
        kept = Authenticator.objects.get(user=colleague).data["secret"]

        assert secret not in kept
        assert get_adapter().decrypt(kept) == secret

    @pytest.mark.parametrize("change", [lambda text: text[:-8], lambda text: "A" * len(text)])
    def test_altered_ones_are_never_taken(self, colleague, change):
        kept = Authenticator.objects.get(user=colleague).data["secret"]

        with pytest.raises(UnreadableSecret):
            get_adapter().decrypt(change(kept))

    def test_sealed_with_a_former_key_still_open(self, colleague, secret):
        kept = Authenticator.objects.get(user=colleague).data["secret"]
        from django.conf import settings

        with override_settings(SECRET_KEY=ANOTHER, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
            assert get_adapter().decrypt(kept) == secret
        with override_settings(SECRET_KEY=ANOTHER), pytest.raises(UnreadableSecret):
            get_adapter().decrypt(kept)


class TestDemonstration:
    def test_is_seeded_once_and_only_in_a_demonstration(self):
        teams = load_teams(actor=SETUP, now=NOW)
        with pytest.raises(NoDemonstration):
            seed_demo_staff(teams, actor=SETUP, now=NOW)
        with override_settings(FORBEAR_DEMO=True):
            assert seed_demo(now=NOW) == seed_demo(now=NOW)

        assert {Role(staff.role) for staff in Staff.objects.all()} == set(Role)
        collectors = Staff.objects.filter(role="COLLECTOR")
        assert len({team.code for staff in collectors for team in staff.teams.all()}) == 3
        assert all("demo" in staff.name for staff in Staff.objects.all())

    def test_lets_in_with_what_the_page_shows(self):
        with override_settings(FORBEAR_DEMO=True):
            seed_demo(now=NOW)
            client = Client()
            door = client.get("/sign-in/").content.decode()
            assert all(f"<code>{account.username}</code>" in door for account in ACCOUNTS)
            sign_in(client, "lan", DEMO_PASSWORD)
            shown = re.search(r'code-out">(\d{6})<', client.get("/sign-in/demo/").content.decode())
            send_code(client, shown.group(1))
            assert _is_in(client)

    def test_shows_and_lets_in_nobody_elsewhere(self, browser):
        with override_settings(FORBEAR_DEMO=True):
            seed_demo(now=NOW)

        assert DEMO_PASSWORD not in browser.get("/sign-in/").content.decode()
        assert WRONG in sign_in(browser, "lan", DEMO_PASSWORD).content.decode()
        assert browser.get("/sign-in/demo/").status_code == 404
        assert code_of(DEMO_SECRET)


def _shift(client, name, seconds):
    session = client.session
    session[name] = int(time.time()) - seconds
    session.save()

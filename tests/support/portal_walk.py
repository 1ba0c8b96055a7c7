"""The portal, served by this process, and a person who walks through everything they can do."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from forbear.contexts.arrangements.port import register_code_sender
from forbear.contexts.contact.gate import condition
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.said import CreditorSaid
from tests.support.application import on_database
from tests.support.arrangement import Inbox
from tests.support.database import Database
from tests.support.paying import Owing, owing
from tests.support.portal import visit_token
from tests.support.portfolio import CREDITOR, NOW, SETUP, new_point, ring_in
from tests.support.today import lenders_day

Seen = Callable[[object, str], None]
NATIONAL_ID, TAIL = "11010519491231002X", "002X"


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve the application from a thread; give its address."""
    application = StaticFilesHandler(get_wsgi_application())
    with make_server("127.0.0.1", 0, application, _Server, _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@contextmanager
def walked_portal(cluster, template, folder) -> Iterator[tuple[str, Inbox, Database]]:
    """Serve the portal on a database of its own; give its address and where codes arrive."""
    with (
        pytest.MonkeyPatch.context() as patch,
        ring_in(folder),
        cluster.database(template=template) as made,
        on_database(made),
    ):
        # Playwright runs a loop of its own in this thread, which Django takes for ours.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        patch.setattr(settings, "FORBEAR_DEMO", True)
        # Nights have tests of their own; here none was ever loaded.
        patch.delitem(condition._CONDITIONS, "night")
        inbox = Inbox()
        before = register_code_sender(inbox)
        creditor = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
        record_creditor(creditor, actor=SETUP, now=NOW)
        with serving() as address:
            yield address, inbox, made
        register_code_sender(before)


def new_owing() -> Owing:
    """Record somebody who is late today, with a number of their own."""
    found = owing(today=lenders_day(), now=timezone.now(), national_id=NATIONAL_ID)
    new_point(found.ref)
    return found


def let_in(context, address: str, who: Owing, language: str) -> None:
    """Let a browser hold what it holds after the door."""
    given = {
        settings.PORTAL_COOKIE_NAME: visit_token(who.debtor_id),
        settings.LANGUAGE_COOKIE_NAME: language,
    }
    context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in given.items()]
    )


def walk(page, who: Owing, inbox: Inbox, seen: Seen) -> None:
    """Pay, promise, arrange, object, choose and look, and let each page be seen."""
    pay(page, who, seen)
    arrange(page, inbox, seen)
    object_to(page, seen)
    choose_and_look(page, seen)


def _send(page, inside: str = "main") -> None:
    page.locator(f"{inside} button.weui-btn_primary").first.click()


def pay(page, who: Owing, seen: Seen) -> None:
    """Pay, and promise to."""
    page.goto("/p/do/1/")
    seen(page, "pay")
    page.goto(f"/p/do/1/{who.loan_id}/details/")
    seen(page, "transfer")
    page.goto("/p/do/1/later/")
    seen(page, "promise")
    page.fill("#id_amount", "410")
    page.fill("#id_due", str(who.today + timedelta(days=4)))
    _send(page)
    seen(page, "promised")
    page.locator("form[action*='later/portal'] button").click()
    page.goto(f"/p/do/1/{who.loan_id}/")
    seen(page, "amount")
    page.fill("#id_amount", "12.3.4")
    page.locator("button:not([name])[type=submit].weui-btn").click()
    seen(page, "amount-wrong")
    page.fill("#id_amount", "50")
    page.locator("button:not([name])[type=submit].weui-btn").click()
    seen(page, "simulated")
    with page.expect_navigation():
        page.locator("button[value=pay]").click()
    seen(page, "paid")


def arrange(page, inbox: Inbox, seen: Seen) -> None:
    """Arrange, and sign."""
    page.goto("/p/do/2/")
    seen(page, "time")
    page.check("input[name=target][value=PAYOFF]")
    page.fill("#id_month", "300")
    _send(page)
    seen(page, "offers")
    page.locator("button[name=kind]").first.click()
    seen(page, "agreement")
    page.locator("button[value=code]").click()
    page.fill("#id_name", "欧阳虚构")
    page.fill("#id_code", inbox.latest)
    seen(page, "sign")
    _send(page)
    seen(page, "plan")


def object_to(page, seen: Seen) -> None:
    """Object, complain, and ask for help."""
    page.goto("/p/do/3/")
    seen(page, "wrong")
    page.locator("a[href*='/a/PAID/']").click()
    seen(page, "tell")
    _send(page)
    seen(page, "filing")
    page.goto("/p/do/3/b/ABUSE/")
    _send(page)
    seen(page, "complaint")
    page.goto("/p/do/4/")
    seen(page, "hard")
    page.check("input[name=reason][value=JOB_LOSS]")
    page.check("input[name=severity][value='3']")
    _send(page)
    seen(page, "hardship")


def choose_and_look(page, seen: Seen) -> None:
    """Choose, and look at what is held."""
    page.goto("/p/set/")
    page.locator("button[name=wanted]").first.click()
    page.locator("button[value=work]").click()
    seen(page, "choices")
    page.goto("/p/log/")
    seen(page, "record")
    page.goto("/p/mine/")
    seen(page, "data")

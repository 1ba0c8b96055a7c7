"""What every journey through the console does: sign in, and find each page clean."""

from __future__ import annotations

import re
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest

from tests.support.application import on_database
from tests.support.browser import DESK
from tests.support.console import PASSWORD, code_of, new_colleague, new_secret
from tests.support.portfolio import ring_in

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
HOME = re.compile(r"^http://[^/]+/$")
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def give_password(page, username, password=PASSWORD):
    """Fill in the first page of signing in, and send it."""
    page.fill("#id_login", username)
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")


def sign_in(page, username, secret):
    """Sign in from the first page, with both factors."""
    give_password(page, username)
    page.fill("#id_code", code_of(secret))
    page.press("#id_code", "Enter")
    page.wait_for_url(HOME)


def find_clean(page):
    """Fail where axe finds a violation, or the page is wider than the screen."""
    found = axe.Axe().run(page, options=_RULES)
    faults = [(each["id"], each["nodes"][0]["html"][:120]) for each in found.response["violations"]]
    assert faults == [], (page.url, faults)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


_LONGER = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const words = text.textContent.trim();
    if (!words || text.parentElement.closest('script, style, textarea, code, td, .n')) continue;
    const more = Math.ceil(words.length * 0.4);
    const filler = /[\u4e00-\u9fff]/.test(words) ? '\u5b57' : 'long er ';
    text.textContent += ' ' + filler.repeat(more).slice(0, more);
  }
  const wide = (each) => each.scrollWidth > each.clientWidth + 2;
  const boxes = document.querySelectorAll('.btn, .tile, .panel, .pill, h1, h2, h3, label, summary');
  const seen = [...boxes].filter((each) => each.clientWidth && !each.closest('.unseen, .scroll'));
  return seen.filter(wide).map((each) => each.outerHTML.slice(0, 120));
}"""


def find_room(page):
    """Fail where words that are longer by 40 % leave their box, or the page its screen."""
    assert page.evaluate(_LONGER) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@contextmanager
def laid_down(cluster, template, folder):
    """Make a database of its own for what a module serves, and use it in this process, too."""
    with (
        pytest.MonkeyPatch.context() as patch,
        ring_in(folder),
        cluster.database(template=template) as made,
        on_database(made),
    ):
        # Playwright runs a loop of its own in this thread, which Django takes for ours.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield made


@contextmanager
def entering(browser, address, made, *, teams_of=lambda _role: ()):
    """Let colleagues sign in, each in a browser of their own; ``page.said`` keeps what it says.

    ``teams_of`` gives the teams of whoever has a role.
    """
    contexts = []

    def open_page(role, *, language="en", size=DESK, scheme="light", script=True):
        context = browser.new_context(
            base_url=address,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        secret = new_secret(f"journey {uuid4()}")
        staff = new_colleague(role, teams=teams_of(role), secret=secret, language=language)
        page.goto("/")
        sign_in(page, staff.username, secret)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # Every browser here has the one address of this machine, so one test's failures close it.
    with psycopg.connect(made.urls["owner"]) as owner:
        owner.execute("DELETE FROM forbear_cache")

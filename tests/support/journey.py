"""What every journey through the console does: sign in, and find each page clean."""

from __future__ import annotations

import re

import pytest

from tests.support.console import PASSWORD, code_of

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
    assert faults == [], page.url
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

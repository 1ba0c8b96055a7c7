"""What must hold for every page of the portal in a browser, wherever a walk comes to it."""

from __future__ import annotations

import gzip
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.browser import PHONE
from tests.support.journey import find_clean
from tests.support.portal_pages import tricks, uneven

WEIGHT_BYTES_MAX = 100 * 1024
TITLES = {"zh-hans": "账户服务", "en": "Account service"}
SHOTS = os.environ.get("FORBEAR_SHOTS")
"""A folder to put a picture of each page into, for people to look at; unset: none is made."""
_WITHOUT_HEADING = {"leave"}
_OPEN = """document.querySelectorAll('details:not([open])').forEach(one => {
  one.open = true; one.dataset.opened = 1; })"""
_CLOSE = """document.querySelectorAll('details[data-opened]').forEach(one => one.open = false)"""
_CONTROLS = """(() => {
  const kinds = ['a[href]', 'button', 'select', 'textarea', 'summary', 'input:not([type=hidden])'];
  return [...document.querySelectorAll(kinds.join(','))]
    .filter(one => one.offsetParent !== null && !one.disabled)
    .map((one, at) => { one.dataset.at = at;
      return one.type === 'radio' ? 'radio ' + one.name : String(at); }); })()"""
_FOCUSED = """(() => { const one = document.activeElement;
  if (!one || one === document.body) return null;
  const s = getComputedStyle(one), ring = s.outlineStyle !== 'none' || s.boxShadow !== 'none';
  return [one.type === 'radio' ? 'radio ' + one.name : one.dataset.at ?? '', ring]; })()"""
_LOADED = """[...performance.getEntriesByType('resource').map(one => one.name)]"""


@dataclass
class Looker:
    """Looks at pages in one language, with scripts or without.

    ``clean``: also by axe and by keyboard, each address once. ``counted``: how often each was seen.
    """

    address: str
    language: str
    script: bool
    counted: dict[str, int] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)
    _bodies: dict[str, int] = field(default_factory=dict)

    def __call__(self, page, name: str) -> None:
        """Fail where something does not hold for the page that stands there."""
        self.counted[name] = self.counted.get(name, 0) + 1
        html = page.content()
        assert page.title() == TITLES[self.language], name
        assert page.locator("h1").count() == (name not in _WITHOUT_HEADING), name
        assert ('lang="en"' in html[:300]) is (self.language == "en"), name
        # A box that somebody ticked in this walk comes back ticked; nothing else is.
        assert tricks(html) == [], name
        self._weigh(page, name, len(html.encode()))
        self._shoot(page, name)
        page.evaluate(_OPEN)
        assert _width(page) <= PHONE[0], name
        assert uneven(page, cards_apart=True) == [], name
        if self.script and self.counted[name] == 1:
            if name not in _WITHOUT_HEADING:
                find_clean(page)
            _by_keyboard(page, name)
        # Text twice as large, as a reader sets it in the browser.
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert _width(page) <= PHONE[0], f"{name} at 200 %"
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.evaluate(_CLOSE)

    def _weigh(self, page, name: str, html_bytes: int) -> None:
        """Hold a first load against its bound: pages as they are, styles compressed."""
        asked = page.evaluate(_LOADED)
        assert all(each.startswith(self.address) for each in asked), (name, asked)
        for each in set(asked) - set(self._bodies):
            body = page.request.get(each).body()
            packed = re.search(r"\.(css|js|svg)$", each)
            self._bodies[each] = len(gzip.compress(body)) if packed else len(body)
        weighed = html_bytes + sum(self._bodies[each] for each in set(asked))
        self.weights[name] = max(weighed, self.weights.get(name, 0))
        assert weighed <= WEIGHT_BYTES_MAX, (name, weighed)

    def _shoot(self, page, name: str) -> None:
        if SHOTS is None:
            return
        kind = f"{self.language[:2]}-{'js' if self.script else 'plain'}"
        folder = Path(SHOTS) / kind
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}-{self.counted[name]}.png", full_page=True)


def _width(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


def _by_keyboard(page, name: str) -> None:
    """Fail where something cannot be reached by the tabulator, or does not show that it was."""
    wanted = set(page.evaluate(_CONTROLS))
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    reached: set[str] = set()
    for _ in range(len(wanted) * 2 + 20):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUSED)
        if found is None and wanted <= reached:
            break
        if found is not None:
            assert found[1], (name, found)
            reached.add(found[0])
        if wanted <= reached:
            break
    assert wanted <= reached, (name, wanted - reached)

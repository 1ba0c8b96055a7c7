"""Which tricks does a page play on its reader? Found in the page itself, whoever wrote it.

``tricks`` reads a page's HTML and styles and names what must not be there: something chosen
beforehand, a clock that counts down, haste in words, a "no" that is smaller, paler or farther than
the "yes", a colour of alarm.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

HASTE = re.compile(
    r"最后机会|仅剩|限时|倒计时|立即付款否则|马上付款|逾期不候|错过|抓紧|赶快|"
    r"last chance|only \d+ (?:left|hours|minutes) left|hurry|act now|before it is too late|"
    r"countdown|expires in \d+|don.t miss|final notice|immediately or",
    re.IGNORECASE,
)
SHAME = re.compile(
    r"失信|老赖|丢脸|不负责任|不守信用|黑名单|deadbeat|shame|irresponsible|blacklist", re.IGNORECASE
)
GUILT = re.compile(
    r"我宁愿|放弃优惠|不要帮助|不想还清|"
    r"i (?:do not|don.t) want (?:to be helped|help|to save|a better)|i(?:.d| would) rather|"
    r"give up my",
    re.IGNORECASE,
)
RED = re.compile(r"(?:^|[\s_-])(?:red|danger|warn|alert|urgent)(?:$|[\s_-])")
_SENDS = {"submit", "image"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.names: dict[str, set[str]] = {}
        self.buttons: list[list[tuple[str, str]]] = []
        # What was sent comes back as it was sent; the page says of which question it is.
        self._answered: list[bool] = []
        self._button: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        kind = given.get("type", "submit" if tag == "button" else "text")
        if tag in {"fieldset", "label"}:
            self._answered.append("data-answered" in given)
        if tag == "input" and "checked" in given and not any(self._answered):
            self.found.append(f"chosen beforehand: {given.get('name', '')}")
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.found.append("a page that moves on by itself")
        if tag in {"progress", "meter", "marquee", "dialog"} or "autoplay" in given:
            self.found.append(f"<{tag}>")
        if tag == "time" or "data-countdown" in given or "data-deadline" in given:
            self.found.append("a clock")
        if RED.search(given.get("class", "").lower()):
            self.found.append(f"a colour of alarm: {given['class']}")
        if tag == "form":
            self.buttons.append([])
        if (tag == "button" and kind in _SENDS) and "plain" not in given.get("class", "").split():
            self._button, self._text = given.get("class", ""), []

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"fieldset", "label"} and self._answered:
            self._answered.pop()
        if tag == "button" and self._button is not None:
            if self.buttons:
                self.buttons[-1].append((self._button, "".join(self._text).strip()))
            self._button = None


def tricks(html: str) -> list[str]:
    """Return the tricks of a page; none for an honest one."""
    reader = _Reader()
    reader.feed(html)
    text = re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL))
    found = list(reader.found)
    for name, words in (("haste", HASTE), ("shame", SHAME), ("guilt", GUILT)):
        found += [f"{name}: {each.group()}" for each in words.finditer(text)]
    for form in reader.buttons:
        sizes = {"weui-btn_mini" in kind for kind, _ in form}
        if len(form) > 1 and len(sizes) > 1:
            found.append(f"a smaller choice: {[text for _, text in form]}")
    if re.search(r"<input[^>]*\bhidden\b[^>]*\bchecked", html):
        found.append("a hidden choice")
    return found


def uneven(page, *, cards_apart: bool = False) -> list[str]:
    """Return the choices of a page, in a browser, that are harder to see or hit than their like.

    ``page`` is an open page of the real browser. Controls that stand in one group are compared:
    the entries of a list of links, the buttons of a form, and forms that follow each other.
    ``cards_apart``: a card is a group of its own, where a page has several matters.
    """
    return page.evaluate(
        """apart => {
          const out = [];
          const weigh = one => { const b = one.getBoundingClientRect(), s = getComputedStyle(one);
            return {h: b.height, w: b.width, size: parseFloat(s.fontSize), seen: +s.opacity,
                    text: one.innerText.trim().slice(0, 40)}; };
          const of = (group, like) =>
            [...document.querySelectorAll(group)].map(one => [...one.querySelectorAll(like)]);
          const buttons = new Map();
          for (const one of document.querySelectorAll('main .weui-btn')) {
            const group = one.closest(apart ? '.card, .note, details, main' : 'main');
            buttons.set(group, [...(buttons.get(group) ?? []), one]);
          }
          const groups = [...of('.weui-cells', 'a.weui-cell'), ...buttons.values()];
          for (const group of groups) {
            const all = group.filter(one => one.offsetParent !== null).map(weigh);
            if (all.length < 2) continue;
            const most = n => Math.max(...all.map(one => one[n]));
            for (const one of all) {
              if (one.size < most('size') || one.w < most('w') - 1 || one.h < 44 || one.seen < 1)
                out.push(one.text);
            }
          }
          return out;
        }""",
        cards_apart,
    )

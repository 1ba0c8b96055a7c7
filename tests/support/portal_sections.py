"""Every section of the portal, walked in a browser by one who owes; each page that comes is told.

A walker holds what a walk needs, and ``see`` tells of each page under the name of its address.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg
from django.urls import resolve

from forbear.contexts.access.actions.link import LinkMade, make_link, revoke_link
from forbear.contexts.access.enter import send_code
from forbear.contexts.access.principal import DOOR
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.portfolio.queries.address import address_of
from tests.support import portal_walk as walk
from tests.support.arrangement import Inbox
from tests.support.paying import Owing
from tests.support.portal import inbox, last_entry
from tests.support.portfolio import SETUP

DOORS = ("form:not([action*=not-me]) button.weui-btn", "form[action*=not-me] button.weui-btn")
PAGES = frozenset(
    [
        "first",
        "check",
        "not_me",
        "fraud",
        "rights",
        "help",
        "learn",
        "lesson",
        "practice",
        "situation",
        "budget",
        "ask",
        "leave",
        "farewell",
        "enter",
        "code",
        "link",
        "not_me_link",
        "home",
        "items",
        "item",
        "acting",
        "pay",
        "pay_begin",
        "pay_transfer",
        "pay_simulated",
        "pay_back",
        "promise",
        "time",
        "plan",
        "wrong",
        "dispute",
        "complaint",
        "filing",
        "hard",
        "near",
        "choices",
        "wechat",
        "record",
        "data",
    ]
)
"""The names of all addresses that answer with a page; each must be looked at."""
STEPS = frozenset(
    [
        "reading",
        "sign_out",
        "not_now",
        "paper",
        "acting_end",
        "ask_plan",
        "promise_withdraw",
        "time_choose",
        "plan_change",
        "plan_days",
        "wechat_go",
        "wechat_back",
    ]
)
"""The names of those that answer with none: a step that leads to a page, or a file."""
# Rows of the walk's own database; every browser here has the one address of this machine.
_FORGET = ("UPDATE access_entry SET source = ''", "UPDATE access_guess SET source = ''")


@dataclass
class Walker:
    """Somebody at a browser. ``seen``: the names of the addresses whose pages came."""

    page: object
    who: Owing
    codes: Inbox
    database: str
    look: Callable[[object, str], None]
    seen: set[str] = field(default_factory=set)

    def go(self, path: str) -> None:
        """Open an address and see its page."""
        self.page.goto(f"/p/{path}")
        self.see()

    def see(self, shown: object = None, name: str = "") -> None:
        """Tell of the page that stands there."""
        page = shown or self.page
        page.wait_for_load_state()
        page.locator("main").first.wait_for()
        found = resolve(urlsplit(page.url).path)
        self.seen.add(found.url_name)
        self.look(page, name or found.url_name)

    def send(self, button: str = "main button.weui-btn_primary") -> None:
        """Send a form, and see what comes."""
        self.page.locator(button).first.click()
        self.see()

    def ask(self, sql: str) -> None:
        """Change what stands in the database, as time or a stranger would."""
        with psycopg.connect(self.database) as connection:
            connection.execute(sql)

    def link(self) -> LinkMade:
        """Make a link as the lender does."""
        return make_link(self.who.ref, actor=SETUP, now=datetime.now(UTC))

    def code(self) -> str | None:
        """Send what was asked for last, as the worker does; null: nothing went."""
        for each in _FORGET:
            self.ask(each)
        with inbox() as codes:
            sent = send_code(last_entry(), actor=DOOR, now=datetime.now(UTC))
        return codes[0].code if sent else None

    def type(self, code: str, tail: str = walk.TAIL) -> None:
        """Type a code and four signs, and see what comes."""
        self.page.fill("#id_code", code)
        self.page.fill("#id_tail", tail)
        self.page.press("#id_tail", "Enter")
        self.page.wait_for_load_state()

    def alert(self) -> str:
        """Return what the page says is wrong."""
        return self.page.inner_text("[role=alert]")


def without_login(w: Walker) -> None:
    """1. Who we are, is it us, not me, fraud, rights, help, lessons, a month, the assistant."""
    for path in ("", "careful/", "rights/", "help/", "lessons/", "practice/", "budget/", "ask/"):
        w.go(path)
    w.page.goto("/p/help/")
    w.page.select_option("#region", index=1)
    w.send("main button.weui-btn_default")
    for path, links in (("lessons/", "lessons"), ("practice/", "practice")):
        w.page.goto(f"/p/{path}")
        w.page.locator(f"main a[href^='/p/{links}/']").first.click()
        w.see()
    w.go("check/")
    for said in ("Pay at once to 6222 0000. Code 1234 5678 9012", "400-000-0000", "hello"):
        w.page.fill("#id_said", said)
        w.send()
        assert w.page.locator("[role=status]").count() == 1
    w.go("not-me/")
    w.page.fill("#id_code", "1234 5678 9012")
    w.send()
    w.go("budget/")
    w.page.fill("#id_income", "5000")
    w.page.fill("#id_needs", "4200")
    w.send()
    w.go("u/nothing/")
    w.go("leave/")


def the_door(w: Walker) -> None:
    """2. A link, wrong codes, one that ran out, one taken back, a number that changed hands."""
    made = w.link()
    w.go(f"l/{made.token}/")
    w.send(DOORS[0])
    code = w.code()
    told = []
    for typed, tail in ((f"{(int(code) + 1) % 10**6:06d}", walk.TAIL), (code, "9999")):
        w.type(typed, tail)
        w.see(name="code-wrong")
        told.append(w.alert())
    assert told[0] == told[1]
    w.type(code)
    w.page.wait_for_url("**/p/home/")
    w.see()
    _leave_and_go_back(w)
    _come_back_after_a_break(w)
    _let_somebody_act(w)
    for ended in ("revoked", "over"):
        _useless_link(w, ended)
    _changed_hands(w)


def _leave_and_go_back(w: Walker) -> None:
    w.page.goto("/p/items/")
    w.page.locator("a.quick").click()
    w.page.wait_for_url("**/p/leave/")
    w.page.go_back()
    w.page.wait_for_url("**/p/enter/**")
    w.see()
    assert "¥" not in w.page.inner_text("main")


def _come_back_after_a_break(w: Walker) -> None:
    wanted = f"/p/items/{w.who.loan_id}/"
    _enter_by_number(w)
    w.page.goto(wanted)
    w.ask("UPDATE access_visit SET seen_at = now() - interval '21 minutes'")
    w.page.reload()
    w.page.wait_for_url("**/p/enter/**")
    w.see(name="enter-again")
    _enter_by_number(w, here=True)
    w.page.wait_for_url(f"**{wanted}")
    w.see()


def _enter_by_number(w: Walker, *, here: bool = False) -> None:
    if not here:
        w.go("enter/")
    with reading(SETUP):
        point = ContactPoint.objects.get(debtor_id=w.who.debtor_id).pk
        number = address_of(point, now=datetime.now(UTC))
    w.page.fill("#id_number", number)
    w.page.press("#id_number", "Enter")
    w.page.wait_for_url("**/p/code/**")
    w.see()
    w.ask("UPDATE access_entry SET asked_at = asked_at - interval '2 hours' WHERE sent_at < now()")
    w.type(w.code())


def _let_somebody_act(w: Walker) -> None:
    w.go("others/")
    w.page.fill("#id_name", "赵虚构")
    w.page.locator("input[name=kind]").first.check()
    w.page.locator("input[name=days]").first.check()
    w.send()
    code, address = (w.page.inner_text(f"#acting-{name}") for name in ("code", "link"))
    w.page.goto("/p/leave/")
    w.page.goto(urlsplit(address).path)
    w.page.locator(DOORS[0]).click()
    w.page.wait_for_url("**/p/code/")
    w.type(code)
    w.page.wait_for_url("**/p/home/")
    w.see(name="home-acting")
    w.go("others/")
    w.page.goto("/p/leave/")


def _useless_link(w: Walker, how: str) -> None:
    made = w.link()
    if how == "revoked":
        revoke_link(made.ref, actor=SETUP, now=datetime.now(UTC))
    else:
        days = "made_at = made_at - interval '99 days', expires_at = now() - interval '1 day'"
        w.ask(f"UPDATE access_link SET {days} WHERE ref = '{made.ref}'")
    w.page.goto(f"/p/l/{made.token}/")
    w.page.locator(DOORS[0]).click()
    w.page.wait_for_url("**/p/code/")
    assert w.code() is None
    w.type("123456")
    w.see(name=f"code-{how}")
    assert w.alert()


def _changed_hands(w: Walker) -> None:
    made = w.link()
    w.page.goto(f"/p/l/{made.token}/")
    w.page.locator(DOORS[1]).click()
    w.see(name="stopped")
    w.page.goto(f"/p/l/{made.token}/")
    w.page.locator(DOORS[0]).click()
    w.page.wait_for_url("**/p/code/")
    assert w.code() is None
    w.ask(
        f"UPDATE portfolio_contactpoint SET quality = 'UNTRIED' WHERE debtor_id = {w.who.debtor_id}"
    )


def my_debt(w: Walker) -> None:
    """3. What is owed and why, who collects for whom, papers."""
    w.go("items/")
    w.page.locator(f"a[href='/p/items/{w.who.loan_id}/']").first.click()
    w.see()
    for kind in ("PDF", "ZIP"):
        with w.page.expect_download() as paper:
            w.page.locator(f"button[name=form][value={kind}]").click()
        assert paper.value.suggested_filename.lower().endswith(kind.lower())


def calm(w: Walker) -> None:
    """4. What happens now and what does not, and three choices of the same size."""
    w.go("home/")
    three = [w.page.locator(f"main a[href='/p/do/{n}/']").first for n in (1, 2, 3)]
    boxes = [each.bounding_box() for each in three]
    assert len({(box["width"], box["x"]) for box in boxes}) == 1
    for number, _ in enumerate(three):
        w.page.goto("/p/home/")
        w.page.locator(f"main a[href='/p/do/{number + 1}/']").first.click()
        w.see()
        w.page.go_back()
        w.page.wait_for_url("**/p/home/")


def arranging(w: Walker) -> None:
    """5. From what can be paid to a signature, changed, paused and ended without a call."""
    w.go("do/2/")
    w.page.locator("summary").first.click()
    w.page.check("input[name=target][value=PAYOFF]")
    w.page.fill("#id_income", "100")
    w.page.fill("#id_living", "900")
    w.send()
    walk.arrange(w.page, w.codes, w.see)
    plan = urlsplit(w.page.url).path
    assert w.page.locator(f"a[href='{plan}days.ics']").count() == 1
    days = w.page.request.get(f"{plan}days.ics")
    assert days.text().count("BEGIN:VEVENT") >= 2
    w.send("button[value=remind]")
    w.page.select_option("#months", index=0)
    w.send("form:has(#months) button")
    w.page.locator("a[href*='replaces=']").click()
    w.see(name="time-change")
    w.page.goto(plan)
    w.page.locator("details summary").last.click()
    w.send("button[value=end]")


def objecting(w: Walker) -> None:
    """6. A dispute in three taps, a complaint, both followed; words that let fear."""
    walk.object_to(w.page, w.see)
    w.go("do/3/")
    w.go("do/3/b/ABUSE/")
    w.go("do/3/a/OTHER/")
    w.page.fill("#id_text", "我不想活了")
    w.send()
    w.go("do/5/")


def choosing(w: Walker) -> None:
    """7. What is chosen, what was recorded, what is held."""
    walk.choose_and_look(w.page, w.see)
    w.go("set/wechat/")
    w.page.goto("/p/mine/")
    w.page.locator("input[name=right]").first.check()
    w.send()


def paying(w: Walker) -> None:
    """8. By transfer, by promise, on a page, with its receipt."""
    walk.pay(w.page, w.who, w.see)
    assert w.who.postings
    with w.page.expect_download() as paper:
        w.page.locator("form:has(input[value=RECEIPT]) button").first.click()
    assert re.search(r"\.pdf$", paper.value.suggested_filename)
    w.go("do/1/")


INSIDE = (my_debt, calm, paying, arranging, objecting, choosing)
"""In the order of a walk: what is paid is paid before it is arranged about."""

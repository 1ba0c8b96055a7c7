"""Own rules for tests: their texts, and two colleagues of compliance who let them count."""

from __future__ import annotations

from datetime import date, datetime

from forbear.contexts.house.actions.own_rule import (
    ask_own_rule_end,
    decide_own_rule,
    decide_own_rule_end,
    propose_own_rule,
)
from forbear.contexts.house.models import Verdict
from forbear.contexts.people.role import Role
from forbear.values.principal import Principal
from tests.support.people import new_principal

TODAY = date(2026, 11, 25)


def quiet(
    name: str = "own.cn.quiet",
    *,
    effective: date = TODAY,
    ends: date | None = None,
    channels: str = "VOICE",
    regions: str = "",
    hours: str = "hours: []",
) -> str:
    """A window of no hours at all, or of some."""
    return f"""\
id: {name}
kind: contact_window
jurisdiction: {name.split(".")[1].upper()}
sentence:
  en: "By a letter of the regulator nobody is called these days."
  zh: "按监管来函，近日不得拨打。"
channels: [{channels}]
{f"regions: ['{regions}']" if regions else "rows: []"}
values:
  - effective: {effective}
{f"    ends: {ends}" if ends else "    published: 2026-11-24"}
    verified: 2026-11-25
    basis: P
    parameters: {{{hours}}}
    source: {{title: "Letter 17 of the regulator (invented)"}}
"""


def capped(at_most: int, *, name: str = "own.cn.daily", effective: date = TODAY) -> str:
    """At most so many calls a day."""
    return f"""\
id: {name}
kind: frequency_cap
jurisdiction: CN
sentence: {{en: "At most {at_most} a day.", zh: "每日至多{at_most}次。"}}
channels: [VOICE, BOT]
values:
  - effective: {effective}
    verified: 2026-11-25
    basis: unverified
    parameters:
      at_most: {at_most}
      key: person
      days: 1
      counts: {{channels: [VOICE, BOT], directions: [OUTBOUND]}}
    source: {{title: "House rule (invented)"}}
"""


class Two:
    """Two colleagues of compliance."""

    def __init__(self) -> None:
        self.one: Principal = new_principal(Role.COMPLIANCE)
        self.other: Principal = new_principal(Role.COMPLIANCE)

    def propose(self, text: str, *, now: datetime, today: date = TODAY) -> int:
        """The first writes a rule down."""
        return propose_own_rule(text, reason="Letter 17.", today=today, actor=self.one, now=now)

    def approve(self, row: int, *, now: datetime, today: date = TODAY) -> None:
        """The other lets it count."""
        decide_own_rule(row, Verdict.APPROVED, today=today, actor=self.other, now=now)

    def adopt(self, text: str, *, now: datetime, today: date = TODAY) -> int:
        """Both."""
        row = self.propose(text, now=now, today=today)
        self.approve(row, now=now, today=today)
        return row

    def withdraw(self, row: int, *, now: datetime) -> None:
        """The other asks for its end, and the first grants it."""
        end = ask_own_rule_end(row, reason="The letter was answered.", actor=self.other, now=now)
        decide_own_rule_end(end, Verdict.APPROVED, actor=self.one, now=now)

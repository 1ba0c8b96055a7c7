"""Does the page about one person say what matters, once, within the terminal?"""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from forbear.contexts.nightly.explain import Explained
from forbear.interfaces.commands.explained import show

NEW_YORK, SHANGHAI = "America/New_York", "Asia/Shanghai"


def loan(number, **changes):
    return {
        "loan_id": f"L{number}",
        "product": "instalment_loan",
        "product_en": "Instalment loan",
        "product_zh": "分期贷款",
        "currency": "CNY",
        "state": "OPEN",
        "overdue_principal_minor": 0,
        "overdue_interest_minor": 0,
        "overdue_fee_minor": 0,
        "penalty_minor": 0,
        "overdue_minor": 0,
        "payoff_minor": 100_000,
        "days_past_due": 0,
        "bucket": "M0",
        "oldest_unpaid_date": None,
        "next_due_date": "2026-12-04",
        "next_due_minor": 12_345,
        "limitation_date": None,
        **changes,
    }


def settled(number):
    return loan(number, state="SETTLED", payoff_minor=0, next_due_date=None)


def finding(rule, **changes):
    return {
        "rule_id": rule,
        "allows": False,
        "effect": "BLOCK",
        "text_en": f"The rule {rule} says so.",
        "text_zh": f"规则 {rule} 如此规定。",
        "source": "Article 1",
        "facts": [],
        **changes,
    }


def way(point="P1", channel="VOICE", slot="morning", *, refused=(), **changes):
    return {
        "contact_point_id": point,
        "kind": "MOBILE",
        "relation": "OWN",
        "channel": channel,
        "slot": slot,
        "slot_en": slot,
        "slot_zh": {"morning": "上午", "afternoon": "下午"}[slot],
        "zones": [SHANGHAI],
        "lawful_hours": [["2026-11-24T00:30:00+00:00", "2026-11-24T12:30:00+00:00"]],
        "allowed": not refused,
        "changes_at": None,
        "findings": list(refused),
        **changes,
    }


def option(value_minor, *, chosen=False):
    return {
        "contact_point_id": "P1",
        "channel": "VOICE",
        "slot": "morning",
        "slot_en": "morning",
        "slot_zh": "上午",
        "team": "wuhan",
        "team_en": "Wuhan team",
        "team_zh": "武汉团队",
        "value_minor": value_minor,
        "chance_ppm": 62_000,
        "seconds": 240,
        "chosen": chosen,
    }


@pytest.fixture
def said(capsys, monkeypatch):
    def saying(lang="en", *, columns=100, zones=(SHANGHAI,), outcome="PLANNED", **rows):
        monkeypatch.setenv("COLUMNS", str(columns))
        clock = {"from": "2026-11-24T01:00:00+00:00", "to": "2026-11-24T04:00:00+00:00"}
        slot = {"slot": "morning", "slot_en": "morning", "slot_zh": "上午"}
        found = Explained(
            debtor_id="D1",
            night_id="2026-11-24-abc",
            as_of="2026-11-24",
            currency="CNY",
            person={
                "jurisdiction": "CN",
                "region": "350000",
                "region_en": "Fujian",
                "region_zh": "福建",
                "time_zones": list(zones),
                "slots": [{**slot, "clocks": [{"zone": zone, **clock} for zone in zones]}],
            },
            reason={"outcome": outcome, "text_en": "Because.", "text_zh": "因此。"},
            loans=rows.get("loans", [loan(1)]),
            ways=rows.get("ways", [way()]),
            options=rows.get("options", []),
            circumstances=rows.get("circumstances", []),
        )
        show(found, lang)
        return capsys.readouterr().out

    return saying


class TestLoans:
    def test_that_are_settled_share_a_line(self, said):
        loans = [settled(1), loan(2), settled(3), settled(4)]

        assert "3 settled loans: L1, L3, L4\n" in said(loans=loans)
        assert "3 笔已结清借款：L1、L3、L4\n" in said("zh", loans=loans)

    def test_are_named_in_words(self, said):
        assert "L1 · Instalment loan · Chinese yuan (CNY) · open" in said()
        assert "L1 · 分期贷款 · 人民币（CNY） · 未结清" in said("zh")

    def test_with_only_a_penalty_left_say_so(self, said):
        loans = [loan(1, penalty_minor=15, overdue_minor=15)]

        text = said(loans=loans)

        assert "Every instalment that fell due is paid; only late-payment penalty is left." in text
        assert "0.15" in text
        assert "principal" not in text
        assert "仅剩罚息未还" in said("zh", loans=loans)

    def test_in_grace_say_so(self, said):
        loans = [loan(1, overdue_principal_minor=500, overdue_minor=500)]

        assert "within its days of grace" in said(loans=loans)


class TestClocks:
    def test_of_one_zone_are_not_dwelt_upon(self, said):
        assert "Clocks that must all agree" not in said()

    def test_of_several_zones_are_all_shown_with_the_hours_they_share(self, said):
        zones = (NEW_YORK, SHANGHAI)
        hours = [["2026-11-25T00:30:00+00:00", "2026-11-25T01:30:00+00:00"]]
        refused = [finding("a", until="2026-11-25T00:30:00+00:00")]
        ways = [
            way(
                zones=list(zones),
                lawful_hours=hours,
                refused=refused,
                changes_at="2026-11-25T00:30:00+00:00",
            )
        ]

        text = said(zones=zones, ways=ways, columns=200)

        assert f"morning: 20:00–23:00 {NEW_YORK} = 09:00–12:00 {SHANGHAI}" in text
        assert f"(Telephone): 19:30–20:30 {NEW_YORK} = 08:30–09:30 {SHANGHAI}" in text
        assert f"not before 2026-11-24 19:30 {NEW_YORK} = 2026-11-25 08:30 {SHANGHAI}" in text

    def test_of_a_number_count_as_well(self, said):
        ways = [way(zones=[NEW_YORK, SHANGHAI], lawful_hours=[])]

        text = said(ways=ways)

        assert "A number speaks for another zone as well" in text
        assert "Hours lawful on every clock (Telephone): none" in text

    def test_that_nobody_knows_are_said_to_be_unknown(self, said):
        refused = [finding("hours", facts=[["time zone", "not known"]])]
        ways = [way(refused=refused, zones=[], lawful_hours=[])]

        assert "no hour is known to be lawful" in said(zones=(), ways=ways)
        assert "（时区不明）" in said("zh", zones=(), ways=ways)


class TestWays:
    def test_that_are_answered_alike_stand_together(self, said):
        refused = [finding("a"), finding("b")]
        ways = [
            way("P1", channel, slot, refused=refused)
            for channel in ("VOICE", "SMS")
            for slot in ("morning", "afternoon")
        ]

        text = said(ways=[*ways, way("P2", "EMAIL")])

        assert "refused (morning, afternoon): P1 (Telephone, SMS)" in text
        assert text.count("The rule a says so.") == text.count("The rule b says so.") == 1
        assert "Only a new fact can change this." in text
        assert "allowed (morning): P2 (E-mail)" in text

    def test_say_what_a_rule_counted(self, said):
        counted = [["counted", "3"], ["at most", "3"], ["days", "7"]]
        ways = [way(refused=[finding("cap", facts=counted)])]

        assert "(3 counted, at most 3, in 7 days)" in said(ways=ways)
        assert "7 天内已计 3 次，上限 3 次" in said("zh", ways=ways)

    def test_of_contact_persons_are_named_and_never_used(self, said):
        text = said(ways=[way("P9", relation="CONTACT_PERSON")], outcome="NO_POINT")

        assert "never contacted about the debt: P9" in text
        assert "allowed" not in text

    def test_are_missed_in_words(self, said):
        assert "No contact point is known." in said(ways=[], outcome="NO_POINT")


class TestOptions:
    def test_of_less_good_are_counted_and_the_chosen_one_is_always_shown(self, said):
        options = [option(900 - 100 * n, chosen=n == 8) for n in range(10)]

        text = said(options=options)

        assert text.count("Wuhan team") == 7
        assert "●" in text.split("and 3 of less good")[0].split("Ways that were weighed")[1]
        assert "A way of greater good may be left to others" in text

    def test_drawn_by_lot_are_not_explained_by_prices(self, said):
        options = [option(900), option(100, chosen=True)]

        assert "A way of greater good" not in said(options=options, outcome="EXPLORED")

    def test_are_left_out_where_no_team_serves(self, said):
        assert "weighed" not in said(options=[], outcome="NO_TEAM")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("columns", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(said, lang, columns):
    text = said(
        lang,
        columns=columns,
        zones=(NEW_YORK, SHANGHAI),
        loans=[loan(1, overdue_minor=15, penalty_minor=15), loan(2), *map(settled, range(3, 9))],
        ways=[way(refused=[finding("a" * 9), finding("b")]), way("P2", "SMS")],
        options=[option(900), option(1, chosen=True)],
        circumstances=[
            {
                "what": "hold",
                "kind": "DISPUTE",
                "channel": None,
                "day": "2026-01-01",
                "until": None,
            }
        ],
    )

    assert max(cell_len(line) for line in text.split("\n")) <= columns

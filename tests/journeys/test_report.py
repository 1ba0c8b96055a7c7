"""Can everybody read the report: on a desk, on a phone, by keyboard, in either language?"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from forbear.contexts.nightly.report import write_report
from tests.support.browser import DESK, PHONE
from tests.support.report_night import write_night

QUALITY = {
    "cascades": [
        {"root": f"{table}.due_date {reason}", "took": {"instalment": 12_113, "loan": 70}}
        for table in ("instalment", "contact_point")
        for reason in ("EMPTY", "IMPOSSIBLE_DATE", "TOO_LARGE", "BAD_DATE", "CONFLICTING")
    ],
    "protections_widened": 3,
    "loans_with_rejected_payments": 1_078,
    "people_with_rejected_attempts": 9,
    "attempts_of_nobody": 4,
    "notes": ["There are no control totals."],
    "notes_zh": ["没有控制总额。"],
}
WIDER_THAN_PAGE = """() => [...document.querySelectorAll('main *')]
  .filter(e => !e.closest('.scroll, .unseen, svg') && e.getClientRects().length)
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  .map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    night, book = write_night(tmp_path_factory.mktemp("home"))
    manifest = json.loads((book / "manifest.json").read_text(encoding="utf-8"))
    manifest["quality"] |= QUALITY
    (book / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return write_report(night, book).as_uri()


@pytest.fixture
def visit(browser, address):
    """Open the report; console messages and requests are kept on the page."""
    contexts = []

    def open_page(place="#en", *, size=DESK, scheme="light", script=True, locale="en-GB"):
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            java_script_enabled=script,
            locale=locale,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(address + place)
        return page

    yield open_page
    for context in contexts:
        context.close()


class TestEveryReader:
    @pytest.mark.parametrize(
        ("lang", "size"),
        [
            ("en", DESK),
            ("zh", PHONE),
            pytest.param("zh", DESK, marks=pytest.mark.nightly),
            pytest.param("en", PHONE, marks=pytest.mark.nightly),
        ],
    )
    def test_sees_a_quiet_page_that_fits(self, visit, size, lang):
        page = visit(f"#{lang}", size=size)

        assert page.said == []
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]
        assert page.evaluate(WIDER_THAN_PAGE) == []

    def test_stays_on_this_machine(self, visit, address):
        page = visit("#zh")

        assert {url.split("#")[0] for url in page.asked} == {address}

    def test_finds_a_drawing_with_a_name_and_a_table_at_every_chart(self, visit):
        page = visit()

        charts = page.locator("figure.chart")

        assert charts.count() == 3
        for chart in charts.all():
            name = chart.locator("figcaption").inner_text()
            assert len(name) > 10
            assert page.get_by_role("img", name=name).count() == 1
            assert chart.locator(".plot svg path").count() > 3
            chart.locator("summary").click()
            assert chart.locator("table tbody tr:visible").count() > 3

    def test_sees_a_finding_above_every_section(self, visit):
        page = visit()

        for section in page.locator("main > section").all():
            assert (
                len(
                    section.get_by_role("heading", level=2)
                    .or_(section.get_by_role("heading", level=1))
                    .inner_text()
                )
                > 10
            )


class TestLanguage:
    def test_is_chosen_by_keyboard_and_kept_in_the_address(self, visit):
        page = visit("#en")
        page.get_by_role("button", name="中文").focus()

        page.keyboard.press("Enter")

        assert page.evaluate("document.documentElement.lang") == "zh-Hans"
        assert page.evaluate("location.hash") == "#zh"
        assert "夜间报告" in page.title()
        assert page.get_by_role("heading", name="夜间报告").is_visible()
        assert not page.get_by_text("Night report", exact=True).is_visible()
        assert page.get_by_role("button", name="中文").get_attribute("aria-pressed") == "true"

    @pytest.mark.parametrize(
        ("lang", "foreign"), [("en", r"[\u4e00-\u9fff]"), ("zh", r"[A-Za-z]{4,}")]
    )
    def test_is_not_mixed(self, visit, lang, foreign):
        page = visit(f"#{lang}")
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")

        strangers = page.evaluate(
            """([lang, foreign]) => {
              const found = new Set();
              const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              for (let node = walk.nextNode(); node; node = walk.nextNode()) {
                const at = node.parentElement;
                if (at.checkVisibility() && !at.closest('code, button, script, [lang="zh-CN"]')
                    && new RegExp(foreign).test(node.data)) found.add(node.data.trim());
              }
              return [...found];
            }""",
            [lang, foreign],
        )

        names = ("Forbear", "polars", "CONC", "law/", "debtor.csv")
        assert [text for text in strangers if not any(name in text for name in names)] == []

    def test_of_the_charts_follows(self, visit):
        page = visit("#zh")

        assert "微信" in page.locator("#plot-plan").inner_text()
        page.get_by_role("button", name="English").click()
        assert "WeChat" in page.locator("#plot-plan").inner_text()

    def test_is_the_readers_own_at_first(self, visit):
        page = visit("", locale="zh-CN")

        assert page.evaluate("document.documentElement.lang") == "zh-Hans"

    def test_stays_when_a_section_is_chosen(self, visit):
        page = visit("#zh")

        page.get_by_role("link", name="账龄").click()

        assert page.evaluate("location.hash") == "#zh.bucket"
        assert page.evaluate("document.activeElement.id") == "bucket"

    def test_is_both_without_a_script(self, visit):
        page = visit("", script=False)

        assert page.get_by_text("Night report", exact=True).is_visible()
        assert page.get_by_text("夜间报告", exact=True).is_visible()
        assert page.locator(".plot:visible").count() == 0
        assert page.get_by_role("button", name="English").count() == 0


class TestKeyboard:
    def test_reaches_every_control_and_shows_where_it_is(self, visit):
        page = visit("#en")
        controls = page.evaluate("""() => [...document.querySelectorAll(
            'a[href], button, summary, input:checked, .scroll')]
            .filter(e => e.checkVisibility({visibilityProperty: true})
              && !e.matches('details:not([open]) > :not(summary) *')).length""")
        reached, hidden = set(), []

        for _ in range(controls + 5):
            page.keyboard.press("Tab")
            found = page.evaluate("""() => {
                const e = document.activeElement;
                if (e === document.body) return null;
                e.dataset.n = e.dataset.n || String(Math.random());
                const label = e.labels && e.labels[0];
                const marked = [e, label, label && label.querySelector('span')].filter(Boolean);
                return [e.dataset.n,
                  marked.some(m => getComputedStyle(m).outlineStyle !== 'none'),
                  e.outerHTML.slice(0, 80)];
            }""")
            if found:
                reached.add(found[0])
                if not found[1]:
                    hidden.append(found[2])

        assert len(reached) >= controls
        assert hidden == []

    def test_chooses_a_view_with_the_arrows(self, visit):
        page = visit("#en")
        before = page.locator("#plot-bucket").inner_text()
        page.locator("input[data-view=bucket]").first.focus()

        page.keyboard.press("ArrowRight")

        assert page.locator("#plot-bucket").inner_text() != before
        assert "1–29" in page.locator("#plot-bucket").inner_text()

    def test_chooses_a_map_with_the_arrows(self, visit):
        page = visit("#en")
        shown = page.locator("#region .panel:visible figcaption")
        assert shown.inner_text().startswith("Share")
        page.locator("#tab-region-0").focus()

        page.keyboard.press("ArrowRight")

        assert shown.inner_text().startswith("Overdue amount")

    def test_can_skip_to_the_report(self, visit):
        page = visit("#en")

        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        assert page.evaluate("document.activeElement.id") == "report"

    def test_finds_targets_large_enough_on_a_phone(self, visit):
        page = visit("#en", size=PHONE)

        small = page.evaluate("""() => [...document.querySelectorAll(
            'button, summary, nav a, .choice label, .tabs > label')]
            .filter(e => e.getClientRects().length)
            .filter(e => e.getBoundingClientRect().height < 24)
            .map(e => e.outerHTML.slice(0, 80))""")

        assert small == []


PLACES = pytest.mark.parametrize(
    ("size", "scheme", "lang"),
    [
        (DESK, "light", "en"),
        pytest.param(PHONE, "dark", "zh", marks=pytest.mark.nightly),
        pytest.param(DESK, "dark", "zh", marks=pytest.mark.nightly),
        pytest.param(PHONE, "light", "en", marks=pytest.mark.nightly),
    ],
)
# Text of one colour and size on one pile of backgrounds has one contrast: the first of each kind
# stands for all, which takes a tenth of the time.
ALIKE = """() => {
  const first = new Map();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.parentElement;
    if (!node.data.trim() || !at.checkVisibility({visibilityProperty: true})) continue;
    const own = getComputedStyle(at);
    const seen = [own.color, own.fill, own.fontSize, own.fontWeight, own.textShadow];
    for (let e = at; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      seen.push(style.backgroundColor, style.backgroundImage, style.opacity, style.filter);
    }
    const kind = seen.join(' ');
    if (!first.has(kind)) first.set(kind, at);
  }
  return [...first.values()];
}"""
ALL_RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"


def violations(answer):
    return [
        (v["id"], [n["html"][:160] + " " + n["failureSummary"][:200] for n in v["nodes"]][:4])
        for v in answer["violations"]
    ]


class TestAccessibility:
    @pytest.fixture
    def opened(self, visit):
        """Open the report with all its folds open, ready to be checked by axe."""
        found = importlib.util.find_spec("axe_playwright_python")
        if found is None:
            pytest.skip("axe-playwright-python is not installed")
        rules = Path(found.submodule_search_locations[0]) / "axe.min.js"

        def opening(size, scheme, lang):
            page = visit(f"#{lang}", size=size, scheme=scheme)
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
            page.evaluate(rules.read_text(encoding="utf-8"))
            return page

        return opening

    @pytest.mark.parametrize(
        ("size", "lang"),
        [pytest.param(DESK, "en", marks=pytest.mark.nightly), (PHONE, "zh")],
    )
    def test_has_no_violation_that_axe_can_find(self, opened, size, lang):
        page = opened(size, "light", lang)

        answer = page.evaluate(
            f"() => axe.run(document, {{runOnly: {ALL_RULES}, resultTypes: ['violations'], "
            "rules: {'color-contrast': {enabled: false}}})"
        )

        assert violations(answer) == []

    @PLACES
    def test_is_never_pale(self, opened, size, scheme, lang):
        page = opened(size, scheme, lang)

        contrast = page.evaluate(
            f"() => axe.run({{include: ({ALIKE})()}}, {{runOnly: ['color-contrast']}})"
        )

        assert violations(contrast) == []
        assert sum(len(each["nodes"]) for each in contrast["passes"]) > 20

    @pytest.mark.nightly
    @PLACES
    def test_has_no_violation_in_any_of_its_text(self, opened, size, scheme, lang):
        page = opened(size, scheme, lang)

        answer = page.evaluate(f"() => axe.run(document, {{runOnly: {ALL_RULES}}})")

        assert violations(answer) == []

    @pytest.mark.nightly
    def test_sees_a_pale_word_among_many(self, opened):
        """The kinds of text that stand for the rest would show a fault."""
        page = opened(DESK, "light", "en")
        page.evaluate("document.querySelector('#quality td').style.color = '#ccc'")

        contrast = page.evaluate(
            f"() => axe.run({{include: ({ALIKE})()}}, {{runOnly: ['color-contrast']}})"
        )

        assert [name for name, _ in violations(contrast)] == ["color-contrast"]

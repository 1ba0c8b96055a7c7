"""How soon can somebody with an old telephone and a poor line read the portal's pages?

    python tests/bench/portal.py

What Lighthouse measures, by Chromium itself: each page is loaded afresh several times with an
empty cache, its processor slowed four times, over a line of 400 kbit/s with 400 ms there and back,
on a screen of 320 px. The median is reported: first and largest contentful paint, layout shift,
blocking time, requests, bytes on the wire; beside it what is above the aim.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
# Playwright runs a loop of its own in this thread, which Django takes for ours.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from tests.support.application import on_database  # noqa: E402, I001  # sets Django up

from playwright.sync_api import sync_playwright  # noqa: E402

from forbear.contexts.access.actions.link import make_link  # noqa: E402
from forbear.contexts.portfolio.actions.creditor import record_creditor  # noqa: E402
from forbear.contexts.portfolio.said import CreditorSaid  # noqa: E402
from tests.support.browser import CHROMIUM, FLAGS, PHONE  # noqa: E402
from tests.support.bench import own_server  # noqa: E402
from tests.support.evidence import somebody, told_of  # noqa: E402
from tests.support.portal import visit_token  # noqa: E402
from tests.support.portfolio import CREDITOR, NOW, SETUP  # noqa: E402
from tests.support.server import served  # noqa: E402

REPEATS = 3
CPU_SLOWED = 4
LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400 * 1000 / 8,
    "uploadThroughput": 400 * 1000 / 8,
}
PAGES = ("", "check/", "enter/", "l/{token}/", "home/", "items/", "items/{loan}/")
PAGES += ("do/1/", "do/2/", "do/3/", "set/", "log/")
# What counts as good for each, as the field's vitals say; bytes as the portal's own bound.
AIMS = {"lcp": 4_000, "shift": 0.1, "blocked": 200, "bytes": 100 * 1024}
_WATCH = """
window.__seen = {lcp: 0, shift: 0, long: []};
const on = (type, take) => new PerformanceObserver(list => list.getEntries().forEach(take))
  .observe({type, buffered: true});
on('largest-contentful-paint', one => { window.__seen.lcp = one.startTime; });
on('layout-shift', one => { if (!one.hadRecentInput) window.__seen.shift += one.value; });
on('longtask', one => { window.__seen.long.push([one.startTime, one.duration]); });
"""
_READ = """() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const fcp = paint ? paint.startTime : 0, seen = window.__seen;
  const blocked = seen.long.filter(one => one[0] + one[1] > fcp)
    .reduce((sum, one) => sum + Math.max(0, one[1] - 50), 0);
  return {fcp, lcp: seen.lcp, shift: seen.shift, blocked};
}"""


def main() -> None:
    with (
        own_server() as own,
        on_database(own.database),
        served(own.database, own.home) as address,
    ):
        measure(address)


def measure(address: str) -> None:
    """Print one line for each page, and what of it is above the aim."""
    record_creditor(CreditorSaid(CREDITOR, "Example Lender", "示例放款方"), actor=SETUP, now=NOW)
    who = somebody(instalments=24, payments=6)
    told_of(who, 40)
    made = make_link(who.ref, actor=SETUP, now=datetime.now(UTC))
    cookies = {"django_language": "zh-hans", "visit": visit_token(who.at_gate.debtor_id)}
    system = f"{platform.machine()}, {os.cpu_count()} processors"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {system}, load {os.getloadavg()[0]:.1f}")
    print("| page | first paint ms | largest ms | shift | blocked ms | requests | bytes | above |")
    print("|---|---|---|---|---|---|---|---|")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        print(f"Chromium {browser.version}", file=sys.stderr)
        # The first page of a process is made while templates and policies are read.
        for route in PAGES:
            _once(browser, address, _filled(route, made.token, who), cookies)
        for route in PAGES:
            path = _filled(route, made.token, who)
            runs = [_once(browser, address, path, cookies) for _ in range(REPEATS)]
            told = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
            above = ", ".join(name for name, most in AIMS.items() if told[name] > most)
            print(
                f"| `/p/{route}` | {told['fcp']:,.0f} | {told['lcp']:,.0f} | {told['shift']:.3f} "
                f"| {told['blocked']:.0f} | {told['requests']:.0f} | {told['bytes']:,.0f} "
                f"| {above or '-'} |"
            )
        browser.close()


def _filled(route: str, token: str, who: object) -> str:
    return route.format(token=token, loan=who.at_gate.loan_id)


def _once(browser, address: str, path: str, cookies: dict[str, str]) -> dict[str, float]:
    context = browser.new_context(
        base_url=address,
        viewport={"width": PHONE[0], "height": PHONE[1]},
        device_scale_factor=2,
        is_mobile=True,
    )
    context.add_cookies([{"name": k, "value": v, "url": address} for k, v in cookies.items()])
    page = context.new_page()
    page.add_init_script(_WATCH)
    wire = context.new_cdp_session(page)
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", LINE)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWED})
    answer = page.goto(f"/p/{path}", wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200, (path, answer.status)
    told = page.evaluate(_READ)
    context.close()
    return {**told, "requests": len(sizes), "bytes": sum(sizes)}


if __name__ == "__main__":
    main()

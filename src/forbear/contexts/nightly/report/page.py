"""How do the sections become one file that needs nothing but a browser?

Styles, scripts, the chart library and the figures are all inside. The content policy names the
hashes of exactly these scripts and styles and forbids everything else, so that the page can
neither load nor send anything.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from forbear.contexts.nightly.report.markup import Html, Pair, Piece, embed_json, render, tag
from forbear.contexts.nightly.report.number import day
from forbear.contexts.nightly.report.part import Section
from forbear.contexts.nightly.report.section import SECTIONS
from forbear.contexts.nightly.report.section.headline import headline
from forbear.contexts.nightly.report.source import Night, read_night
from forbear.values.naming import both_names

_HERE = "forbear.contexts.nightly.report"


def write_report(night: Path, book: Path, out: Path | None = None) -> Path:
    """Write a night's report as one HTML file and return where it lies.

    Same night and book give the same bytes. The file is put in place in one step, so a reader
    never sees half of it.

    Raises: ``NightIncomplete`` when a manifest is missing.
    """
    target = out or night / "report.html"
    text = page(read_night(night, book))
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def page(night: Night) -> str:
    """Return the whole page."""
    sections = [build(night) for build in SECTIONS]
    style, early, library, script = (
        _text("report.css"),
        _text("early.js"),
        _text("vendor/echarts.common.min.js"),
        _text("report.js"),
    )
    title = _title(night)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag(
            "meta",
            http_equiv="Content-Security-Policy",
            content=_content_policy([style], [early, library, script]),
        ),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title.en),
        tag("style", Html(style)),
        tag("script", Html(early)),
    )
    body = tag(
        "body",
        tag("a", Pair("Skip to the report", "跳到正文"), href="#report", class_="skip"),
        _banner(night),
        _passed_over(night),
        tag("div", _contents(sections), _main(night, sections), class_="frame"),
        tag("script", embed_json(_data(sections, title)), type="application/json", id="figures"),
        tag("script", Html(library)),
        tag("script", Html(script)),
    )
    return "<!doctype html>\n" + tag("html", head, body, lang="en") + "\n"


def _title(night: Night) -> Pair:
    when = day(night.manifest.get("as_of"))
    return Pair(f"Night report, {when.en}", f"夜间报告，{when.zh}")


def _lender(night: Night) -> Pair:
    """Return the lender's name; one written in both scripts is parted at the first Chinese one."""
    lender = str(night.manifest.get("lender") or night.book.get("lender") or "")
    return Pair(*both_names(lender))


def _banner(night: Night) -> Html:
    choice = tag(
        "div",
        tag("button", "English", type="button", data_lang_choice="en", lang="en"),
        tag("button", "中文", type="button", data_lang_choice="zh", lang="zh-Hans"),
        class_="language needs-script",
        role="group",
        aria_labelledby="language-name",
    )
    name = tag("span", Pair("Language", "语言"), id="language-name", class_="unseen")
    return tag(
        "header",
        tag(
            "div",
            tag("span", "Forbear", class_="mark"),
            tag("span", _lender(night), class_="lender"),
            class_="who",
        ),
        name,
        choice,
        class_="banner",
    )


def _passed_over(night: Night) -> Html | None:
    """Say at the top which models could not be trusted, and what counted instead."""
    notices = night.manifest.get("model_notices") or ()
    if not notices:
        return None
    told = [tag("p", Pair(str(one["en"]), str(one["zh"]))) for one in notices]
    return tag("div", told, class_="passed-over", role="status")


def _contents(sections: Sequence[Section]) -> Html:
    links = [tag("li", tag("a", section.name, href=f"#{section.key}")) for section in sections]
    return tag(
        "nav",
        tag(
            "details",
            tag("summary", Pair("Contents", "目录"), id="contents-name"),
            tag("ol", links),
            open=True,
            id="contents",
        ),
        aria_labelledby="contents-name",
    )


def _main(night: Night, sections: Sequence[Section]) -> Html:
    as_of, closed = day(night.manifest.get("as_of")), day(night.book.get("book_date"))
    opening = tag(
        "section",
        tag(
            "p",
            Pair(
                f"Book of {closed.en}, as of {as_of.en}", f"账簿日期 {closed.zh}，截至 {as_of.zh}"
            ),
            class_="eyebrow",
        ),
        tag("h1", Pair("Night report", "夜间报告"), id="headline-title"),
        headline(night),
        id="headline",
        aria_labelledby="headline-title",
    )
    closing = tag(
        "footer",
        tag(
            "p",
            Pair(
                "No row about a single person is in this file. It loads nothing and sends nothing.",
                "本文件不含任何个人的数据行；不加载任何外部内容，也不发送任何信息。",
            ),
        ),
    )
    return tag(
        "main",
        opening,
        [_section(section) for section in sections],
        closing,
        id="report",
        tabindex="-1",
    )


def _section(section: Section) -> Html:
    title = f"{section.key}-title"
    lead: Piece = tag("p", section.lead, class_="lead") if section.lead else None
    return tag(
        "section",
        tag("p", section.name, class_="eyebrow"),
        tag("h2", section.finding, id=title),
        lead,
        section.body,
        id=section.key,
        aria_labelledby=title,
    )


def _data(sections: Sequence[Section], title: Pair) -> dict[str, Any]:
    charts = {key: _plain(chart) for section in sections for key, chart in section.charts.items()}
    return {"charts": charts, "title": _plain(title)}


def _plain(value: Any) -> Any:
    """Return a value with every pair as an object of two plain texts."""
    if isinstance(value, Pair):
        return {"en": str(value.en), "zh": str(value.zh)}
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value


def _text(name: str) -> str:
    text = (resources.files(_HERE) / name).read_text(encoding="utf-8").strip()
    # A closing tag inside would end the element early and let the rest leak into the page.
    assert "</script" not in text
    assert "</style" not in text
    return text


def _content_policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    # Bars set their length in a style attribute, hence style-src-attr.
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(_hash(text) for text in scripts)}",
            f"style-src-elem {' '.join(_hash(text) for text in styles)}",
            "style-src-attr 'unsafe-inline'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(render(Html(text)).encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"

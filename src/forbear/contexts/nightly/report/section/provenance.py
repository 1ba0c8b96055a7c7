"""From what exactly was this made, so that it can be made again?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from forbear.contexts.nightly.report.label import COUNTRIES, word
from forbear.contexts.nightly.report.markup import Html, Pair, Piece, same, tag
from forbear.contexts.nightly.report.number import count, day, duration
from forbear.contexts.nightly.report.part import Bar, Section, bars, facts, fold, table
from forbear.contexts.nightly.report.source import Night

_HASH_SHOWN = 12


def provenance(night: Night) -> Section:
    """Show the book, the code, the rules and the engine, and where the time went."""
    manifest, timings = night.manifest, night.timings
    steps = [step for step in manifest.get("steps") or () if isinstance(step, dict)]
    took = duration(float(timings.get("seconds", 0)))
    finding = (
        Pair(
            f"The same book and rules give the same figures; this night took {took.en}",
            f"同一账簿与规则得出同样的数字；本次运行用时 {took.zh}",
        )
        if timings
        else Pair("The same book and rules give the same figures", "同一账簿与规则得出同样的数字")
    )
    return Section(
        "provenance",
        Pair("Reproducibility", "可复现性"),
        finding,
        [
            facts(_facts(night)),
            _packs(manifest.get("packs")),
            _steps(steps, timings.get("steps") or {}),
            _outputs(manifest.get("tables")),
        ],
    )


def _facts(night: Night) -> list[tuple[Piece, Piece]]:
    manifest, book = night.manifest, night.book
    known = manifest.get("known_at") or book.get("book_date")
    rows: list[tuple[Piece, Piece]] = [
        (Pair("Night", "夜间运行"), tag("code", str(manifest.get("night_id", "–")))),
        (Pair("Book", "账簿"), tag("code", str(book.get("book_id", "–")))),
        (Pair("Book closed on", "账簿日期"), day(book.get("book_date"))),
        (Pair("As of", "截至"), day(manifest.get("as_of"))),
        (Pair("Facts known on", "事实截至"), day(known)),
        (Pair("Engine", "计算引擎"), _engine(manifest.get("engine"))),
        (Pair("Code version", "代码版本"), tag("code", str(manifest.get("code_version", "–")))),
    ]
    for name, key in (
        (Pair("Code, sha256", "代码 sha256"), "code_sha256"),
        (Pair("Agenda and teams, sha256", "计划与团队设置 sha256"), "settings"),
        (Pair("Products, sha256", "产品设置 sha256"), "products"),
    ):
        if manifest.get(key):
            rows.append((name, _hash(str(manifest[key]))))
    if manifest.get("seed") is not None:
        rows.append((Pair("Seed of the lots", "抽签种子"), tag("code", str(manifest["seed"]))))
    rows += [
        (
            Pair("Model that counted", "生效模型"),
            Html(
                str(tag("code", f"{model['name']} {model['version']}"))
                + " "
                + str(_hash(str(model["checksum"])))
            ),
        )
        for model in manifest.get("models") or ()
    ]
    if cores := night.timings.get("cores"):
        rows.append((Pair("Processors", "处理器"), Pair(f"{cores} cores", f"{cores} 核")))
    return rows


def _engine(engine: Any) -> str:
    if isinstance(engine, dict):
        return f"{engine.get('name', '')} {engine.get('version', '')}".strip()
    return str(engine or "–")


def _hash(text: str) -> Html:
    return tag("code", text[:_HASH_SHOWN], title=text)


def _packs(packs: Any) -> Html | None:
    if not isinstance(packs, list) or not packs:
        return None
    rows: list[list[Piece]] = [
        [
            word(COUNTRIES, str(pack.get("jurisdiction", ""))),
            same(str(pack.get("name", ""))),
            _hash(str(pack.get("hash", ""))),
            count(int(pack.get("rules") or 0)),
        ]
        for pack in packs
        if isinstance(pack, dict)
    ]
    head = [
        Pair("Law of", "适用地"),
        Pair("Rule pack", "规则包"),
        Pair("Hash", "哈希"),
        Pair("Rules", "规则数"),
    ]
    caption = Pair("Rule packs applied", "所用规则包")
    return tag("div", table(head, rows, caption=caption, text_columns=3), class_="after")


def _steps(steps: list[dict[str, Any]], seconds: Mapping[str, Any]) -> Html | None:
    rows = [_step(step, float(seconds[step["name"]])) for step in steps if step["name"] in seconds]
    if not rows:
        return None
    title = tag("h3", Pair("Seconds by step", "各步骤用时"), id="provenance-steps")
    return tag("div", title, bars(rows, labelled_by="provenance-steps"), class_="after steps")


def _step(step: Mapping[str, Any], seconds: float) -> Bar:
    name = str(step["name"])
    label = Pair(str(step.get("question_en") or name), str(step.get("question_zh") or name))
    return Bar([label, " ", tag("code", name)], int(seconds * 1000), duration(seconds))


def _outputs(tables: Any) -> Html | None:
    if not isinstance(tables, dict) or not tables:
        return None
    rows: list[list[Piece]] = [
        [tag("code", name), count(int(entry.get("rows", 0))), _hash(_digest(entry))]
        for name, entry in sorted(tables.items())
        if isinstance(entry, dict)
    ]
    head = [Pair("Table", "数据表"), Pair("Rows", "行数"), Pair("sha256", "sha256")]
    caption = Pair("The hash is of all hashes of a table’s files", "哈希由该表所有文件的哈希合成")
    summary = Pair("Tables that this night wrote", "本次运行写出的数据表")
    return fold(summary, table(head, rows, caption=caption))


def _digest(entry: Mapping[str, Any]) -> str:
    hashes = [str(file.get("sha256", "")) for file in entry.get("files") or ()]
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()

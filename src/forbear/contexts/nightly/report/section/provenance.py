"""From what exactly was this made, so that it can be made again?"""

from __future__ import annotations

from typing import Any

from forbear.contexts.nightly.report.label import COUNTRIES, word
from forbear.contexts.nightly.report.markup import Html, Pair, Piece, same, tag
from forbear.contexts.nightly.report.number import count, day, duration
from forbear.contexts.nightly.report.part import Bar, Section, bars, facts, fold, table
from forbear.contexts.nightly.report.source import Night


def provenance(night: Night) -> Section:
    """Show the book, the code, the rules and the engine, and where the time went."""
    manifest = night.manifest
    steps = [step for step in manifest.get("steps") or () if isinstance(step, dict)]
    seconds = float(manifest.get("seconds") or sum(float(s.get("seconds", 0)) for s in steps))
    took = duration(seconds)
    return Section(
        "provenance",
        Pair("Reproducibility", "可复现性"),
        Pair(f"The same book and rules give the same figures; this night took {took.en}",
             f"同一账簿与规则得出同样的数字；本次运行用时 {took.zh}"),
        [
            facts(_facts(night)),
            _packs(manifest.get("packs")),
            tag("div", tag("h3", Pair("Seconds by step", "各步骤用时"), id="provenance-steps"),
                bars([_step(step) for step in steps], labelled_by="provenance-steps"),
                class_="after") if steps else None,
            _outputs(manifest.get("tables")),
        ],
    )


def _facts(night: Night) -> list[tuple[Piece, Piece]]:
    manifest = night.manifest
    engine = manifest.get("engine") or "–"
    text = (f"{engine.get('name', '')} {engine.get('version', '')}".strip()
            if isinstance(engine, dict) else str(engine))
    rows: list[tuple[Piece, Piece]] = [
        (Pair("Night", "夜间运行"), tag("code", str(manifest.get("night_id", "–")))),
        (Pair("Book", "账簿"), tag("code", str(night.book.get("book_id", "–")))),
        (Pair("Book closed on", "账簿日期"), day(night.book.get("book_date"))),
        (Pair("As of", "截至"), day(manifest.get("as_of"))),
        (Pair("Facts known on", "事实截至"), day(manifest.get("known_at"))),
        (Pair("Code", "代码版本"), tag("code", str(manifest.get("code_version", "–")))),
        (Pair("Engine", "计算引擎"), text),
    ]
    machine = manifest.get("machine")
    if isinstance(machine, dict) and machine.get("cores"):
        memory = int(machine.get("memory_bytes") or 0) / 2**30
        rows.append((Pair("Machine", "机器"),
                     Pair(f"{machine['cores']} cores, {memory:.0f} GiB",
                          f"{machine['cores']} 核，{memory:.0f} GiB")))
    return rows


def _packs(packs: Any) -> Html | None:
    if not isinstance(packs, list) or not packs:
        return None
    rows = [
        [word(COUNTRIES, str(pack.get("jurisdiction", ""))),
         same(str(pack.get("name") or pack.get("creditor") or "")),
         tag("code", str(pack.get("hash", ""))[:16])]
        for pack in packs if isinstance(pack, dict)
    ]
    head = [Pair("Law of", "适用地"), Pair("Rule pack", "规则包"), Pair("Hash", "哈希")]
    return tag("div", table(head, rows, caption=Pair("Rule packs applied", "所用规则包"),
                            text_columns=3), class_="after")


def _step(step: dict[str, Any]) -> Bar:
    seconds = float(step.get("seconds") or 0)
    rows = step.get("rows")
    note = Pair(f"{count(int(rows))} rows", f"{count(int(rows))} 行") if rows else None
    return Bar(tag("code", str(step.get("name", ""))), int(seconds * 1000), duration(seconds), note)


def _outputs(tables: Any) -> Html | None:
    if not isinstance(tables, dict) or not tables:
        return None
    rows = [[tag("code", name), count(int(entry.get("rows", 0))),
             tag("code", str(entry.get("sha256") or "–")[:16])]
            for name, entry in tables.items() if isinstance(entry, dict)]
    head = [Pair("Table", "数据表"), Pair("Rows", "行数"), Pair("sha256", "sha256")]
    return fold(Pair("Tables that this night wrote", "本次运行写出的数据表"),
                table(head, rows, caption=Pair("Output tables", "输出表")))

"""What does a finished night look like on disk, with invented but plausible figures?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

PRODUCTS = {  # loans, principal per loan in the reporting currency's minor units, share late
    "instalment_loan": (52_000, 1_450_000, 0.052),
    "revolving_credit": (31_000, 820_000, 0.061),
    "merchant_instalment": (22_000, 310_000, 0.044),
    "us_personal_loan": (2_400, 4_600_000, 0.058),
    "uk_personal_loan": (1_900, 3_900_000, 0.049),
}
BUCKETS = {
    "us_personal_loan": [
        "CURRENT",
        "DPD_1_29",
        "DPD_30_59",
        "DPD_60_89",
        "DPD_90_119",
        "DPD_120_PLUS",
    ],
    "uk_personal_loan": ["UP_TO_DATE", *(f"ARREARS_{n}" for n in range(1, 7))],
}
M = [f"M{n}" for n in range(8)]
DECAY = (0.0, 0.55, 0.16, 0.09, 0.07, 0.05, 0.04, 0.04)
PEOPLE = {
    "11": 21.9,
    "13": 74.6,
    "15": 24.0,
    "21": 42.6,
    "22": 24.1,
    "23": 31.9,
    "12": 13.9,
    "14": 34.9,
    "31": 24.9,
    "32": 84.7,
    "33": 64.6,
    "34": 61.0,
    "35": 41.5,
    "36": 45.2,
    "37": 101.5,
    "41": 99.4,
    "42": 57.8,
    "43": 66.4,
    "44": 126.0,
    "45": 50.1,
    "46": 10.1,
    "50": 32.1,
    "51": 83.7,
    "52": 38.6,
    "53": 47.2,
    "54": 3.6,
    "61": 39.5,
    "62": 25.0,
    "63": 5.9,
    "64": 7.2,
    "65": 25.9,
    "US-CA": 39.0,
    "US-TX": 30.5,
    "US-FL": 22.6,
    "US-NY": 19.6,
    "GB-ENG": 57.1,
    "GB-SCT": 5.4,
    "GB-WLS": 3.1,
    "GB-NIR": 1.9,
    "": 9.0,
}
TEAMS = (
    "chengdu",
    "chongqing",
    "guangzhou",
    "shantou",
    "xiamen",
    "shanghai",
    "hangzhou",
    "changsha",
    "nanchang",
    "wuhan",
    "xian",
    "beijing",
    "shenyang",
    "kunming",
    "urumqi",
    "hohhot",
    "lhasa",
    "phoenix",
    "leeds",
)
RULES: list[dict[str, Any]] = [
    {
        "id": "cn.contact.hours",
        "jurisdiction": "CN",
        "basis": "P",
        "effect": "BLOCK",
        "article": "GB/T 45251-2025, 6.3.2",
        "en": "No contact between 22:00 and 08:00 of the person’s own time.",
        "zh": "当事人当地时间 22:00 至次日 8:00 不得联系。",
    },
    {
        "id": "cn.contact.cap.day",
        "jurisdiction": "CN",
        "basis": "P",
        "effect": "BLOCK",
        "article": "GB/T 45251-2025, 6.3.4",
        "en": "No more than three calls a day to one person across all channels.",
        "zh": "对同一人每日主动联系不超过三次。",
    },
    {
        "id": "cn.addressee.other",
        "jurisdiction": "CN",
        "basis": "P",
        "effect": "BLOCK",
        "article": "GB/T 45251-2025, 6.2.1",
        "en": "Contact persons who owe nothing are not approached.",
        "zh": "不得联系不负还款义务的联系人。",
    },
    {
        "id": "us.regf.cap",
        "jurisdiction": "US",
        "basis": "S",
        "effect": "PRESUMPTION",
        "article": "12 CFR 1006.14(b)(2)",
        "en": "No more than seven calls in seven days about one debt.",
        "zh": "就同一债务七日内呼叫不超过七次。",
    },
    {
        "id": "uk.conc.hold",
        "jurisdiction": "UK",
        "basis": "S",
        "effect": "BLOCK",
        "article": "CONC 7.3.11",
        "en": "No contact during breathing space.",
        "zh": "喘息期内不得联系。",
    },
    *(
        {
            "id": f"house.rule.{n}",
            "jurisdiction": "CN",
            "basis": "unverified",
            "origin": "house",
            "effect": "BLOCK",
            "article": "House rule",
            "en": f"Invented house rule {n}.",
            "zh": f"虚构的内部规则第 {n} 条。",
        }
        for n in range(1, 7)
    ),
]
STEPS = ("delinquency", "vintage", "roll", "position", "eligibility", "option", "solve", "agenda",
         "reason", "tally")  # fmt: skip


class _Rows:
    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(
        self,
        measure: str,
        group: str,
        part: str = "",
        *,
        people: int = 0,
        loans: int = 0,
        amount: int = 0,
    ) -> None:
        self.rows.append(
            {
                "measure": measure,
                "group": group,
                "part": part,
                "people": people,
                "loans": loans,
                "amount_minor": amount,
            }
        )


def write_night(
    home: Path,
    *,
    rules: list[dict[str, Any]] | None = None,
    lender: str = "Banyan Consumer Finance (invented) / 榕树消费金融（虚构）",
    tables: Callable[[str], bool] = lambda _: True,
) -> tuple[Path, Path]:
    """Write an invented night and its book below a folder; ``tables`` chooses what is there."""
    night, book = home / "nights" / "20261101-demo", home / "books" / "20261031-demo"
    frames = {"tally": _tally(), "roll": _roll(), "vintage": _vintage(), "load": _load()}
    for name, frame in frames.items():
        if tables(name):
            folder = night / name
            folder.mkdir(parents=True, exist_ok=True)
            half = frame.height // 2
            frame[:half].write_parquet(folder / "part-00000.parquet")
            frame[half:].write_parquet(folder / "part-00001.parquet")
    night.mkdir(parents=True, exist_ok=True)
    book.mkdir(parents=True, exist_ok=True)
    manifest = _night_manifest(RULES if rules is None else rules, lender)
    (night / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (night / "timings.json").write_text(json.dumps(_timings()), encoding="utf-8")
    (book / "manifest.json").write_text(json.dumps(_book_manifest(lender)), encoding="utf-8")
    (home / "nights" / "LATEST").write_text(night.name, encoding="utf-8")
    (home / "books" / "CURRENT").write_text(book.name, encoding="utf-8")
    return night, book


def _tally() -> pl.DataFrame:
    t = _Rows()
    _buckets(t)
    outcomes = {
        "PLANNED": (5210, 1480),
        "EXPLORED": (101, 34),
        "REFUSED": (1310, 702),
        "NO_POINT": (164, 60),
        "NO_TEAM": (12, 0),
        "NOT_WORTH_IT": (88, 1190),
        "PRICED_OUT": (402, 120),
        "HELD_OUT": (118, 39),
    }
    for outcome, (late, soon) in outcomes.items():
        t.add("outcome", outcome, "OVERDUE", people=late, loans=late, amount=late * 912_345)
        t.add("outcome", outcome, "DUE_SOON", people=soon, loans=soon, amount=soon * 212_345)
    t.add("outcome", "NOTHING_DUE", "NOTHING_DUE", people=70_940, loans=92_000)
    t.add("book", "all", people=81_970, loans=109_300, amount=151_234_567_890)
    for index, (code, size) in enumerate(PEOPLE.items()):
        people = int(size * 55)
        late = int(people * (0.05 + 0.004 * (index * 7 % 11)))
        t.add("region", code, "OVERDUE", people=late, loans=late, amount=late * 900_100)
        t.add("region", code, "NOTHING_DUE", people=people - late)
        t.add("region_planned", code, people=late // 2, amount=late * 300_000)
    _plan(t)
    _refusals(t)
    t.add("value", "expected", amount=412_345_678)
    return pl.DataFrame(t.rows, infer_schema_length=None)


def _buckets(t: _Rows) -> None:
    overdue = 0
    for product, (loans, each, late) in PRODUCTS.items():
        names = BUCKETS.get(product, M)
        for index, bucket in enumerate(names):
            n = int(loans * (1 - late)) if index == 0 else int(loans * late * DECAY[index])
            t.add("bucket", product, bucket, people=int(n * 0.93), loans=n, amount=n * each)
            if index:
                amount = n * each * min(index + 1, 6) // 14
                overdue += amount
                t.add(
                    "bucket_overdue", product, bucket, people=int(n * 0.94), loans=n, amount=amount
                )
    for part, ppm in (("PRINCIPAL", 861_000), ("INTEREST", 112_000), ("FEE", 19_000)):
        t.add("overdue_part", part, amount=overdue * ppm // 10**6)
    rest = overdue - sum(row["amount_minor"] for row in t.rows if row["measure"] == "overdue_part")
    t.add("overdue_part", "PENALTY", amount=rest)


def _plan(t: _Rows) -> None:
    channels = {"VOICE": 2810, "WECHAT": 1650, "SMS": 1480, "BOT": 520, "EMAIL": 310, "LETTER": 55}
    slots = {"morning": 0.31, "afternoon": 0.4, "evening": 0.29}
    for index, team in enumerate(TEAMS):
        for channel, people in channels.items():
            for slot, part in slots.items():
                n = int(people * part * (1 + index % 5) / 57)
                t.add("plan", team, f"{channel}/{slot}", people=n, amount=n * 700_000)
    t.add("continuity", "KNOWN_OFFICER", people=942)
    t.add("continuity", "ANY", people=1868)


def _refusals(t: _Rows) -> None:
    for index, rule in enumerate(RULES):
        for channel, scale in (("VOICE", 9000), ("SMS", 4100), ("WECHAT", 2200), ("BOT", 3300)):
            t.add("refusal", rule["id"], channel, people=scale // (index + 1))
        t.add("refusal_person", rule["id"], people=4000 // (index + 1))
        t.add("refused_person", rule["id"], people=1500 // (index + 1) ** 2)
    for channel, ways in (
        ("VOICE", 21_000),
        ("SMS", 19_500),
        ("WECHAT", 8000),
        ("BOT", 18_000),
        ("EMAIL", 9900),
        ("LETTER", 7000),
    ):
        t.add("allowed", channel, people=ways)
    for hold, people in (
        ("ARRANGEMENT", 604),
        ("HARDSHIP", 391),
        ("DISPUTE", 212),
        ("OPT_OUT", 188),
        ("BREATHING_SPACE", 14),
    ):
        t.add("hold", hold, people=people)


def _roll() -> pl.DataFrame:
    rows = []
    for product, (loans, each, late) in PRODUCTS.items():
        names = BUCKETS.get(product, M)
        for index, source in enumerate(names):
            whole = int(loans * (1 - late)) if index == 0 else int(loans * late * DECAY[index])
            cure = 0.97 if index == 0 else 0.66 / index**1.2
            onward = 0.0 if index == 0 else min(0.28 + 0.09 * index, 0.9 - cure)
            last = index == len(names) - 1
            split = {0: cure, min(index + 1, len(names) - 1): 0.03 if index == 0 else onward}
            split[index] = split.get(index, 0) + 1 - sum(split.values())
            if last:
                split = {0: 0.02, index: 0.98}
            rows += [
                {
                    "product": product,
                    "bucket_from": source,
                    "bucket_to": names[target],
                    "loans": int(whole * part),
                    "outstanding_principal_minor": int(whole * part) * each,
                }
                for target, part in split.items()
            ]
    return pl.DataFrame(rows)


def _vintage() -> pl.DataFrame:
    rows = []
    latest = (2026 - 1970) * 12 + 9
    for product, (loans, each, late) in PRODUCTS.items():
        for cohort in range(latest - 26, latest + 1):
            n = loans // 30
            for age in range(latest - cohort + 1):
                rate = late * 2.1 * (1 - 0.86**age) * (1 + 0.012 * (latest - cohort))
                rows.append(
                    {
                        "product": product,
                        "cohort_month": cohort,
                        "months_on_book": age,
                        "loans": n,
                        "loans_late": int(n * rate),
                        "principal_minor": n * each,
                    }
                )
    return pl.DataFrame(rows)


def _load() -> pl.DataFrame:
    rows = []
    for index, team in enumerate(TEAMS):
        for slot, (name, hours) in enumerate((("morning", 3), ("afternoon", 4), ("evening", 3))):
            capacity = (3 + index % 6) * hours * 2880
            used = capacity if (index + slot) % 3 else capacity * (55 + 7 * (index % 6)) // 100
            rows.append(
                {
                    "resource": f"{team}/{name}",
                    "capacity": capacity,
                    "used": used,
                    "people": used // 290,
                    "price_micro": (310_000 + 41_000 * index) if used == capacity else 0,
                }
            )
    for channel, capacity, used in (("SMS", 6000, 1480), ("WECHAT", 4000, 1650), ("BOT", 520, 520)):
        rows.append(
            {
                "resource": channel,
                "capacity": capacity,
                "used": used,
                "people": used,
                "price_micro": 84_000_000 if used == capacity else 0,
            }
        )
    return pl.DataFrame(rows)


def _night_manifest(rules: list[dict[str, Any]], lender: str) -> dict[str, Any]:
    digest = "0f3a" * 16
    return {
        "night_id": "2026-11-01-0f3a0f3a0f3a",
        "book_id": "20261031-demo",
        "lender": lender,
        "as_of": "2026-11-01",
        "known_at": None,
        "house": "house/demo",
        "code_version": "0.1.0",
        "code_sha256": digest,
        "settings": digest,
        "products": digest,
        "seed": 7,
        "engine": {"name": "polars", "version": "2.1.0"},
        "reporting_currency": "CNY",
        "rules": rules,
        "packs": [
            {"jurisdiction": country, "name": f"law/{country.lower()}", "rules": 9, "hash": digest}
            for country in ("CN", "US", "UK")
        ],
        "figures": {
            "bound_micro": 298_412_000_000_000,
            "value_micro": 298_411_000_000_000,
            "gap_ppb": 3_352,
        },
        "steps": [
            {
                "name": name,
                "question_en": f"What does {name} ask?",
                "question_zh": f"第 {n} 步问什么？",
            }
            for n, name in enumerate(STEPS, start=1)
        ],
        "tables": {
            name: {"rows": rows, "files": [{"path": name, "rows": rows, "sha256": digest}]}
            for name, rows in (("agenda", 6825), ("reason", 81_970))
        },
    }


def _timings() -> dict[str, Any]:
    seconds = {name: round(0.4 + 1.7 * (n * 5 % 7), 1) for n, name in enumerate(STEPS)}
    return {"steps": seconds, "seconds": sum(seconds.values()), "cores": 2}


def _book_manifest(lender: str) -> dict[str, Any]:
    rows = {
        "debtor": 81_970,
        "contact_point": 172_400,
        "loan": 109_300,
        "instalment": 1_402_118,
        "payment": 840_120,
        "hold": 1_902,
        "consent": 81_400,
        "attempt": 61_233,
    }
    reason = {"table": "payment", "column": "reverses_payment_id", "reason": "ORPHAN", "count": 61}
    words = {"text_en": "The row it names does not exist.", "text_zh": "所指的行不存在。"}
    return {
        "book_id": "20261031-demo",
        "lender": lender,
        "book_date": "2026-10-31",
        "code_version": "0.1.0",
        "tables": {
            **{name: {"rows": n, "read": n, "rejected": n // 9000} for name, n in rows.items()},
            "attempt_old": {"rows": 9000, "read": None, "rejected": 0},
        },
        "control": {
            "loan": {"principal_minor": _control(198_234_567_800, 0)},
            "payment": {"amount_minor": _control(77_123_456_700, 12_345)},
            "instalment": {"fee_minor": {**_control(1_000, 0), "stated_minor": None}},
        },
        "quality": {
            "reasons": [{**reason, "column": f"column_{n}", **words} for n in range(14)],
            "repairs": {"payment.amount_minor": 12, "loan.product": 0},
            "notes": ["debtor.csv: read as gb18030"],
            "attempts_without_link": 17,
        },
    }


def _control(stated: int, unread: int) -> dict[str, int]:
    return {
        "read_minor": stated - unread,
        "rejected_on_reading_minor": 0,
        "stated_minor": stated,
        "in_rejected_rows_minor": unread,
    }

"""How are the buckets of different products ordered, grouped and named?

Products that share one list of buckets form a family and may be shown together; the position in
the list (0 is current) is the stage.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from forbear.contexts.nightly.report.markup import Pair, same
from forbear.contexts.nightly.report.source import Night

_NAMED = {"CURRENT": Pair("Current", "正常"), "UP_TO_DATE": Pair("Up to date", "正常")}
_DAYS = Pair("days past due", "逾期天数")
_ARREARS = Pair("stage of arrears", "拖欠阶段")
_CURRENCIES = {
    "CNY": Pair("Mainland products", "大陆产品"),
    "USD": Pair("US products", "美国产品"),
    "GBP": Pair("UK products", "英国产品"),
}


@dataclass(frozen=True, slots=True)
class Family:
    """Products with the same buckets."""

    name: Pair
    products: tuple[str, ...]
    buckets: tuple[str, ...]


def families(night: Night, products: Sequence[str]) -> tuple[Family, ...]:
    """Group products by their list of buckets, in the order of the products given."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for product in products:
        grouped.setdefault(_buckets(night, product), []).append(product)
    return tuple(
        Family(_family_name(night, names), tuple(names), buckets)
        for buckets, names in grouped.items()
    )


def stage(night: Night, product: str, bucket: str) -> int:
    """Return a bucket's position in its product's list; unknown buckets come last."""
    buckets = _buckets(night, product)
    return buckets.index(bucket) if bucket in buckets else len(buckets)


def bucket_name(bucket: str) -> Pair:
    """Return a bucket's name in words.

    >>> bucket_name("DPD_30_59"), bucket_name("M1")
    (Pair(en='30–59 days', zh='30–59天'), Pair(en='M1', zh='M1'))
    """
    if bucket in _NAMED:
        return _NAMED[bucket]
    if days := re.fullmatch(r"DPD_(\d+)_(\d+)", bucket):
        return Pair(f"{days[1]}–{days[2]} days", f"{days[1]}–{days[2]}天")
    if more := re.fullmatch(r"DPD_(\d+)_PLUS", bucket):
        return Pair(f"{more[1]} days or more", f"{more[1]}天以上")
    if arrears := re.fullmatch(r"ARREARS_(\d+)", bucket):
        return Pair(f"Arrears {arrears[1]}", f"拖欠{arrears[1]}")
    return same(bucket)


def bucket_mark(bucket: str) -> Pair:
    """Return a bucket's name short enough for the head of a narrow column.

    >>> bucket_mark("DPD_30_59"), bucket_mark("CURRENT")
    (Pair(en='30–59', zh='30–59'), Pair(en='0', zh='0'))
    """
    if bucket in _NAMED:
        return same("0")
    short = bucket.removeprefix("DPD_").removeprefix("ARREARS_")
    return same(short.replace("_PLUS", "+").replace("_", "–"))


def marks_unit(family: Family) -> Pair | None:
    """Return what the short marks of a family stand for, where they do not say it themselves."""
    if any(bucket.startswith("DPD_") for bucket in family.buckets):
        return _DAYS
    if any(bucket.startswith("ARREARS_") for bucket in family.buckets):
        return _ARREARS
    return None


def _buckets(night: Night, product: str) -> tuple[str, ...]:
    terms = night.products.get(product) or {}
    listed = terms.get("buckets") or {}
    values = listed.get("value", listed) if isinstance(listed, dict) else listed
    if values:
        return tuple(str(name) for _, name in values)
    seen = {row.part for row in night.rows("bucket") if row.group == product}
    return tuple(sorted(seen))


def _family_name(night: Night, products: Sequence[str]) -> Pair:
    if len(products) == 1:
        return night.product_name(products[0])
    currency = str((night.products.get(products[0]) or {}).get("currency", ""))
    return _CURRENCIES.get(currency, same(", ".join(products)))

"""What a policy file does wrong is told in both languages, with the place in each."""

from __future__ import annotations

import pytest

from forbear.policy.load import load_rules
from forbear.policy.reading import InvalidRule

GOOD = """id: house.cn.lunch
kind: contact_window
jurisdiction: CN
sentence: {en: "No calls at lunch.", zh: "午间不打电话。"}
values:
  - effective: 2026-01-01
    verified: 2026-01-01
    basis: unverified
    parameters: {opens: "09:00", closes: "12:00"}
    source: {title: "House policy"}
"""


@pytest.mark.parametrize(
    ("good", "bad", "zh"),
    [
        ("contact_window", "contact_windw", "不认识“contact_windw”"),
        ("effective: 2026-01-01", "effective: soon", "“soon”不是日期"),
        ("effective: 2026-01-01", "effective: 2026-02-30", "日期不存在"),
        ('    source: {title: "House policy"}\n', "", "缺少此项"),
        ("09:00", "9 am", "“9 am”不是时刻"),
        ("basis:", "bassis:", "此处没有这个字段"),
        (
            "    verified",
            "    ends: 2026-02-01\n    verified",
            None,
        ),
    ],
)
def test_a_fault_is_told_in_both_languages(good, bad, zh):
    text = GOOD.replace(good, bad)
    if zh is None:
        later = GOOD.partition("values:\n")[2].replace(
            "effective: 2026-01-01", "effective: 2026-03-01"
        )
        text, zh = text + later, "2026-02-01 至 2026-03-01 之间没有取值"

    with pytest.raises(InvalidRule) as found:
        load_rules({"house/demo/rules/cn/lunch.yaml": text}, house=True)

    error = found.value
    assert error.message_zh.startswith("house/demo/rules/cn/lunch.yaml:")
    assert error.message.startswith("house/demo/rules/cn/lunch.yaml:")
    assert zh in error.message_zh
    assert error.remedy
    assert error.remedy_zh != error.remedy

"""What of a person's words may be read elsewhere: all but who, where and how much?

What was left out is named by its kind, so that the sense stays. Masking is careful, not certain:
what no pattern knows goes along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from forbear.policy.assistant.number import CHINESE

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_NUMBER: Final = rf"(?:\d[\d,. -]*\d|\d|[{CHINESE}亿]{{2,}}|[{CHINESE}](?=[元块万千百]))"
_RULES: Final = (
    ("link", re.compile(r"\w+://\S+|\bwww\.\S+", re.IGNORECASE)),
    ("mail", re.compile(r"[\w.+-]+@[\w.-]+")),
    (
        "account",
        re.compile(r"(?:微信|wechat|vx|qq)\s?号?[是:：\s]*[a-z0-9_-]{4,}", re.IGNORECASE),
    ),
    (
        "name",
        re.compile(
            r"(?<=我叫)[\u4e00-\u9fff·]{2,4}|(?<=名字是)[\u4e00-\u9fff·]{2,4}|"
            r"(?<=姓名)[:：是]?[\u4e00-\u9fff·]{2,4}|"
            rf"(?<=我是)[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?![\u4e00-\u9fff])|"
            r"(?<=[Mm]y name is )[\w'-]+(?: [\w'-]+)?|"
            r"(?:(?<=[Mm]y name's )|(?<=I'm )|(?<=I am )|(?<=[Tt]his is )|(?<=Mr )|(?<=Mrs )|"
            r"(?<=Ms )|(?<=Mr\. )|(?<=Mrs\. )|(?<=Ms\. ))[A-Z][\w'-]+(?: [A-Z][\w'-]+)*"
        ),
    ),
    (
        "place",
        re.compile(
            r"[\u4e00-\u9fff]{2,8}(?:省|市|区|县|镇|乡|村)(?:[\u4e00-\u9fff\d]{1,12}"
            r"(?:路|街|巷|弄|号|小区|花园|大厦|栋|单元|室|村|镇|区|县))+|"
            r"\b\d+[a-z]? (?:[A-Z]\w+ )+(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Close|Way)\b"
        ),
    ),
    ("number", re.compile(r"(?=[\da-z]*\d)[\da-z]{6,}", re.IGNORECASE)),
    ("number", re.compile(_NUMBER)),
)


def masked_words(text: str, *, names: Iterable[str] = ()) -> str:
    """Return a text in which names, places, accounts and every number are named by their kind.

    ``names``: how the person is called, where that is known.

    >>> masked_words("我叫王小明，卡号 6222 0212 3456，还欠五百块")
    '我叫‹name›，卡号 ‹number›，还欠‹number›块'
    """
    for name in names:
        if name.strip():
            text = re.sub(re.escape(name.strip()), "‹name›", text, flags=re.IGNORECASE)
    for kind, pattern in _RULES:
        text = pattern.sub(f"‹{kind}›", text)
    return text

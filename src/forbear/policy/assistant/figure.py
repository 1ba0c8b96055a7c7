"""Which figures, days, shares, laws, numbers and addresses does a text name, in whatever writing?

Two texts that name the same in different writing give the same; what cannot be told apart from a
figure is taken for one. So a text that was made by somebody else is held against what it may say:
whatever it names must stand in its sources.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from forbear.policy.assistant.number import CHINESE, number_in

Figure = tuple[str, str]
"""What is named, as a kind and a value in one writing."""

_FOLD: Final = str.maketrans(
    "壹贰叁肆伍陆柒捌玖拾佰仟萬億兩圓貳參陸○〡",
    "一二三四五六七八九十百千万亿两元二三六〇一",
)
_OTHER: Final = {"廿": "二十", "卅": "三十", "百分百": "百分之百", "个百分点": "%", "百分点": "%"}
_CN: Final = f"{CHINESE}亿"
_ARABIC: Final = r"\d{1,3}(?:[ ,'_]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CHINESE_NUMBER: Final = rf"[{_CN}]+(?:点[{_CN}]+)?"
_N: Final = (
    rf"(?:(?:{_ARABIC})(?:\s?(?:[千百万亿]+|k\b|w\b|m\b|thousand|million))?|{_CHINESE_NUMBER})"
)
_ONES: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_BY_TEN: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS: Final = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_WORDS: Final = (
    {word: number for number, word in enumerate(_ONES.split())}
    | {word: 10 * number for number, word in enumerate(_BY_TEN.split(), start=2)}
    | {word: number for number, word in enumerate(_ORDINALS.split())}
    | {"thirtieth": 30}
)
_TIMES: Final = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_WORD: Final = "|".join(sorted((*_WORDS, *_TIMES), key=len, reverse=True))
_ENGLISH: Final = rf"\b(?:{_WORD})(?:(?:[\s-]|\sand\s)(?:{_WORD}))*\b"
_CURRENCIES: Final = (
    ("CNY", "¥|￥|rmb|cny|人民币", "元|块|圆|rmb|cny|yuan|人民币"),
    ("USD", r"us\$|\$|usd", "美元|美金|dollars?|usd|bucks"),
    ("GBP", "£|gbp", "英镑|pounds?|gbp|quid"),
    ("EUR", "€|eur", "欧元|euros?|eur"),
    ("HKD", r"hk\$", "港币|港元|hkd"),
)
_UNITS: Final = (
    ("percent", r"%|‰|个?百分点|per ?cent(?:age)?|个点"),
    ("tenths", "成|折"),
    ("year", "周?年|years?|岁"),
    ("month", "个?月|months?"),
    ("week", "周|个?星期|个?礼拜|weeks?"),
    ("day-of-month", "[日号]"),
    ("day", "个?工作日|天|working days?|days?"),
    ("hour", "个?小时|个?钟头|点钟?|时|hours?|o'clock|[ap]\\.?m\\b"),
    ("minute", "分钟|minutes?"),
    ("instalment", "期|instal\\w*|payments?"),
    ("jiao", "角|毛"),
    ("fen", "分"),
    ("times", "倍|times?|fold"),
)
_MONTHS: Final = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]
_MONTH: Final = rf"(?P<mon>{'|'.join(_MONTHS)})[a-z]*\.?"
_DATES: Final = (
    re.compile(r"(?P<y>\d{4})\s?[-/.]\s?(?P<m>\d{1,2})\s?[-/.]\s?(?P<d>\d{1,2})(?!\d)"),
    re.compile(rf"(?:(?P<y>\d{{4}}|[{CHINESE}]{{4}})年)?(?P<m>{_N})月(?:份)?(?P<d>{_N})[日号]?"),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}\b,?(?: (?P<y>\d{{4}})\b)?"),
    re.compile(rf"\b{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b,?(?: (?P<y>\d{{4}})\b)?"),
)
_SPLIT: Final = re.compile(
    rf"(?P<yuan>{_N})\s?(?:元|块)\s?(?:(?P<jiao>{_N})\s?[角毛])?\s?(?:(?P<fen>{_N})\s?分(?!钟|期))?"
)
_PERCENT: Final = re.compile(rf"[百千]分之(?P<n>{_N})")
_SLASHED: Final = re.compile(r"\d+/\d+(?:/\d+)?")
_LONG: Final = re.compile(r"\+?\(?\d[\d() +-]{5,}\d")
_NUMBER: Final = re.compile(rf"(?P<word>{_ENGLISH})|(?P<n>{_N})")
_WHEN: Final = re.compile(
    r"今[天日晚早年]|明[天日晚早年]|后[天年]|昨[天日]|前天|本[周月年]|[上下这]个?[月年]|"
    r"[上下这本]*个?(?:周|星期|礼拜)[一二三四五六日天末]|[上下这]个?(?:周|星期|礼拜)|"
    r"月[底初末中]|年[底初末中]|当[天日]|次日|即日|立即|立刻|马上|"
    r"\b(?:today|tonight|tomorrow|yesterday|midnight|noon|immediately|at once|right (?:away|now)|"
    r"asap|week-?ends?|fortnight|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|"
    r"(?:this|next|last|coming) (?:week|month|year)|(?:month|year)[- ]end|end of (?:the )?\w+|"
    r"(?:january|february|april|june|july|august|september|october|november|december))\b"
)
_SHARE: Final = re.compile(
    r"[一对减折]?半|全[免额]|[减豁]免|免除|\b(?:half|halved|double[ds]?|twice|triple[ds]?|quarter|"
    r"waive[ds]?|waiver|forgiv\w*|write[- ]?off|written off|cancel(?:led)?|discount\w*|free)\b"
)
_LAW: Final = re.compile(
    r"《[^》]*》|第[^第\s]{1,8}[条款项章节编]|"
    r"[\u4e00-\u9fff]{0,8}(?:法典|刑法|民法|宪法|条例|司法解释|法规)|§+\s?[\w.]+|"
    r"\b(?:article|section|clause|chapter|paragraph|schedule|title|regulation|rule|"
    r"art\.|sec\.|reg\.)\s?[\divxlc]+[\w().-]*|\b\d+ (?:u\.?s\.?c|c\.?f\.?r)\b\S*|"
    r"\b(?:fdcpa|tcpa|fcra|conc|gdpr|pipl|fca|cfpb|nfra)\b|\bgb/?t\b|"
    r"\b\w+(?: \w+)? (?:act|code|statute|ordinance|directive)\b(?! of\b)"
)
_ADDRESS: Final = re.compile(
    r"\w+://\S+|\bwww\.\S+|[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w.-]+|@\w{3,}|"
    r"[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\]|点|。|\sdot\s)\s?[\w-]+)*\s?(?:\.|\(dot\)|\[dot\]|点|。|\sdot\s)"
    r"\s?(?:com|cn|net|org|io|top|xyz|me|cc|co|info|app|vip|shop|site|link|ly|gl|uk|us)\b|"
    r"\b[a-z]+[_-]?\d[\w-]{3,}|(?:微信|weixin|wechat|vx|v信|qq|telegram|whatsapp)\s?[号群:：]?\s?\w*"
)


def figures_in(text: str) -> frozenset[Figure]:
    """Return everything that a text names and that could be untrue.

    >>> sorted(figures_in("¥1,234.50")) == sorted(figures_in("一千二百三十四元五角"))
    True
    """
    plain, found = folded(text), set[Figure]()
    for kind, pattern in (("address", _ADDRESS), ("law", _LAW), ("share", _SHARE)):
        for each in pattern.finditer(plain):
            found.add((kind, re.sub(r"\s", "", each[0])))
    for pattern in _DATES:
        plain = pattern.sub(_kept(found, _date), plain)
    plain = _WHEN.sub(_kept(found, _when), plain)
    for each in _LONG.finditer(plain):
        digits = re.sub(r"\D", "", each[0])
        if len(digits) > 6 and digits != each[0]:
            found.add(("long", digits))
    for pattern, read in ((_SLASHED, _slashed), (_PERCENT, _percent), (_SPLIT, _money)):
        plain = pattern.sub(_kept(found, read), plain)
    found.update(_number(plain, each) for each in _NUMBER.finditer(plain))
    return frozenset(found)


def unsaid(text: str, sources: Iterable[str]) -> tuple[Figure, ...]:
    """Return what a text names that stands in none of its sources, in order; empty: all does."""
    known: set[Figure] = set()
    for each in sources:
        known |= figures_in(each)
    # A day may be named without its year, where the source has it.
    known |= {(kind, f"-{value.partition('-')[2]}") for kind, value in known if kind == "date"}
    return tuple(sorted(figures_in(text) - known))


def folded(text: str) -> str:
    """Return a text in one width and case, every digit in one script, nothing unseen between."""
    seen = "".join(
        str(unicodedata.decimal(each)) if each.isdecimal() else each
        for each in unicodedata.normalize("NFKC", text)
        if unicodedata.category(each) != "Cf"
    )
    seen = re.sub(r"[\u2010-\u2015\u2212]", "-", seen).replace("\u2019", "'").casefold()
    seen = re.sub(r"(?<=\d)[\u2009\u202f\u00a0](?=\d)", " ", seen).translate(_FOLD)
    for old, new in _OTHER.items():
        seen = seen.replace(old, new)
    return seen


def _kept(
    found: set[Figure], read: Callable[[re.Match[str]], Figure | None]
) -> Callable[[re.Match[str]], str]:
    """Return what notes a match and takes it out of the text; what it cannot read stays there."""

    def keep(match: re.Match[str]) -> str:
        figure = read(match)
        if figure is None:
            return match[0]
        found.add(figure)
        return "\n"

    return keep


def _date(match: re.Match[str]) -> Figure | None:
    told = match.groupdict()
    month = _MONTHS.index(told["mon"]) + 1 if told.get("mon") else _value(told["m"] or "")
    day, year = _value(told["d"]), _value(told["y"]) if told.get("y") else None
    return ("date", f"{'' if year is None else year}-{month}-{day}")


def _when(match: re.Match[str]) -> Figure:
    return ("when", match[0])


def _slashed(match: re.Match[str]) -> Figure:
    return ("slashed", match[0])


def _percent(match: re.Match[str]) -> Figure:
    return ("percent" if match[0].startswith("百") else "permille", _value(match["n"]))


def _money(match: re.Match[str]) -> Figure | None:
    if match["jiao"] is None and match["fen"] is None:
        return None
    parts = ((match["yuan"], "1"), (match["jiao"], "0.1"), (match["fen"], "0.01"))
    whole = sum((_decimal(each) * Decimal(worth) for each, worth in parts if each), Decimal(0))
    return ("CNY", _written(whole))


def _number(plain: str, match: re.Match[str]) -> Figure:
    written = match[0]
    before, after = plain[: match.start()].rstrip(), plain[match.end() :].lstrip(" -")
    sign = "-" if before.endswith("-") and not before[:-1].rstrip()[-1:].isalnum() else ""
    for currency, ahead, behind in _CURRENCIES:
        if re.search(rf"(?:{ahead})\s?-?$", before) or re.match(behind, after):
            return (currency, sign + _value(written))
    unit = next((name for name, words in _UNITS if re.match(words, after)), "")
    # A number that counts nothing is told by its signs: a code may begin with zeros.
    bare = not unit and written.isdecimal()
    return (unit, written if bare else sign + _value(written))


def _value(written: str) -> str:
    return _written(_decimal(written))


def _written(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _decimal(written: str) -> Decimal:
    if re.match(_WORD, written):
        return Decimal(_english(written))
    figures = re.match(_ARABIC, written)
    if figures is not None:
        scale = written[figures.end() :].strip()
        worth = {"k": 1_000, "w": 10_000, "m": 1_000_000, **_TIMES}.get(scale)
        number = Decimal(re.sub(r"[ ,'_]", "", figures[0]))
        return number * (_decimal(scale) if scale and worth is None else Decimal(worth or 1))
    whole, _, part = written.partition("点")
    high, _, low = whole.rpartition("亿")
    number = _plain_chinese(high or "一") * 100_000_000 if "亿" in whole else Decimal(0)
    number += _plain_chinese(low) if low else 0
    digits = "".join(_written(_plain_chinese(each)) for each in part)
    return number + (Decimal(f"0.{digits}") if digits.isdecimal() else 0)


def _plain_chinese(written: str) -> Decimal:
    return Decimal(str(number_in(written.replace("亿", "")) or 0))


def _english(written: str) -> int:
    total, part = 0, 0
    for word in re.findall(_WORD, written):
        times = _TIMES.get(word)
        if times is None:
            part += _WORDS[word]
        elif times == 100:
            part = (part or 1) * times
        else:
            total, part = total + (part or 1) * times, 0
    return total + part

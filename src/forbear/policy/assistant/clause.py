"""Where may one matter end in a message and another begin?

People put several things into one message, with or without signs between them. Every place where a
new thing could begin is a border; whether one does is weighed elsewhere, so a border too many costs
a little time and nothing else. What somebody says that they do not mean is taken out, and what they
correct is left behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

PIECES_MAX: Final = 16
_CJK: Final = "\u3400-\u9fff"
_SIGN: Final = re.compile(
    rf"[。！？!?；;\n，,、…:：]+|(?<=[{_CJK}])\s+(?=[{_CJK}\w])|(?<=\w)\.\s+|\s[-–—]+\s|"
    r"还有(?:就是|一个|一件)?|另外|然后|顺便|以及|同时|并且|而且|再就是|再有|除此之外|对了|"
    r"\b(?:and (?:also|then)|also|but|plus|besides|additionally|as well as|oh and|by the way)\b|"
    r"\b(?:btw|and)\b"
)
_BEGINS_ZH: Final = (
    "我(?!们的)|你们?|能不能|可不可以|可以|怎么|为什么|为啥|凭什么|请|帮我|给我|别|不要|但|就是|因为|所以|"
    "想问|问一下|要不|顺带|和|跟(?!你们)|也|每个?月|一个月|没|真的|实在|这|那|到底|最晚|什么时候|会不会|"
    "是不是|有没有|今天|明天"
)
_BEGINS_EN: Final = (
    r"(?:how|what|when|where)(?! (?:i|i'm|we|he|she|they|my)\b)|why|can|could|would|will|please|"
    r"pls|i|i'm|i've|i'll|im|you|stop|don't|dont|do|does|is|are|because|so|since|my|give|send|tell|show|"
    r"who|which"
)
_ASKS = ("how", "what", "when", "why", "who", "can", "could")
_GOES_ON: Final = "".join(rf"(?<!\b{word})" for word in _ASKS)
_WORD: Final = re.compile(
    rf"(?<=[{_CJK}])(?=(?:{_BEGINS_ZH})[{_CJK}])|(?<=\w){_GOES_ON} (?=(?:{_BEGINS_EN})\b)"
)
_CORRECTED: Final = re.compile(
    r"(?<=[，,。！!？?\s])(?:哦|啊|哎|唉|呃|刚才|刚刚|我)*"
    r"(?:不对|说错了?|打错了?字?|我是说|我的意思是|应该是说|算了)[，,。！!\s]*"
    r"(?:我(?:的意思)?是(?:说|想)?)?|"
    r"\b(?:no wait|wait no|i mean|scratch that|correction|(?:sorry )?i meant|actually no|"
    r"on second thought)\b[,.: ]*"
)
_SHORT: Final = 2


def latest_of(plain: str) -> str:
    """Return what is left to stand where somebody corrects themselves; else the whole.

    >>> latest_of("下周五还，说错了，是下周三还")
    '是下周三还'
    """
    ends = [found.end() for found in _CORRECTED.finditer(plain) if found.start() > _SHORT]
    after = plain[ends[-1] :].strip(" ，,。.!！") if ends else ""
    return after if len(after) > _SHORT else plain


def without(plain: str, asides: Sequence[re.Pattern[str]]) -> str:
    """Return a text without what somebody says that they do not mean."""
    for aside in asides:
        plain = aside.sub("，", plain)
    return plain.strip(" ，,")


class Piece(NamedTuple):
    """A piece of a message. ``marked``: a sign or a joining word stands before it."""

    text: str
    marked: bool


def pieces_of(plain: str) -> tuple[Piece, ...]:
    """Return the pieces between all borders, in order; the shortest are joined where too many.

    >>> [each.text for each in pieces_of("罚息怎么算，失业了还不上")]
    ['罚息', '怎么算', '失业了还不上']
    >>> [each.text for each in pieces_of("i lost my job and how is it computed")]
    ['i lost', 'my job', 'how is it computed']
    """
    found = [
        Piece(part, number == 0)
        for clause in _SIGN.split(plain)
        for number, part in enumerate(_parts(clause))
    ]
    while len(found) > PIECES_MAX:
        at = min(range(len(found) - 1), key=lambda n: len(found[n].text) + len(found[n + 1].text))
        found[at : at + 2] = [Piece(joined(found[at : at + 2]), found[at].marked)]
    return tuple(found)


def clauses_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces in groups, each from one sign or joining word to the next."""
    found: list[list[Piece]] = []
    for piece in pieces:
        if piece.marked or not found:
            found.append([])
        found[-1].append(piece)
    return found


def joined(pieces: Sequence[Piece]) -> str:
    """Return neighbouring pieces as one text again."""
    text = pieces[0].text
    for piece in (each.text for each in pieces[1:]):
        text += piece if _ends_chinese(text) and _begins_chinese(piece) else f" {piece}"
    return text


def _parts(clause: str | None) -> Iterator[str]:
    for part in _WORD.split(clause or ""):
        if part and part.strip():
            yield part.strip()


def _ends_chinese(text: str) -> bool:
    return re.search(rf"[{_CJK}]$", text) is not None


def _begins_chinese(text: str) -> bool:
    return re.match(rf"[{_CJK}]", text) is not None

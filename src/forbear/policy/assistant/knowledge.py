"""What may the assistant say, and which article answers a question?

An answer is an approved article, or there is none. Articles are found by what was meant, and, where
that is not clear, by the pieces that a question shares with them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from forbear.policy.assistant.gram import Reader, language_of
from forbear.policy.assistant.intent import Intent
from forbear.policy.assistant.load import Said
from forbear.policy.reading import Field, read_file
from forbear.policy.wording.field import both
from forbear.policy.wording.form import Both
from forbear.values.code import Code, Language

_C = TypeVar("_C", bound=Code)
_HEAD = ("version", "effective", "approved_by", "approved_on", "basis", "source", "articles")
_ARTICLE = ("id", "for", "show", "ways", "title", "asks", "says")
_TITLE_TIMES = 3
_EXAMPLES_MAX = 10
"""So many examples of what people say count with an article as questions that it answers."""


class Show(Code):
    """What of the person's own is shown with an answer, once they are in."""

    ACCOUNT = "ACCOUNT"
    """Every contract: what is asked today, what comes next."""


class Way(Code):
    """Where an answer leads: always a page on which the person decides."""

    ENTER = "ENTER"
    PAY = "PAY"
    PROMISE = "PROMISE"
    TIME = "TIME"
    HARD = "HARD"
    ITEMS = "ITEMS"
    DISPUTE_NOT_MINE = "DISPUTE_NOT_MINE"
    DISPUTE_PAID = "DISPUTE_PAID"
    DISPUTE_AMOUNT = "DISPUTE_AMOUNT"
    COMPLAINT = "COMPLAINT"
    CHOICES = "CHOICES"
    RECORD = "RECORD"
    DATA = "DATA"
    ACTING = "ACTING"
    CHECK = "CHECK"
    NOT_ME = "NOT_ME"
    FRAUD = "FRAUD"
    RIGHTS = "RIGHTS"
    HELP = "HELP"
    HUMAN = "HUMAN"
    LEARN = "LEARN"
    """Short lessons about money."""
    BUDGET = "BUDGET"
    """A calculator for the month and all debts."""


PUBLIC = frozenset(
    {
        Way.ENTER,
        Way.CHECK,
        Way.NOT_ME,
        Way.FRAUD,
        Way.RIGHTS,
        Way.HELP,
        Way.HUMAN,
        Way.LEARN,
        Way.BUDGET,
    }
)
"""Ways that are open to everybody."""


@dataclass(frozen=True, slots=True, eq=False)
class Article:
    """One approved answer. ``ref`` names it with its version, as every answer does."""

    id: str
    version: int
    intents: frozenset[Intent]
    show: tuple[Show, ...]
    ways: tuple[Way, ...]
    title: Both
    asks: Mapping[Language, tuple[str, ...]]
    says: Both

    @property
    def ref(self) -> str:
        """Return how an answer names it."""
        return f"assistant.{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Every article, and how near a question comes to each."""

    articles: Mapping[str, Article]
    reader: Reader
    rows: Mapping[Language, Mapping[str, Mapping[str, float]]]
    weights: Mapping[Language, Mapping[str, float]]

    @classmethod
    def of(cls, articles: Sequence[Article], reader: Reader, said: Said) -> Knowledge:
        """Lay articles out by their pieces."""
        rows: dict[Language, dict[str, Mapping[str, float]]] = {}
        weights: dict[Language, Mapping[str, float]] = {}
        for language in Language:
            counted = {each.id: _counted(each, language, reader, said) for each in articles}
            seen = Counter(piece for row in counted.values() for piece in row)
            weight = {p: math.log((1 + len(articles)) / (1 + n)) + 0.1 for p, n in seen.items()}
            weights[language] = weight
            rows[language] = {name: _scaled(row, weight) for name, row in counted.items()}
        return cls({each.id: each for each in articles}, reader, rows, weights)

    def answering(self, intent: Intent) -> Article:
        """Return the article that answers a meaning; every meaning has one."""
        return next(each for each in self.articles.values() if intent in each.intents)

    def nearest(self, text: str, *, at_most: int = 3) -> tuple[Article, ...]:
        """Return the articles that share most with a question, the nearest first; may be none."""
        plain = self.reader.plain(text)
        language = language_of(plain)
        asked = _scaled(self.reader.pieces(plain), self.weights[language])
        scored = [
            (sum(asked[piece] * row.get(piece, 0.0) for piece in asked), name)
            for name, row in self.rows[language].items()
        ]
        best = sorted(((score, name) for score, name in scored if score > 0), reverse=True)
        return tuple(self.articles[name] for _, name in best[:at_most])


def load_articles(file: str, text: str) -> tuple[Article, ...]:
    """Read the articles.

    Raises:
        InvalidRule: the file does not keep its form, or a meaning has no answer, or two.
    """
    read = read_file(file, text, what="what the assistant may say").only(*_HEAD)
    both(read, "approved_by")
    both(read, "source")
    if read.get("approved_on", date) > read.get("effective", date):
        raise read.fail("approved_on", "is after effective", "Approve it before it takes effect.")
    version = read.count("version")
    found = tuple(_article(each, version) for each in read.parts("articles"))
    answered = Counter(intent for each in found for intent in each.intents)
    for intent in Intent:
        if answered[intent] != 1:
            wrong = f"answer {intent} {answered[intent]} times"
            raise read.fail("articles", wrong, "Let one article answer it.")
    return found


def _article(field: Field, version: int) -> Article:
    field.only(*_ARTICLE)
    asks = field.part("asks").only("zh", "en")
    return Article(
        field.get("id", str),
        version,
        frozenset(_words(field, "for", Intent)),
        tuple(_words(field, "show", Show)),
        tuple(_words(field, "ways", Way)),
        both(field, "title"),
        {language: tuple(asks.texts(language.lower())) for language in Language},
        both(field, "says"),
    )


def _words(field: Field, name: str, words: type[_C]) -> list[_C]:
    found = []
    for text in field.texts(name) if field.has(name) else ():
        if text not in set(words):
            raise field.fail(name, f"'{text}' is not known", f"Use: {', '.join(words)}.")
        found.append(words(text))
    return found


def _counted(article: Article, language: Language, reader: Reader, said: Said) -> Counter[str]:
    examples = [
        text
        for intent in sorted(article.intents)
        for text in said.get(intent, {}).get(language, ())[:_EXAMPLES_MAX]
    ]
    title, says = (getattr(each, language.lower()) for each in (article.title, article.says))
    found = Counter(reader.pieces(reader.plain(says)))
    for text in (title, *article.asks[language], *examples):
        for piece, times in reader.pieces(reader.plain(text)).items():
            found[piece] += _TITLE_TIMES * times
    return found


def _scaled(row: Mapping[str, int], weights: Mapping[str, float]) -> dict[str, float]:
    found = {p: (1 + math.log(n)) * weights[p] for p, n in row.items() if p in weights}
    size = math.sqrt(sum(each * each for each in found.values())) or 1.0
    return {piece: value / size for piece, value in found.items()}

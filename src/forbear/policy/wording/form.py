"""What is an approved wording?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from forbear.values.code import Channel, Code, ContactPurpose, Jurisdiction, Language
from forbear.values.errors import InvalidInput, NotFound
from forbear.values.wording import Fact, MessagePart, Tone

PLACEHOLDER = re.compile(r"\{([a-z][a-z_]*)\}")


class InvalidWording(InvalidInput):
    """A message file does not keep its form, or its words may not be said."""

    code = "INVALID_WORDING"


class UnknownWording(NotFound):
    """No message of that name is in force on that day."""

    code = "UNKNOWN_WORDING"


class Audience(Code):
    """Who will hear or read the words."""

    DEBTOR = "DEBTOR"
    """The debtor alone: identity is certain, or the channel reaches nobody else."""
    GUARANTOR = "GUARANTOR"
    """Somebody liable beside the debtor, and nobody else."""
    CONTACT_PERSON = "CONTACT_PERSON"
    """Somebody who owes nothing and is asked only for the debtor's contact details."""
    ANYONE = "ANYONE"
    """Whoever picks up, hears the voicemail or has the number now."""

    @property
    def neutral(self) -> bool:
        """Whether these people may learn nothing of a debt."""
        return self in {Audience.CONTACT_PERSON, Audience.ANYONE}


class Step(Code):
    """Where in a conversation the words belong, in the order in which it goes."""

    IDENTIFY = "IDENTIFY"
    """Who is calling; nothing else is said yet."""
    VERIFY = "VERIFY"
    """Is this the person? Asked without telling anything."""
    DISCLOSE = "DISCLOSE"
    """What the law wants said before the debt is talked about."""
    LISTEN = "LISTEN"
    FACTS = "FACTS"
    OPTIONS = "OPTIONS"
    AGREE = "AGREE"
    CLOSE = "CLOSE"
    CARE = "CARE"
    """The talk about money ends, and care for the person begins."""
    VOICEMAIL = "VOICEMAIL"
    LOCATE = "LOCATE"
    """Asks somebody else for contact details, and nothing more."""
    APOLOGISE = "APOLOGISE"
    """To somebody who was called in error."""


class VariableKind(Code):
    """What a variable's value may be; each kind is checked and written in its own way."""

    MONEY = "MONEY"
    """An amount in whole minor units with its currency."""
    DATE = "DATE"
    NAME = "NAME"
    TEXT = "TEXT"
    """A sentence or two, written by a person and checked before."""
    PHONE = "PHONE"
    URL = "URL"
    DAYS = "DAYS"
    """A number of days, written with its unit."""
    COUNT = "COUNT"
    """A bare number."""
    ARTICLE = "ARTICLE"
    """An article of a law, with the law's name."""
    CASE_NO = "CASE_NO"
    """The number a court gave a case."""
    REFERENCE = "REFERENCE"
    """A shortened contract number, or the number of a dispute or complaint."""
    ADDRESS = "ADDRESS"


@dataclass(frozen=True, slots=True)
class Both:
    """The same thing said in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Return the words of one language."""
        return self.zh if language is Language.ZH else self.en


@dataclass(frozen=True, slots=True)
class Variable:
    """Something that is filled in.

    ``personal`` tells of a natural person and is masked in logs; ``debt`` would let a stranger
    learn of a debt. ``example`` is invented and shows the form: text, whole number or date.
    """

    name: str
    kind: VariableKind
    personal: bool
    debt: bool
    meaning: Both
    example: Mapping[Language, str | int | date]


@dataclass(frozen=True, slots=True)
class Sum:
    """An identity that the filled-in amounts must keep: total = plus - minus."""

    total: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact, and the words by which people know it."""

    fact: Fact
    text: Both


@dataclass(frozen=True, slots=True)
class Proof:
    """A part of the message, and the words in each language that show it is there."""

    part: MessagePart
    shown: Both


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One version of a message to a person who owes, in both languages, with what it needs.

    In force from ``effective`` until the day before ``until``.
    """

    id: str
    version: int
    jurisdiction: Jurisdiction
    channel: Channel
    audience: Audience
    tone: Tone
    step: Step | None
    contact: ContactPurpose
    purpose: Both
    needs: tuple[Claim, ...]
    refuses: tuple[Claim, ...]
    variables: tuple[Variable, ...]
    sums: tuple[Sum, ...]
    proofs: tuple[Proof, ...]
    subject: Both | None
    body: Both
    effective: date
    until: date | None
    approved_by: Both
    approved_on: date

    def __post_init__(self) -> None:
        if self.audience.neutral != isinstance(self, NeutralWording):
            raise InvalidWording(
                f"{self.id} speaks to {self.audience}: {type(self).__name__} cannot say that.",
                remedy="Words for others than the debtor and guarantor are NeutralWording.",
            )

    @property
    def parts(self) -> frozenset[MessagePart]:
        """What the message is proven to contain."""
        return frozenset(proof.part for proof in self.proofs)

    @property
    def facts(self) -> frozenset[Fact]:
        """The facts that must hold for the words to be true."""
        return frozenset(claim.fact for claim in self.needs)

    def meanings(self, language: Language) -> dict[str, str]:
        """Return what each variable stands for, by its name."""
        return {each.name: each.meaning.of(language) for each in self.variables}

    def template(self, language: Language) -> str:
        """Return subject and body of a language, as approved."""
        body = self.body.of(language)
        return f"{self.subject.of(language)}\n\n{body}" if self.subject else body


@dataclass(frozen=True, slots=True, kw_only=True)
class NeutralWording(Wording):
    """Words that anyone may hear. They cannot carry anything that tells of a debt."""

    def __post_init__(self) -> None:
        if not self.audience.neutral:
            raise InvalidWording(
                f"{self.id} speaks to {self.audience}, which is not neutral.",
                remedy="Make it a Wording.",
            )
        telling = [variable.name for variable in self.variables if variable.debt]
        telling += sorted(self.parts & TELLING_PARTS)
        if telling:
            raise InvalidWording(
                f"{self.id} speaks to {self.audience} and would tell of a debt: "
                f"{', '.join(telling)}.",
                remedy="Say only who calls, for whom, and how to call back.",
            )


TELLING_PARTS = frozenset(
    {
        MessagePart.CREDITOR_NAME,
        MessagePart.DEBT_COLLECTION_NOTICE,
        MessagePart.INFORMATION_USE_NOTICE,
        MessagePart.AMOUNT,
        MessagePart.DUE_DATE,
        MessagePart.HELP,
        MessagePart.LEGAL_BASIS,
        MessagePart.NEXT_STEP,
    }
)


@dataclass(frozen=True, slots=True)
class Wordings:
    """Every version of every message, sorted by id and version."""

    all: tuple[Wording, ...]

    def __iter__(self) -> Iterator[Wording]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def on(self, id: str, *, as_of: date) -> Wording:  # noqa: A002  # the word of the design
        """Return the version of a message in force on a day.

        Raises:
            UnknownWording: there is no such message, or none in force on that day.
        """
        known = [wording for wording in self.all if wording.id == id]
        found = [wording for wording in known if in_force(wording, as_of=as_of)]
        if not found:
            wrong = f"has no version in force on {as_of}" if known else "does not exist"
            raise UnknownWording(
                f"The message {id} {wrong}.",
                remedy="Choose a message that the catalogue of messages shows for this day.",
                message_id=id,
            )
        return found[0]

    def in_force(self, *, as_of: date) -> Wordings:
        """Return only the versions in force on a day."""
        return Wordings(tuple(each for each in self.all if in_force(each, as_of=as_of)))


def in_force(wording: Wording, *, as_of: date) -> bool:
    """Whether a version is the approved one on a day."""
    return wording.effective <= as_of and (wording.until is None or as_of < wording.until)


def placeholders(text: str) -> frozenset[str]:
    """Return the names between braces.

    >>> sorted(placeholders("{name}, {amount} is due."))
    ['amount', 'name']
    """
    return frozenset(PLACEHOLDER.findall(text))


def without_placeholders(text: str) -> str:
    """Return the text with every placeholder taken out, so that a stray brace shows."""
    return PLACEHOLDER.sub("", text)


def claims(facts: Iterable[Fact], words: Mapping[Fact, Both]) -> tuple[Claim, ...]:
    """Return facts with their words, in the order of the closed list."""
    held = frozenset(facts)
    return tuple(Claim(fact, words[fact]) for fact in Fact if fact in held)

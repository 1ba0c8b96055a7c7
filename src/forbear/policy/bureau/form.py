"""Which bureaus does a lender report to, and with which words?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forbear.policy.reading import Field, read_file
from forbear.values.bureau import Form, Portfolio
from forbear.values.code import Channel, Jurisdiction
from forbear.values.errors import NotFound
from forbear.values.money import Currency
from forbear.values.wording import Fact


class NoBureau(NotFound):
    """The lender reports to no such bureau."""

    code = "NO_BUREAU"


@dataclass(frozen=True, slots=True)
class Status:
    """One word of a bureau. ``is_negative``: it speaks against the person. ``is_final``: the last.

    ``is_not_open``: nothing is reported under it.
    """

    code: str
    en: str
    zh: str
    is_negative: bool
    is_final: bool
    is_not_open: bool
    basis: str


@dataclass(frozen=True, slots=True)
class Statuses:
    """A bureau's closed list of words, where it was read, and what is not known of it."""

    name: str
    name_en: str
    name_zh: str
    basis: str
    source: str
    note_en: str
    note_zh: str
    by_code: Mapping[str, Status]


@dataclass(frozen=True, slots=True)
class AccountKind:
    """How a bureau calls the accounts of a product."""

    portfolio: Portfolio
    kind: str


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports, in the bureau's own signs."""

    id: str
    name: str
    address: str
    telephone: str


@dataclass(frozen=True, slots=True)
class Bureau:
    """One file a month, and who gets it.

    ``report_day``: the day of the next month on which it goes. ``messages``: the approved notice
    by channel. ``assumed_receipt_days`` None: a notice counts with a receipt alone. ``holds``:
    facts of every contract that the law asks for.
    """

    code: str
    name_en: str
    name_zh: str
    jurisdiction: Jurisdiction
    currency: Currency
    statuses: Statuses
    form: Form
    report_day: int
    recipients: tuple[str, ...]
    reporter: Reporter
    accounts: Mapping[str, AccountKind]
    messages: Mapping[Channel, str]
    assumed_receipt_days: int | None
    holds: frozenset[Fact]

    def status(self, code: str) -> Status:
        """Return a word of the bureau's list.

        Raises:
            NoBureau: the list has no such word.
        """
        found = self.statuses.by_code.get(code)
        if found is None:
            raise NoBureau(
                f"{self.code} has no status '{code}'.",
                remedy=f"Use one of: {', '.join(self.statuses.by_code)}.",
                message_zh=f"{self.code} 没有状态“{code}”。",
                remedy_zh=f"可用：{'、'.join(self.statuses.by_code)}。",
                field="code",
            )
        return found


def load_statuses(texts: Mapping[str, str]) -> dict[str, Statuses]:
    """Read every list of words, by the name of its file.

    Raises:
        InvalidRule: a file does not keep its form.
    """
    return {
        file.removesuffix(".yaml"): _statuses(file.removesuffix(".yaml"), read_file(file, text))
        for file, text in texts.items()
    }


def _statuses(name: str, read: Field) -> Statuses:
    read.only("name", "basis", "source", "note", "codes")
    said, note, codes = (read.part(part) for part in ("name", "note", "codes"))
    basis = read.get("basis", str)
    return Statuses(
        name=name,
        name_en=said.get("en", str),
        name_zh=said.get("zh", str),
        basis=basis,
        source=read.get("source", str),
        note_en=note.get("en", str),
        note_zh=note.get("zh", str),
        by_code={code: _status(code, codes.part(code), basis) for code in codes.value},
    )


def _status(code: str, read: Field, basis: str) -> Status:
    read.only("en", "zh", "negative", "final", "not_open", "basis")
    return Status(
        code,
        read.get("en", str),
        read.get("zh", str),
        is_negative=read.flag("negative", default=False),
        is_final=read.flag("final", default=False),
        is_not_open=read.flag("not_open", default=False),
        basis=read.get("basis", str, default=basis),
    )


def load_bureaus(file: str, text: str, statuses: Mapping[str, Statuses]) -> dict[str, Bureau]:
    """Read a lender's file of bureaus.

    Raises:
        InvalidRule: it does not keep its form.
    """
    read = read_file(file, text, what="a lender's bureaus")
    return {code: _bureau(code, read.part(code), statuses) for code in read.value}


_NAMES = (
    *("name", "jurisdiction", "currency", "codes", "form", "report_day", "recipients"),
    *("reporter", "accounts", "notices", "holds"),
)


def _bureau(code: str, read: Field, statuses: Mapping[str, Statuses]) -> Bureau:
    read.only(*_NAMES)
    name, accounts = read.part("name"), read.part("accounts")
    notices = read.part("notices").only("messages", "assumed_receipt_days", "source")
    notices.get("source", str)
    messages = notices.part("messages").only(*Channel)
    codes = read.get("codes", str)
    if codes not in statuses:
        raise read.fail("codes", f"'{codes}' is no list of words", f"Use: {', '.join(statuses)}.")
    report_day = read.count("report_day")
    if report_day > 28:
        raise read.fail("report_day", "is not in every month", "Use a day from 1 to 28.")
    return Bureau(
        code=code,
        name_en=name.get("en", str),
        name_zh=name.get("zh", str),
        jurisdiction=read.word("jurisdiction", Jurisdiction),
        currency=read.word("currency", Currency),
        statuses=statuses[codes],
        form=read.word("form", Form),
        report_day=report_day,
        recipients=read.texts("recipients"),
        reporter=_reporter(read.part("reporter")),
        accounts={product: _account(accounts.part(product)) for product in accounts.value},
        messages={Channel(each): messages.get(each, str) for each in messages.value},
        assumed_receipt_days=(
            notices.count("assumed_receipt_days", low=0)
            if notices.has("assumed_receipt_days")
            else None
        ),
        holds=read.part("holds").only("facts", "source").words("facts", Fact, empty=True),
    )


def _account(read: Field) -> AccountKind:
    read.only("portfolio", "kind")
    return AccountKind(read.word("portfolio", Portfolio), read.get("kind", str))


def _reporter(read: Field) -> Reporter:
    read.only("id", "name", "address", "telephone")
    address, telephone = (str(read.value.get(name) or "") for name in ("address", "telephone"))
    return Reporter(read.get("id", str), read.get("name", str), address, telephone)


def bureau_named(bureaus: Mapping[str, Bureau], code: str) -> Bureau:
    """Return a bureau by its code.

    Raises:
        NoBureau: the lender reports to no such bureau.
    """
    found = bureaus.get(code)
    if found is None:
        raise NoBureau(
            f"The lender reports to no bureau '{code[:40]}'.",
            remedy=f"Use one of: {', '.join(bureaus)}.",
            message_zh=f"放款方未向“{code[:40]}”报送。",
            remedy_zh=f"可用：{'、'.join(bureaus)}。",
            field="bureau",
        )
    return found

"""What does the lender say of itself on a day?

What a second person approved counts from its day on; whatever nobody has changed stands in the
lender's files. Nothing is put in force on its own day, so what was read once holds for that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache

from django.conf import settings
from django.db import DatabaseError, connection

from forbear.contexts.database.transaction import reading
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.models import Particular
from forbear.contexts.portfolio.word import ParticularKind
from forbear.contexts.rulebook.library import (
    open_caller,
    open_lender,
    open_products,
    open_reached,
    open_sending,
)
from forbear.policy.caller import OwnLine
from forbear.policy.document import Reached
from forbear.policy.lender import Lender
from forbear.policy.sending import Speaker
from forbear.policy.wording.form import Both
from forbear.values.code import Jurisdiction
from forbear.values.errors import BrokenInvariant
from forbear.values.principal import Principal, system

CALLBACK, CHECK_ADDRESS = "callback", "check_url"
"""Under which names messages ask for the service number, and for where contacts are checked."""
_K = ParticularKind
_READER = system("particulars")
_OWN_NUMBERS = {
    _K.COMPLAINT_PHONE: Both(zh="{} 投诉电话", en="{} complaints"),
    _K.SERVICE_PHONE: Both(zh="{} 客户服务", en="{} customer service"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What was approved of one thing. ``since``: from which day on it counts."""

    says: Both
    since: date


@dataclass(frozen=True, slots=True)
class Written:
    """What was written down of one thing. ``adopted_at`` null: it does not count (yet)."""

    id: int
    kind: ParticularKind
    subject: str
    says: Both
    since: date
    asked_by: int
    asked_at: datetime
    approval_id: int
    adopted_by: int | None
    adopted_at: datetime | None


@dataclass(frozen=True, eq=False)
class Particulars:
    """What the lender says of itself on a day: approved rows over its files."""

    day: date
    rows: Mapping[tuple[ParticularKind, str], Told]

    def said(self, kind: ParticularKind, subject: str = "") -> Both | None:
        """Return what was approved; None: nothing was, so the lender's file says it."""
        told = self.rows.get((kind, subject))
        return None if told is None else told.says

    @cached_property
    def lender(self) -> Lender:
        """The lender, by the name that counts."""
        name, file = self.said(_K.LENDER_NAME), open_lender()
        return file if name is None else replace(file, name_en=name.en, name_zh=name.zh)

    @property
    def name(self) -> Both:
        """How the lender is called."""
        return Both(zh=self.lender.name_zh, en=self.lender.name_en)

    @cached_property
    def reached(self) -> Reached:
        """Where the lender can be reached."""
        file = open_reached()

        def one(kind: ParticularKind, otherwise: str) -> str:
            told = self.said(kind)
            return otherwise if told is None else told.en

        return Reached(
            licence=self.said(_K.LICENCE) or file.licence,
            phone=one(_K.COMPLAINT_PHONE, file.phone),
            email=one(_K.COMPLAINT_EMAIL, file.email),
            address=self.said(_K.ADDRESS) or file.address,
            site=one(_K.SITE, file.site),
        )

    def speaker(self, law: Jurisdiction) -> Speaker | None:
        """Return who speaks in messages where a law holds; None: nobody does."""
        file = open_sending().senders.get(law)
        told = {
            CALLBACK: self.said(_K.SERVICE_PHONE, law.value),
            CHECK_ADDRESS: self.said(_K.SITE),
        }
        new = {name: says for name, says in told.items() if says is not None}
        return file if file is None or not new else replace(file, says={**file.says, **new})

    def creditor(self, code: str, *, en: str, zh: str) -> Both:
        """Return how a creditor is called; ``en`` and ``zh`` as its extract or the API says."""
        return self.said(_K.CREDITOR_NAME, code) or Both(zh=zh, en=en)

    def product(self, product: str) -> Both:
        """Return how a product is called; one that no file knows by its code."""
        said, terms = self.said(_K.PRODUCT_NAME, product), open_products().get(product)
        plain = Both(product, product) if terms is None else Both(terms.name_zh, terms.name_en)
        return said or plain

    @cached_property
    def own_lines(self) -> tuple[OwnLine, ...]:
        """The numbers that the lender calls from, or gives to be called at, since their days."""
        found = {each.number: each for each in open_caller().lines if each.since <= self.day}
        for (kind, _on), told in self.rows.items():
            if kind in _OWN_NUMBERS:
                named, lender = _OWN_NUMBERS[kind], self.name
                name = Both(zh=named.zh.format(lender.zh), en=named.en.format(lender.en))
                found.setdefault(told.says.en, OwnLine(told.says.en, name, told.since))
        for (kind, subject), told in self.rows.items():
            if kind is _K.OWN_NUMBER:
                found.pop(subject, None)
                if told.says.en and told.says.zh:
                    found[subject] = OwnLine(subject, told.says, told.since)
        return tuple(found.values())


def particulars(now: datetime) -> Particulars:
    """Return what the lender says of itself on its own day at an instant."""
    return particulars_on(settings.FORBEAR_MORNING.day(now))


@lru_cache(maxsize=4)
def particulars_on(day: date) -> Particulars:
    """Return what the lender says of itself on a day of its own that has begun."""
    return fresh_particulars(day)


def fresh_particulars(day: date) -> Particulars:
    """Return the same of any day, such as one to come, as it is known now."""
    if connection.in_atomic_block:
        return _within(day)
    with reading(_READER):
        return _within(day)


def _within(day: date) -> Particulars:
    rows = Particular.objects.filter(adopted_at__isnull=False, since__lte=day)
    latest = rows.order_by("kind", "subject", "-since", "-id").distinct("kind", "subject")
    found = {
        (_K(row.kind), row.subject): Told(Both(zh=row.zh, en=row.en), row.since) for row in latest
    }
    if not found:
        _refuse_untold()
    return Particulars(day, found)


def _refuse_untold() -> None:
    """Keep what was hidden from being taken for what was never said."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('forbear.sight', true)")
        (sight,) = cursor.fetchone()
    if not sight:
        raise BrokenInvariant("Who reads what the lender says of itself was not told.")


def particulars_even_now(now: datetime) -> Particulars:
    """Return the same for a page that tells that the database does not answer."""
    try:
        return particulars(now)
    except DatabaseError:
        return Particulars(settings.FORBEAR_MORNING.day(now), {})


def forget_particulars() -> None:
    """Read anew what was read once."""
    particulars_on.cache_clear()


def written_of(
    kind: ParticularKind, subject: str, *, actor: Principal, rows: int = 20
) -> tuple[Written, ...]:
    """Return what was written down of one thing, the newest first."""
    with reading(actor):
        found = Particular.objects.filter(kind=kind.value, subject=subject).order_by("-id")[:rows]
        return tuple(written(row) for row in found)


def coming_particulars(day: date, *, actor: Principal) -> tuple[Written, ...]:
    """Return what counts after a day, and what waits for its second person, the earliest first."""
    with reading(actor):
        found = Particular.objects.filter(since__gt=day).order_by("since", "id")
        return tuple(written(row) for row in found)


def written(row: Particular) -> Written:
    """Return a row as what it says."""
    return Written(
        row.pk,
        _K(row.kind),
        row.subject,
        Both(zh=row.zh, en=row.en),
        row.since,
        row.asked_by_id,
        row.asked_at,
        row.approval_id,
        row.adopted_by_id,
        row.adopted_at,
    )


def needed_for(kind: ParticularKind) -> Permission:
    """Return what it takes to write something down of a kind, and to put it in force."""
    keeps = kind is ParticularKind.KEEPING
    return Permission.RETENTION_MANAGE if keeps else Permission.PARTICULARS_CHANGE


def bucket_codes() -> tuple[str, ...]:
    """Return the codes of every product's buckets, each once, in the files' order."""
    every = (bucket.label for terms in open_products().values() for bucket in terms.buckets)
    return tuple(dict.fromkeys(every))

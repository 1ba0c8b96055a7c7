"""What does a message do in a talk about an arrangement, or does it begin one?

Patterns tell it, and where they tell nothing, what was understood. An amount counts where it is
one, and is not denied; of a week it is taken down to a month. What may mean that somebody needs
care, or that somebody else speaks, stops the talk whatever else is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from forbear.policy.arrange.afford import a_month
from forbear.policy.arrange.word import Every, PlanKind
from forbear.policy.assistant.bargain import Move, Where
from forbear.policy.assistant.detail import NOT_MONEY, amount_in
from forbear.policy.assistant.intent import CARE, GUARDED, MANNERS, Intent
from forbear.policy.assistant.number import CHINESE, ENGLISH, number_in
from forbear.policy.assistant.understand import Understood
from forbear.policy.reading import Field, read_file
from forbear.policy.wording.field import both
from forbear.values.code import Code
from forbear.values.money import AMOUNT_MINOR_MAX, MINOR_PER_MAJOR, Rounding

HANDED: Final = CARE | {Intent.ABUSE}
"""What ends a talk and calls a person at once. Anger is borne."""
STOPS: Final = HANDED | {
    Intent.BEREAVEMENT,
    Intent.REPRESENTATIVE,
    Intent.WRONG_PERSON,
    Intent.NOT_MINE,
    Intent.ALREADY_PAID,
}
"""What ends a talk at once."""
_DOUBTED: Final = frozenset({Intent.WRONG_AMOUNT, Intent.PAYMENT_NOT_SHOWN})
_IN_NEED: Final = frozenset({Intent.JOB_LOSS, Intent.ILLNESS, Intent.DISASTER})
_WISHES: Final = frozenset({Intent.INSTALMENTS, Intent.CANNOT_PAY})
TALKED_OF: Final = _WISHES | MANNERS | {Intent.DISCOUNT, Intent.PROMISE, Intent.NONE}
"""What a talk itself answers; everything else is answered beside it."""
_CLAUSE: Final = re.compile(
    r"[，。；;！!？?、\n]|(?<!\d),|,(?!\d{3})|\.\s|\bbut\b|\binstead\b|但是?|不过|(?=只能|最多)"
)
_NUMBER: Final = re.compile(rf"\d[\d,]*(?:\.\d+)?[万千百kw]?|[{CHINESE}]+")
_MONEY_AFTER: Final = re.compile(NOT_MONEY)
_HUNDREDS: Final = re.compile(rf"\b({ENGLISH}) (hundred|thousand)\b|\b({ENGLISH})\b")
_FIGURES_ALONE: Final = re.compile(
    r"(?:between|from|about|around|maybe|and|or|to|大概|大约|左右|到|至|或者?|[\d百千]{3,}|[\s~,.-])+"
)
_ENDS_ALIKE: Final = frozenset({Intent.BEREAVEMENT})
"""Whoever is left with nothing is led to help either way, and both are answered."""
_LEAST_ALONE: Final = 10
"""A smaller number alone is more likely a place in a list, a day or a month."""


class Sign(Code):
    """What patterns tell in a talk."""

    MONTHLY = "MONTHLY"
    WEEKLY = "WEEKLY"
    FORTNIGHTLY = "FORTNIGHTLY"
    OTHER_PACE = "OTHER_PACE"
    """A pace in which nothing is offered: what it is a month is asked."""
    DENIES = "DENIES"
    """So much cannot be paid."""
    SEVERAL = "SEVERAL"
    """Two amounts, from one to the other: which counts is asked."""
    NOTHING = "NOTHING"
    LESS = "LESS"
    REDUCTION = "REDUCTION"
    LEAVES = "LEAVES"
    UNSURE = "UNSURE"
    FIRST = "FIRST"
    SECOND = "SECOND"
    THIRD = "THIRD"
    EQUAL = "EQUAL"
    STEPPED = "STEPPED"
    PAUSE_FIRST = "PAUSE_FIRST"


_PACED: Final = frozenset({Sign.MONTHLY, Sign.WEEKLY, Sign.FORTNIGHTLY})
_PLACES: Final = (Sign.FIRST, Sign.SECOND, Sign.THIRD)
_KINDS: Final = {
    Sign.EQUAL: PlanKind.EQUAL,
    Sign.STEPPED: PlanKind.STEPPED,
    Sign.PAUSE_FIRST: PlanKind.PAUSE_FIRST,
}
TalkSigns = Mapping[Sign, tuple[re.Pattern[str], ...]]


@dataclass(frozen=True, slots=True)
class At:
    """Where the talk stands to which a message comes; ``where`` null: there is none.

    ``kinds``: what is offered, in the order in which it is shown. ``largest_minor``: the largest
    amount a month of what is offered.
    """

    where: Where | None = None
    kinds: tuple[PlanKind, ...] = ()
    largest_minor: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """What a message does. ``monthly_minor`` with TELLS, ``kind`` with CHOOSES.

    ``move`` null: a talk begins, and nothing was told yet.
    """

    move: Move | None = None
    monthly_minor: int | None = None
    kind: PlanKind | None = None


def load_talk_signs(file: str, text: str) -> TalkSigns:
    """Read what patterns tell in a talk.

    Raises:
        InvalidRule: the file does not keep its form.
    """
    read = read_file(file, text, what="what is said in a talk about an arrangement")
    read.only("version", "effective", "approved_by", "approved_on", "basis", "source", "signs")
    both(read, "approved_by")
    both(read, "source")
    if read.get("approved_on", date) > read.get("effective", date):
        raise read.fail("approved_on", "is after effective", "Approve it before it takes effect.")
    signs = read.part("signs").only(*Sign)
    return {sign: _patterns(signs, sign.value) for sign in Sign}


def _patterns(signs: Field, name: str) -> tuple[re.Pattern[str], ...]:
    found = []
    for text in signs.texts(name):
        try:
            found.append(re.compile(text))
        except re.error as error:
            raise signs.fail(name, f"'{text[:40]}' is no pattern: {error}", "Mend it.") from None
    return tuple(found)


def moved_by(plain: str, heard: Understood, at: At, signs: TalkSigns) -> Moved | None:
    """Return what a message does; None: nothing in a talk, and it begins none."""
    if at.where is None:
        return _began(plain, heard, signs)
    meant = set(heard.meant)
    if _is_figures(plain, heard):
        return _in_talk(plain, replace(heard, meant=()), at, signs)
    if meant & _ENDS_ALIKE and any(each.search(plain) for each in signs[Sign.NOTHING]):
        meant -= _ENDS_ALIKE
    if heard.care or STOPS & meant:
        return Moved(Move.MUST_STOP)
    if GUARDED & meant:
        return None
    if Intent.HUMAN in meant:
        return Moved(Move.WANTS_A_PERSON)
    return _in_talk(plain, heard, at, signs)


def _in_talk(plain: str, heard: Understood, at: At, signs: TalkSigns) -> Moved | None:
    shown = {sign for sign, patterns in signs.items() if any(e.search(plain) for e in patterns)}
    if _is_promise(heard) and not shown & _PACED:
        return None
    monthly = _monthly(plain, signs, alone=Sign.LESS not in shown)
    if monthly is not None:
        # Whoever calls an amount too much that is no less than what is offered wants less.
        less = Sign.LESS in shown and at.where is Where.OFFERING and monthly >= at.largest_minor
        return Moved(Move.WANTS_LESS_A_MONTH) if less else Moved(Move.TELLS, monthly)
    if at.where is Where.OFFERING and (kind := _chosen(shown, at)) is not None:
        return Moved(Move.CHOOSES, kind=kind)
    move = _signed(shown, at) or _meant(set(heard.meant), shown, at)
    return None if move is None else Moved(move)


def _meant(meant: set[Intent], shown: set[Sign], at: At) -> Move | None:
    """Return what is done by what was understood, where no pattern tells."""
    if Intent.CANNOT_PAY in meant and not meant & _IN_NEED:
        asking = at.where is Where.ASKING and Sign.DENIES not in shown
        return Move.CANNOT if asking else _less_or_again(at)
    if Intent.DISCOUNT in meant:
        return Move.WANTS_REDUCTION
    if meant <= TALKED_OF:
        return Move.LEAVES if meant == {Intent.GOODBYE} else Move.PRESSES
    return None


def beside(plain: str, heard: Understood, moved: Moved) -> tuple[Intent, ...]:
    """Return what of a message is answered beside what it does in the talk."""
    if _is_figures(plain, heard):
        return ()
    answered = set(TALKED_OF)
    match moved.move:
        case None | Move.MUST_STOP | Move.WANTS_A_PERSON:
            return heard.meant
        case Move.PRESSES | Move.LEAVES | Move.CHOOSES:
            return ()
        case Move.CANNOT:
            answered -= {Intent.CANNOT_PAY}
        case Move.WANTS_LESS_A_MONTH:
            answered |= {Intent.WRONG_AMOUNT}
        case Move.TELLS:
            answered |= {Intent.WRONG_AMOUNT, Intent.PAY_HOW}
    return tuple(each for each in heard.meant if each not in answered)


def _began(plain: str, heard: Understood, signs: TalkSigns) -> Moved | None:
    meant = set(heard.meant)
    if heard.care or meant & (STOPS | GUARDED | _DOUBTED | {Intent.HUMAN}):
        return None
    paced = any(each.search(plain) for sign in _PACED for each in signs[sign])
    monthly = _monthly(plain, signs, alone=True) if paced else None
    if monthly is not None and meant <= TALKED_OF | _IN_NEED | {Intent.PAY_HOW, Intent.PAUSE}:
        return Moved(Move.TELLS, monthly)
    # Whoever is in need is not asked for an amount before help was shown to them.
    if not meant & _WISHES or meant & _IN_NEED:
        return None
    return None if any(each.search(plain) for each in signs[Sign.NOTHING]) else Moved()


def _chosen(shown: set[Sign], at: At) -> PlanKind | None:
    """Return which of what is offered is chosen: by its name or else its place, and one alone."""
    named = [kind for sign, kind in _KINDS.items() if sign in shown]
    placed = [kind for sign, kind in zip(_PLACES, at.kinds, strict=False) if sign in shown]
    found = named or placed
    return found[0] if len(found) == 1 and found[0] in at.kinds else None


def _signed(shown: set[Sign], at: At) -> Move | None:
    if Sign.NOTHING in shown:
        return Move.CANNOT
    if Sign.LESS in shown:
        return _less_or_again(at)
    if Sign.REDUCTION in shown:
        return Move.WANTS_REDUCTION
    if Sign.LEAVES in shown:
        return Move.LEAVES
    return Move.PRESSES if shown & {Sign.UNSURE, Sign.SEVERAL, Sign.OTHER_PACE} else None


def _less_or_again(at: At) -> Move:
    return Move.WANTS_LESS_A_MONTH if at.where is Where.OFFERING else Move.PRESSES


def _is_figures(plain: str, heard: Understood) -> bool:
    """Whether a message is nothing but figures in which no rule found more.

    The model knows no such message, and what it would say of one is a guess.
    """
    return heard.chance < 1 and _FIGURES_ALONE.fullmatch(plain) is not None


def _is_promise(heard: Understood) -> bool:
    return heard.detail.day is not None and Intent.PROMISE in heard.meant


def _monthly(plain: str, signs: TalkSigns, *, alone: bool) -> int | None:
    """Return what somebody says that they can pay a month; null: nothing, or not clear.

    ``alone``: a number counts that stands without any word of money.
    """
    kept = [
        part
        for part in _CLAUSE.split(plain)
        if part.strip() and not any(each.search(part) for each in signs[Sign.DENIES])
    ]
    left = "，".join(kept)
    told = {
        sign
        for sign in (Sign.SEVERAL, Sign.OTHER_PACE, Sign.WEEKLY, Sign.FORTNIGHTLY)
        if any(each.search(left) for each in signs[sign])
    }
    if told & {Sign.SEVERAL, Sign.OTHER_PACE}:
        return None
    amount = amount_in(left)
    amount = _alone(left) if amount is None and alone else amount
    if amount is None:
        return None
    if Sign.WEEKLY in told:
        return a_month(amount, Every.WEEK, Rounding.DOWN)
    return a_month(amount, Every.FORTNIGHT, Rounding.DOWN) if Sign.FORTNIGHTLY in told else amount


def _alone(left: str) -> int | None:
    """Return the one number of a text as an amount; null: there is none, or several."""
    found = {
        number
        for each in _NUMBER.finditer(left)
        if _MONEY_AFTER.match(left, each.end())
        and (number := number_in(each[0])) is not None
        and number >= _LEAST_ALONE
    }
    for each in _HUNDREDS.finditer(left):
        times = {"hundred": 100, "thousand": 1_000}.get(each[2] or "", 1)
        number = number_in(each[1] or each[3])
        if number is not None and number * times >= _LEAST_ALONE:
            found.add(number * times)
    minor = round(found.pop() * MINOR_PER_MAJOR) if len(found) == 1 else 0
    return minor if 0 < minor <= AMOUNT_MINOR_MAX else None

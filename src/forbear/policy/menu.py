"""What does a machine say in a call, and what does each key mean?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forbear.policy.reading import Field, read_file
from forbear.policy.sending import Stage
from forbear.values.code import Code, Jurisdiction


class MenuStep(Code):
    """A part of such a call. What is true only of the person comes after they have said so."""

    IDENTIFY = "IDENTIFY"
    """A machine speaks, for whom, and: is this the person? Nothing else."""
    FACTS = "FACTS"
    """What the call is about; chosen by how late the debt is."""
    WRONG = "WRONG"
    """Somebody else answered."""
    PERSON = "PERSON"
    """A member of staff is called to the telephone."""
    LINK = "LINK"
    """A text message was asked for."""
    STOPPED = "STOPPED"
    """No more such calls."""
    CLOSE = "CLOSE"
    """No key was pressed."""
    VOICEMAIL = "VOICEMAIL"
    """Left on an answering machine; where the law knows no such words, nothing is left."""


class MenuKey(Code):
    """What somebody may want."""

    ME = "ME"
    NOT_ME = "NOT_ME"
    PERSON = "PERSON"
    LINK = "LINK"
    AGAIN = "AGAIN"
    STOP = "STOP"


@dataclass(frozen=True, slots=True)
class Menu:
    """The calls of machines under one law.

    ``says`` holds the approved message of each step but FACTS, which ``stages`` choose by whole
    days past due. ``keys`` by the key that is pressed. ``wait_s``: so long a key is waited for;
    ``repeats``: so often it is asked for.
    """

    says: Mapping[MenuStep, str]
    stages: tuple[Stage, ...]
    keys: Mapping[str, MenuKey]
    wait_s: int
    repeats: int

    def facts(self, days_past_due: int) -> str | None:
        """Return the id of the message for a stage; None: no machine calls then.

        >>> menu = Menu({}, (Stage(1, "cn.bot.menu_overdue"),), {}, 6, 2)
        >>> menu.facts(0), menu.facts(12)
        (None, 'cn.bot.menu_overdue')
        """
        reached = [each.message for each in self.stages if each.from_days <= days_past_due]
        return reached[-1] if reached else None


def load_menus(file: str, text: str) -> Mapping[Jurisdiction, Menu]:
    """Read a lender's file.

    Raises:
        InvalidRule: it does not keep its form.
    """
    read = read_file(file, text, what="what machines say in calls").only("menus")
    menus = read.part("menus").only(*Jurisdiction)
    return {Jurisdiction(law): _menu(menus.part(law)) for law in menus.value}


def _menu(field: Field) -> Menu:
    field.only("says", "facts", "keys", "wait_s", "repeats")
    steps = [step.value for step in MenuStep if step is not MenuStep.FACTS]
    says = field.part("says").only(*steps)
    needed = [step for step in steps if step != MenuStep.VOICEMAIL.value]
    keys = field.part("keys").only(*MenuKey)
    pressed = {str(keys.get(word.value, str)): word for word in MenuKey}
    if len(pressed) != len(MenuKey) or not set(pressed) <= set("0123456789*#"):
        raise field.fail("keys", "are not one key each", "Give each a key of its own: 0-9, * or #.")
    return Menu(
        says={
            MenuStep(step): says.get(step, str)
            for step in steps
            if step in needed or says.has(step)
        },
        stages=tuple(
            Stage(each.count("from_days", low=0), each.get("message", str))
            for each in field.parts("facts")
        ),
        keys=pressed,
        wait_s=field.count("wait_s"),
        repeats=field.count("repeats"),
    )

"""What does a lender send by machine: who speaks, and which approved message at which stage?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from forbear.policy.reading import Field, read_file
from forbear.policy.wording.field import both
from forbear.policy.wording.form import Both
from forbear.values.code import Channel, Jurisdiction, Language


@dataclass(frozen=True, slots=True)
class Speaker:
    """What a lender says of itself where one law holds; ``says`` by the name of a variable.

    ``language``: where the person's own is not known. ``recorded``: its voice machine records.
    """

    language: Language
    recorded: bool
    says: Mapping[str, Both]


@dataclass(frozen=True, slots=True)
class Stage:
    """From how many days past due a message is chosen."""

    from_days: int
    message: str


@dataclass(frozen=True, slots=True)
class Sending:
    """A lender's choices about what goes out by machine.

    ``codes``: the messages that carry a one-time code; ``lessons`` tell of a lesson. ``promises``
    remind of a promise, ``instalments`` of an instalment of an arrangement, ``remind_days_before``
    its day; null: nobody is reminded.
    """

    due_soon_days: int
    by_person: frozenset[Channel]
    senders: Mapping[Jurisdiction, Speaker]
    stages: Mapping[tuple[Jurisdiction, Channel], tuple[Stage, ...]]
    codes: Mapping[tuple[Jurisdiction, Channel], str] = field(default_factory=dict)
    lessons: Mapping[tuple[Jurisdiction, Channel], str] = field(default_factory=dict)
    promises: Mapping[tuple[Jurisdiction, Channel], str] = field(default_factory=dict)
    instalments: Mapping[tuple[Jurisdiction, Channel], str] = field(default_factory=dict)
    remind_days_before: int | None = None

    @property
    def by_machine(self) -> frozenset[Channel]:
        """The channels that need no person."""
        return frozenset(Channel) - self.by_person

    def message(self, law: Jurisdiction, channel: Channel, days_past_due: int) -> str | None:
        """Return the id of the message for a stage; None: nothing is sent then.

        >>> ladder = (Stage(0, "cn.sms.due_soon"), Stage(1, "cn.sms.overdue_gentle"))
        >>> key = (Jurisdiction.CN, Channel.SMS)
        >>> Sending(3, frozenset(), {}, {key: ladder}).message(*key, 40)
        'cn.sms.overdue_gentle'
        """
        reached = [
            stage.message
            for stage in self.stages.get((law, channel), ())
            if stage.from_days <= days_past_due
        ]
        return reached[-1] if reached else None


def load_sending(file: str, text: str) -> Sending:
    """Read a lender's file.

    Raises:
        InvalidRule: it does not keep its form.
    """
    read = read_file(file, text, what="what is sent by machine")
    read.only("due_soon_days", "by_person", "senders", "choose", "codes", "lessons", "reminders")
    by_person = read.words("by_person", Channel)
    senders, choose = (read.part(name).only(*Jurisdiction) for name in ("senders", "choose"))
    stages = {
        (Jurisdiction(law), Channel(channel)): _stages(choose.part(law), law, channel)
        for law in choose.value
        for channel in choose.part(law).only(*sorted(set(Channel) - by_person)).value
    }
    return Sending(
        due_soon_days=read.count("due_soon_days", low=0),
        by_person=by_person,
        senders={Jurisdiction(law): _speaker(senders.part(law)) for law in senders.value},
        stages=stages,
        codes=_by_law(read.part("codes")) if read.has("codes") else {},
        lessons=_by_law(read.part("lessons")) if read.has("lessons") else {},
        **(_reminders(read.part("reminders")) if read.has("reminders") else {}),
    )


def _reminders(field: Field) -> dict[str, Any]:
    field.only("days_before", "promise", "instalment")
    return {
        "promises": _by_law(field.part("promise")),
        "instalments": _by_law(field.part("instalment")) if field.has("instalment") else {},
        "remind_days_before": field.count("days_before", low=0),
    }


def _by_law(field: Field) -> dict[tuple[Jurisdiction, Channel], str]:
    found = {}
    for law in field.only(*Jurisdiction).value:
        by_channel = field.part(law).only(*Channel)
        for channel in by_channel.value:
            message = _of(by_channel, channel, law, channel)
            found[Jurisdiction(law), Channel(channel)] = message
    return found


def _speaker(field: Field) -> Speaker:
    field.only("language", "recorded", "says")
    says = field.part("says")
    return Speaker(
        language=field.word("language", Language),
        recorded=field.flag("recorded", default=False),
        says={name: _said(says, name) for name in says.value},
    )


def _said(field: Field, name: str) -> Both:
    if isinstance(field.value[name], dict):
        return both(field, name)
    found = field.get(name, str)
    return Both(found, found)


def _stages(field: Field, law: str, channel: str) -> tuple[Stage, ...]:
    found = []
    for each in field.parts(channel):
        each.only("from_days", "message")
        message = _of(each, "message", law, channel)
        found.append(Stage(each.count("from_days", low=0), message))
    days = [stage.from_days for stage in found]
    if days != sorted(set(days)):
        raise field.fail(channel, "does not climb from day to day", "Order it by from_days.")
    return tuple(found)


def _of(field: Field, name: str, law: str, channel: str) -> str:
    message: str = field.get(name, str)
    if not message.startswith(f"{law}.{channel}.".lower()):
        raise field.fail(name, f"'{message}' is of another law or channel", "Choose anew.")
    return message

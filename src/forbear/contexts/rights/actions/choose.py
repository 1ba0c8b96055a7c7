"""How does a person, for themself alone, say how they may be contacted?

Whoever works here needs PERSON_CHANGE for these things. A person needs nothing but to be in: the
action carries the permission, names the person in the record, and speaks of nobody else, since
the database shows them no other row.
"""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from forbear.contexts.people.permission import doing
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.consent import record_consent
from forbear.contexts.portfolio.actions.debtor import change_debtor
from forbear.contexts.portfolio.actions.limit import record_stated_limit, withdraw_stated_limit
from forbear.contexts.portfolio.said import ConsentSaid, LimitSaid, weighing_said
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel, ConsentKind, ConsentState, Language
from forbear.values.principal import NotPermitted, Principal, PrincipalKind, Sight

_THEMSELVES = frozenset({PrincipalKind.DEBTOR, PrincipalKind.REPRESENTATIVE})


def choose_channel(
    debtor_ref: str, channel: Channel, *, wanted: bool, actor: Principal, now: datetime
) -> None:
    """Stop a channel at once, or let it be used again.

    Raises:
        NotPermitted: it is not the person, nor somebody who acts for them.
        UnknownRef: it is another person's ref.
    """
    said = ConsentSaid(
        ref=f"portal-{uuid4().hex}",
        debtor_ref=debtor_ref,
        kind=ConsentKind.CHANNEL,
        state=ConsentState.GIVEN if wanted else ConsentState.WITHDRAWN,
        channel=channel,
    )
    record_consent(said, source=Source.PORTAL, actor=_own(actor), now=now)


def choose_weighing(debtor_ref: str, *, wanted: bool, actor: Principal, now: datetime) -> None:
    """Say whether measured models may weigh how the person is contacted; from the next night on.

    Raises:
        NotPermitted, UnknownRef: as above.
    """
    said = weighing_said(f"portal-{uuid4().hex}", debtor_ref, wanted=wanted)
    record_consent(said, source=Source.PORTAL, actor=_own(actor), now=now)


def choose_lessons(debtor_ref: str, *, wanted: bool, actor: Principal, now: datetime) -> None:
    """Say whether the person wants to be sent short lessons about money.

    Raises:
        NotPermitted, UnknownRef: as above.
    """
    said = ConsentSaid(
        ref=f"portal-{uuid4().hex}",
        debtor_ref=debtor_ref,
        kind=ConsentKind.LESSONS,
        state=ConsentState.GIVEN if wanted else ConsentState.WITHDRAWN,
    )
    record_consent(said, source=Source.PORTAL, actor=_own(actor), now=now)


def choose_quiet_time(
    debtor_ref: str,
    weekdays: tuple[int, ...],
    *,
    opens_minute: int,
    closes_minute: int,
    actor: Principal,
    now: datetime,
) -> None:
    """Name minutes of weekdays in which the person is not to be contacted.

    Raises:
        NotPermitted, UnknownRef: as above. InvalidField: the times are none.
    """
    said = LimitSaid(f"portal-{uuid4().hex}", debtor_ref, weekdays, opens_minute, closes_minute)
    record_stated_limit(said, source=Source.PORTAL, actor=_own(actor), now=now)


def forget_quiet_time(ref: str, *, actor: Principal, now: datetime) -> None:
    """Take such a time back.

    Raises:
        NotPermitted, UnknownRef: as above.
    """
    withdraw_stated_limit(ref, actor=_own(actor), now=now)


def choose_language(
    debtor_ref: str, language: Language, *, actor: Principal, now: datetime
) -> None:
    """Say in which language the person is to be spoken to.

    Raises:
        NotPermitted, UnknownRef: as above.
    """
    told = {"language": language}
    change_debtor(debtor_ref, told, source=Source.PORTAL, actor=_own(actor), now=now)


def _own(actor: Principal) -> Principal:
    if actor.kind not in _THEMSELVES or actor.sight is not Sight.PERSON:
        raise NotPermitted(
            "This is for the person alone, or for whoever acts for them.",
            remedy="Record it in the console as what the person said.",
            message_zh="此项仅限本人或其代理人操作。",
            remedy_zh="请在工作台登记为本人所述。",
        )
    return doing(actor, Permission.PERSON_CHANGE)

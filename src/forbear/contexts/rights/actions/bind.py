"""How does a person say that messages may reach them by WeChat, and take it back?

The id comes from WeChat itself, with the person's own browser, while they are in. Nobody else can
bind it, not even whoever acts for them: it would be another person's account.
"""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import doing
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.consent import enter_consent
from forbear.contexts.portfolio.actions.point import end_contact_point, enter_contact_point
from forbear.contexts.portfolio.queries.own import own_points
from forbear.contexts.portfolio.said import ConsentSaid, PointSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    Origin,
    PointKind,
    PointQuality,
    Relation,
)
from forbear.values.principal import NotPermitted, Principal, PrincipalKind, Sight


def bind_wechat(debtor_ref: str, openid: str, *, actor: Principal, now: datetime) -> None:
    """Let messages reach a person by their WeChat; it takes the place of an earlier one.

    Raises:
        NotPermitted: it is not the person.
        InvalidField: the id is none.
    """
    actor = _themself(actor)
    with acting(actor):
        _end(debtor_ref, actor=actor, now=now)
        said = PointSaid(
            ref=f"wechat-{uuid4().hex}",
            debtor_ref=debtor_ref,
            kind=PointKind.WECHAT,
            relation=Relation.OWN,
            origin=Origin.LEFT_BY_DEBTOR,
            address=openid,
            quality=PointQuality.CONFIRMED,
        )
        point = enter_contact_point(said, source=Source.PORTAL, actor=actor, now=now)
        # The latest word counts, so an earlier one against all of WeChat is taken back by it.
        _say(debtor_ref, point.ref, ConsentState.GIVEN, actor=actor, now=now)


def unbind_wechat(debtor_ref: str, *, actor: Principal, now: datetime) -> bool:
    """End messages by WeChat and take the id out of use; False: there was none.

    Raises:
        NotPermitted: it is not the person.
    """
    actor = _themself(actor)
    with acting(actor):
        ended = _end(debtor_ref, actor=actor, now=now)
        if ended:
            _say(debtor_ref, None, ConsentState.WITHDRAWN, actor=actor, now=now)
        return ended


def _end(debtor_ref: str, *, actor: Principal, now: datetime) -> bool:
    refs = own_points(debtor_ref, PointKind.WECHAT)
    for ref in refs:
        _say(debtor_ref, ref, ConsentState.WITHDRAWN, actor=actor, now=now)
        end_contact_point(ref, actor=actor, now=now)
    return bool(refs)


def _say(
    debtor_ref: str,
    point_ref: str | None,
    state: ConsentState,
    *,
    actor: Principal,
    now: datetime,
) -> None:
    said = ConsentSaid(
        ref=f"portal-{uuid4().hex}",
        debtor_ref=debtor_ref,
        kind=ConsentKind.CHANNEL,
        state=state,
        contact_point_ref=point_ref,
        channel=Channel.WECHAT,
    )
    enter_consent(said, source=Source.PORTAL, actor=actor, now=now)


def _themself(actor: Principal) -> Principal:
    if actor.kind is not PrincipalKind.DEBTOR or actor.sight is not Sight.PERSON:
        raise NotPermitted(
            "Only the person can bind their own WeChat.",
            remedy="Let the person do it on their own telephone.",
            message_zh="只有本人可以绑定自己的微信。",
            remedy_zh="请由本人在自己的手机上操作。",
        )
    return doing(actor, Permission.PERSON_CHANGE)

"""How is what a person agrees to, or no longer agrees to, written down?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.models import Consent, ContactPoint
from forbear.contexts.portfolio.row import add_once, find_person, known, part_of
from forbear.contexts.portfolio.said import ConsentSaid, Recorded
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel, ConsentKind, ConsentState, Relation
from forbear.values.errors import Denied
from forbear.values.principal import Principal


class NotTheirsToGive(Denied):
    """Nobody can agree to debt messages by the contact point of a contact person."""

    code = "NOT_THEIRS_TO_GIVE"


def record_consent(
    said: ConsentSaid, *, source: Source, actor: Principal, now: datetime
) -> Recorded:
    """Write down an agreement or its withdrawal. Statements only grow in number; the latest counts.

    Raises:
        NotPermitted, InvalidField, UnknownRef, OtherPerson, PersonErased, OtherContent.
        NotTheirsToGive: an agreement to debt messages by a contact person's point.
        InvalidField: an agreement to WEIGHING for one channel or point.
    """
    with acting(actor):
        return enter_consent(said, source=source, actor=actor, now=now)


def enter_consent(
    said: ConsentSaid, *, source: Source, actor: Principal, now: datetime
) -> Recorded:
    """Do the same inside another action."""
    required()
    may(actor, Permission.PERSON_CHANGE)
    ref = check.ref("ref", said.ref)
    person = find_person(said.debtor_ref)
    point = part_of(ContactPoint, said.contact_point_ref, person)
    content = {
        "debtor_id": person.pk,
        "contact_point_id": None if point is None else point.pk,
        "channel": check.word_or_none("channel", said.channel, Channel),
        "kind": check.word("kind", said.kind, ConsentKind),
        "state": check.word("state", said.state, ConsentState),
    }
    _theirs_to_give(point, content["kind"], content["state"])
    _of_the_whole(content)
    found, new = known(Consent, ref, content, now=now), False
    if found is None:
        statement = Consent(ref=ref, source=source, recorded_at=now, **content)
        found, new = add_once(statement, content, now=now)
    if new:
        record(
            AuditEvent.CONSENT_RECORDED,
            actor=actor,
            subject=f"consent:{found.pk}",
            debtor_id=person.pk,
            body={"source": source, **content},
            now=now,
        )
    return Recorded(found.pk, ref, new)


def _theirs_to_give(point: ContactPoint | None, kind: ConsentKind, state: ConsentState) -> None:
    """Refuse an agreement to debt messages by a contact person's point.

    Being asked at all (APPROACH) is theirs to allow; a withdrawal is always taken.
    """
    contact_persons = point is not None and point.relation == Relation.CONTACT_PERSON
    if contact_persons and state is ConsentState.GIVEN and kind is not ConsentKind.APPROACH:
        raise NotTheirsToGive(
            "A contact person owes nothing and never receives a debt message; no agreement to one "
            "can be recorded for their contact point.",
            remedy="Record it for a contact point of the person's own.",
            message_zh="联系人不负有债务，绝不向其发送债务信息，因此不能为其联系方式登记此类同意。",
            remedy_zh="请登记在债务人本人的联系方式上。",
            kind=kind,
        )


def _of_the_whole(content: Mapping[str, Any]) -> None:
    """Refuse that models may weigh a person for one channel or point: they weigh a whole person.

    A withdrawal is always taken, and takes the whole person out.
    """
    narrow = content["channel"] is not None or content["contact_point_id"] is not None
    given = content["state"] is ConsentState.GIVEN
    if content["kind"] is ConsentKind.WEIGHING and given and narrow:
        raise check.InvalidField(
            "Models weigh a person as a whole; WEIGHING takes no channel and no contact point.",
            remedy="Leave channel and contact_point_ref out.",
            message_zh="模型评估的是整个人，WEIGHING 不能限定渠道或联系方式。",
            remedy_zh="请勿填写 channel 与 contact_point_ref。",
        )

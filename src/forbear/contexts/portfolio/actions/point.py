"""How are numbers and addresses recorded, judged, changed and retired?"""

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
from forbear.contexts.portfolio.country import CALLING_CODES, PURPOSES
from forbear.contexts.portfolio.models import ContactPoint, Debtor
from forbear.contexts.portfolio.number import read_number
from forbear.contexts.portfolio.row import add_once, find, find_person, known, said_too
from forbear.contexts.portfolio.said import PointSaid, Recorded
from forbear.contexts.portfolio.word import Source
from forbear.contexts.protection.index import IndexPurpose
from forbear.contexts.protection.normal import NotIndexable
from forbear.contexts.protection.store import index_values, open_values, seal_values, tools
from forbear.values.code import Jurisdiction, Origin, PointKind, PointQuality, Relation
from forbear.values.principal import Principal

ADDRESS_LENGTH_MAX = 500
_FORMS = {
    IndexPurpose.PHONE: ("telephone number", "电话号码"),
    IndexPurpose.EMAIL: ("e-mail address", "电子邮箱"),
    IndexPurpose.WECHAT: ("WeChat id", "微信标识"),
}
# What an extract tells of a point: of these fields, what is said by day stands against it.
_TOLD = {"address", "origin", "number_zones"}
CHANGEABLE = ("address", "origin", "number_zones", "workplace")


def record_contact_point(
    said: PointSaid, *, source: Source, actor: Principal, now: datetime
) -> Recorded:
    """Record a number or address of a person, of a guarantor or of a contact person.

    Raises:
        NotPermitted, InvalidField, UnknownRef, PersonErased.
        OtherContent: the ref stands for another point, or for the same one with other content.
    """
    with acting(actor):
        return enter_contact_point(said, source=source, actor=actor, now=now)


def enter_contact_point(
    said: PointSaid, *, source: Source, actor: Principal, now: datetime
) -> Recorded:
    """Do the same inside another action."""
    required()
    may(actor, Permission.PERSON_CHANGE)
    ref = check.ref("ref", said.ref)
    person = find_person(said.debtor_ref)
    content = {
        "debtor_id": person.pk,
        "kind": check.word("kind", said.kind, PointKind),
        "relation": check.word("relation", said.relation, Relation),
        "origin": check.word("origin", said.origin, Origin),
        "quality": check.word("quality", said.quality, PointQuality),
        "number_zones": check.zones("number_zones", said.number_zones),
        "workplace": bool(said.workplace),
    }
    values = {"address": _address(said.address)}
    found, new = known(ContactPoint, ref, content, now=now, sealed=values), False
    if found is None:
        point = ContactPoint(ref=ref, debtor=person, source=source, recorded_at=now, **content)
        _seal(point, values["address"], person, now=now)
        found, new = add_once(point, content, now=now, sealed=values)
    if new:
        _note(
            AuditEvent.CONTACT_POINT_ADDED,
            found,
            {name: content[name] for name in ("kind", "relation", "origin", "quality")},
            actor=actor,
            now=now,
        )
    return Recorded(found.pk, ref, new)


def change_contact_point(
    ref: str, changes: Mapping[str, Any], *, source: Source, actor: Principal, now: datetime
) -> tuple[str, ...]:
    """Change a point's address, origin, zones or workplace; return what really changed.

    Whose it is cannot change: that is another point. A new address starts untried.

    Raises:
        NotPermitted, InvalidField, UnknownRef, PersonErased.
    """
    with acting(actor):
        may(actor, Permission.PERSON_CHANGE)
        _only_changeable(changes)
        point, person = _found(ref)
        new: dict[str, Any] = {}
        if "origin" in changes:
            new["origin"] = check.word("origin", changes["origin"], Origin)
        if "number_zones" in changes:
            new["number_zones"] = check.zones("number_zones", changes["number_zones"])
        if "workplace" in changes:
            new["workplace"] = bool(changes["workplace"])
        changed = [name for name, value in new.items() if getattr(point, name) != value]
        body: dict[str, object] = {name: new[name] for name in changed}
        for name in changed:
            setattr(point, name, new[name])
        if "address" in changes:
            text = _address(changes["address"])
            if open_values(point, "address", now=now)["address"] != text:
                _seal(point, text, person, now=now)
                point.personal_print = tools(now=now).row_print(ref, text)
                point.quality = PointQuality.UNTRIED
                changed += ["address"]
        if not changed:
            return ()
        point.said_by_day = said_too(point.said_by_day, set(changed) & _TOLD)
        point.save()
        _note(
            AuditEvent.CONTACT_POINT_CHANGED,
            point,
            {"changed": sorted(changed), "source": source, **body},
            actor=actor,
            now=now,
        )
        return tuple(sorted(changed))


def judge_contact_point(
    ref: str, quality: PointQuality, *, actor: Principal, now: datetime
) -> Recorded:
    """Say what is now known about reaching the person by a point.

    ``WRONG_PERSON`` and ``INVALID`` bind at once: the rules let nobody be contacted by it.
    ``new`` says whether that is a change.

    Raises:
        NotPermitted, InvalidField, UnknownRef, PersonErased.
    """
    with acting(actor):
        return enter_quality(ref, quality, actor=actor, now=now)


def enter_quality(ref: str, quality: PointQuality, *, actor: Principal, now: datetime) -> Recorded:
    """Do the same inside another action."""
    required()
    may(actor, Permission.PERSON_CHANGE)
    quality = check.word("quality", quality, PointQuality)
    point, _ = _found(ref)
    before = point.quality
    if before == quality:
        return Recorded(point.pk, ref, new=False)
    point.quality = quality
    point.save(update_fields=["quality"])
    body = {"quality": quality, "quality_before": before}
    _note(AuditEvent.CONTACT_POINT_CHANGED, point, body, actor=actor, now=now)
    return Recorded(point.pk, ref, new=True)


def retire_contact_point(ref: str, *, actor: Principal, now: datetime) -> Recorded:
    """Take a point out of use for good; what was said and done about it stays.

    Raises:
        NotPermitted, UnknownRef, PersonErased.
    """
    with acting(actor):
        return end_contact_point(ref, actor=actor, now=now)


def end_contact_point(ref: str, *, actor: Principal, now: datetime) -> Recorded:
    """Do the same inside another action."""
    required()
    may(actor, Permission.PERSON_CHANGE)
    point, _ = _found(ref)
    if point.retired_at is not None:
        return Recorded(point.pk, ref, new=False)
    point.retired_at = now
    point.save(update_fields=["retired_at"])
    _note(AuditEvent.CONTACT_POINT_CHANGED, point, {"retired": True}, actor=actor, now=now)
    return Recorded(point.pk, ref, new=True)


def _found(ref: str) -> tuple[ContactPoint, Debtor]:
    # The person's row is locked first, always, so that two writers cannot wait for each other.
    point = find(ContactPoint, ref, lock=False)
    person = find_person(point.debtor.ref)
    return find(ContactPoint, ref), person


def _address(text: str | None) -> str | None:
    return check.personal("address", text, length_max=ADDRESS_LENGTH_MAX)


def _seal(point: ContactPoint, text: str | None, person: Debtor, *, now: datetime) -> None:
    seal_values(point, {"address": text}, now=now)
    point.address_index = None
    if text is not None:
        point.address_index = _index(PointKind(point.kind), text, person, now=now)
    _read(point, text, Jurisdiction(person.jurisdiction), now=now)


def _read(point: ContactPoint, text: str | None, law: Jurisdiction, *, now: datetime) -> None:
    """Keep what the number tells, and nothing of what the one before it told."""
    told = read_number(point.kind, text, law)
    point.number_type = told.number_type
    point.number_region = told.number_region
    point.number_confidence_percent = told.number_confidence_percent
    point.number_read_at = now if told.is_read else None


def _index(kind: PointKind, text: str, person: Debtor, *, now: datetime) -> bytes | None:
    """Return the value by which a number or e-mail address is found; null for other kinds."""
    purpose, reading = PURPOSES.get(kind), {}
    if purpose is None:
        return None
    if purpose is IndexPurpose.PHONE:
        reading = {"calling_code": CALLING_CODES[Jurisdiction(person.jurisdiction)]}
    try:
        return index_values(purpose, text, now=now, **reading)[0]
    except NotIndexable as error:
        # A number that nobody could dial is a slip of the pen, and better found out now.
        raise check.invalid(
            "address",
            f"is no {_FORMS[purpose][0]}",
            f"不是{_FORMS[purpose][1]}",
            remedy="Correct it, or name the kind of contact point that it is.",
            remedy_zh="请更正，或选择正确的联系方式类型。",
        ) from error


def _only_changeable(changes: Mapping[str, Any]) -> None:
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown:
        raise check.invalid(
            ", ".join(unknown),
            "cannot be changed here",
            "不能在此修改",
            remedy=f"These can: {', '.join(CHANGEABLE)}. For another owner record another point.",
            remedy_zh=f"可修改的字段：{'、'.join(CHANGEABLE)}。归属不同请另行登记。",
        )


def _note(
    event: AuditEvent,
    point: ContactPoint,
    body: Mapping[str, object],
    *,
    actor: Principal,
    now: datetime,
) -> None:
    record(
        event,
        actor=actor,
        subject=f"contact_point:{point.pk}",
        debtor_id=point.debtor_id,
        body=dict(body),
        now=now,
    )

"""How are persons who owe recorded and changed?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.country import COUNTRIES
from forbear.contexts.portfolio.models import Debtor, RegionBelief
from forbear.contexts.portfolio.printed import printed_person
from forbear.contexts.portfolio.region import Told, surest
from forbear.contexts.portfolio.row import UnknownRef, find_person, insert, known, said_too, taken
from forbear.contexts.portfolio.said import DebtorSaid, Recorded, RegionSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.protection.index import IndexPurpose
from forbear.contexts.protection.store import (
    index_value,
    make_key,
    new_key_id,
    open_values,
    seal_values,
    tools,
)
from forbear.values.code import Dialect, Jurisdiction, Language, RegionSource
from forbear.values.errors import Denied
from forbear.values.principal import Principal, Sight

NAME_LENGTH_MAX = 200
NATIONAL_ID_LENGTH_MAX = 64
_SEALED = ("name", "national_id")
_PLAIN = (
    "region",
    "region_source",
    "time_zones",
    "language",
    "dialect",
    "officer_ref",
    "vulnerable",
)
# What an extract tells of a person: of these fields, what is said by day stands against it.
_TOLD = {*_SEALED, *_PLAIN}
CHANGEABLE = (*_SEALED, *_PLAIN, "team")
"""What ``change_debtor`` takes; everything else about a person has an action of its own."""


class OutOfSight(Denied):
    """The person would be where the doer cannot see them."""

    code = "OUT_OF_SIGHT"


def record_debtor(said: DebtorSaid, *, source: Source, actor: Principal, now: datetime) -> Recorded:
    """Record a person who owes, with a key of their own.

    Said again in the same words it changes nothing and returns the row that is there.

    Raises:
        NotPermitted, InvalidField, OutOfSight.
        OtherContent: the ref stands for a person of whom something else is known.
    """
    with acting(actor):
        may(actor, Permission.BOOK_CHANGE)
        ref = check.ref("ref", said.ref)
        jurisdiction = check.word("jurisdiction", said.jurisdiction, Jurisdiction)
        beliefs = _beliefs(said.beliefs)
        plain = _plain({name: getattr(said, name) for name in (*_PLAIN, "team")})
        _within_sight(actor, plain["team_id"])
        told = Told(plain["region_source"], plain["region"])
        plain["region_source"], plain["region"] = surest(told, beliefs)
        content = {"jurisdiction": jurisdiction, **plain}
        values = _personal({name: getattr(said, name) for name in _SEALED})
        found = known(Debtor, ref, content, now=now, sealed=values)
        if found is not None:
            return Recorded(found.pk, ref, new=False)
        person = Debtor(ref=ref, key_id=new_key_id(), source=source, recorded_at=now, **content)
        if not insert(person):
            found = known(Debtor, ref, content, now=now, sealed=values)
            if found is None:
                raise taken(Debtor, ref)
            return Recorded(found.pk, ref, new=False)
        make_key(person.key_id, debtor_id=person.pk, now=now)
        _seal(person, values, now=now)
        _believe(person, beliefs, now=now)
        record(
            AuditEvent.DEBTOR_ADDED,
            actor=actor,
            subject=f"debtor:{person.pk}",
            debtor_id=person.pk,
            body={"source": source, "jurisdiction": jurisdiction, "given": _given(values)},
            now=now,
        )
        return Recorded(person.pk, ref, new=True)


def change_debtor(
    ref: str, changes: Mapping[str, Any], *, source: Source, actor: Principal, now: datetime
) -> tuple[str, ...]:
    """Change what is known of a person; return the names of the fields that really changed.

    An extract leaves these fields alone from then on, until it says the same of them.

    Raises:
        NotPermitted, InvalidField, UnknownRef, PersonErased, OutOfSight.
    """
    with acting(actor):
        may(actor, Permission.PERSON_CHANGE)
        _only_changeable(changes)
        person = find_person(ref)
        plain = _plain({name: value for name, value in changes.items() if name not in _SEALED})
        values = _personal({name: changes[name] for name in _SEALED if name in changes})
        if "team_id" in plain:
            _within_sight(actor, plain["team_id"])
        before = open_values(person, *values, now=now)
        changed = [name for name, value in plain.items() if getattr(person, name) != value]
        resealed = {name: text for name, text in values.items() if before[name] != text}
        if not changed and not resealed:
            return ()
        names = sorted([*changed, *resealed])
        body: dict[str, Any] = {"changed": names, "source": source}
        for name in changed:
            body[f"{name}_before"], body[name] = getattr(person, name), plain[name]
            setattr(person, name, plain[name])
        person.said_by_day = said_too(person.said_by_day, set(names) & _TOLD)
        person.save(update_fields=[*changed, "said_by_day"])
        _seal(person, resealed, now=now)
        if resealed:
            _print(person, now=now)
        record(
            AuditEvent.DEBTOR_CHANGED,
            actor=actor,
            subject=f"debtor:{person.pk}",
            debtor_id=person.pk,
            body=body,
            now=now,
        )
        return tuple("team" if name == "team_id" else name for name in names)


def record_region(ref: str, said: RegionSaid, *, actor: Principal, now: datetime) -> Recorded:
    """Record where a source says that a person lives; the surest word becomes the person's region.

    Where that is another region, an extract leaves it alone from then on, until it says the same.

    Raises:
        NotPermitted, InvalidField, UnknownRef, PersonErased.
    """
    with acting(actor):
        may(actor, Permission.PERSON_CHANGE)
        said = _beliefs((said,))[0]
        person = find_person(ref)
        kept = _kept_beliefs(person)
        before = kept.get(said.source)
        if before == said:
            row = RegionBelief.objects.get(debtor=person, source=said.source)
            return Recorded(row.pk, ref, new=False)
        _believe(person, (said,), now=now)
        told = Told(
            RegionSource(person.region_source) if person.region_source else None, person.region
        )
        if told.source in kept:
            # The person's region was itself a belief, so all beliefs are weighed anew.
            told = Told(None, None)
        everyone = tuple({**kept, said.source: said}.values())
        before_told = (person.region_source, person.region)
        person.region_source, person.region = surest(told, everyone)
        if (person.region_source, person.region) != before_told:
            person.said_by_day = said_too(person.said_by_day, {"region", "region_source"})
        person.save(update_fields=["region", "region_source", "said_by_day"])
        row = RegionBelief.objects.get(debtor=person, source=said.source)
        record(
            AuditEvent.REGION_BELIEVED,
            actor=actor,
            subject=f"debtor:{person.pk}",
            debtor_id=person.pk,
            body={
                "source": said.source,
                "region": said.region,
                "confidence_percent": said.confidence_percent,
                "counts": person.region,
            },
            now=now,
        )
        return Recorded(row.pk, ref, new=True)


def _within_sight(actor: Principal, team_id: int | None) -> None:
    """Refuse to put a person where the doer could not see them; the database would refuse too."""
    if actor.sight is Sight.TEAMS and team_id not in actor.teams:
        raise OutOfSight(
            "You record persons in the care of your own teams alone.",
            remedy="Name one of your teams, or ask somebody who sees every team.",
            message_zh="您只能登记由本团队负责的债务人。",
            remedy_zh="请填写您所在的团队，或请可查看全部团队的人员办理。",
        )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Check what is not personal; a team's code becomes its id."""
    checks = {
        "region": lambda value: None if value is None else check.region("region", value),
        "region_source": lambda value: check.word_or_none("region_source", value, RegionSource),
        "time_zones": lambda value: check.zones("time_zones", value),
        "language": lambda value: check.word_or_none("language", value, Language),
        "dialect": lambda value: check.word_or_none("dialect", value, Dialect),
        "officer_ref": lambda value: None if value is None else check.ref("officer_ref", value),
        "vulnerable": bool,
    }
    found = {name: checks[name](value) for name, value in values.items() if name != "team"}
    if "team" in values:
        found["team_id"] = _team_id(values["team"])
    return found


def _personal(values: Mapping[str, str | None]) -> dict[str, str | None]:
    lengths = {"name": NAME_LENGTH_MAX, "national_id": NATIONAL_ID_LENGTH_MAX}
    return {
        name: check.personal(name, value, length_max=lengths[name])
        for name, value in values.items()
    }


def _seal(person: Debtor, values: Mapping[str, str | None], *, now: datetime) -> None:
    if not values:
        return
    seal_values(person, values, now=now)
    fields = list(values)
    if "national_id" in values:
        number = values["national_id"]
        country = COUNTRIES[Jurisdiction(person.jurisdiction)]
        person.national_id_index = number and index_value(
            IndexPurpose.NATIONAL_ID, number, now=now, country=country
        )
        fields.append("national_id_index")
    person.save(update_fields=fields)


def _print(person: Debtor, *, now: datetime) -> None:
    """Let the row's print be of what it says now: an extract of the same print says the same."""
    values = open_values(person, *_SEALED, now=now)
    mark = tools(now=now).row_print(person.ref, *printed_person(*values.values()))
    person.personal_print = mark
    person.save(update_fields=["personal_print"])


def _given(values: Mapping[str, str | None]) -> list[str]:
    return sorted(name for name, value in values.items() if value is not None)


def _beliefs(said: tuple[RegionSaid, ...]) -> tuple[RegionSaid, ...]:
    """Check what sources say; each says one thing."""
    checked = tuple(
        RegionSaid(
            check.word("beliefs.source", each.source, RegionSource),
            check.region("beliefs.region", each.region),
            check.number("beliefs.confidence_percent", each.confidence_percent, low=1, high=100),
        )
        for each in said
    )
    if len({each.source for each in checked}) != len(checked):
        raise check.invalid(
            "beliefs",
            "names one source twice",
            "同一来源出现两次",
            remedy="Say one region for each source.",
            remedy_zh="每个来源只填写一个地区。",
        )
    return checked


def _kept_beliefs(person: Debtor) -> dict[RegionSource, RegionSaid]:
    return {
        RegionSource(row.source): RegionSaid(
            RegionSource(row.source), row.region, row.confidence_percent
        )
        for row in RegionBelief.objects.filter(debtor=person)
    }


def _believe(person: Debtor, beliefs: tuple[RegionSaid, ...], *, now: datetime) -> None:
    for said in beliefs:
        RegionBelief.objects.update_or_create(
            debtor=person,
            source=said.source,
            defaults={
                "region": said.region,
                "confidence_percent": said.confidence_percent,
                "recorded_at": now,
            },
        )


def _team_id(code: str | None) -> int | None:
    if code is None:
        return None
    # Teams are another context's rows; the relation alone leads to them.
    teams = Debtor._meta.get_field("team").related_model  # noqa: SLF001
    found = teams._default_manager.filter(code=code).values_list("pk", flat=True).first()  # noqa: SLF001
    if found is None:
        raise UnknownRef(
            f"There is no team {code!r}.",
            remedy="Check the team's code, or leave it out.",
            message_zh=f"没有代码为 {code!r} 的团队。",
            remedy_zh="请核对团队代码，或不填写。",
            ref=code,
        )
    return int(found)


def _only_changeable(changes: Mapping[str, Any]) -> None:
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown:
        raise check.invalid(
            ", ".join(unknown),
            "cannot be changed here",
            "不能在此修改",
            remedy=f"These can: {', '.join(CHANGEABLE)}.",
            remedy_zh=f"可修改的字段：{'、'.join(CHANGEABLE)}。",
        )

"""May this contact happen? The slow, obvious way, straight from the rule's numbers.

Works on the same plain rows as the generated books; shares no code with policy's executions.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forbear.values import code

Row = dict[str, Any]


def _is(number: int | None, wanted: Any) -> bool:
    return number is not None and number in {each.number for each in wanted}


def refuses(
    rule: Any, book: dict[str, list[Row]], way: Row, point: Row, day: int, start: int, end: int
) -> bool:
    """Whether one rule refuses one way for a whole span of the person's day."""
    person = book["person"][way["debtor_no"]]
    if list(code.Jurisdiction)[person["jurisdiction"] - 1] is not rule.jurisdiction:
        return False
    if not _is(way["channel"], rule.scope.channels):
        return False
    if code.ContactPurpose.COLLECT not in rule.scope.purposes:
        return False
    region, product = person["region"], person["product"]
    named = rule.scope.regions
    if named and region is not None and not any(region[: len(each)] == each for each in named):
        return False
    if rule.scope.products and product is not None and product not in rule.scope.products:
        return False
    values = rule.parameters
    match rule.kind.value:
        case "contact_window":
            return _outside(values, book, way, person, point, day, start, end)
        case "frequency_cap":
            if _lifted(values, book, way, day):
                return False
            return _count(values, book, way, day) >= values.at_most
        case "cool_off":
            if _lifted(values, book, way, day):
                return False
            return _count(values, book, way, day) > 0
        case "channel_permission":
            said = _said(book, way, values.consent.number)
            if values.needs.value == "given":
                if said != "GIVEN":
                    return True
                if values.fresh_days is None:
                    return False
                said_day = _said_at(book, way, values.consent.number) // 86_400
                return day - said_day > values.fresh_days - 2
            return said == "WITHDRAWN"
        case "addressee":
            quality = point["quality"] or code.PointQuality.UNTRIED.number
            return not (
                _is(point["relation"], values.relations)
                and _is(quality, values.qualities)
                and _is(point["origin"], values.origins)
            )
        case "hold_scope":
            return any(
                _is(h["kind"], values.kinds)
                and h["debtor_no"] == way["debtor_no"]
                and h["start_day"] <= day
                and (h["end_day"] is None or day < h["end_day"])
                and h["channel"] in (None, way["channel"])
                and h["loan_no"] in (None, way["loan_no"])
                for h in book["hold"]
            )
    raise AssertionError(rule.kind)


def _count(values: Any, book: dict[str, list[Row]], way: Row, day: int) -> int:
    count = 0
    for attempt in book["attempt"]:
        if attempt["debtor_no"] != way["debtor_no"]:
            continue
        days_ago = day - attempt["local_day"]
        if values.days is not None and days_ago >= values.days:
            continue
        if code.ContactPurpose.COLLECT not in values.counts.purposes:
            continue
        if not (
            _is(attempt["channel"], values.counts.channels)
            and _is(attempt["direction"], values.counts.directions)
            and _is(attempt["outcome"], values.counts.outcomes)
        ):
            continue
        if values.key.value == "endpoint" and (
            attempt["contact_point_no"] != way["contact_point_no"]
        ):
            continue
        if values.key.value == "debt" and attempt["loan_no"] not in (None, way["loan_no"]):
            continue
        count += 1
    return count


def _lifted(values: Any, book: dict[str, list[Row]], way: Row, day: int) -> bool:
    """A direct consent of the last days, unless a conversation came after it."""
    if values.lift is None:
        return False
    if _said(book, way, values.lift.consent.number) != "GIVEN":
        return False
    at = _said_at(book, way, values.lift.consent.number)
    if day - at // 86_400 > values.lift.days - 2:
        return False
    for attempt in book["attempt"]:
        if attempt["debtor_no"] == way["debtor_no"]:
            talked = list(code.Outcome)[attempt["outcome"] - 1].value == "CONVERSATION"
            if talked and attempt["started_s"] > at:
                return False
    return True


def _said(book: dict[str, list[Row]], way: Row, kind: int) -> str | None:
    return _statement(book, way, kind)[0]


def _said_at(book: dict[str, list[Row]], way: Row, kind: int) -> int:
    return _statement(book, way, kind)[1]


def _statement(book: dict[str, list[Row]], way: Row, kind: int) -> tuple[str | None, int]:
    said: str | None = None
    at = -1
    for consent in book["consent"]:
        if consent["debtor_no"] != way["debtor_no"] or consent["kind"] != kind:
            continue
        if consent["contact_point_no"] not in (None, way["contact_point_no"]):
            continue
        if consent["channel"] not in (None, way["channel"]):
            continue
        state = list(code.ConsentState)[consent["state"] - 1].value
        if consent["recorded_s"] > at or (consent["recorded_s"] == at and state == "WITHDRAWN"):
            said, at = state, consent["recorded_s"]
    return said, at


def _outside(
    values: Any,
    book: dict[str, list[Row]],
    way: Row,
    person: Row,
    point: Row,
    day: int,
    start: int,
    end: int,
) -> bool:
    """Walk the span minute by minute on every clock."""
    if values.unless_consent is not None and (
        _said(book, way, values.unless_consent.number) == "GIVEN"
    ):
        return False
    if person["time_zones"] is None:
        return True
    own = person["time_zones"].split("|")
    zones = set(own) | ({point["number_zones"]} if point["number_zones"] else set())
    midnight = datetime(1970, 1, 1) + timedelta(days=day)
    first = midnight.replace(tzinfo=ZoneInfo(own[0])) + timedelta(minutes=start)
    instant = first.astimezone(UTC)
    last = (midnight.replace(tzinfo=ZoneInfo(own[0])) + timedelta(minutes=end)).astimezone(UTC)
    while instant < last:
        for zone in zones:
            clock = instant.astimezone(ZoneInfo(zone))
            minute = clock.hour * 60 + clock.minute
            hours = values.week[clock.weekday()]
            if values.calendar is not None:
                number = (clock.date() - date(1970, 1, 1)).days
                if number < values.calendar.first_day or number > values.calendar.last_day:
                    return True
                if number in values.calendar.holidays:
                    hours = values.on_holidays
            if hours is None or minute < hours[0] or minute >= hours[1]:
                return True
        instant += timedelta(minutes=1)
    return False

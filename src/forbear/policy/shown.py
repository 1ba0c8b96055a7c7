"""How are a rule's parameters shown to people?"""

from __future__ import annotations

from dataclasses import fields
from enum import Enum

from forbear.policy.calendar import Calendar, Series
from forbear.policy.kind import ContactWindow, Counted, Hours, Lift, Parameters, Span, Step, Unit
from forbear.values.code import Code

_MINUTES_AN_HOUR = 60
_WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def shown(parameters: Parameters | None) -> dict[str, str]:
    """Return every parameter as text, by its name; what is not set is left out."""
    if parameters is None:
        return {"in_force": "false"}
    if isinstance(parameters, ContactWindow):
        return _window(parameters)
    found: dict[str, str] = {}
    for field in fields(parameters):
        value = getattr(parameters, field.name)
        if isinstance(value, Counted):
            for part in fields(value):
                chosen = getattr(value, part.name)
                if not everything(chosen):
                    found[f"{field.name}.{part.name}"] = _text(chosen)
        elif value is not None and not (isinstance(value, frozenset) and everything(value)):
            found[field.name] = _text(value)
    return found


def everything(chosen: frozenset[Code]) -> bool:
    """Whether a choice is no choice: nothing named, or all words of the list."""
    return not chosen or len(chosen) == len(type(next(iter(chosen))).__members__)


def _text(value: object) -> str:
    match value:
        case Enum():
            return str(value.value)
        case frozenset():
            return ", ".join(sorted(_text(each) for each in value))
        case tuple():
            return "; ".join(_text(each) for each in value)
        case Span(amount=amount, unit=unit):
            calendar = f" ({value.calendar.name})" if value.calendar else ""
            return f"{amount} {unit.value.replace('_', ' ')}{'s' * (amount != 1)}{calendar}"
        case Step(name=name, span=span):
            return f"{name} {_text(span)}"
        case Lift(consent=consent, days=days):
            return f"{consent.value} for {_text(Span(days, Unit.DAY))}"
        case Calendar(name=name) | Series(name=name):
            return name
        case bool():
            return "true" if value else "false"
    return str(value)


def clock_text(minute: int) -> str:
    """Return a minute of the day as 08:00."""
    hours, minutes = divmod(minute, _MINUTES_AN_HOUR)
    return f"{hours:02}:{minutes:02}"


def _hours(hours: Hours) -> str:
    return "closed" if hours is None else f"{clock_text(hours[0])}-{clock_text(hours[1])}"


def _window(window: ContactWindow) -> dict[str, str]:
    if len(set(window.week)) == 1:
        found = {"hours": f"{_hours(window.week[0])} every day"}
    else:
        pairs = zip(_WEEK, window.week, strict=True)
        found = {"hours": ", ".join(f"{day} {_hours(hours)}" for day, hours in pairs)}
    if window.calendar is not None:
        found["holidays"] = f"{_hours(window.on_holidays)} ({window.calendar.name})"
    if window.unless_consent is not None:
        found["unless_consent"] = window.unless_consent.value
    return found


def in_one_line(parameters: Parameters | None) -> str:
    """Return every parameter in one line of text."""
    return ", ".join(f"{name} {value}" for name, value in shown(parameters).items()) or "nothing"

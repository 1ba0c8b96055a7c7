"""Which own rules are there, how do they stand, and what do they say together with the files?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.database.transaction import reading
from forbear.contexts.house.models import OwnRule, OwnRuleEnd, Verdict
from forbear.contexts.house.own import OwnRules, own_file
from forbear.contexts.house.standing import own_rules
from forbear.contexts.house.unknown import unknown_own_rule
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.code import Code, Jurisdiction
from forbear.values.principal import Principal

SHOWN_MAX = 200


class Stand(Code):
    """How an own rule stands on a day."""

    WAITS = "WAITS"
    """A second person has not decided yet."""
    COUNTS = "COUNTS"
    COMES = "COMES"
    """Approved; its first day is to come."""
    OVER = "OVER"
    """Its last day has passed, or a newer version took its place."""
    WITHDRAWN = "WITHDRAWN"
    REFUSED = "REFUSED"
    TAKEN_BACK = "TAKEN_BACK"


@dataclass(frozen=True, slots=True)
class Asked:
    """Something asked for by one and decided by another; ``verdict`` null: it waits."""

    id: int
    reason: str
    asked_by: int
    asked_at: datetime
    verdict: Verdict | None
    decided_by: int | None
    decided_at: datetime | None
    decided_why: str


@dataclass(frozen=True, slots=True)
class OwnFound:
    """One version of an own rule with all that was decided about it, the oldest end first."""

    id: int
    rule_id: str
    version: int
    jurisdiction: Jurisdiction
    text: str
    sha256: str
    effective: date
    ends: date | None
    proposal: Asked
    ends_asked: tuple[Asked, ...]
    follows: date | None
    """From when the next approved version takes its place."""

    @property
    def file(self) -> str:
        """What messages and exports call it."""
        return own_file(self.rule_id, self.version)

    @property
    def waiting_end(self) -> Asked | None:
        """The request to withdraw it that waits."""
        return next((each for each in self.ends_asked if each.verdict is None), None)

    @property
    def ended_at(self) -> datetime | None:
        """Since when it is withdrawn."""
        ended = [e.decided_at for e in self.ends_asked if e.verdict is Verdict.APPROVED]
        return ended[0] if ended else None

    def stand(self, today: date) -> Stand:
        """Return how it stands on a day."""
        match self.proposal.verdict:
            case None:
                return Stand.WAITS
            case Verdict.REFUSED:
                return Stand.REFUSED
            case Verdict.TAKEN_BACK:
                return Stand.TAKEN_BACK
        if self.ended_at is not None:
            return Stand.WITHDRAWN
        last = min((day for day in (self.ends, self.follows) if day is not None), default=None)
        if last is not None and last <= today:
            return Stand.OVER
        return Stand.COMES if self.effective > today else Stand.COUNTS


def own_listed(*, actor: Principal) -> tuple[OwnFound, ...]:
    """Return the latest own rules in whatever state, the newest first.

    Raises:
        NotPermitted: RULES_MANAGE is missing.
    """
    may(actor, Permission.RULES_MANAGE)
    with reading(actor):
        rows = list(OwnRule.objects.order_by("-id")[:SHOWN_MAX])
        return _found(rows)


def own_found(row_id: int, *, actor: Principal) -> OwnFound:
    """Return one version of an own rule.

    Raises:
        NotPermitted: RULES_MANAGE is missing.
        UnknownOwnRule: there is none of that number.
    """
    may(actor, Permission.RULES_MANAGE)
    with reading(actor):
        found = _found(list(OwnRule.objects.filter(pk=row_id)))
    if not found:
        raise unknown_own_rule(row_id)
    return found[0]


def own_ids(*, actor: Principal) -> frozenset[str]:
    """Return every id that an own rule ever had."""
    with reading(actor):
        return frozenset(OwnRule.objects.values_list("rule_id", flat=True))


def own_in_force(*, actor: Principal) -> OwnRules:
    """Return the own rules that count at this moment."""
    with reading(actor):
        return own_rules()


def _found(rows: list[OwnRule]) -> tuple[OwnFound, ...]:
    ends: dict[int, list[Asked]] = {}
    for end in OwnRuleEnd.objects.filter(rule__in=rows).order_by("id"):
        ends.setdefault(end.rule_id, []).append(_asked(end))
    approved = OwnRule.objects.filter(
        rule_id__in={row.rule_id for row in rows}, verdict=Verdict.APPROVED.value
    ).order_by("-effective")
    days: dict[str, list[date]] = {}
    for name, effective in approved.values_list("rule_id", "effective"):
        days.setdefault(name, []).append(effective)
    return tuple(
        OwnFound(
            row.pk,
            row.rule_id,
            row.version,
            Jurisdiction(row.jurisdiction),
            row.text,
            row.sha256,
            row.effective,
            row.ends,
            _asked(row),
            tuple(ends.get(row.pk, ())),
            min((day for day in days.get(row.rule_id, ()) if day > row.effective), default=None),
        )
        for row in rows
    )


def _asked(row: OwnRule | OwnRuleEnd) -> Asked:
    return Asked(
        row.pk,
        row.reason,
        row.asked_by_id,
        row.asked_at,
        None if row.verdict is None else Verdict(row.verdict),
        row.decided_by_id,
        row.decided_at,
        row.decided_why or "",
    )

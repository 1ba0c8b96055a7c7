"""Does local work? Who takes part in the local trial, and how do its two arms fare?

Everybody who was drawn stays in the arm of the draw, whether they were contacted or not and by
whomever: so the arms differ by the lot alone. What happened since the day of the draw counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt

from forbear.contexts.contact.history import WAS_MADE
from forbear.contexts.database.bulk import Stage, run
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import reading
from forbear.contexts.nightly.local.teams import house_settings
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.code import TrialArm
from forbear.values.interval import Z_95, Interval, difference, wilson
from forbear.values.principal import Principal, system

ENROLLED = {"debtor_ref": "text", "arm": "text"}
SHARES = ("reached", "kept", "complained", "paid")
"""Shares of persons: reached in person, kept a promise, complained, paid anything."""
_REACHED = "('RIGHT_PARTY', 'CONVERSATION', 'REPLIED')"
_PERSONS = f"""
SELECT t.arm, t.debtor_id, t.since,
  EXISTS (SELECT 1 FROM contact_attempt a WHERE a.debtor_id = t.debtor_id
    AND a.direction = 'OUTBOUND' AND a.started_at >= t.since AND a.outcome IN {_REACHED}
    AND {WAS_MADE}) AS reached,
  EXISTS (SELECT 1 FROM arrangements_promise p WHERE p.debtor_id = t.debtor_id
    AND p.state = 'KEPT' AND p.made_at >= t.since) AS kept,
  EXISTS (SELECT 1 FROM rights_filing f WHERE f.debtor_id = t.debtor_id
    AND f.kind = 'COMPLAINT' AND f.filed_at >= t.since) AS complained,
  coalesce((SELECT sum(CASE WHEN g.reverses_id IS NULL THEN g.amount_minor
      ELSE -g.amount_minor END) FROM ledger_posting g JOIN portfolio_loan l ON l.id = g.loan_id
    WHERE l.debtor_id = t.debtor_id AND l.currency = %(currency)s
    AND g.value_date >= t.since), 0) AS paid_minor
FROM nightly_trialperson t WHERE t.trial = %(trial)s
"""
_ARMS = f"""
SELECT arm, count(*), min(since), count(*) FILTER (WHERE reached), count(*) FILTER (WHERE kept),
  count(*) FILTER (WHERE complained), count(*) FILTER (WHERE paid_minor > 0),
  sum(paid_minor)::numeric, sum(paid_minor::numeric * paid_minor)
FROM ({_PERSONS}) person GROUP BY arm
"""
_LISTED = """
SELECT debtor_id, since FROM ({persons}) person
WHERE arm = %(arm)s AND {what} ORDER BY debtor_id LIMIT %(rows)s
"""
_WHATS = {
    "all": "TRUE",
    "reached": "reached",
    "kept": "kept",
    "complained": "complained",
    "paid": "paid_minor > 0",
}


@dataclass(frozen=True, slots=True)
class Arm:
    """What became of the persons of one arm. ``since``: the day of the first draw; null: nobody.

    ``counts``: persons by the names of ``SHARES``. Money in minor units of the trial's currency.
    """

    arm: TrialArm
    persons: int
    since: date | None
    counts: dict[str, int]
    paid_minor: int
    paid_square: int

    def share(self, name: str) -> Interval | None:
        """Return a share with its bounds; None: nobody is in the arm."""
        return wilson(self.counts[name], self.persons)

    @property
    def paid_mean(self) -> Interval | None:
        """Paid a person, in minor units, with its bounds; None: fewer than two persons."""
        if self.persons < 2:  # one alone does not vary
            return None
        mean = self.paid_minor / self.persons
        spread = max(0.0, self.paid_square - self.paid_minor * mean) / (self.persons - 1)
        half = Z_95 * sqrt(spread / self.persons)
        return Interval(mean - half, mean, mean + half)


@dataclass(frozen=True, slots=True)
class Compared:
    """Both arms of a trial. ``persons_min``: with fewer in either nothing is said."""

    trial: int
    share_ppm: int
    persons_min: int
    currency: str
    local: Arm
    away: Arm

    @property
    def enough(self) -> bool:
        """Something may be said of the difference."""
        return min(self.local.persons, self.away.persons) >= self.persons_min

    def difference(self, name: str) -> Interval | None:
        """Return by how much local exceeds away, in shares, with bounds; None: too few."""
        mine, other = self.local.share(name), self.away.share(name)
        return difference(mine, other) if self.enough and mine and other else None

    @property
    def paid_difference(self) -> Interval | None:
        """Return by how much local exceeds away in money a person, in minor units."""
        mine, other = self.local.paid_mean, self.away.paid_mean
        if not (self.enough and mine and other):
            return None
        half = sqrt((mine.high - mine.share) ** 2 + (other.high - other.share) ** 2)
        gap = mine.share - other.share
        return Interval(gap - half, gap, gap + half)


def compared(*, actor: Principal) -> Compared | None:
    """Return how the arms of the present trial fare; None: the lender runs none.

    Raises:
        NotPermitted: REPORT_SEE is missing.
    """
    may(actor, Permission.REPORT_SEE)
    settings = house_settings()
    trial = settings.trial
    if trial is None:
        return None
    with reading(system("figures")):
        rows = ask(_ARMS, {"trial": trial.number, "currency": settings.currency})
    arms = {TrialArm(arm): _arm(TrialArm(arm), *rest) for arm, *rest in rows}
    return Compared(
        trial.number,
        trial.share_ppm,
        trial.persons_min,
        settings.currency,
        *(arms.get(arm) or _arm(arm, 0, None, 0, 0, 0, 0, 0, 0) for arm in TrialArm),
    )


def persons_of(
    arm: TrialArm, what: str, *, rows: int, actor: Principal
) -> tuple[tuple[int, date], ...]:
    """Return persons of an arm with the day of their draw: all, or those of one share.

    Only persons whom the actor may see are among them.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    settings = house_settings()
    if settings.trial is None:
        return ()
    told = {"trial": settings.trial.number, "currency": settings.currency, "arm": arm.value}
    statement = _LISTED.format(persons=_PERSONS, what=_WHATS.get(what, "TRUE"))
    with reading(actor):
        return tuple((person, since) for person, since in ask(statement, {**told, "rows": rows}))


def merge_enrolled(stage: Stage, *, trial: int, day: date) -> int:
    """Write down who was drawn; whoever was before keeps arm and day. Return how many are new."""
    return run(
        f"INSERT INTO nightly_trialperson (trial, debtor_id, arm, since) "
        f"SELECT %(trial)s, d.id, s.arm, %(day)s FROM {stage.name} s "
        f"JOIN portfolio_debtor d ON d.ref = s.debtor_ref "
        f"ON CONFLICT (trial, debtor_id) DO NOTHING",
        {"trial": trial, "day": day},
    )


def _arm(  # one row of the answer
    arm: TrialArm,
    persons: int,
    since: date | None,
    reached: int,
    kept: int,
    complained: int,
    paid: int,
    paid_minor: int,
    paid_square: int,
) -> Arm:
    counts = {"reached": reached, "kept": kept, "complained": complained, "paid": paid}
    return Arm(arm, persons, since, counts, int(paid_minor), int(paid_square))

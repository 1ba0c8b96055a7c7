"""What is owed, recomputed from what was agreed, paid and paused, and nothing else of ours?

A part of the offline verifier, which is handed out as one file: it needs Python alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

Row = dict[str, Any]
Differs = tuple[str, object, object]
"""Where something differs, what is said there, and what the lines give."""
_PARTS = ("fee_minor", "interest_minor", "principal_minor")
_PART = {"FEE": _PARTS[0], "INTEREST": _PARTS[1], "PRINCIPAL": _PARTS[2]}
_SCALE = 10**12


def differences_of(loan: Row) -> list[Differs]:
    """Recompute a loan from its terms, instalments, postings and pauses; tell what differs.

    Raises:
        KeyError, TypeError, ValueError, ArithmeticError, IndexError: it cannot be recomputed.
    """
    found = Recomputed(loan).steps()
    lent = sum(row["principal_minor"] for row in loan["instalments"])
    differs: list[Differs] = []
    if lent != loan["principal_minor"]:
        differs.append(("/principal_minor", loan["principal_minor"], lent))
    for name, value in found.items():
        differs += _differences(loan.get(name), value, f"/{name}")
    return differs


def _differences(told: Any, found: Any, place: str) -> Iterator[Differs]:
    if isinstance(told, dict) and isinstance(found, dict):
        for name, value in found.items():
            yield from _differences(told.get(name), value, f"{place}/{name}")
    elif isinstance(told, list) and isinstance(found, list) and len(told) == len(found):
        for number, (one, other) in enumerate(zip(told, found, strict=True), 1):
            yield from _differences(one, other, f"{place}/{number}")
    elif told != found or isinstance(told, bool) is not isinstance(found, bool):
        shown = [len(each) if isinstance(each, list) else each for each in (told, found)]
        yield place, shown[0], shown[1]


def _divided(above: int, below: int, rounding: str) -> int:
    whole, rest = divmod(above, below)
    up = {
        "DOWN": False,
        "UP": rest > 0,
        "HALF_UP": 2 * rest >= below,
        "HALF_EVEN": 2 * rest > below or (2 * rest == below and whole % 2 == 1),
    }
    return whole + up[rounding]


def _number(day: str) -> int:
    return date.fromisoformat(day).toordinal()


class Recomputed:
    """One loan's debt, worked out from the facts alone."""

    def __init__(self, loan: Row) -> None:
        self.terms, self.as_of = loan["terms"], _number(loan["as_of"])
        self.loan, self.dues = loan, loan["instalments"]
        self.lent = _number(loan["disbursed_date"]) <= self.as_of
        order = [row for row in loan["postings"] if row["posting_date"] <= loan["known"]]
        self.postings = sorted(
            order, key=lambda row: (row["value_date"], row["posting_date"], row["ref"])
        )
        stands = [row for row in self.postings if row["reversed_by"] is None]
        self.schedule = [row for row in stands if row["purpose"] == "SCHEDULE"]
        self.for_penalty = [row for row in stands if row["purpose"] == "PENALTY"]
        self.given_up = [row for row in stands if row["purpose"] == "WAIVER"]
        self.agreed = [row for row in stands if row["purpose"] == "AGREED"]
        self.is_waived = any(row["purpose"] == "WAIVER" for row in self.postings)
        self.pauses = [
            (_number(row["start"]), _number(row["end"]) if row["end"] else None)
            for row in loan["pauses"]
        ]
        self.covers: list[list[Row]] = [[] for _ in self.dues]
        self.settled: list[int | None] = [None] * len(self.dues)
        self._cover()
        self.unpaid = [self._left(at) for at in range(len(self.dues))]
        self._find_place()

    def steps(self) -> Row:
        """Return every step and sum under the names that the pack has for them."""
        spans, penalties = self._penalties()
        penalty = self._penalty_sum(penalties)
        accrual = self._accrual()
        lateness = self._lateness()
        return {
            "instalments": self._instalments(),
            "postings": self._postings(penalty),
            "covers": [row for rows in self.covers for row in rows if self._counts(row)],
            "penalties": penalties,
            "spans": spans,
            "lateness": lateness,
            "accrual": accrual,
            "penalty": penalty,
            "owed": self._owed(penalty, accrual, lateness),
        }

    def _counts(self, row: Row) -> bool:
        return _number(row["value_date"]) <= self.as_of

    def _cover(self) -> None:
        """Give each payment to the oldest open instalment, in the order agreed inside it."""
        at = 0
        left = dict.fromkeys(_PARTS, 0) if not self.dues else self._asked(0)
        for payment in self.schedule:
            rest = payment["amount_minor"]
            while at < len(self.dues):
                taken = dict.fromkeys(_PARTS, 0)
                for name in (_PART[each] for each in self.terms["allocation"]):
                    taken[name] = min(rest, left[name])
                    left[name] -= taken[name]
                    rest -= taken[name]
                if any(taken.values()):
                    self.covers[at].append(
                        {
                            "payment": payment["ref"],
                            "value_date": payment["value_date"],
                            "instalment": at + 1,
                            **taken,
                        }
                    )
                if any(left.values()):
                    break
                self.settled[at] = _number(payment["value_date"])
                at += 1
                left = self._asked(at) if at < len(self.dues) else left

    def _asked(self, at: int) -> dict[str, int]:
        return {name: self.dues[at][name] for name in _PARTS}

    def _left(self, at: int) -> dict[str, int]:
        rows = [row for row in self.covers[at] if self._counts(row)]
        return {name: self.dues[at][name] - sum(row[name] for row in rows) for name in _PARTS}

    def _find_place(self) -> None:
        """Find what is overdue, what runs, and whether the lender asks for no more."""
        days = [_number(row["due"]) for row in self.dues]
        opened = [at for at in range(len(days)) if sum(self.unpaid[at].values())]
        self.cut = sum(day < self.as_of for day in days)
        self.overdue = [at for at in opened if at < self.cut]
        coming = next((at for at in opened if at >= self.cut), None) if self.lent else None
        self.running = self.cut if self.lent and self.cut < len(days) else None
        oldest = self.overdue[0] if self.overdue else coming
        settled = self.lent and self.loan["state"] == "SETTLED"
        self.closed = settled and (oldest is None or self.settled[oldest] is None)

    def _instalments(self) -> list[Row]:
        before, rows = self.loan["disbursed_date"], []
        for at, due in enumerate(self.dues):
            is_open = sum(self.unpaid[at].values())
            state = "OVERDUE" if at < self.cut else "UNDUE"
            state = "PAID" if not is_open else "FORGIVEN" if self.closed else state
            left = {f"unpaid_{name}": minor for name, minor in self.unpaid[at].items()}
            rows.append({"number": at + 1, "start": before, "state": state, **left})
            before = due["due"]
        return rows

    def _postings(self, sums: Row) -> list[Row]:
        went: dict[str, int] = {}
        for row in (row for rows in self.covers for row in rows if self._counts(row)):
            total = sum(row[name] for name in _PARTS)
            went[row["payment"]] = went.get(row["payment"], 0) + total
        rows, room, to_waive = [], sums["accrued_minor"], sums.get("waived_minor", 0)
        agreed = sum(row["amount_minor"] for row in self.agreed if self._counts(row))
        for row in self.postings:
            counts, void = self._counts(row), row["reversed_by"] is not None
            schedule = went.get(row["ref"], 0)
            penalty = 0
            if row["purpose"] == "PENALTY" and not void:
                penalty = min(room, row["amount_minor"])
                room -= penalty
            state = "VOID" if void else "COUNTS" if counts else "LATER"
            stands = counts and not void
            rest = row["amount_minor"] - schedule - penalty
            found = {
                "ref": row["ref"],
                "state": state,
                "schedule_minor": schedule,
                "penalty_minor": penalty if stands else 0,
                "credit_minor": rest if stands else 0,
            }
            if row["purpose"] == "WAIVER":
                # What is given up is no money: it pays nothing, and nothing of it is left over.
                taken = min(to_waive, row["amount_minor"]) if stands else 0
                to_waive -= taken
                found |= {"credit_minor": 0, "waived_minor": taken}
            elif row["purpose"] == "AGREED":
                found["credit_minor"] = 0
            elif taken := min(agreed, found["credit_minor"]):
                # An arrangement asked for it: it went there, and nobody is owed it back.
                agreed -= taken
                found |= {"credit_minor": found["credit_minor"] - taken, "agreed_minor": taken}
            rows.append(found)
        return rows

    def _paused(self, since: int, until: int) -> int:
        ends = ((start, until + 1 if end is None else end) for start, end in self.pauses)
        return sum(max(0, min(end, until + 1) - max(start, since + 1)) for start, end in ends)

    def _penalties(self) -> tuple[list[Row], list[Row]]:
        spans: list[Row] = []
        rows: list[Row] = []
        spared = 0 if self.terms["penalty_runs_in_grace"] else self.terms["grace_days"]
        for at in range(self.cut):
            due, settled = _number(self.dues[at]["due"]), self.settled[at]
            if not sum(self._asked(at).values()) or (settled is not None and settled <= due):
                continue
            end = self.as_of if settled is None else min(settled, self.as_of)
            is_spared = end - due - self._paused(due, end) <= spared
            own = [] if is_spared else list(self._spans(at, due))
            amount = 0
            if own:
                exact = sum(span["base_minor"] * span["times"] for span in own)
                amount = _divided(exact, own[0]["per"], self.terms["penalty_rounding"])
            spans += own
            rows.append({"instalment": at + 1, "spared": is_spared, "amount_minor": amount})
        return spans, rows

    def _spans(self, at: int, due: int) -> Iterator[Row]:
        names = [_PART[each] for each in self.terms["penalty_base"]]
        left = sum(self.dues[at][name] for name in names)
        for row in self.covers[at]:
            if not self._counts(row):
                break
            base = sum(row[name] for name in names)
            left -= base
            if base and _number(row["value_date"]) > due:
                yield self._span(at, row["payment"], base, _number(row["value_date"]))
        if left:
            yield self._span(at, None, left, self.as_of)

    def _span(self, at: int, payment: str | None, base: int, until: int) -> Row:
        since = _number(self.dues[at]["due"])
        paused = self._paused(since, until)
        days, terms = until - since - paused, self.terms
        times, per = days * terms["penalty_rate_ppm"], terms["penalty_year_days"] * 1_000_000
        if terms["penalty_compounds_days"] is not None:
            times, per = self._grown(min(days, terms["penalty_compounds_days"])), _SCALE
        exact = base * times * 100 // per
        return {
            "instalment": at + 1,
            "payment": payment,
            "base_minor": base,
            "since": self.dues[at]["due"],
            "until": date.fromordinal(until).isoformat(),
            "paused_days": paused,
            "days": days,
            "times": times,
            "per": per,
            "exact": f"{exact // 10_000}.{exact % 10_000:04d}",
        }

    def _grown(self, days: int) -> int:
        """Return by how much one unit grows when penalty bears penalty, in 1e-12."""
        with localcontext() as context:
            context.prec = 60
            yearly = Decimal(self.terms["penalty_rate_ppm"])
            daily = 1 + yearly / (1_000_000 * self.terms["penalty_year_days"])
            return int(((daily**days - 1) * _SCALE).to_integral_value(ROUND_HALF_UP))

    def _penalty_sum(self, penalties: Iterable[Row]) -> Row:
        total = sum(row["amount_minor"] for row in penalties)
        cap_bp = self.terms["penalty_cap_bp"]
        cap = None if cap_bp is None else self.loan["principal_minor"] * cap_bp // 10_000
        paid = sum(row["amount_minor"] for row in self.for_penalty if self._counts(row))
        within = total if cap is None else min(total, cap)
        given = sum(row["amount_minor"] for row in self.given_up if self._counts(row))
        waived = min(within, given)
        accrued = paid if self.closed else within - waived
        return {
            "lines_minor": total,
            "cap_minor": cap,
            **({"waived_minor": waived} if self.is_waived else {}),
            "accrued_minor": accrued,
            "paid_minor": paid,
            "unpaid_minor": max(0, accrued - paid),
        }

    def _lateness(self) -> Row | None:
        if self.closed or not self.overdue:
            return None
        since = self.dues[self.overdue[0]]["due"]
        paused = self._paused(_number(since), self.as_of)
        days = self.as_of - _number(since) - paused
        return {
            "since": since,
            "calendar_days": days + paused,
            "paused_days": paused,
            "days": days,
            "days_past_due": days if days > self.terms["grace_days"] else 0,
        }

    def _accrual(self) -> Row | None:
        if self.running is None or self.closed:
            return None
        at = self.running
        start = _number(self.dues[at - 1]["due"] if at else self.loan["disbursed_date"])
        asked = self.dues[at]["interest_minor"]
        days, span = self.as_of - start, _number(self.dues[at]["due"]) - start
        earned = _divided(asked * days, span, self.terms["accrual_rounding"])
        paid = asked - self.unpaid[at]["interest_minor"]
        return {
            "instalment": at + 1,
            "interest_minor": asked,
            "days": days,
            "span_days": span,
            "earned_minor": earned,
            "paid_minor": paid,
            "unpaid_minor": max(0, earned - paid),
        }

    def _owed(self, penalty: Row, accrual: Row | None, lateness: Row | None) -> Row:
        late = [] if self.closed else [self.unpaid[at] for at in self.overdue]
        parts = {f"overdue_{name}": sum(row[name] for row in late) for name in _PARTS}
        ahead = self.unpaid[self.cut :] if self.lent and not self.closed else []
        undue = sum(row["principal_minor"] for row in ahead)
        interest = accrual["unpaid_minor"] if accrual else 0
        fee = 0
        if accrual and self.terms["running_fee_on_payoff"]:
            fee = self.unpaid[accrual["instalment"] - 1]["fee_minor"]
        again = sum(parts.values()) + penalty["unpaid_minor"]
        credit = sum(row["credit_minor"] for row in self._postings(penalty))
        return {
            **parts,
            "penalty_minor": penalty["unpaid_minor"],
            "current_again_minor": again,
            "undue_principal_minor": undue,
            "accrued_interest_minor": interest,
            "running_fee_minor": fee,
            "payoff_minor": again + undue + interest + fee,
            "credit_minor": credit,
            "days_past_due": lateness["days_past_due"] if lateness else 0,
        }

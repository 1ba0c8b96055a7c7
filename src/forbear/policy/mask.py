"""Which contacts of a whole book do the rules allow, and which rule refuses first?

The same kinds as ``decide``, as column expressions. Everything but the hour depends on the contact
point and the channel alone; the hour depends on the clocks and the slot alone, of which there are
few, so those answers are found once for each and looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import narwhals as nw

from forbear.policy.calendar import CalendarEnds
from forbear.policy.collecting import collecting
from forbear.policy.kind import (
    Addressee,
    ChannelPermission,
    ContactWindow,
    CoolOff,
    Counted,
    FrequencyCap,
    HoldScope,
    Key,
    Lift,
    Needs,
)
from forbear.policy.pack import Pack
from forbear.policy.reading import InvalidRule
from forbear.policy.rule import Rule
from forbear.values.code import (
    Code,
    ConsentKind,
    ConsentState,
    ContactPurpose,
    Outcome,
    PointQuality,
)
from forbear.values.day import DAY_S, day_number, from_day_number

Frame = nw.LazyFrame[Any]
_MINUTES_AN_HOUR = 60
_MINUTE_S = 60
_POINT_KEY = ["contact_point_no", "channel"]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The binding rules of several packs, in the order in which a refusal is named."""

    rules: tuple[Rule, ...]

    @property
    def scoped_by(self) -> frozenset[str]:
        """The optional columns of candidates that some rule looks at: region, product."""
        found = set()
        if any(rule.scope.regions for rule in self.rules):
            found.add("region")
        if any(rule.scope.products for rule in self.rules):
            found.add("product")
        return frozenset(found)

    @property
    def history_days(self) -> int:
        """How many days of attempts the rules look back, today included."""
        spans = [
            rule.parameters.days
            for rule in self.rules
            if isinstance(rule.parameters, FrequencyCap | CoolOff)
        ]
        lifts = [lift.days for rule in self.rules if (lift := _lift_of(rule)) is not None]
        return max([0, *[span for span in spans if span is not None], *lifts])

    def mask(
        self,
        candidates: Frame,
        *,
        attempts: Frame,
        holds: Frame,
        consents: Frame,
        as_of: int,
        slots: Sequence[tuple[int, int]],
        clocks: Sequence[str],
    ) -> Frame:
        """Judge every candidate way in every slot.

        ``candidates``: contact_point_no, debtor_no, channel, jurisdiction, relation, quality,
        origin, loan_no, clock, and the columns that ``scoped_by`` names. ``attempts``, ``holds``
        and ``consents`` are the book's, of the candidates' debtors; attempts reach back at least
        ``history_days``. ``slots`` are [start, end) minutes of the person's local day.
        ``clocks`` are the distinct values of ``clock``: the person's zones parted by |, ``>``, all
        zones that must agree.

        Grain: one row per contact_point_no, channel and slot, with ``allowed`` and ``rule``, the
        position of the first refusing rule or null.
        """
        facts = self._with_counts(_kept(candidates), attempts, as_of=as_of)
        facts = self._with_holds(facts, holds, as_of=as_of)
        facts = self._with_statements(facts, consents)
        facts = self._with_talks(facts, attempts)
        numbered = list(enumerate(self.rules))
        timeless = [(i, r) for i, r in numbered if not isinstance(r.parameters, ContactWindow)]
        timed = [(i, r) for i, r in numbered if isinstance(r.parameters, ContactWindow)]
        ways = facts.with_columns(
            timeless=_first([(i, _refuses(i, rule, as_of=as_of)) for i, rule in timeless]),
            **{f"excused_{i}": _excused(i, rule) for i, rule in timed},
        ).select(
            "contact_point_no",
            "debtor_no",
            "channel",
            "jurisdiction",
            "clock",
            "timeless",
            *[f"excused_{i}" for i, _ in timed],
        )
        ways = _kept(ways)
        judged = [
            ways.with_columns(
                slot=nw.lit(number, dtype=nw.Int32),
                timed=_first(
                    [
                        (i, _outside(i, rule, slot=slot, clocks=clocks, as_of=as_of))
                        for i, rule in timed
                    ]
                ),
            )
            for number, slot in enumerate(slots)
        ]
        rule = nw.min_horizontal("timeless", "timed")
        return (
            nw.concat(judged)
            .with_columns(allowed=rule.is_null(), rule=rule.cast(nw.Int32))
            .select("contact_point_no", "debtor_no", "channel", "slot", "allowed", "rule")
        )

    def _with_counts(self, candidates: Frame, attempts: Frame, *, as_of: int) -> Frame:
        """Add ``count_<i>`` for every rule that counts events."""
        counting = [
            (i, r.parameters)
            for i, r in enumerate(self.rules)
            if isinstance(r.parameters, FrequencyCap | CoolOff)
        ]
        if not counting:
            return candidates
        loans = candidates.select("debtor_no", "loan_no").unique()
        events = attempts.rename({"loan_no": "event_loan_no"}).join(
            loans, on="debtor_no", how="inner"
        )
        by_person = {i: p for i, p in counting if p.key is not Key.ENDPOINT}
        by_point = {i: p for i, p in counting if p.key is Key.ENDPOINT}
        facts = candidates
        for key, wanted in (("debtor_no", by_person), ("contact_point_no", by_point)):
            if wanted:
                counts = (
                    events.filter(~nw.col(key).is_null())
                    .group_by(key)
                    .agg(
                        **{
                            f"count_{i}": _matches(p, as_of).cast(nw.Int64).sum()
                            for i, p in wanted.items()
                        }
                    )
                )
                facts = facts.join(counts, on=key, how="left")
        return facts.with_columns(
            **{f"count_{i}": nw.col(f"count_{i}").fill_null(0) for i, _ in counting}
        )

    def _with_holds(self, facts: Frame, holds: Frame, *, as_of: int) -> Frame:
        """Add ``held_<i>`` for every rule about holds."""
        scopes = {
            i: r.parameters for i, r in enumerate(self.rules) if isinstance(r.parameters, HoldScope)
        }
        if not scopes:
            return facts
        active = holds.filter(
            (nw.col("start_day") <= as_of)
            & (nw.col("end_day").is_null() | (nw.col("end_day") > as_of))
        ).select(
            "debtor_no",
            hold_channel=nw.col("channel"),
            hold_loan_no=nw.col("loan_no"),
            hold_kind=nw.col("kind"),
        )
        met = (
            facts.select(*_POINT_KEY, "debtor_no", "loan_no")
            .join(active, on="debtor_no", how="inner")
            .filter(_concerns("hold_channel", "channel") & _concerns("hold_loan_no", "loan_no"))
        )
        held = met.group_by(_POINT_KEY).agg(
            **{
                f"held_{i}": nw.col("hold_kind").is_in(_numbers(scope.kinds)).cast(nw.Int64).max()
                for i, scope in scopes.items()
            }
        )
        joined = facts.join(held, on=_POINT_KEY, how="left")
        return joined.with_columns(
            **{f"held_{i}": nw.col(f"held_{i}").fill_null(0) for i in scopes}
        )

    def _with_statements(self, facts: Frame, consents: Frame) -> Frame:
        """Add ``stated_<kind>``: 0 nothing, 1 given, 2 withdrawn, of the latest statement."""
        kinds = sorted({kind.number for rule in self.rules for kind in _consents_of(rule)})
        if not kinds:
            return facts
        said = consents.select(
            "debtor_no",
            said_point=nw.col("contact_point_no"),
            said_channel=nw.col("channel"),
            said_kind=nw.col("kind"),
            # Of two statements in one second the withdrawal is the later.
            order=nw.col("recorded_s") * 2
            + (nw.col("state") == ConsentState.WITHDRAWN.number).cast(nw.Int64),
        )
        met = (
            facts.select(*_POINT_KEY, "debtor_no")
            .join(said, on="debtor_no", how="inner")
            .filter(
                (
                    nw.col("said_point").is_null()
                    | (nw.col("said_point") == nw.col("contact_point_no"))
                )
                & _concerns("said_channel", "channel")
            )
        )
        latest = met.group_by(_POINT_KEY).agg(
            **{
                f"order_{k}": nw.when(nw.col("said_kind") == k).then(nw.col("order")).max()
                for k in kinds
            }
        )
        joined = facts.join(latest, on=_POINT_KEY, how="left")
        return joined.with_columns(
            **{f"stated_{k}": (nw.col(f"order_{k}") % 2 + 1).fill_null(0) for k in kinds},
            **{f"said_s_{k}": nw.col(f"order_{k}") // 2 for k in kinds},
        )

    def _with_talks(self, facts: Frame, attempts: Frame) -> Frame:
        """Add ``talked_s``, the person's latest conversation, where a consent may lift a rule."""
        if not any(_lift_of(rule) for rule in self.rules):
            return facts
        talks = (
            attempts.filter(nw.col("outcome") == Outcome.CONVERSATION.number)
            .group_by("debtor_no")
            .agg(talked_s=nw.col("started_s").max())
        )
        return facts.join(talks, on="debtor_no", how="left")


def rulebook(packs: Sequence[Pack], *, history_days: int | None = None) -> Rulebook:
    """Gather the rules that bind the collecting contacts which a night plans.

    ``history_days`` is how far back the book's attempts reach.

    Raises:
        InvalidRule: a rule looks back further than the book's attempts reach, or cannot be asked
            of a book.
    """
    rules = tuple(rule for pack in packs for rule in collecting(pack))
    for rule in rules:
        own = rule.parameters
        if (
            history_days is not None
            and isinstance(own, FrequencyCap | CoolOff)
            and (own.days is None or own.days > history_days)
        ):
            raise InvalidRule(
                f"{rule.place}: {rule.id} looks back further than the {history_days} days of "
                "attempts that a night reads.",
                remedy=f"Give days up to {history_days}, or limit purposes to those of the day.",
                rule=rule.id,
                file=rule.place.file,
                line=rule.place.line,
            )
    return Rulebook(rules)


def _kept(frame: Frame) -> Frame:
    """Work out once what several parts look at; Polars and DuckDB would do so for each of them."""
    if frame.implementation.is_polars():
        return frame.collect("polars", engine="streaming").lazy()
    if frame.implementation.is_duckdb():
        held: Frame = nw.from_native(frame.to_native().materialize())
        return held
    return frame


def _numbers(codes: frozenset[Code]) -> list[int]:
    return sorted(code.number for code in codes)


def _is_one_of(column: str, codes: frozenset[Code]) -> nw.Expr:
    return nw.col(column).is_in(_numbers(codes)).fill_null(value=False)


def _concerns(named: str, own: str) -> nw.Expr:
    """What names none concerns all."""
    return nw.col(named).is_null() | (nw.col(named) == nw.col(own)).fill_null(value=False)


def _lift_of(rule: Rule) -> Lift | None:
    own = rule.parameters
    return own.lift if isinstance(own, FrequencyCap | CoolOff) else None


def _consents_of(rule: Rule) -> tuple[ConsentKind, ...]:
    """Return the kinds of statements that a rule looks at."""
    own = rule.parameters
    lift = _lift_of(rule)
    if lift is not None:
        return (lift.consent,)
    if isinstance(own, ChannelPermission):
        return (own.consent,)
    if isinstance(own, ContactWindow) and own.unless_consent is not None:
        return (own.unless_consent,)
    return ()


def _matches(event_rule: FrequencyCap | CoolOff, as_of: int) -> nw.Expr:
    """Whether an attempt counts for a rule on a day."""
    counts: Counted = event_rule.counts
    if ContactPurpose.COLLECT not in counts.purposes:
        return nw.lit(value=False)  # the book's attempts are all for collecting
    counted = (
        _is_one_of("channel", counts.channels)
        & _is_one_of("direction", counts.directions)
        & _is_one_of("outcome", counts.outcomes)
    )
    if event_rule.days is not None:
        counted = counted & (nw.col("local_day") > as_of - event_rule.days)
    if event_rule.key is Key.DEBT:
        counted = counted & _concerns("event_loan_no", "loan_no")
    return counted


def _applies(rule: Rule) -> nw.Expr:
    own = nw.col("jurisdiction") == rule.jurisdiction.number
    asked = own & _is_one_of("channel", rule.channels)
    if rule.scope.regions:
        met = nw.any_horizontal(
            nw.col("region").is_null(),
            *[nw.col("region").str.starts_with(region) for region in rule.scope.regions],
            ignore_nulls=True,
        )
        asked = asked & met
    if rule.scope.products:
        named = nw.col("product").is_in(sorted(rule.scope.products))
        asked = asked & (nw.col("product").is_null() | named.fill_null(value=False))
    return asked


def _lifted(lift: Lift, *, as_of: int) -> nw.Expr:
    """Whether a direct consent lifts a rule; see ``Lift``."""
    kind = lift.consent.number
    fresh = nw.col(f"said_s_{kind}") // DAY_S + (lift.days - 1) > as_of
    ended = (nw.col("talked_s") > nw.col(f"said_s_{kind}")).fill_null(value=False)
    given = nw.col(f"stated_{kind}") == ConsentState.GIVEN.number
    return given & fresh.fill_null(value=False) & ~ended


def _refuses(index: int, rule: Rule, *, as_of: int) -> nw.Expr:
    match rule.parameters:
        case FrequencyCap(at_most=at_most, lift=lift):
            refuses = nw.col(f"count_{index}") >= at_most
            if lift is not None:
                refuses = refuses & ~_lifted(lift, as_of=as_of)
        case CoolOff(lift=lift):
            refuses = nw.col(f"count_{index}") > 0
            if lift is not None:
                refuses = refuses & ~_lifted(lift, as_of=as_of)
        case HoldScope():
            refuses = nw.col(f"held_{index}") > 0
        case ChannelPermission() as permission:
            stated = nw.col(f"stated_{permission.consent.number}")
            given, withdrawn = ConsentState.GIVEN.number, ConsentState.WITHDRAWN.number
            refuses = stated != given if permission.needs is Needs.GIVEN else stated == withdrawn
            if permission.fresh_days is not None:
                said = nw.col(f"said_s_{permission.consent.number}") // DAY_S
                old = said + (permission.fresh_days - 1) <= as_of
                refuses = refuses | old.fill_null(value=False)
        case Addressee() as who:
            quality = nw.col("quality").fill_null(PointQuality.UNTRIED.number)
            refuses = ~(
                _is_one_of("relation", who.relations)
                & quality.is_in(_numbers(who.qualities))
                & _is_one_of("origin", who.origins)
            )
        case _:
            msg = f"{rule.id} is not asked of a book"
            raise ValueError(msg)
    return _applies(rule) & refuses


def _excused(index: int, rule: Rule) -> nw.Expr:
    """Whether a window does not bind a way: another law, another channel, or a consent."""
    del index
    excused = ~_applies(rule)
    for kind in _consents_of(rule):
        excused = excused | (nw.col(f"stated_{kind.number}") == ConsentState.GIVEN.number)
    return excused


def _outside(
    index: int, rule: Rule, *, slot: tuple[int, int], clocks: Sequence[str], as_of: int
) -> nw.Expr:
    window = rule.parameters
    assert isinstance(window, ContactWindow)  # the caller sorts rules by kind
    lawful = lawful_clocks(window, slot=slot, clocks=clocks, as_of=as_of)
    inside = nw.col("clock").is_in(lawful) if lawful else nw.lit(value=False)
    return ~nw.col(f"excused_{index}") & ~inside.fill_null(value=False)


def lawful_clocks(
    window: ContactWindow, *, slot: tuple[int, int], clocks: Sequence[str], as_of: int
) -> list[str]:
    """Return the clocks on which a whole slot of the person's day lies in a window."""
    return [
        clock
        for clock in clocks
        if _inside(window, slot=slot, clock=clock, day=from_day_number(as_of))
    ]


def _inside(window: ContactWindow, *, slot: tuple[int, int], clock: str, day: date) -> bool:
    persons, _, every = clock.partition(">")
    own = persons.split("|")[0]
    if not own or not every:
        return False
    first, last = (_local(day, minute, own).astimezone(UTC) for minute in (slot[0], slot[1] - 1))
    try:
        return all(_zone_inside(window, first, last, ZoneInfo(zone)) for zone in every.split("|"))
    except CalendarEnds:
        return False


def _zone_inside(window: ContactWindow, first: datetime, last: datetime, zone: ZoneInfo) -> bool:
    """Whether every minute of a span lies in the window, on one clock."""
    ends = [first.astimezone(zone), last.astimezone(zone)]
    if ends[0].date() == ends[1].date() and ends[0].utcoffset() == ends[1].utcoffset():
        return all(_shows_lawful(window, clock) for clock in ends)
    minutes = int((last - first).total_seconds()) // _MINUTE_S
    return all(
        _shows_lawful(window, (first + timedelta(minutes=n)).astimezone(zone))
        for n in range(minutes + 1)
    )


def _shows_lawful(window: ContactWindow, clock: datetime) -> bool:
    hours = window.on(clock.weekday(), day_number(clock.date()))
    minute = clock.hour * _MINUTES_AN_HOUR + clock.minute
    return hours is not None and hours[0] <= minute < hours[1]


def _local(day: date, minute: int, zone: str) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return midnight + timedelta(minutes=minute)


def _first(refusals: Sequence[tuple[int, nw.Expr]]) -> nw.Expr:
    """The position of the first rule that refuses; null when none does."""
    named = [nw.when(refuses).then(nw.lit(i, dtype=nw.Int32)) for i, refuses in refusals]
    return (
        nw.coalesce(*named, nw.lit(None, dtype=nw.Int32)) if named else nw.lit(None, dtype=nw.Int32)
    )


def texts_of(rules: Sequence[Rule]) -> list[Mapping[str, str]]:
    """Return the rules as plain values for manifests and pages, in order."""
    return [
        {
            "id": rule.id,
            "kind": rule.kind.value,
            "jurisdiction": rule.jurisdiction.value,
            "en": rule.text_en,
            "zh": rule.text_zh,
            "source": str(rule.source),
            "address": rule.source.address,
            "basis": rule.basis.value,
            "effective": rule.effective.isoformat(),
            "verified": rule.verified.isoformat(),
            "origin": "house" if rule.house else "law",
        }
        for rule in rules
    ]

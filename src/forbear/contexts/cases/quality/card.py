"""How was a call that was drawn, and what does its collector take from it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.models import QualityCard
from forbear.contexts.cases.quality.word import MARK_MAX, Point, Stratum
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.protection.person import ErasedPerson
from forbear.contexts.protection.store import keys, open_values, seal_values
from forbear.values.errors import Denied, InvalidInput, NotFound
from forbear.values.principal import Principal

NOTE_LENGTH_MAX = 2_000
CARDS_MAX = 200
_COLUMNS = {point: point.value.lower() for point in Point}


class NoSuchCard(NotFound):
    """There is no such card, or not for this reader."""

    code = "NO_SUCH_QUALITY_CARD"


class OwnCall(Denied):
    """Nobody judges a call of their own."""

    code = "OWN_CALL"


@dataclass(frozen=True, slots=True)
class CardShown:
    """One call that was drawn. Null mark: it did not come up. Null instants: not yet.

    ``note`` null: none, or the person was erased.
    """

    id: int
    day: date
    staff_id: int
    team_id: int | None
    debtor_id: int
    permit_id: UUID
    stratum: Stratum
    marks: dict[Point, int | None]
    note: str | None = field(repr=False)
    scored_by: int | None
    scored_at: datetime | None
    seen_at: datetime | None

    @property
    def percent(self) -> int | None:
        """What was reached of what came up; null: not judged, or nothing came up."""
        known = [mark for mark in self.marks.values() if mark is not None]
        if self.scored_at is None or not known:
            return None
        return round(100 * sum(known) / (MARK_MAX * len(known)))


def cards_of(first: date, last: date, *, actor: Principal, now: datetime) -> tuple[CardShown, ...]:
    """Return the cards of some days, the newest day first.

    Raises:
        NotPermitted: QUALITY_SCORE is missing.
    """
    may(actor, Permission.QUALITY_SCORE)
    with reading(actor):
        rows = QualityCard.objects.filter(day__gte=first, day__lte=last)
        return _shown(rows.select_related("debtor").order_by("-day", "id")[:CARDS_MAX], now=now)


def card(card_id: int, *, actor: Principal, now: datetime) -> CardShown:
    """Return one card.

    Raises:
        NotPermitted: QUALITY_SCORE is missing.
        NoSuchCard: there is none, or not for this reader.
    """
    may(actor, Permission.QUALITY_SCORE)
    with reading(actor):
        found = _shown(QualityCard.objects.filter(pk=card_id).select_related("debtor"), now=now)
    if not found:
        raise _none()
    return found[0]


def score_card(
    card_id: int,
    marks: Mapping[Point, int | None],
    note: str,
    *,
    actor: Principal,
    now: datetime,
) -> None:
    """Judge a call, with a note for its collector; judging again writes over the first.

    Raises:
        NotPermitted, NoSuchCard, InvalidField.
        OwnCall: it is the doer's own.
        InvalidInput: nothing was marked, or a mark is none.
    """
    may(actor, Permission.QUALITY_SCORE)
    judge = staff_id(actor)
    if any(mark is not None and not 0 <= mark <= MARK_MAX for mark in marks.values()) or all(
        mark is None for mark in marks.values()
    ):
        raise InvalidInput(
            "Nothing was marked.",
            remedy="Mark at least one point of the card.",
            message_zh="尚未评分。",
            remedy_zh="请至少为一项评分。",
            field="marks",
        )
    kept = check.personal("note", note.strip() or None, length_max=NOTE_LENGTH_MAX)
    with acting(actor):
        rows = QualityCard.objects.select_for_update(of=("self",)).select_related("debtor")
        row = rows.filter(pk=card_id).first()
        if row is None:
            raise _none()
        if row.staff_id == judge:
            raise OwnCall(
                "This is your own call; somebody else listens to it.",
                remedy="Leave it to a colleague.",
                message_zh="这是您本人的通话，须由他人评分。",
                remedy_zh="请由同事处理。",
            )
        for point, column in _COLUMNS.items():
            setattr(row, column, marks.get(point))
        row.scored_by_id, row.scored_at, row.seen_at = judge, now, None
        if kept is None:
            row.note = None
        else:
            seal_values(row, {"note": kept}, now=now)
        row.save()
        record(
            AuditEvent.QUALITY_SCORED,
            actor=actor,
            subject=f"quality_card:{row.pk}",
            debtor_id=row.debtor_id,
            body={_COLUMNS[point]: mark for point, mark in marks.items()},
            now=now,
        )


def own_cards(*, actor: Principal, now: datetime) -> tuple[CardShown, ...]:
    """Return the judged cards of the actor's own calls, the newest first; now they are seen.

    Raises:
        NotPermitted: CASE_WORK is missing.
    """
    may(actor, Permission.CASE_WORK)
    with acting(actor):
        rows = QualityCard.objects.filter(staff_id=staff_id(actor), scored_at__isnull=False)
        found = _shown(rows.select_related("debtor").order_by("-day", "-id")[:CARDS_MAX], now=now)
        for each in found:
            if each.seen_at is None:
                _seen(each, actor=actor, now=now)
        return found


def _seen(each: CardShown, *, actor: Principal, now: datetime) -> None:
    QualityCard.objects.filter(pk=each.id).update(seen_at=now)
    record(
        AuditEvent.QUALITY_SEEN,
        actor=actor,
        subject=f"quality_card:{each.id}",
        debtor_id=each.debtor_id,
        now=now,
    )


def _shown(rows: Iterable[QualityCard], *, now: datetime) -> tuple[CardShown, ...]:
    found = list(rows)
    noted = [row.debtor.key_id for row in found if row.note is not None]
    held = keys(now=now, of=noted) if noted else None
    return tuple(
        CardShown(
            row.pk,
            row.day,
            row.staff_id,
            row.team_id,
            row.debtor_id,
            row.permit_id,
            Stratum(row.stratum),
            {point: getattr(row, column) for point, column in _COLUMNS.items()},
            None if row.note is None else _note(row, held, now),
            row.scored_by_id,
            row.scored_at,
            row.seen_at,
        )
        for row in found
    )


def _note(row: QualityCard, held: object, now: datetime) -> str | None:
    try:
        return open_values(row, "note", now=now, held=held)["note"]  # type: ignore[arg-type]
    except ErasedPerson:
        return None


def _none() -> NoSuchCard:
    return NoSuchCard(
        "There is no such card here.",
        remedy="It may concern a person in the care of another team.",
        message_zh="这里没有该评分卡。",
        remedy_zh="也可能由其他团队负责。",
    )
